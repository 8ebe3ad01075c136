"""How much of an item to order: what will be used until the delivery and the days after it, less what is there or coming.

Quantities are thousandths of the item's own unit, unless a pack says otherwise.
"""

import msgspec

from tatausaha.core.money import round_ratio
from tatausaha.purchasing.rules.totals import UNIT, in_stock_unit

LOOKED_BACK = 90
"""Days over which the pace is taken."""


class Need(msgspec.Struct, frozen=True):
    """How an item stands in a place, and how long its supplier takes."""

    quantity: int
    on_order: int
    minimum: int
    reorder_quantity: int
    out_90: int
    lead_days: int


class Pack(msgspec.Struct, frozen=True):
    """How the supplier sells it: `pack` and `minimum` in thousandths of `unit`, of which one holds `factor`."""

    unit: str
    factor: int
    pack: int = UNIT
    minimum: int = 0


class Suggestion(msgspec.Struct, frozen=True):
    """What to order, and every number that led there."""

    wanted: int
    """Missing up to the target, in the item's own unit."""
    quantity: int
    """To be ordered, in thousandths of the supplier's unit, in whole packs."""
    until_delivery: int
    """Used until the supplier has delivered, at the pace of the last ninety days."""
    covering: int
    """Used in the days that the order shall last after that."""
    target: int
    at_hand: int
    out_days: int | None
    """Whole days until nothing is left at this pace; None when nothing goes out."""


def used_in(out_90: int, days: int) -> int:
    """What goes out in so many days at the pace of the last ninety; never too little."""
    return -(-max(0, out_90) * days // LOOKED_BACK)


def suggest(need: Need, pack: Pack, cover_days: int) -> Suggestion | None:
    """What to order now, or None while there is enough until the delivery of an order made later.

    It is time when what is there and coming falls below the minimum, or will before a delivery. The order then fills up to
    the minimum and the use of the delivery and `cover_days`, and is not less than the item's usual reorder quantity.
    """
    until_delivery = used_in(need.out_90, need.lead_days)
    at_hand = need.quantity + need.on_order
    if at_hand >= need.minimum + until_delivery:
        return None
    covering = used_in(need.out_90, cover_days)
    target = need.minimum + until_delivery + covering
    wanted = max(target - at_hand, need.reorder_quantity)
    days = max(0, need.quantity) * LOOKED_BACK // need.out_90 if need.out_90 > 0 else None
    return Suggestion(wanted, packed(wanted, pack), until_delivery, covering, target, at_hand, days)


def packed(wanted: int, pack: Pack) -> int:
    """A quantity of the item's own unit in thousandths of the supplier's, rounded up to whole packs and the least order."""
    units = max(-(-wanted * UNIT // pack.factor), pack.minimum)
    return -(-units // pack.pack) * pack.pack


def per_day(out_90: int) -> int:
    """The pace in thousandths of a unit a day, for reading."""
    return round_ratio(max(0, out_90), LOOKED_BACK)


def in_own_unit(suggestion: Suggestion, pack: Pack) -> int:
    """What would be ordered, in the item's own unit."""
    return in_stock_unit(suggestion.quantity, pack.factor)
