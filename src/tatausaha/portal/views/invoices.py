"""The provider's invoices in the portal: what was billed, what stands behind each line, and what is open."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import APPROVERS, PORTAL
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.money_forms import ENTRIES, STANDINGS, SlipForm
from tatausaha.invoicing.queries import receivables
from tatausaha.invoicing.queries.receivables import Issued
from tatausaha.invoicing.rules.hours import format_minutes
from tatausaha.invoicing.service import money
from tatausaha.people.rules import today
from tatausaha.portal import invoice_queries as queries
from tatausaha.portal.frame import find_company, frame, portal_page

PAGE = "portal/invoice.html"


class ClientInvoiceController(Controller):
    """The company reads its invoices; an approver names the slip of the PPh 23 that it withheld."""

    path = "/portal/invoices"

    @get("/", name="portal.invoices", roles=PORTAL)
    async def list_invoices(self, request: AppRequest) -> Template:
        """What was sent, the newest first, with what is open."""
        params = list_query(request, "after")
        async with request.user.scope():
            company = await find_company(request)
            found = await queries.page_invoices(company.id, read_cursor(tuple[date, UUID], params.get("after")))
            rows, more = split_page(found, queries.PAGE)
            await audit.saw_list("client_invoices", company.id, len(rows))
        return portal_page(
            request,
            "portal/invoices.html",
            company,
            fragment="portal/_invoices.html",
            rows=rows,
            params=params,
            next=cursor_of((rows[-1].period, rows[-1].id)) if more else None,
            standings=STANDINGS,
            today=today(company.time_zone),
        )

    @get("/{issued_id:uuid}", name="portal.invoice", roles=PORTAL)
    async def show(self, request: AppRequest, issued_id: FromPath[UUID]) -> Template:
        """One invoice: its lines, what came, what is open and how to pay."""
        async with request.user.scope():
            company = await find_company(request)
            invoice = await queries.get_invoice(issued_id, company.id)
            context = await _about(invoice)
            await audit.saw("client_invoice", issued_id, company.id)
        return portal_page(request, PAGE, company, **context, values=_values(invoice), errors={})

    @get("/{issued_id:uuid}/lines/{client_invoice_line_id:uuid}", name="portal.invoice_line", roles=PORTAL)
    async def show_line(
        self, request: AppRequest, issued_id: FromPath[UUID], client_invoice_line_id: FromPath[UUID]
    ) -> Template:
        """Every piece of work behind one line."""
        params = list_query(request, "after")
        async with request.user.scope():
            company = await find_company(request)
            invoice = await queries.get_invoice(issued_id, company.id)
            lines = {line.id: line for line in await queries.list_lines(issued_id)}
            if (line := lines.get(client_invoice_line_id)) is None:
                raise NotFound(text("This line does not exist."))
            found = await queries.page_items(line.id, read_cursor(tuple[date, UUID], params.get("after")))
            items, more = split_page(found, queries.ITEMS)
            await audit.saw("client_invoice", issued_id, company.id, count=len(items))
        return portal_page(
            request,
            "portal/invoice_line.html",
            company,
            fragment="portal/_invoice_items.html",
            invoice=invoice,
            line=line,
            items=items,
            params=params,
            next=cursor_of((items[-1].finished_on, items[-1].id)) if more else None,
            written=format_minutes,
        )

    @post("/{issued_id:uuid}/slip", name="portal.name_slip", roles=APPROVERS)
    async def name_slip(self, request: AppRequest, issued_id: FromPath[UUID]) -> Redirect:
        """The number of the PPh 23 slip; it counts once the provider has agreed."""
        async with request.user.scope():
            company = await find_company(request)
            invoice = await queries.get_invoice(issued_id, company.id)
            values = await typed_values(request)
            context = frame(company) | await _about(invoice)
            expect_form(request, PAGE, _values(invoice) | values, **context)
            await money.propose_slip(invoice, parse(SlipForm, values))
        return go_to(f"/portal/invoices/{issued_id}", text("Thank you. The slip counts once it has been looked at."))


async def _about(invoice: Issued) -> dict[str, Any]:
    return {
        "invoice": invoice,
        "standing": STANDINGS[invoice.standing(today(invoice.time_zone))],
        "lines": await queries.list_lines(invoice.id),
        "entries": [one for one in await receivables.list_entries(invoice.id) if one.voided_at is None],
        "waiting": await changes.list_pending(invoice.id, money.SLIP),
        "account": await receivables.get_account(invoice.id),
        "kinds": ENTRIES,
        "written": format_minutes,
    }


def _values(invoice: Issued) -> dict[str, Any]:
    proposed = invoice.slip_missing or ""
    return {"token": str(uuid7()), "slip_on": today(invoice.time_zone), "slip_amount": proposed}
