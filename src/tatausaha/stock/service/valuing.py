"""What a client's stock is worth through a month, and how that came about."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.money import Rupiah
from tatausaha.stock.queries import value
from tatausaha.stock.queries.value import Base, Share


class Valuation(msgspec.Struct, frozen=True):
    """A month's stock value in rupiah: `days` are what it was at the end of each, `kinds` what changed it.

    `opening` is what the month began with: what the `base` closed with, and what was booked between the two.
    `levels` is what the levels say today, where the month is the present one.
    """

    base: Base | None
    base_value: Rupiah
    opening: Rupiah
    first: date
    days: list[Rupiah]
    kinds: dict[str, Rupiah]
    shares: list[Share]
    levels: Rupiah | None

    @property
    def closing(self) -> Rupiah:
        """What it was worth at the end of the last day."""
        return self.days[-1]

    def by(self, what: str) -> list[tuple[str, Rupiah]]:
        """The value by `place` or by `category`, the greatest first."""
        sums: dict[str, Rupiah] = {}
        for share in self.shares:
            name = getattr(share, what)
            sums[name] = sums.get(name, 0) + share.value
        return sorted(sums.items(), key=lambda one: (-one[1], one[0]))


async def value_month(client_id: UUID, place_id: UUID | None, month: Period, today: date) -> Valuation:
    """The value of a month's stock, up to its last day or to today."""
    first, last = month.first, max(month.first, min(month.last, today))
    base = await value.find_base(client_id, first)
    levels = await value.sum_levels(client_id, place_id)
    if base:
        base_value = await value.sum_base(base, place_id)
        booked = await value.list_booked(client_id, place_id, base.last, first, last)
        opening = base_value + sum(one.value for one in booked if one.day is None)
    else:
        # Nothing was closed before: back from today, so that years of movements need not be read.
        booked = await value.list_booked(client_id, place_id, first - timedelta(days=1), first, None)
        base_value = opening = levels - sum(one.value for one in booked)
    within = [(one.day, one.kind, one.value) for one in booked if one.day and one.day <= last]
    return Valuation(
        base,
        base_value,
        opening,
        first,
        _run(opening, first, last, ((day, amount) for day, _, amount in within)),
        _by_kind((kind, amount) for _, kind, amount in within),
        await value.list_shares(client_id, place_id, base, last),
        levels if last == today else None,
    )


def _run(opening: Rupiah, first: date, last: date, booked: Iterable[tuple[date, Rupiah]]) -> list[Rupiah]:
    changes = [0] * ((last - first) // timedelta(days=1) + 1)
    for day, amount in booked:
        changes[(day - first).days] += amount
    return list(accumulate(changes, initial=opening))[1:]


def _by_kind(booked: Iterable[tuple[str, Rupiah]]) -> dict[str, Rupiah]:
    sums: dict[str, Rupiah] = {}
    for kind, amount in booked:
        sums[kind] = sums.get(kind, 0) + amount
    return sums
