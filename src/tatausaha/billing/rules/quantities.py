"""How the quantities that Stripe bills follow what is counted.

Within a period they only rise, and the rest of the period is charged for; they fall in its last two nights, so that the
next invoice bills what was counted then. What a period was charged for once is not charged again: a quantity that fell
and rises in the same period costs nothing up to what it was.
"""

from datetime import datetime, timedelta

import msgspec

LAST_NIGHTS = timedelta(days=2)


class Quantities(msgspec.Struct, frozen=True):
    """Active client companies and active employees."""

    clients: int
    employees: int

    def most(self, other: "Quantities") -> "Quantities":
        """The larger of each."""
        return Quantities(max(self.clients, other.clients), max(self.employees, other.employees))

    def least(self, other: "Quantities") -> "Quantities":
        """The smaller of each."""
        return Quantities(min(self.clients, other.clients), min(self.employees, other.employees))


class Step(msgspec.Struct, frozen=True):
    """Quantities to set, and whether the rest of the period is charged for."""

    quantities: Quantities
    prorate: bool


def wanted(
    held: Quantities, counted: Quantities, charged: Quantities, *, now: datetime, period_ends_at: datetime
) -> list[Step]:
    """The steps from what Stripe holds to what it shall hold, none when it holds that already.

    `charged` is the most that this period was charged for so far, at least what it began with.
    """
    falls = now >= period_ends_at - LAST_NIGHTS
    target = counted if falls else held.most(counted)
    free = target.least(charged.most(held))
    steps = [Step(free, prorate=False), Step(target, prorate=True)]
    before = (held, free)
    return [step for step, from_ in zip(steps, before, strict=True) if step.quantities != from_]
