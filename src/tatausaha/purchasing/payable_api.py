"""Receipts of goods and suppliers' bills, for programs: the same verbs as the pages, with exact numbers."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, change, cursor, once, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing.queries import bills, receipts
from tatausaha.purchasing.queries.bills import BillRow
from tatausaha.purchasing.service import billing, receiving
from tatausaha.purchasing.service.billing import Asked, Paper
from tatausaha.purchasing.service.receiving import Came, Delivery

GROUP = text("Purchasing")
READ, WRITE = "purchasing:read", "purchasing:write"
PAGE = 50
State = Literal["", "draft", "held", "approved", "paid", "void", "unpaid"]
Quantity = Annotated[int, Meta(gt=0, lt=1_000_000_000_000, description="Thousandths of the unit.")]
Rupiah = Annotated[int, Meta(ge=0, lt=10_000_000_000_000, description="Whole rupiah.")]
Word = Annotated[str, Meta(max_length=100)]
Lines = Annotated[str, Meta(max_length=2000)]


class CameLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of one line of the order, of one lot, in the order's unit."""

    order_line_id: UUID
    quantity: Quantity
    batch: Annotated[str, Meta(max_length=60)] = ""
    expires_on: date | None = None


class NewReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delivery. `rest` says what becomes of what did not come."""

    order_id: UUID
    received_on: date
    lines: Annotated[list[CameLine], Meta(min_length=1, max_length=1000)]
    delivery_note: Word = ""
    rest: Literal["open", "cancelled"] = "open"
    note: Lines = ""


class ReceiptOut(msgspec.Struct, frozen=True):
    """A receipt; one that is "waiting" brings more than ordered, and a second person must agree."""

    id: UUID
    number: str
    state: str
    value: int


class BilledLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line without PPN: of a line of the order, or in words of its own; `service` names one that bears PPh 23."""

    quantity: Quantity
    amount: Rupiah
    order_line_id: UUID | None = None
    description: Annotated[str, Meta(max_length=200)] = ""
    service: Annotated[str, Meta(max_length=40)] = ""


class NewBill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A supplier's bill. `twice_reason` says why it is another than one that looks like it."""

    supplier_id: UUID
    number: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
    billed_on: date
    lines: Annotated[list[BilledLine], Meta(min_length=1, max_length=1000)]
    order_id: UUID | None = None
    due_on: date | None = None
    ppn: Rupiah = 0
    tax_invoice: Annotated[str, Meta(max_length=40)] = ""
    twice_reason: Lines = ""
    note: Lines = ""


class BillOut(msgspec.Struct, frozen=True):
    """A bill as it stands; `findings` says of one that is held what does not fit."""

    id: UUID
    number: str
    state: str
    total: int
    pph23: int
    open: int
    findings: list[str]


class PayableApi(Controller):
    """What programs do with goods that came and with bills."""

    path = "/api/v1"

    @read("/supplier-bills", name="api.bills", says=text("List suppliers' bills"), group=GROUP, scope=READ, roles=STAFF)
    async def list_bills(
        self,
        request: AppRequest,
        client: FromQuery[UUID | None] = None,
        in_state: Annotated[State, QueryParameter(name="state")] = "",
        after: FromQuery[str | None] = None,
    ) -> Page[BillRow]:
        """The newest first, over all clients of the token or of one."""
        async with request.user.scope():
            found = await bills.page_bills(client, in_state, before=cursor(UUID, after), limit=PAGE + 1)
            shown, following = paged(found, PAGE, lambda bill: bill.id)
            await audit.saw_list("supplier_bills", client, len(shown), clients=[row.client_id for row in shown])
        return Page(shown, following)

    @change(
        "/supplier-bills",
        name="api.create_bill",
        says=text("Enter a supplier's bill"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=201,
    )
    async def create_bill(
        self, request: AppRequest, data: JSONBody[NewBill], key: IdempotencyKey = None
    ) -> Response[BillOut]:
        """It is compared with order and receipts at once; one that may be here already is refused and named."""

        async def act() -> Done[BillOut]:
            supplier = await bills.get_supplier(data.supplier_id)
            paper = Paper(
                number=data.number.strip(),
                billed_on=data.billed_on,
                due_on=data.due_on,
                ppn=data.ppn,
                tax_invoice=data.tax_invoice,
                twice_reason=data.twice_reason,
                note=data.note,
                once_key=str(uuid7()),
            )
            asked = [
                Asked(one.quantity, one.amount, one.order_line_id, one.description, one.service) for one in data.lines
            ]
            made = await bills.get_bill(await billing.enter(supplier, data.order_id, paper, asked))
            found = await billing.misfits(made)
            told = BillOut(made.id, made.number, made.state, made.total, made.pph23, made.open, found)
            return Done(told, made.client_id, 201)

        return await once(request, key, act)

    @change(
        "/receipts",
        name="api.create_receipt",
        says=text("Take goods in"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=201,
    )
    async def create_receipt(
        self, request: AppRequest, data: JSONBody[NewReceipt], key: IdempotencyKey = None
    ) -> Response[ReceiptOut]:
        """Against an order that was released, in the order's units."""

        async def act() -> Done[ReceiptOut]:
            order = await receipts.get_order(data.order_id)
            delivery = Delivery(
                received_on=data.received_on,
                delivery_note=data.delivery_note,
                rest=data.rest,
                note=data.note,
                once_key=str(uuid7()),
            )
            came = [Came(one.order_line_id, one.quantity, one.batch, one.expires_on) for one in data.lines]
            receipt_id = await receiving.receive(data.order_id, delivery, came, today(order.time_zone))
            made = await receipts.get_receipt(receipt_id)
            return Done(ReceiptOut(made.id, made.number, made.state, made.value), made.client_id, 201)

        return await once(request, key, act)
