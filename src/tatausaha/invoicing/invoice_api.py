"""The provider's invoices to its clients, for programs: read them with their lines and the work behind each."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller
from litestar.params import FromPath, FromQuery, QueryParameter

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.operations import Page, cursor, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.queries import invoices, lines
from tatausaha.invoicing.queries.invoices import InvoiceRow
from tatausaha.invoicing.queries.lines import BilledItem, Line

GROUP = text("Invoicing")
READ = "invoicing:read"
PAGE = 50
State = Literal["", "draft", "waiting", "approved", "paid", "void"]


class InvoiceOut(msgspec.Struct, frozen=True):
    """An invoice whole; amounts in whole rupiah, hours in minutes."""

    invoice: InvoiceRow
    note: str
    void_reason: str
    lines: list[Line]


class InvoiceApi(Controller):
    """What clients are billed."""

    path = "/api/v1"

    @read(
        "/invoices",
        name="api.invoices",
        says=text("List invoices to clients"),
        group=GROUP,
        scope=READ,
        roles=MANAGERS,
    )
    async def list_invoices(
        self,
        request: AppRequest,
        client: FromQuery[UUID | None] = None,
        period: FromQuery[date | None] = None,
        in_state: Annotated[State, QueryParameter(name="state")] = "",
        after: FromQuery[str | None] = None,
    ) -> Page[InvoiceRow]:
        """The newest month first; `period` is the first day of a month. Amounts in whole rupiah."""
        async with request.user.scope():
            before = cursor(tuple[date, UUID], after)
            found = await invoices.page_invoices(period, client, in_state, before=before, limit=PAGE + 1)
            shown, following = paged(found, PAGE, lambda one: (one.period, one.id))
            await audit.saw_list("client_invoices", client, len(shown), clients=[one.client_id for one in shown])
        return Page(shown, following)

    @read(
        "/invoices/{client_invoice_id:uuid}",
        name="api.invoice",
        says=text("Read an invoice to a client"),
        group=GROUP,
        scope=READ,
        roles=MANAGERS,
    )
    async def get_invoice(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> InvoiceOut:
        """With its lines and the steps that each amount came about by."""
        async with request.user.scope():
            found = await invoices.get_invoice(client_invoice_id)
            own = await lines.list_lines(client_invoice_id)
            await audit.saw("client_invoice", client_invoice_id, found.client_id)
        row = InvoiceRow(**{name: getattr(found, name) for name in InvoiceRow.__struct_fields__})
        return InvoiceOut(row, found.note, found.void_reason, own)

    @read(
        "/invoices/{client_invoice_id:uuid}/work",
        name="api.invoice_work",
        says=text("List the work behind an invoice"),
        group=GROUP,
        scope=READ,
        roles=MANAGERS,
    )
    async def list_work(
        self, request: AppRequest, client_invoice_id: FromPath[UUID], after: FromQuery[str | None] = None
    ) -> Page[BilledItem]:
        """Each piece of finished work, in the order of its days."""
        async with request.user.scope():
            invoice = await invoices.get_invoice(client_invoice_id)
            place = cursor(tuple[date, UUID], after)
            shown, following = paged(
                await lines.page_items(client_invoice_id, after=place, limit=PAGE + 1),
                PAGE,
                lambda one: (one.finished_on, one.id),
            )
            await audit.saw("client_invoice", client_invoice_id, invoice.client_id, count=len(shown))
        return Page(shown, following)
