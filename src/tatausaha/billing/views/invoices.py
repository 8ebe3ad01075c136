"""Invoices for the subscription, with what is behind each line; the papers themselves are the payment service's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.billing import banner, words
from tatausaha.billing.queries import accounts, invoices
from tatausaha.billing.queries.invoices import Invoice
from tatausaha.billing.views.files import csv_of
from tatausaha.core import audit
from tatausaha.core.exports import Column
from tatausaha.core.i18n import text
from tatausaha.core.web.access import OWNERS
from tatausaha.core.web.lists import cursor_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import page
from tatausaha.core.web.viewer import AppRequest

PAGE, MOST = 50, 10_000
COLUMNS = (
    Column("number", text("Number")),
    Column("issued", text("Issued"), "moment"),
    Column("state", text("State")),
    Column("begins", text("Period from"), "moment"),
    Column("ends", text("Period until"), "moment"),
    Column("currency", text("Currency")),
    Column("subtotal", text("Without tax")),
    Column("tax", text("Tax")),
    Column("total", text("Total")),
    Column("paid", text("Paid")),
)


class BilledController(Controller):
    """What was billed for the product."""

    path = f"{banner.HOME}/invoices"

    @get("/", name="billing.invoices", roles=OWNERS)
    async def list_invoices(self, request: AppRequest) -> Template:
        """The newest first."""
        params = list_query(request, "after")
        async with request.user.scope():
            found = await invoices.page_invoices(
                read_cursor(tuple[datetime, UUID], params.get("after")),
                PAGE + 1,
            )
            account = await accounts.find_account()
            rows, more = split_page(found, PAGE)
            await audit.saw("stripe_invoices", count=len(rows))
        return page(
            request,
            "billing/invoices.html",
            fragment="billing/_invoices.html",
            rows=rows,
            params=params,
            next=cursor_of((rows[-1].issued_at, rows[-1].id)) if more else None,
            account=account,
            words=words,
        )

    @get("/file", name="billing.invoices_file", roles=OWNERS)
    async def export(self, request: AppRequest) -> Response[bytes]:
        """All of them as CSV; amounts as whole units with two decimals."""
        async with request.user.scope():
            rows = await invoices.page_invoices(limit=MOST)
            await audit.saw("stripe_invoices", action="exported", count=len(rows))
        return await csv_of("invoices", COLUMNS, [_in_words(row) for row in rows])

    @get("/{stripe_invoice_id:uuid}", name="billing.invoice", roles=OWNERS)
    async def show(self, request: AppRequest, stripe_invoice_id: FromPath[UUID]) -> Template:
        """One invoice, line by line."""
        async with request.user.scope():
            invoice = await invoices.get_invoice(stripe_invoice_id)
            await audit.saw("stripe_invoice", stripe_invoice_id)
        return page(request, "billing/invoice.html", invoice=invoice, words=words)


def _decimal(minor: int) -> str:
    """Exact, however large."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"


def _in_words(row: Invoice) -> dict[str, Any]:
    amounts = {name: _decimal(getattr(row, name)) for name in ("subtotal", "tax", "total", "paid")}
    return {
        "number": row.number,
        "issued": row.issued_at,
        "state": words.invoice_state(row)[0],
        "begins": row.period_starts_at,
        "ends": row.period_ends_at,
        "currency": row.currency.upper(),
        **amounts,
    }
