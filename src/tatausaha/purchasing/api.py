"""Suppliers and orders, for programs: the same verbs as the pages, with exact types."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.masking import masked
from tatausaha.core.quantities import format_quantity
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import cursor_of
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, change, cursor, once, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.purchasing import forms
from tatausaha.purchasing.queries import orders, suppliers
from tatausaha.purchasing.queries.orders import Cursor as OrderCursor
from tatausaha.purchasing.queries.suppliers import Cursor as SupplierCursor
from tatausaha.purchasing.secrets import SECRETS
from tatausaha.purchasing.service import orders as service
from tatausaha.purchasing.shapes import (
    NewLine,
    NewOrder,
    OrderItem,
    OrderLineOut,
    OrderMade,
    OrderOut,
    SupplierItem,
    SupplierOut,
)
from tatausaha.purchasing.words import ORDER_STATES

T = TypeVar("T", bound=msgspec.Struct)
GROUP = text("Purchasing")
READ, WRITE = "purchasing:read", "purchasing:write"
PLAIN = "en"


class PurchasingApi(Controller):
    """What programs do with suppliers and orders."""

    path = "/api/v1/purchasing"

    @read("/suppliers", name="api.suppliers", says=text("List suppliers"), group=GROUP, scope=READ, roles=STAFF)
    async def list_suppliers(
        self,
        request: AppRequest,
        q: FromQuery[str] = "",
        client: FromQuery[UUID | None] = None,
        after: FromQuery[str | None] = None,
    ) -> Page[SupplierItem]:
        """By name; `q` is how a word of the name, or the code, begins."""
        wanted = suppliers.Wanted(client, q[:200])
        begin = cursor(SupplierCursor, after)
        async with request.user.scope():
            found = await suppliers.page_suppliers(wanted, begin)
            await audit.saw_list("suppliers", client, len(found.rows), q, [row.client_id for row in found.rows])
        return Page([_shape(SupplierItem, row) for row in found.rows], cursor_of(found.next) if found.next else None)

    @read(
        "/suppliers/{supplier_id:uuid}",
        name="api.supplier",
        says=text("Get a supplier"),
        group=GROUP,
        scope=READ,
        roles=STAFF,
    )
    async def get_supplier(self, request: AppRequest, supplier_id: FromPath[UUID]) -> SupplierOut:
        """Tax and account numbers are masked; only people reveal them, on a page and with a reason."""
        async with request.user.scope():
            found = await suppliers.get_supplier(supplier_id)
            await audit.saw("supplier", supplier_id, found.client_id)
        hidden = {name: masked(number) if (number := getattr(found, name)) else None for name in SECRETS}
        return _shape(SupplierOut, found, **hidden)

    @read("/orders", name="api.orders", says=text("List orders"), group=GROUP, scope=READ, roles=STAFF)
    async def list_orders(
        self,
        request: AppRequest,
        q: FromQuery[str] = "",
        client: FromQuery[UUID | None] = None,
        supplier: FromQuery[UUID | None] = None,
        in_state: Annotated[str, QueryParameter(name="state")] = "",
        after: FromQuery[str | None] = None,
    ) -> Page[OrderItem]:
        """The newest first; `q` is a number, or how a supplier's name begins."""
        wanted = orders.Wanted(client, supplier, in_state if in_state in ORDER_STATES else "", q[:200])
        begin = cursor(OrderCursor, after)
        async with request.user.scope():
            found = await orders.page_orders(wanted, begin.id if begin else None)
            clients = [row.client_id for row in found.rows]
            await audit.saw_list("purchase_orders", client, len(found.rows), q, clients)
        following = cursor_of(OrderCursor(found.next)) if found.next else None
        return Page([_shape(OrderItem, row) for row in found.rows], following)

    @read("/orders/{order_id:uuid}", name="api.order", says=text("Get an order"), group=GROUP, scope=READ, roles=STAFF)
    async def get_order(self, request: AppRequest, order_id: FromPath[UUID]) -> OrderOut:
        """With its lines as they are in force, or in the draft."""
        async with request.user.scope():
            order = await orders.get_order(order_id)
            lines = await orders.list_lines(order_id)
            await audit.saw("purchase_order", order_id, order.client_id)
        return _shape(OrderOut, order, lines=[_shape(OrderLineOut, line) for line in lines])

    @change(
        "/orders",
        name="api.create_order",
        says=text("Write an order"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=201,
    )
    async def create_order(
        self, request: AppRequest, data: JSONBody[NewOrder], key: IdempotencyKey = None
    ) -> Response[OrderMade]:
        """A draft; released after the approval that the client's rules ask for. PPN is added for suppliers who are PKP."""

        async def act() -> Done[OrderMade]:
            supplier = await suppliers.get_supplier(data.supplier_id)
            form = forms.OrderForm(place_id=str(data.place_id), expected_on=data.expected_on, note=data.note)
            order_id = await service.create(supplier, form, dict(enumerate(map(_line, data.lines))))
            if data.submit:
                await service.submit(await orders.get_order(order_id, lock=True))
            made = await orders.get_order(order_id)
            return Done(OrderMade(made.id, made.state, made.number), made.client_id, 201)

        return await once(request, key, act)


def _line(line: NewLine) -> forms.LineForm:
    discount = format_quantity(line.discount, PLAIN).replace(",", "")
    return forms.LineForm(line.item, line.quantity, line.unit, line.price, discount if line.discount else "")


def _shape(kind: type[T], found: object, **given: Any) -> T:
    """The struct of this kind with what bears the same name; `given` takes the place of some."""
    names = [name for name in kind.__struct_fields__ if name not in given]
    return kind(**{name: getattr(found, name) for name in names}, **given)
