"""Payables and their payment: what is owed and how old it is, proposals, the bank's file, and what came of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.bank_files import CHECK, LAYOUTS
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents.filenames import attachment
from tatausaha.documents.service import CSV
from tatausaha.people.rules import today
from tatausaha.purchasing import payable_forms as forms
from tatausaha.purchasing.queries import payments as queries
from tatausaha.purchasing.queries.payments import Payment
from tatausaha.purchasing.queries.suppliers import get_client
from tatausaha.purchasing.service import paying
from tatausaha.purchasing.service.paying import ATTENTION
from tatausaha.purchasing.views.frame import about_client

PAGE = 50
FORM, SHOW = "purchasing/payment_form.html", "purchasing/payment.html"
A_WEEK = timedelta(days=7)


class PaymentController(Controller):
    """What staff do to pay suppliers."""

    @get("/purchasing/payments", name="purchasing.payments", roles=STAFF)
    async def list_payments(self, request: AppRequest) -> Template:
        """Payments of all clients one may see, or of one; the newest first."""
        params = list_query(request, "client", "state", "after")
        client_id, state = id_of(params, "client"), params.get("state", "")
        async with request.user.scope():
            chosen = await about_client(client_id)
            begin, known = forms.before_of(params), state if state in queries.STATES else ""
            rows, more = split_page(await queries.page_payments(client_id, known, before=begin, limit=PAGE + 1), PAGE)
            await audit.saw_list("supplier_payments", client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "purchasing/payments.html",
            fragment="purchasing/_payments.html",
            params=params,
            rows=rows,
            next=forms.next_of(rows, more),
            states=queries.STATES,
            **chosen,
        )

    @get("/purchasing/payments/new", name="purchasing.new_payment", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        """Bills of a client that are due until a day, all of them chosen."""
        params = list_query(request, "client", "until")
        client_id = id_of(params, "client")
        async with request.user.scope():
            chosen = await about_client(client_id)
            context = await _due(client_id, params.get("until", "")) if client_id else {"due": [], "until": None}
            context["clients"] = [] if client_id else await clients.list_names()
            await audit.saw_list("supplier_bills", client_id, len(context["due"]))
        sound = [str(one.id) for one in context["due"] if not one.barred]
        values = {"client_id": str(client_id or ""), "bills": ",".join(sound)}
        if client_id:
            values["pay_on"] = context["today"].strftime("%d/%m/%Y")
        return page(request, FORM, values=values, errors={}, **chosen, **context)

    @post("/purchasing/payments", name="purchasing.create_payment", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        """Propose a payment, and ask a second person to release it."""
        values = await typed_values(request)
        client_id = id_of(values, "client_id")
        async with request.user.scope():
            if client_id is None:
                raise Invalid(ATTENTION, {"client_id": text("Choose the client company.")})
            chosen = await about_client(client_id)
            expect_form(request, FORM, values, **chosen, **await _due(client_id, ""))
            form = forms.read(forms.PaymentForm, values)
            payment_id = await paying.propose(client_id, form.pay_on, _ids(form.bills), form.note)
        return go_to(f"/purchasing/payments/{payment_id}", text("A second person is asked to release the payment."))

    @get("/purchasing/payments/{payment_id:uuid}", name="purchasing.payment", roles=STAFF)
    async def show(self, request: AppRequest, payment_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            payment = await queries.get_payment(payment_id)
            context = await about_payment(payment)
            await audit.saw("supplier_payment", payment_id, payment.client_id)
        return page(request, SHOW, values={}, errors={}, **context)

    @post("/purchasing/payments/{payment_id:uuid}/ask", name="purchasing.ask_release", roles=STAFF)
    async def ask(self, request: AppRequest, payment_id: FromPath[UUID]) -> Redirect:
        """Ask again, after the first request was withdrawn or became void."""
        async with request.user.scope():
            await paying.ask_release(await queries.get_payment(payment_id, lock=True))
        return go_to(f"/purchasing/payments/{payment_id}", text("A second person is asked to release the payment."))

    @post("/purchasing/payments/{payment_id:uuid}/cancel", name="purchasing.cancel_payment", roles=STAFF)
    async def cancel(self, request: AppRequest, payment_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await paying.cancel(await queries.get_payment(payment_id, lock=True))
        return go_to(
            f"/purchasing/payments/{payment_id}", text("The payment is cancelled; its bills can be paid anew.")
        )

    @post("/purchasing/payments/{payment_id:uuid}/file", name="purchasing.payment_file", roles=STAFF, recent=True)
    async def write_file(self, request: AppRequest, payment_id: FromPath[UUID]) -> Response[bytes]:
        """The file for the bank, with whole account numbers."""
        async with request.user.scope():
            payment = await queries.get_payment(payment_id, lock=True)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **await about_payment(payment))
            form = forms.read(forms.FileForm, values)
            name, content = await paying.write_file(payment, form.layout, form.debit)
        headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
        return Response(content, media_type=CSV, headers=headers, status_code=200)

    @post("/purchasing/payments/lines/{payment_line_id:uuid}/paid", name="purchasing.keep_paid", roles=STAFF)
    async def keep_paid(self, request: AppRequest, payment_line_id: FromPath[UUID]) -> Redirect:
        """The proof of the transfer: its day and the bank's reference."""
        async with request.user.scope():
            payment_id, _ = await queries.get_line(payment_line_id)
            payment = await queries.get_payment(payment_id)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **await about_payment(payment))
            form = forms.read(forms.PaidForm, values)
            if form.paid_on > today(payment.time_zone):
                raise Invalid(ATTENTION, {"paid_on": text("The bank cannot have paid on a day that is still ahead.")})
            await paying.keep_paid(payment_line_id, form.paid_on, form.reference)
        return go_to(f"/purchasing/payments/{payment_id}", text("The bill is paid."))

    @post("/purchasing/payments/lines/{payment_line_id:uuid}/failed", name="purchasing.keep_failed", roles=STAFF)
    async def keep_failed(self, request: AppRequest, payment_line_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            payment_id, _ = await queries.get_line(payment_line_id)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **await about_payment(await queries.get_payment(payment_id)))
            await paying.keep_failed(payment_line_id, forms.read(forms.FailedForm, values).failure)
        return go_to(f"/purchasing/payments/{payment_id}", text("The bill is open again and can be paid anew."))


async def about_payment(payment: Payment) -> dict[str, Any]:
    """What every page of a payment is given."""
    return {
        "client": CurrentClient(payment.client_id, payment.client_name),
        "payment": payment,
        "lines": await queries.list_lines(payment.id),
        "waiting": await changes.list_pending(payment.id),
        "states": queries.STATES,
        "line_states": queries.LINE_STATES,
        "layouts": [
            ("plain", text("List with every column (CSV)")),
            *((one.code, one.label) for one in LAYOUTS.values()),
        ],
        "sources": list(LAYOUTS.values()),
        "check": CHECK,
        "today": today(payment.time_zone),
        "asked": ASKED,
    }


async def _due(client_id: UUID, until: str) -> dict[str, Any]:
    """The bills to choose from; a day that cannot be read counts as a week from now."""
    day = today((await get_client(client_id)).time_zone)
    last = forms.day_of(until) or day + A_WEEK
    return {"due": await queries.list_due(client_id, last), "until": last, "today": day}


def _ids(written: str) -> list[UUID]:
    found = [id_of({"bill": part}, "bill") for part in dict.fromkeys(written.split(",")) if part]
    if None in found:
        raise Invalid(ATTENTION, {"bills": text("Choose bills that are approved, open, and in no other payment.")})
    return [one for one in found if one is not None]
