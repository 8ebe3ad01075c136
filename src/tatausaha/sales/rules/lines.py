"""A line of a receipt, as whoever sold it tells it."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core.money import Rupiah, round_ratio
from tatausaha.core.quantities import THOUSANDTHS
from tatausaha.sales.rules.receipts import Ticket


class Line(msgspec.Struct, gc=False):
    """What was sold, or brought back: then quantity (thousandths of the item's unit) and amount are below zero.

    `amount` is net of the discount, in rupiah. A quantity of zero is a line that was struck out again. `till` and `shift`
    are as the till calls them, empty where there is one only. `line` counts the lines of a receipt from 1; 0 has it
    numbered in the order of telling.
    """

    sold_on: date
    item_id: UUID
    quantity: int
    amount: Rupiah
    receipt: str = ""
    line: int = 0
    method: str = "cash"
    discount: Rupiah = 0
    sold_at: datetime | None = None
    till: str = ""
    shift: str = ""
    cashier: str = ""

    @property
    def session(self) -> str:
        """What a drawer is counted for: the shift, or where the till knows none, the cashier."""
        return self.shift or self.cashier[:60]

    @property
    def ticket(self) -> Ticket:
        """Which receipt it is on."""
        way = f"{self.method}-" if self.quantity < 0 else self.method
        receipt = self.receipt or f"\x1e{self.session}\x1e{self.item_id}\x1e{way}"
        return self.till, self.sold_on, receipt


def till_code(written: str) -> str:
    """How a till is named, whoever writes it."""
    return " ".join(written.upper().split())


def net_amount(quantity: int, price: Rupiah | None, discount: Rupiah, amount: Rupiah | None) -> Rupiah | None:
    """What a line came to, net; None where neither a price nor an amount was told.

    Some tills tell the amount before the discount: then it is just the price times the quantity. All are zero or more.
    """
    if price is None:
        return amount
    gross = round_ratio(quantity * price, THOUSANDTHS)
    return gross - discount if amount is None or amount == gross else amount
