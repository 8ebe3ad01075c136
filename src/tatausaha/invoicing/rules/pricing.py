"""What a month's finished work costs by an agreed list of prices, each line with the steps that it came about by.

A line prices one kind of work: so many are included, each further one costs the line's price, and beyond each tier's bound
that tier's price. What is included counts towards the bounds. Hours are counted in minutes and priced for sixty of them.
A month that the list holds only a part of bears that part of the fixed fees and of the minimum, by days; included volumes
and bounds stay whole.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core.money import Rupiah, round_ratio
from tatausaha.invoicing.rules.kinds import KINDS

Ppn = Literal["normal", "exempt", "none"]


class Tier(msgspec.Struct, frozen=True):
    """What each one costs beyond so many of a month, in rupiah."""

    above: int
    price: Rupiah


class PriceLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of work costs. Tiers stand in rising order; `pph23` names the service under PPh 23, or nothing."""

    id: UUID | None = None
    kind: str
    label: str
    price: Rupiah
    included: int = 0
    tiers: tuple[Tier, ...] = ()
    ppn: Ppn = "normal"
    pph23: str = ""


class Part(msgspec.Struct, frozen=True):
    """How many days of a month a list holds."""

    days: int
    of: int

    @property
    def whole(self) -> bool:
        return self.days >= self.of


WHOLE = Part(1, 1)


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """So many at a price come to an amount. Of hours the quantity is minutes and the price is for `per` of them.

    With `of`, the price is that of a whole month and the amount that of so many days of it.
    """

    quantity: int
    price: Rupiah
    amount: Rupiah
    per: int = 1
    days: int = 0
    of: int = 0


class PricedLine(msgspec.Struct, frozen=True):
    """What a line comes to without PPN. The steps' amounts sum to it; `included` is how many cost nothing.

    Without a line it is what fills the month up to its minimum: the minimum as one step, less the other lines as the next.
    """

    line: PriceLine | None
    quantity: int
    included: int
    steps: tuple[Step, ...]
    amount: Rupiah


def price(
    lines: Sequence[PriceLine], counted: Mapping[str, int], minimum: Rupiah, part: Part = WHOLE
) -> list[PricedLine]:
    """Every line of the list in its order, also those of which nothing was done, then what fills up to the minimum.

    `counted` is how many of each kind were finished (hours in minutes); a fixed fee counts one month by itself.
    """
    priced = [_price_line(line, counted, part) for line in lines]
    filling = _fill(sum(one.amount for one in priced), minimum, part)
    return [*priced, filling] if filling else priced


def _price_line(line: PriceLine, counted: Mapping[str, int], part: Part) -> PricedLine:
    if line.kind == "retainer":
        step = _month(line.price, part)
        return PricedLine(line, 1, 0, (step,), step.amount)
    quantity, per = counted.get(line.kind, 0), KINDS[line.kind].per
    steps = tuple(
        Step(count, each, round_ratio(count * each, per), per) for count, each in _graduated(line, quantity) if count
    )
    return PricedLine(line, quantity, min(quantity, line.included), steps, sum(step.amount for step in steps))


def _graduated(line: PriceLine, quantity: int) -> list[tuple[int, Rupiah]]:
    """How many cost how much each, from the first that is not included on."""
    first = line.price
    for tier in line.tiers:
        first = tier.price if tier.above <= line.included else first
    beyond = [Tier(line.included, first), *(tier for tier in line.tiers if tier.above > line.included)]
    bounds = [*(tier.above for tier in beyond), max(quantity, beyond[-1].above)]
    return [
        (max(0, min(quantity, above) - below), tier.price)
        for tier, (below, above) in zip(beyond, pairwise(bounds), strict=True)
    ]


def _month(amount: Rupiah, part: Part) -> Step:
    """A month's amount, or that of its days."""
    if part.whole:
        return Step(1, amount, amount)
    return Step(1, amount, round_ratio(amount * part.days, part.of), days=part.days, of=part.of)


def _fill(subtotal: Rupiah, minimum: Rupiah, part: Part) -> PricedLine | None:
    least = _month(minimum, part)
    if least.amount <= subtotal:
        return None
    steps = (least, Step(1, -subtotal, -subtotal)) if subtotal else (least,)
    return PricedLine(None, 1, 0, steps, least.amount - subtotal)
