"""What customers owe: the open invoices by age, issuing one, taking money, voiding, reminding."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.ageing import BUCKETS
from tatausaha.core.change_policy import ASKED
from tatausaha.core.charts import Chart, Series
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.money import format_rupiah
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.sales import receivable_forms as forms
from tatausaha.sales.queries import customers, receivables
from tatausaha.sales.service import receivables as service
from tatausaha.sales.views.customers import about, chosen, new_token

PAGE = 50
INVOICE, INVOICE_PAGE, PAYMENT = "sales/invoice_form.html", "sales/invoice.html", "sales/payment_form.html"
METHODS = list(forms.METHODS.items())


class ReceivableController(Controller):
    """Invoices to customers and the money that comes for them."""

    path = "/sales"

    @get("/receivables", name="sales.receivables", roles=STAFF)
    async def list_open(self, request: AppRequest) -> Template:
        """What is open, the longest overdue first, with its age as a chart."""
        params = list_query(request, "client", "after")
        client_id, day = id_of(params, "client"), today()
        async with request.user.scope():
            client = await chosen(client_id)
            found = await receivables.page_open(
                client_id, read_cursor(tuple[date, UUID], params.get("after")), PAGE + 1
            )
            ages = await receivables.sum_ages(client_id, day)
            rows, more = split_page(found, PAGE)
            await audit.saw_list("receivables", client_id, len(rows), "", [row.client_id for row in rows])
        return page(
            request,
            "sales/receivables.html",
            fragment="sales/_receivables.html",
            client=client,
            params=params,
            rows=rows,
            next=cursor_of((rows[-1].due_on, rows[-1].id)) if more else None,
            ages=ages,
            buckets=BUCKETS,
            chart=_chart(ages),
            today=day,
        )

    @get("/customers/{customer_id:uuid}/invoices/new", name="sales.new_invoice", roles=STAFF)
    async def show_new(self, request: AppRequest, customer_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            customer = await customers.get_customer(customer_id)
            owed = await customers.sum_owed(customer_id)
            await audit.saw("customer", customer_id, customer.client_id)
        values = {"token": new_token(), "issued_on": today(customer.time_zone), "parts": "1"}
        return page(request, INVOICE, **about(customer), owed=owed, values=values, errors={})

    @post("/customers/{customer_id:uuid}/invoices", name="sales.issue", roles=STAFF)
    async def issue(self, request: AppRequest, customer_id: FromPath[UUID]) -> Redirect:
        """Sell on credit; beyond the limit it waits for a second person."""
        values = await typed_values(request)
        async with request.user.scope():
            customer = await customers.get_customer(customer_id, lock=True)
            owed = await customers.sum_owed(customer_id)
            expect_form(request, INVOICE, values, **about(customer), owed=owed)
            issued = await service.issue(customer, parse(forms.InvoiceForm, values), today(customer.time_zone))
        told = (
            text("Invoice {number} is issued.", number=issued.number)
            if issued.number
            else text("{amount} rupiah beyond the credit limit: it waits for a second person.", amount=issued.over)
        )
        return go_to(f"/sales/invoices/{issued.request_id}", told)

    @get("/invoices/{invoice_id:uuid}", name="sales.invoice", roles=STAFF)
    async def show(self, request: AppRequest, invoice_id: FromPath[UUID]) -> Template:
        """An invoice with its instalments and what was paid of each."""
        async with request.user.scope():
            context = await _invoice(invoice_id)
            await audit.saw("invoice", invoice_id, context["client"].id)
        return page(request, INVOICE_PAGE, **context, values={}, errors={})

    @post("/invoices/{invoice_id:uuid}/void", name="sales.void", roles=STAFF)
    async def void(self, request: AppRequest, invoice_id: FromPath[UUID]) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, INVOICE_PAGE, values, **await _invoice(invoice_id))
            await service.void(invoice_id, parse(forms.VoidForm, values).reason)
        return go_to(f"/sales/invoices/{invoice_id}", text("The invoice is void and keeps its number."))

    @get("/customers/{customer_id:uuid}/payments/new", name="sales.new_payment", roles=STAFF)
    async def show_payment(self, request: AppRequest, customer_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            customer = await customers.get_customer(customer_id)
            debts = await receivables.list_open(customer_id)
            await audit.saw("customer", customer_id, customer.client_id, count=len(debts))
        values = {"token": new_token(), "received_on": today(customer.time_zone), "method": "transfer"}
        return page(request, PAYMENT, **about(customer), debts=debts, values=values, errors={}, methods=METHODS)

    @post("/customers/{customer_id:uuid}/payments", name="sales.receive", roles=STAFF)
    async def receive(self, request: AppRequest, customer_id: FromPath[UUID]) -> Redirect:
        """Money that came settles the oldest due day first."""
        values = await typed_values(request)
        async with request.user.scope():
            customer = await customers.get_customer(customer_id, lock=True)
            debts = await receivables.list_open(customer_id)
            expect_form(request, PAYMENT, values, **about(customer), debts=debts, methods=METHODS)
            await service.receive(customer, parse(forms.PaymentForm, values), today(customer.time_zone))
        return go_to(f"/sales/customers/{customer_id}", text("The payment is entered."))

    @post("/customers/{customer_id:uuid}/remind", name="sales.remind", roles=STAFF)
    async def remind(self, request: AppRequest, customer_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            customer = await customers.get_customer(customer_id, lock=True)
            await service.remind(customer, today(customer.time_zone))
        return go_to(f"/sales/customers/{customer_id}", text("A reminder is on its way to {name}.", name=customer.name))


async def _invoice(request_id: UUID) -> dict[str, Any]:
    parts = await receivables.list_parts(request_id)
    if not parts:
        raise NotFound(text("This invoice does not exist."))
    return {
        "client": CurrentClient(parts[0].client_id, parts[0].client_name),
        "parts": parts,
        "paid": await receivables.list_payments_of([part.id for part in parts]),
        "states": forms.STATES,
        "waiting": await changes.list_pending(request_id),
        "asked": ASKED,
    }


def _chart(ages: dict[str, int]) -> Chart:
    late = format_rupiah(sum(ages.values()) - ages["not_due"], current_language())
    values: list[Any] = [ages[name] for name, _ in BUCKETS]
    return Chart(
        render(text("Open amounts by age")),
        render(text("{amount} is overdue.", amount=late)),
        "bar",
        [render(label) for _, label in BUCKETS],
        [Series(name=render(text("Open")), values=values)],
    )
