"""What came for an invoice: money, slips of PPh 23, what was entered wrongly, and reminders."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing import money_forms as forms
from tatausaha.invoicing.queries import receivables as queries
from tatausaha.invoicing.queries.receivables import Issued
from tatausaha.invoicing.service import money, reminding
from tatausaha.people.rules import today

PAGE, ENTRY = "invoicing/money.html", "invoicing/entry.html"


class MoneyController(Controller):
    """Managers enter what came; another one says when it does not hold."""

    path = "/invoices"

    @get("/{issued_id:uuid}/money", name="invoicing.money", roles=MANAGERS)
    async def show(self, request: AppRequest, issued_id: FromPath[UUID]) -> Template:
        """What is open of an invoice, what came, and the forms for more."""
        async with request.user.scope():
            invoice = await queries.get_issued(issued_id)
            context = await _about(invoice)
            await audit.saw("client_invoice", issued_id, invoice.client_id, count=len(context["entries"]))
        return page(request, PAGE, **context, values=_values(invoice), errors={})

    @post("/{issued_id:uuid}/payments", name="invoicing.receive", roles=MANAGERS)
    async def receive(self, request: AppRequest, issued_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            invoice = await queries.get_issued(issued_id, lock=True)
            values = await typed_values(request)
            expect_form(request, PAGE, _values(invoice) | values, **await _about(invoice))
            await money.receive([invoice], parse(forms.MoneyForm, values))
        return go_to(f"/invoices/{issued_id}/money", text("The payment is entered."))

    @post("/{issued_id:uuid}/slips", name="invoicing.keep_slip", roles=MANAGERS)
    async def keep_slip(self, request: AppRequest, issued_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            invoice = await queries.get_issued(issued_id, lock=True)
            values = await typed_values(request)
            expect_form(request, PAGE, _values(invoice) | values, **await _about(invoice))
            await money.keep_slip(invoice, parse(forms.SlipForm, values))
        return go_to(f"/invoices/{issued_id}/money", text("The slip is entered."))

    @post("/{issued_id:uuid}/remind", name="invoicing.remind", roles=MANAGERS)
    async def remind(self, request: AppRequest, issued_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            invoice = await queries.get_issued(issued_id, lock=True)
            await reminding.remind(invoice)
        told = text("A reminder is on its way to {email}.", email=invoice.sent_to)
        return go_to(f"/invoices/{issued_id}/money", told)

    @post("/{issued_id:uuid}/hold", name="invoicing.hold", roles=MANAGERS)
    async def hold(self, request: AppRequest, issued_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            invoice = await queries.get_issued(issued_id, lock=True)
            values = await typed_values(request)
            expect_form(request, PAGE, _values(invoice) | values, **await _about(invoice))
            await reminding.hold(invoice, parse(forms.HoldForm, values).hold_reason)
        return go_to(f"/invoices/{issued_id}/money", text("The client is not reminded of this invoice."))

    @post("/{issued_id:uuid}/release", name="invoicing.release", roles=MANAGERS)
    async def release(self, request: AppRequest, issued_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await reminding.release(await queries.get_issued(issued_id, lock=True))
        return go_to(f"/invoices/{issued_id}/money", text("The client is reminded of this invoice again."))

    @get("/payments/{client_payment_id:uuid}", name="invoicing.entry", roles=MANAGERS)
    async def show_entry(self, request: AppRequest, client_payment_id: FromPath[UUID]) -> Template:
        """Money or a slip, and the form that says it does not hold."""
        async with request.user.scope():
            context = await _about_entry(client_payment_id)
            await audit.saw("client_payment", client_payment_id, context["client"].id)
        return page(request, ENTRY, **context, values={}, errors={})

    @post("/payments/{client_payment_id:uuid}/void", name="invoicing.void_entry", roles=MANAGERS)
    async def void(self, request: AppRequest, client_payment_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            context = await _about_entry(client_payment_id)
            values = await typed_values(request)
            expect_form(request, ENTRY, values, **context)
            entry = await money.void(client_payment_id, parse(forms.VoidForm, values).void_reason)
        return go_to(f"/invoices/{entry.invoice_id}/money", text("It does not count any more."))


async def _about(invoice: Issued) -> dict[str, Any]:
    return {
        "client": CurrentClient(invoice.client_id, invoice.client_name),
        "invoice": invoice,
        "standing": forms.STANDINGS[invoice.standing(today(invoice.time_zone))],
        "entries": await queries.list_entries(invoice.id),
        "reminders": await queries.list_reminders(invoice.id),
        "waiting": await changes.list_pending(invoice.id, money.SLIP),
        "asked": ASKED,
        "kinds": forms.ENTRIES,
        "today": today(invoice.time_zone),
    }


async def _about_entry(entry_id: UUID) -> dict[str, Any]:
    entry = await money.get_entry(entry_id)
    invoice = await queries.get_issued(entry.invoice_id)
    client = CurrentClient(invoice.client_id, invoice.client_name)
    return {"client": client, "invoice": invoice, "entry": entry, "kinds": forms.ENTRIES}


def _values(invoice: Issued) -> dict[str, Any]:
    """What the forms propose: all that is still to be transferred, and the slip that is expected."""
    day = today(invoice.time_zone)
    proposed = {"amount": invoice.money_due or invoice.open, "slip_amount": invoice.slip_missing or ""}
    return {"token": str(uuid7()), "received_on": day, "slip_on": day, **proposed}
