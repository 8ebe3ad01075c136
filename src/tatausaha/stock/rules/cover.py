"""How long stock lasts, what to order of it, what it is worth. Quantities are thousandths of a unit, values rupiah."""

from tatausaha.core.money import Rupiah, round_ratio

PACE_DAYS = 90
"""The pace of an item is what went out of a place in so many days."""
ENDLESS = 99_999
"""Days of cover of what does not go out at all, as the database computes them."""


def cover_days(quantity: int, out: int) -> int:
    """For how many whole days a quantity lasts when `out` went out in `PACE_DAYS`; `ENDLESS` when nothing does."""
    if quantity <= 0:
        return 0
    return ENDLESS if out <= 0 else min(quantity * PACE_DAYS // out, ENDLESS)


def suggested(quantity: int, minimum: int, on_order: int, reorder: int) -> int:
    """How much to order so that the minimum is met: never less than the usual order; nothing when enough is coming."""
    missing = minimum - quantity - on_order
    return max(missing, reorder) if missing > 0 else 0


def worth(part: int, quantity: int, value: Rupiah) -> Rupiah:
    """What a part of a quantity is worth at its present cost; nothing where nothing is there to take the cost from."""
    return round_ratio(value * part, quantity) if quantity > 0 else 0
