"""Stripe's invoices to the provider, as they were told last."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.billing.rules.plans import Currency, Meter
from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

Status = Literal["draft", "open", "paid", "uncollectible", "void"]


class Line(msgspec.Struct, frozen=True, rename={"begins": "from", "ends": "to"}):
    """What is billed by one line; the meter is empty for what is no price of ours. `words` are Stripe's own."""

    meter: Meter | Literal[""]
    quantity: int
    amount: int
    proration: bool
    words: str
    begins: datetime
    ends: datetime

    @property
    def price(self) -> int | None:
        """The price of one, where the amount is that many of them; a part of a period has none."""
        whole = self.quantity > 0 and self.amount % self.quantity == 0
        return self.amount // self.quantity if whole and not self.proration else None


class Invoice(msgspec.Struct, frozen=True):
    """An invoice; amounts in minor units."""

    id: UUID
    stripe_id: str
    number: str
    status: Status
    currency: Currency
    subtotal: int
    tax: int
    total: int
    paid: int
    owed: int
    period_starts_at: datetime
    period_ends_at: datetime
    issued_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    attempts: int
    next_attempt_at: datetime | None
    page_url: str
    pdf_url: str
    lines: tuple[Line, ...]

    @property
    def failed(self) -> bool:
        """Whether a payment was tried and did not come."""
        return self.status == "open" and self.attempts > 0


_ROW = (
    "select id, stripe_id, number, status, currency, subtotal, tax, total, paid, owed, period_starts_at, period_ends_at,"
    " issued_at, due_at, paid_at, attempts, next_attempt_at, page_url, pdf_url, lines from stripe_invoice"
)


async def page_invoices(after: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[Invoice]:
    """Those that were made out, newest first; `after` continues behind a page's last one."""
    moment, key = after or (None, None)
    return await db.rows(
        Invoice,
        f"{_ROW} where status <> 'draft' and ($1::timestamptz is null or (issued_at, id) < ($1, $2))"
        " order by issued_at desc, id desc limit $3",
        *(moment, key, limit),
    )


async def get_invoice(invoice_id: UUID) -> Invoice:
    """The invoice, or `NotFound`."""
    found = await db.row(Invoice, f"{_ROW} where id = $1", invoice_id)
    if found is None:
        raise NotFound(text("This invoice does not exist."))
    return found
