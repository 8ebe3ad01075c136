"""Suppliers' bills: the list, one entered and seen, and its steps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import current_language, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import format_rupiah, round_ratio
from tatausaha.core.taxes import SERVICES
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing import payable_forms as forms
from tatausaha.purchasing.queries import bills as queries
from tatausaha.purchasing.queries import payments, receipts
from tatausaha.purchasing.queries.bills import Bill, Supplier
from tatausaha.purchasing.queries.receipts import OrderHead, ReceivableLine
from tatausaha.purchasing.rules.totals import UNIT, totals
from tatausaha.purchasing.service import billing, matching, settling
from tatausaha.purchasing.service.billing import ATTENTION, Asked, Paper
from tatausaha.purchasing.views.frame import about_client

PAGE = 50
FORM, SHOW = "purchasing/bill_form.html", "purchasing/bill.html"
FURTHER_ROWS = 3


class BillController(Controller):
    """What staff do with suppliers' bills."""

    @get("/purchasing/bills", name="purchasing.bills", roles=STAFF)
    async def list_bills(self, request: AppRequest) -> Template:
        """Bills of all clients one may see, or of one; the newest first."""
        params = list_query(request, "client", "supplier", "state", "after")
        client_id, state = id_of(params, "client"), params.get("state", "")
        known = state if state in {*queries.STATES, "unpaid"} else ""
        async with request.user.scope():
            chosen = await about_client(client_id)
            begin, supplier_id = forms.before_of(params), id_of(params, "supplier")
            found = await queries.page_bills(client_id, known, supplier_id=supplier_id, before=begin, limit=PAGE + 1)
            rows, more = split_page(found, PAGE)
            await audit.saw_list("supplier_bills", client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "purchasing/bills.html",
            fragment="purchasing/_bills.html",
            params=params,
            rows=rows,
            next=forms.next_of(rows, more),
            states=queries.STATES,
            **chosen,
        )

    @get("/purchasing/bills/new", name="purchasing.new_bill", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        """The form for a supplier, with the lines of an order where there is one; else the choice of both."""
        params = list_query(request, "client", "supplier", "order")
        async with request.user.scope():
            order_id = id_of(params, "order")
            order = await receipts.get_order(order_id) if order_id else None
            supplier_id = order.supplier_id if order else id_of(params, "supplier")
            if supplier_id is None:
                client_id = id_of(params, "client")
                chosen = await about_client(client_id)
                orders = await receipts.list_unbilled_orders(client_id) if client_id else []
                chosen["suppliers"] = await queries.list_suppliers(client_id) if client_id else []
                chosen["clients"] = [] if client_id else await clients.list_names()
                await audit.saw_list("purchase_orders", client_id, len(orders))
                return page(request, "purchasing/bill_source.html", orders=orders, **chosen)
            supplier = await queries.get_supplier(supplier_id)
            lines = await receipts.list_order_lines(order.id) if order else []
            await audit.saw("supplier", supplier_id, supplier.client_id)
        values = _suggested(supplier, order, lines)
        return page(request, FORM, values=values, errors={}, **_about(supplier, order, lines, values))

    @post("/purchasing/bills", name="purchasing.create_bill", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        """Enter a bill; one that may be here already is named first."""
        values = await typed_values(request)
        async with request.user.scope():
            supplier_id, order_id = id_of(values, "supplier_id"), id_of(values, "order_id")
            if supplier_id is None:
                raise Invalid(ATTENTION, {"supplier_id": text("Choose the supplier.")})
            supplier = await queries.get_supplier(supplier_id)
            order = await receipts.get_order(order_id) if order_id else None
            lines = await receipts.list_order_lines(order.id) if order else []
            expect_form(request, FORM, values, **_about(supplier, order, lines, values))
            head, (billed, further) = forms.split_rows(values, forms.BilledForm, forms.FurtherForm)
            form = forms.read(forms.BillForm, head)
            asked = [
                *_billed(forms.parse_rows(forms.BilledForm, billed), lines),
                *_further(forms.parse_rows(forms.FurtherForm, further)),
            ]
            bill_id = await billing.enter(supplier, order_id, _paper(form), asked)
            made = await queries.get_bill(bill_id)
        sentence = text("Bill {number} fits and can be approved.", number=made.number)
        if made.state == "held":
            sentence = text("Bill {number} is held: see what does not fit.", number=made.number)
        return go_to(f"/purchasing/bills/{bill_id}", sentence)

    @get("/purchasing/bills/{bill_id:uuid}", name="purchasing.bill", roles=STAFF)
    async def show(self, request: AppRequest, bill_id: FromPath[UUID]) -> Template:
        """The bill, what of it does not fit, and what became of it."""
        async with request.user.scope():
            bill = await queries.get_bill(bill_id)
            context = await about_bill(bill)
            await audit.saw("supplier_bill", bill_id, bill.client_id)
        return page(request, SHOW, values=papers_of(bill), errors={}, **context)

    @post("/purchasing/bills/{bill_id:uuid}/approve", name="purchasing.approve_bill", roles=STAFF)
    async def approve(self, request: AppRequest, bill_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await billing.approve(bill_id)
        return go_to(f"/purchasing/bills/{bill_id}", text("The bill may be paid."))

    @post("/purchasing/bills/{bill_id:uuid}/accept", name="purchasing.accept_bill", roles=STAFF)
    async def accept(self, request: AppRequest, bill_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            bill = await queries.get_bill(bill_id)
            values = await typed_values(request)
            expect_form(request, SHOW, papers_of(bill) | values, **await about_bill(bill))
            asked = await billing.accept(bill_id, forms.read(forms.ReasonForm, values).reason)
        done = text("The bill may be paid.") if asked.applied else text("A second person is asked.")
        return go_to(f"/purchasing/bills/{bill_id}", done)

    @post("/purchasing/bills/{bill_id:uuid}/void", name="purchasing.void_bill", roles=STAFF)
    async def void(self, request: AppRequest, bill_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            bill = await queries.get_bill(bill_id)
            values = await typed_values(request)
            expect_form(request, SHOW, papers_of(bill) | values, **await about_bill(bill))
            await billing.void(bill_id, forms.read(forms.ReasonForm, values).reason)
        return go_to(f"/purchasing/bills/{bill_id}", text("The bill is void."))

    @post("/purchasing/bills/{bill_id:uuid}/set-off", name="purchasing.set_off", roles=STAFF)
    async def set_off(self, request: AppRequest, bill_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            bill = await queries.get_bill(bill_id)
            values = await typed_values(request)
            expect_form(request, SHOW, papers_of(bill) | values, **await about_bill(bill))
            form = forms.read(forms.SetOffForm, values)
            credit_id = id_of(values, "credit_id")
            if credit_id is None:
                raise Invalid(ATTENTION, {"credit_id": text("Choose one of the given values.")})
            amount = await settling.set_off(bill_id, credit_id, form.amount)
        written = format_rupiah(amount, current_language())
        return go_to(f"/purchasing/bills/{bill_id}", text("{amount} are set off.", amount=written))

    @post("/purchasing/bills/{bill_id:uuid}/papers", name="purchasing.bill_papers", roles=STAFF)
    async def keep_papers(self, request: AppRequest, bill_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            bill = await queries.get_bill(bill_id, lock=True)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **await about_bill(bill))
            form = forms.read(forms.PapersForm, values)
            await settling.keep_papers(bill, form.tax_invoice, form.pph23_slip, form.pph23_slip_on)
        return go_to(f"/purchasing/bills/{bill_id}", text("Saved."))


async def about_bill(bill: Bill) -> dict[str, Any]:
    """What every page of a bill is given."""
    lines = await queries.list_bill_lines(bill.id)
    return {
        "client": CurrentClient(bill.client_id, bill.client_name),
        "bill": bill,
        "lines": lines,
        "found": await matching.find_misfits(bill, lines) if bill.state != "void" else [],
        "waiting": await changes.list_pending(bill.id),
        "credits": await queries.list_credits(bill.supplier_id) if bill.open else [],
        "uses": await queries.list_credit_uses(bill.id),
        "payments": await queries.list_payments(bill.id),
        "states": queries.STATES,
        "line_states": payments.LINE_STATES,
        "services": SERVICES,
        "asked": ASKED,
    }


def papers_of(bill: Bill) -> dict[str, str]:
    """The numbers of tax papers as their form shows them."""
    day = bill.pph23_slip_on.strftime("%d/%m/%Y") if bill.pph23_slip_on else ""
    return {"tax_invoice": bill.tax_invoice, "pph23_slip": bill.pph23_slip, "pph23_slip_on": day}


def _about(
    supplier: Supplier, order: OrderHead | None, lines: list[ReceivableLine], values: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "client": CurrentClient(supplier.client_id, supplier.client_name),
        "supplier": supplier,
        "order": order,
        "lines": lines,
        "services": list(SERVICES.items()),
        "further": forms.row_keys(values, "words", 1 if order else FURTHER_ROWS),
    }


def _suggested(supplier: Supplier, order: OrderHead | None, lines: list[ReceivableLine]) -> dict[str, Any]:
    """What came and is not billed yet, at the order's price."""
    values: dict[str, Any] = {
        "supplier_id": str(supplier.id),
        "order_id": str(order.id) if order else "",
        "billed_on": today(supplier.time_zone).strftime("%d/%m/%Y"),
        "once_key": str(uuid7()),
    }
    amounts = []
    for line in lines:
        left = max(0, line.received - line.billed)
        amount = round_ratio(line.amount * left, line.quantity)
        if left:
            amounts.append(amount)
            values |= {f"quantity-{line.id}": left, f"amount-{line.id}": amount}
    if order and order.ppn_rate and amounts:
        values["ppn"] = totals(amounts, order.ppn_rate).ppn
    return values


def _paper(form: forms.BillForm) -> Paper:
    return Paper(
        number=form.number,
        billed_on=form.billed_on,
        due_on=form.due_on,
        ppn=form.ppn,
        tax_invoice=form.tax_invoice,
        twice_reason=form.twice_reason,
        note=form.note,
        once_key=form.once_key or str(uuid7()),
    )


def _billed(rows: Mapping[str, forms.BilledForm], lines: list[ReceivableLine]) -> list[Asked]:
    """What is billed of the order's lines; without an amount, the order's price."""
    known = {str(line.id): line for line in lines}
    asked = []
    for key, row in rows.items():
        if row.quantity and (line := known.get(key)):
            at_price = round_ratio(line.amount * row.quantity, line.quantity)
            asked.append(Asked(row.quantity, at_price if row.amount is None else row.amount, line.id))
    return asked


def _further(rows: Mapping[str, forms.FurtherForm]) -> list[Asked]:
    return [
        Asked(row.count or UNIT, row.sum or 0, None, row.words, row.service)
        for row in rows.values()
        if row.words or row.sum
    ]
