"""What the lines of an order or a bill come to, with PPN; and how much of the stock's own unit a line is.

The one place where purchases are summed: orders, receipts, bills and their papers all ask here.
"""

from collections.abc import Iterable

import msgspec

from tatausaha.core.money import RATE_BASE, Rupiah, portion, round_ratio
from tatausaha.core.taxes import ppn_base

UNIT = 1000
"""Quantities are counted in thousandths."""


class Totals(msgspec.Struct, frozen=True):
    """The foot of a document, in rupiah. `base` is what PPN is reckoned on, not what is paid."""

    subtotal: Rupiah
    base: Rupiah
    ppn: Rupiah
    total: Rupiah


def line_amount(quantity: int, price: Rupiah, discount: int = 0) -> Rupiah:
    """What a line costs before PPN: `quantity` in thousandths of the unit that costs `price`, `discount` in parts per 100,000."""
    return round_ratio(quantity * price * (RATE_BASE - discount), UNIT * RATE_BASE)


def totals(amounts: Iterable[Rupiah], rate: int) -> Totals:
    """The foot of a document with lines of these amounts; `rate` of PPN in parts per 100,000, zero for none."""
    subtotal = sum(amounts)
    base = ppn_base(subtotal, rate) if rate else 0
    ppn = portion(base, rate)
    return Totals(subtotal, base, ppn, subtotal + ppn)


def in_stock_unit(quantity: int, factor: int) -> int:
    """A quantity of a line in thousandths of the item's own unit; `factor` is thousandths of that unit in one of the line's."""
    return round_ratio(quantity * factor, UNIT)


def still_to_come(quantity: int, received: int, factor: int) -> int:
    """What of a line has not come, in thousandths of the item's own unit; more than ordered leaves nothing to come.

    Worked out from the two sums and not from differences, so that many partial receipts leave exactly nothing.
    """
    return max(0, in_stock_unit(quantity, factor) - in_stock_unit(received, factor))
