"""The provider's invoices to its clients: all of them, one with the work behind each line, and every step on its way."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.clients.queries import list_names
from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.dates import Period
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, month_of, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents.filenames import attachment, file_name
from tatausaha.documents.sending import send
from tatausaha.invoicing import invoice_forms as forms
from tatausaha.invoicing.queries import invoices, letters, lines
from tatausaha.invoicing.queries.invoices import STATES, Invoice
from tatausaha.invoicing.queries.lines import Line
from tatausaha.invoicing.rules.kinds import KINDS
from tatausaha.invoicing.service import approving, documents, drafting, sending, voiding, waiving
from tatausaha.invoicing.service.documents import quantity_of
from tatausaha.invoicing.views.files import send_rows
from tatausaha.people.rules import today

PAGE, ITEMS, MOST = 50, 100, 100_000
SHOW = "invoicing/invoice.html"


class InvoiceController(Controller):
    """Managers draft, look through, issue and send them."""

    path = "/invoices"

    @get("/", name="invoicing.invoices", roles=MANAGERS)
    async def list_all(self, request: AppRequest) -> Template:
        """Invoices by month, state and client, with what they come to."""
        params = list_query(request, "client", "month", "state", "after")
        client_id, period = id_of(params, "client"), month_of(params, "month")
        state = params.get("state", "") if params.get("state") in STATES else ""
        after = read_cursor(tuple[date, UUID], params.get("after"))
        async with request.user.scope():
            found = await invoices.page_invoices(period, client_id, state, before=after, limit=PAGE + 1)
            sums = await invoices.sum_invoices(period, client_id, state)
            names = await list_names()
            rows, more = split_page(found, PAGE)
            await audit.saw_list("client_invoices", client_id, len(rows), "", [row.client_id for row in rows])
        chosen = next((one for one in names if one.id == client_id), None)
        return page(
            request,
            "invoicing/invoices.html",
            fragment="invoicing/_invoices.html",
            client=CurrentClient(chosen.id, chosen.name) if chosen else None,
            params=params,
            rows=rows,
            next=cursor_of((rows[-1].period, rows[-1].id)) if more else None,
            sums=sums,
            states=STATES,
            last=Period.of(today()).previous().first,
        )

    @get("/{client_invoice_id:uuid}", name="invoicing.invoice", roles=MANAGERS)
    async def show(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Template:
        """An invoice with its lines; its e-mails alone while one is under way."""
        async with request.user.scope():
            context = await _about(await invoices.get_invoice(client_invoice_id))
            await audit.saw("client_invoice", client_invoice_id, context["client"].id)
        values = {"note": context["invoice"].note, "sent_to": context["invoice"].sent_to}
        return page(request, SHOW, fragment="invoicing/_invoice_letters.html", **context, values=values, errors={})

    @get("/{client_invoice_id:uuid}/work", name="invoicing.items", roles=MANAGERS)
    async def show_items(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Template:
        """The work behind an invoice, or behind one of its lines."""
        params = list_query(request, "line", "after")
        async with request.user.scope():
            invoice = await invoices.get_invoice(client_invoice_id)
            own = await lines.list_lines(client_invoice_id)
            line = next((one for one in own if str(one.id) == params.get("line")), None)
            after = read_cursor(tuple[date, UUID], params.get("after"))
            found = await lines.page_items(client_invoice_id, line.id if line else None, after=after, limit=ITEMS + 1)
            rows, more = split_page(found, ITEMS)
            await audit.saw("client_invoice", client_invoice_id, invoice.client_id, count=len(rows))
        return page(
            request,
            "invoicing/items.html",
            fragment="invoicing/_items.html",
            client=CurrentClient(invoice.client_id, invoice.client_name),
            invoice=invoice,
            params=params,
            line=line,
            lines={one.id: one for one in own},
            rows=rows,
            next=cursor_of((rows[-1].finished_on, rows[-1].id)) if more else None,
            quantity_of=quantity_of,
        )

    @get("/{client_invoice_id:uuid}/file", name="invoicing.items_file", roles=MANAGERS)
    async def send_items(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Response[bytes]:
        """The work behind an invoice as a file."""
        params = list_query(request, "line", "format")
        async with request.user.scope():
            invoice = await invoices.get_invoice(client_invoice_id)
            labels = {one.id: one.label for one in await lines.list_lines(client_invoice_id)}
            found = await lines.page_items(client_invoice_id, id_of(params, "line"), limit=MOST)
            await audit.saw("client_invoice", client_invoice_id, invoice.client_id, action="exported", count=len(found))
        records = [documents.item_row(labels[one.line_id], one) for one in found]
        name = f"{invoice.client_name} {invoice.number or Period.of(invoice.period)}"
        return await send_rows(name, params.get("format", ""), documents.ITEM_COLUMNS, records)

    @get("/{client_invoice_id:uuid}/pdf", name="invoicing.paper", roles=MANAGERS)
    async def paper(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Stream | Response[bytes]:
        """The paper that the client got, or what a draft would look like."""
        async with request.user.scope():
            invoice = await invoices.get_invoice(client_invoice_id)
            kept = await sending.find_paper(invoice) if invoice.issued else None
            paper = None if kept else await documents.read_paper(invoice)
            await audit.saw("client_invoice", client_invoice_id, invoice.client_id, action="downloaded")
        if kept:
            return await send(kept)
        assert paper is not None
        name = file_name("Invoice", invoice.number or f"{invoice.period:%Y-%m}", invoice.client_name, suffix="pdf")
        headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
        return Response(await documents.invoice_pdf(paper), media_type="application/pdf", headers=headers)

    @post("/{client_invoice_id:uuid}/words", name="invoicing.set_words", roles=MANAGERS)
    async def set_words(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Redirect:
        """The note, and whom it goes to."""
        async with request.user.scope():
            invoice, values = await _expect(request, client_invoice_id)
            form = parse(forms.WordsForm, values)
            await drafting.set_words(invoice, form.note[:2000], ", ".join(sending.addresses(form.sent_to)))
        return go_to(f"/invoices/{client_invoice_id}", text("Saved."))

    @post("/{client_invoice_id:uuid}/draft", name="invoicing.redraft", roles=MANAGERS)
    async def draw_anew(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Redirect:
        """Count and price the month afresh."""
        async with request.user.scope():
            invoice = await invoices.get_invoice(client_invoice_id)
            made = await drafting.draft(invoice.client_id, Period.of(invoice.period))
        return _after_change(invoice, made.invoice_id is not None, text("The draft is drawn up anew."))

    @post("/{client_invoice_id:uuid}/waive", name="invoicing.waive_part", roles=MANAGERS)
    async def waive(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Redirect:
        """Do not bill so much of a line."""
        async with request.user.scope():
            # In the order of whoever drafts: first the client's turn, then the invoice.
            await drafting.hold((await invoices.get_invoice(client_invoice_id)).client_id)
            invoice, values = await _expect(request, client_invoice_id)
            form = parse(forms.PartForm, values)
            line = await _line(invoice, form.line)
            await waiving.waive_part(invoice, line, forms.count_of(form.quantity), form.reason)
            left = await invoices.find_of_month(invoice.client_id, invoice.period)
        return _after_change(invoice, left is not None, text("It is not billed; the draft is drawn up anew."))

    @post("/{client_invoice_id:uuid}/submit", name="invoicing.submit", roles=MANAGERS)
    async def submit(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Redirect:
        """Ask another manager to issue it."""
        async with request.user.scope():
            invoice, _ = await _expect(request, client_invoice_id)
            asked = await approving.submit(invoice.id)
        done = text("The invoice is issued and on its way.") if asked.applied else text("Another manager is asked.")
        return go_to(f"/invoices/{client_invoice_id}", done)

    @post("/{client_invoice_id:uuid}/send", name="invoicing.send", roles=MANAGERS)
    async def send_again(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Redirect:
        """Send it once more, on purpose."""
        async with request.user.scope():
            invoice, values = await _expect(request, client_invoice_id)
            form = parse(forms.SendForm, values)
            await sending.send_again(invoice, forms.count_of(form.sending), form.sent_to, form.again)
        return go_to(f"/invoices/{client_invoice_id}", text("The invoice is on its way. Its state is shown here."))

    @post("/{client_invoice_id:uuid}/void", name="invoicing.void", roles=MANAGERS)
    async def void(self, request: AppRequest, client_invoice_id: FromPath[UUID]) -> Redirect:
        """Ask another manager to agree that it does not hold."""
        async with request.user.scope():
            invoice, values = await _expect(request, client_invoice_id)
            await voiding.ask(invoice, parse(forms.VoidForm, values).reason)
        return go_to(f"/invoices/{client_invoice_id}", text("Another manager is asked."))


async def _expect(request: AppRequest, invoice_id: UUID) -> tuple[Invoice, dict[str, str]]:
    """The invoice, locked, and what was typed; should it prove wrong, its page shows it again."""
    invoice = await invoices.get_invoice(invoice_id, lock=True)
    values = await typed_values(request)
    known = {"note": invoice.note, "sent_to": invoice.sent_to}
    expect_form(request, SHOW, known | values, **await _about(invoice))
    return invoice, values


async def _line(invoice: Invoice, written: str) -> Line:
    found = next((one for one in await lines.list_lines(invoice.id) if str(one.id) == written), None)
    if found is None:
        raise NotFound(text("This line does not exist any more. Reload the page to see how the draft stands."))
    return found


def _after_change(invoice: Invoice, left: bool, done: Text) -> Redirect:
    """Back to the draft, or to the month's work where nothing is left to bill."""
    if left:
        return go_to(f"/invoices/{invoice.id}", done)
    where = f"/invoices/work/{invoice.client_id}?month={Period.of(invoice.period)}"
    return go_to(where, text("Nothing is left to bill in this month, so there is no invoice."))


async def _about(invoice: Invoice) -> dict[str, Any]:
    """What the page of an invoice is given."""
    period = Period.of(invoice.period)
    sent = await letters.list_letters(invoice)
    return {
        "client": CurrentClient(invoice.client_id, invoice.client_name),
        "invoice": invoice,
        "lines": await lines.list_lines(invoice.id),
        "waived": await lines.list_waived(invoice.client_id, period.first, period.last),
        "waiting": await changes.list_pending(invoice.id),
        "letters": sent,
        "under_way": invoice.issued and (invoice.sent_at is None or any(one.under_way for one in sent)),
        "approvers": await letters.list_approvers(invoice.client_id),
        "states": STATES,
        "kinds": KINDS,
        "asked": ASKED,
        "month": str(period),
        "quantity_of": quantity_of,
    }
