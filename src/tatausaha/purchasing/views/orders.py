"""Orders: the list, and one order written, submitted, changed, given up; its paper; how a client orders."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.money import RATE_BASE
from tatausaha.core.quantities import parse_quantity
from tatausaha.core.web.access import MANAGERS, STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents.filenames import attachment, file_name
from tatausaha.documents.service import PDF
from tatausaha.purchasing import forms
from tatausaha.purchasing.queries import letters, orders, suppliers
from tatausaha.purchasing.queries.orders import Cursor, Order, Wanted
from tatausaha.purchasing.queries.suppliers import Supplier
from tatausaha.purchasing.service import documents
from tatausaha.purchasing.service import orders as service
from tatausaha.purchasing.service.approving import outcome
from tatausaha.purchasing.service.prices import ATTENTION
from tatausaha.purchasing.views.frame import about_client, parse_lines, row_numbers, split_lines, typed_lines
from tatausaha.purchasing.views.sending import letters_context
from tatausaha.purchasing.words import ORDER_STATES
from tatausaha.stock.queries import places

FORM = "purchasing/order_form.html"


class OrderController(Controller):
    """What staff do with orders."""

    @get(["/purchasing", "/purchasing/orders"], name="purchasing.orders", roles=STAFF)
    async def list_orders(self, request: AppRequest) -> Template:
        """Orders of all clients one may see, or of one; the newest first."""
        params = list_query(request, "q", "client", "supplier", "state", "after")
        state = params.get("state", "")
        wanted = Wanted(
            id_of(params, "client"),
            id_of(params, "supplier"),
            state if state in ORDER_STATES else "",
            params.get("q", ""),
        )
        async with request.user.scope():
            chosen = await about_client(wanted.client_id)
            found = await orders.page_orders(
                wanted, begin.id if (begin := read_cursor(Cursor, params.get("after"))) else None
            )
            clients = [row.client_id for row in found.rows]
            await audit.saw_list("purchase_orders", wanted.client_id, len(found.rows), wanted.q, clients)
        return page(
            request,
            "purchasing/orders.html",
            fragment="purchasing/_orders.html",
            params=params,
            found=found,
            next=cursor_of(Cursor(found.next)) if found.next else None,
            states=ORDER_STATES,
            **chosen,
        )

    @get("/purchasing/orders/new", name="purchasing.new_order", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        """The form for a supplier; without one, the choice of a supplier."""
        params = list_query(request, "client", "supplier")
        async with request.user.scope():
            supplier_id = id_of(params, "supplier")
            supplier = await suppliers.get_supplier(supplier_id) if supplier_id else None
            client_id = supplier.client_id if supplier else id_of(params, "client")
            context = await about_client(client_id) | await _choices(client_id, supplier)
            if supplier:
                await audit.saw("supplier", supplier.id, supplier.client_id)
        if supplier is None:
            return page(request, "purchasing/order_supplier.html", values={}, errors={}, **context)
        values = {"client_id": str(supplier.client_id), "supplier_id": str(supplier.id)}
        return page(request, FORM, values=values, errors={}, rows=row_numbers({}), **context)

    @post("/purchasing/orders", name="purchasing.create_order", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        supplier_id = id_of(values, "supplier_id")
        async with request.user.scope():
            if supplier_id is None:
                raise Invalid(ATTENTION, {"supplier_id": text("Choose the supplier.")})
            supplier = await suppliers.get_supplier(supplier_id)
            context = await about_client(supplier.client_id) | await _choices(supplier.client_id, supplier)
            expect_form(request, FORM, values, rows=row_numbers(values), **context)
            head, rows = split_lines(values)
            form = parse(forms.NewOrder, head)
            order_id = await service.create(supplier, form, parse_lines(rows))
        return go_to(_after(order_id, form), text("The order is a draft. Submit it when it is complete."))

    @get("/purchasing/orders/{order_id:uuid}", name="purchasing.order", roles=STAFF)
    async def show(self, request: AppRequest, order_id: FromPath[UUID]) -> Template:
        """One order with its steps, its letters and its versions."""
        async with request.user.scope():
            order = await look_at(order_id)
            context = await _order_context(order)
        return page(request, "purchasing/order.html", values={}, errors={}, **context)

    @get("/purchasing/orders/{order_id:uuid}/edit", name="purchasing.edit_order", roles=STAFF)
    async def show_edit(self, request: AppRequest, order_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            order = await look_at(order_id)
            values = await _typed_from(order)
            context = await _form_context(order)
        return page(request, FORM, values=values, errors={}, rows=row_numbers(values), **context)

    @post("/purchasing/orders/{order_id:uuid}", name="purchasing.change_order", roles=STAFF)
    async def change(self, request: AppRequest, order_id: FromPath[UUID]) -> Redirect:
        """Save a draft; of a released order ask for another version."""
        async with request.user.scope():
            order = await orders.get_order(order_id, lock=True)
            values = await typed_values(request)
            expect_form(request, FORM, values, rows=row_numbers(values), **await _form_context(order))
            head, rows = split_lines(values)
            form = parse(forms.OrderForm, head)
            if order.state == "draft":
                await service.save(order, form, parse_lines(rows))
                return go_to(_after(order_id, form), text("Saved."))
            asked = await service.revise(order, form, parse_lines(rows))
        said = outcome(asked, text("The new version is in force and on its way to the supplier."))
        return go_to(f"/purchasing/orders/{order_id}", said)

    @post("/purchasing/orders/{order_id:uuid}/submit", name="purchasing.submit_order", roles=STAFF)
    async def submit(self, request: AppRequest, order_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            order = await orders.get_order(order_id, lock=True)
            asked = await service.submit(order)
        said = outcome(asked, text("The order is released and on its way to the supplier."))
        return go_to(f"/purchasing/orders/{order_id}", said)

    @post("/purchasing/orders/{order_id:uuid}/take-back", name="purchasing.take_back_order", roles=STAFF)
    async def take_back(self, request: AppRequest, order_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            order = await orders.get_order(order_id, lock=True)
            await service.take_back(order)
        return go_to(f"/purchasing/orders/{order_id}", text("What was asked for is taken back."))

    @post("/purchasing/orders/{order_id:uuid}/cancel", name="purchasing.cancel_order", roles=STAFF)
    async def cancel(self, request: AppRequest, order_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            order = await orders.get_order(order_id, lock=True)
            values = await typed_values(request)
            expect_form(request, "purchasing/order.html", values, **await _order_context(order))
            await service.cancel(order, parse(forms.CancelForm, values).reason)
        return go_to(f"/purchasing/orders/{order_id}", text("The order is given up."))

    @get("/purchasing/orders/{order_id:uuid}/pdf", name="purchasing.order_pdf", roles=STAFF)
    async def pdf(self, request: AppRequest, order_id: FromPath[UUID]) -> Response[bytes]:
        """The paper of the present version, or of the one that `?version=` names."""
        wanted = request.query_params.get("version", "")
        version = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else None
        async with request.user.scope():
            order = await orders.get_order(order_id)
            content = await documents.order_pdf(order_id, version)
            await audit.saw("purchase_order", order_id, order.client_id, action="downloaded")
        name = file_name("PO", order.number or "", order.client_name, suffix="pdf")
        headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
        return Response(content, media_type=PDF, headers=headers)

    @get("/purchasing/settings/{client_id:uuid}", name="purchasing.settings", roles=MANAGERS)
    async def show_settings(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """How a client orders."""
        async with request.user.scope():
            chosen = await about_client(client_id)
            policy = await orders.get_policy(client_id)
            await audit.saw("purchase_policy", client_id, client_id)
        return page(request, "purchasing/order_settings.html", values=policy, errors={}, policy=policy, **chosen)

    @post("/purchasing/settings/{client_id:uuid}", name="purchasing.set_settings", roles=MANAGERS)
    async def set_settings(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            chosen = await about_client(client_id)
            policy = await orders.get_policy(client_id)
            values = await typed_values(request)
            expect_form(request, "purchasing/order_settings.html", values, policy=policy, **chosen)
            form = parse(forms.PolicyForm, values)
            await service.set_policy(client_id, form.version, _rate(form.ppn_rate), form.order_terms)
        return go_to(f"/purchasing/settings/{client_id}", text("Saved."))


async def look_at(order_id: UUID) -> Order:
    """The order for somebody to see, which the access log tells. Needs the scope."""
    order = await orders.get_order(order_id)
    await audit.saw("purchase_order", order_id, order.client_id)
    return order


async def _order_context(order: Order) -> dict[str, Any]:
    context = await letters_context(await letters.get_facts(order.id))
    return {
        **context,
        "order": order,
        "client": CurrentClient(order.client_id, order.client_name),
        "lines": await orders.list_lines(order.id),
        "revisions": await orders.list_revisions(order.id),
        "waiting": await changes.list_pending(order.id),
        "asked": ASKED,
        "states": ORDER_STATES,
    }


async def _form_context(order: Order) -> dict[str, Any]:
    supplier = await suppliers.get_supplier(order.supplier_id)
    context = await _choices(order.client_id, supplier)
    return {**context, "order": order, "client": CurrentClient(order.client_id, order.client_name)}


async def _choices(client_id: UUID | None, supplier: Supplier | None) -> dict[str, Any]:
    """What the form of an order chooses from."""
    return {
        "supplier": supplier,
        "suppliers": await suppliers.list_choices(client_id) if client_id and not supplier else [],
        "clients": await suppliers.list_clients() if client_id is None else [],
        "places": [(str(one.id), one.name) for one in await places.list_places(client_id)] if client_id else [],
    }


async def _typed_from(order: Order) -> dict[str, Any]:
    lines = typed_lines(
        {
            "line": str(line.id),
            "item": line.code,
            "name": line.name,
            "unit": line.unit,
            "quantity": line.quantity,
            "price": line.price,
            "discount": line.discount or "",
        }
        for line in await orders.list_lines(order.id)
    )
    head = {"version": order.version, "place_id": str(order.place_id), "expected_on": order.expected_on}
    return {**head, "note": order.note, **lines}


def _after(order_id: UUID, form: forms.OrderForm) -> str:
    return f"/purchasing/orders/{order_id}{'/edit' if form.add else ''}"


def _rate(written: str) -> int:
    """Percent as written are thousandths when parsed, which are parts per 100,000."""
    try:
        rate = parse_quantity(written.strip())
    except ValueError:
        rate = -1
    if not 0 <= rate <= RATE_BASE:
        raise Invalid(ATTENTION, {"ppn_rate": text("Write a rate from 0 to 100 percent, for example 12.")})
    return rate
