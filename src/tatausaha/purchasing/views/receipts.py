"""Receipts of goods: the list, one taken in, one seen."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing import payable_forms as forms
from tatausaha.purchasing.queries import receipts as queries
from tatausaha.purchasing.queries.receipts import OrderHead, ReceivableLine
from tatausaha.purchasing.service import receiving
from tatausaha.purchasing.service.receiving import Came, Delivery
from tatausaha.purchasing.views.frame import about_client

PAGE = 50
FORM = "purchasing/receipt_form.html"
STATES: dict[str, tuple[Text, str]] = {
    "booked": (text("Booked"), "done"),
    "waiting": (text("Waits for a second person"), "waiting"),
    "refused": (text("Refused"), "draft"),
}


class ReceiptController(Controller):
    """What staff do with goods that come."""

    @get("/purchasing/receipts", name="purchasing.receipts", roles=STAFF)
    async def list_receipts(self, request: AppRequest) -> Template:
        """Receipts of all clients one may see, or of one; the newest first."""
        params = list_query(request, "client", "state", "after")
        client_id, state = id_of(params, "client"), params.get("state", "")
        async with request.user.scope():
            chosen = await about_client(client_id)
            begin = forms.before_of(params)
            found = await queries.page_receipts(
                client_id, state if state in STATES else "", before=begin, limit=PAGE + 1
            )
            rows, more = split_page(found, PAGE)
            await audit.saw_list("goods_receipts", client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "purchasing/receipts.html",
            fragment="purchasing/_receipts.html",
            params=params,
            rows=rows,
            next=forms.next_of(rows, more),
            states=STATES,
            **chosen,
        )

    @get("/purchasing/receipts/new", name="purchasing.new_receipt", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        """What an order waits for, ready to be counted; without one, the choice of an order."""
        params = list_query(request, "client", "order")
        order_id, client_id = id_of(params, "order"), id_of(params, "client")
        async with request.user.scope():
            if order_id is None:
                chosen = await about_client(client_id)
                orders = await queries.list_open_orders(client_id) if client_id else []
                await audit.saw_list("purchase_orders", client_id, len(orders))
                names = [] if client_id else await clients.list_names()
                return page(request, "purchasing/receipt_order.html", orders=orders, clients=names, **chosen)
            order = await queries.get_order(order_id)
            lines = await queries.list_order_lines(order_id)
            await audit.saw("purchase_order", order_id, order.client_id)
        values: dict[str, Any] = {
            "received_on": today(order.time_zone).strftime("%d/%m/%Y"),
            "rest": "open",
            "once_key": str(uuid7()),
            **{f"quantity-{line.id}": line.missing for line in lines if line.missing},
        }
        return page(request, FORM, values=values, errors={}, **_about(order, lines))

    @post("/purchasing/orders/{order_id:uuid}/receipts", name="purchasing.receive", roles=STAFF)
    async def receive(self, request: AppRequest, order_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            order = await queries.get_order(order_id)
            lines = await queries.list_order_lines(order_id)
            values = await typed_values(request)
            expect_form(request, FORM, values, **_about(order, lines))
            head, (typed,) = forms.split_rows(values, forms.CameForm)
            form, rows = forms.read(forms.ReceiptForm, head), forms.parse_rows(forms.CameForm, typed)
            delivery = Delivery(
                received_on=form.received_on,
                delivery_note=form.delivery_note,
                rest=form.rest,
                note=form.note,
                once_key=form.once_key or str(uuid7()),
            )
            receipt_id = await receiving.receive(order_id, delivery, _came(rows, lines), today(order.time_zone))
            made = await queries.get_receipt(receipt_id)
        sentence = text("Receipt {number} is booked.", number=made.number)
        if made.state == "waiting":
            sentence = text(
                "Receipt {number} brings more than ordered: a second person must agree.", number=made.number
            )
        return go_to(f"/purchasing/receipts/{receipt_id}", sentence)

    @get("/purchasing/receipts/{receipt_id:uuid}", name="purchasing.receipt", roles=STAFF)
    async def show(self, request: AppRequest, receipt_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            receipt = await queries.get_receipt(receipt_id)
            lines = await queries.list_receipt_lines(receipt_id)
            waiting = await changes.list_pending(receipt_id)
            await audit.saw("goods_receipt", receipt_id, receipt.client_id)
        return page(
            request,
            "purchasing/receipt.html",
            client=CurrentClient(receipt.client_id, receipt.client_name),
            receipt=receipt,
            lines=lines,
            waiting=waiting,
            asked=ASKED,
            states=STATES,
        )

    @post("/purchasing/receipts/{receipt_id:uuid}/give-up", name="purchasing.give_up_receipt", roles=STAFF)
    async def give_up(self, request: AppRequest, receipt_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await receiving.give_up(await queries.get_receipt(receipt_id, lock=True))
        return go_to(f"/purchasing/receipts/{receipt_id}", text("The receipt counts for nothing."))


def _about(order: OrderHead, lines: list[ReceivableLine]) -> dict[str, Any]:
    return {"order": order, "lines": lines, "client": CurrentClient(order.client_id, order.client_name)}


def _came(rows: dict[str, forms.CameForm], lines: list[ReceivableLine]) -> list[Came]:
    """The rows with a quantity; a line may have several rows, one for each lot."""
    known = {str(line.id): line.id for line in lines}
    return [
        Came(known[line_id], row.quantity, row.batch, row.expires_on)
        for key, row in rows.items()
        if row.quantity and (line_id := key.partition(".")[0]) in known
    ]
