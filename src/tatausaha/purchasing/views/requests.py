"""Requests of departments: the list, and one request written, submitted, turned into orders, given up."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.purchasing import forms
from tatausaha.purchasing.queries import orders, requests, suppliers
from tatausaha.purchasing.queries.orders import Cursor
from tatausaha.purchasing.queries.requests import Request, Wanted
from tatausaha.purchasing.service import requests as service
from tatausaha.purchasing.service.approving import outcome
from tatausaha.purchasing.service.prices import ATTENTION
from tatausaha.purchasing.views.frame import about_client, parse_lines, row_numbers, split_lines, typed_lines
from tatausaha.purchasing.words import ORDER_STATES, REQUEST_STATES
from tatausaha.stock.queries import places

FORM = "purchasing/request_form.html"


class RequestController(Controller):
    """What staff do with requests."""

    path = "/purchasing/requests"

    @get("/", name="purchasing.requests", roles=STAFF)
    async def list_requests(self, request: AppRequest) -> Template:
        """Requests of all clients one may see, or of one; the newest first."""
        params = list_query(request, "client", "state", "after")
        state = params.get("state", "")
        wanted = Wanted(id_of(params, "client"), state if state in REQUEST_STATES else "")
        begin = read_cursor(Cursor, params.get("after"))
        async with request.user.scope():
            chosen = await about_client(wanted.client_id)
            found = await requests.page_requests(wanted, begin.id if begin else None)
            clients = [row.client_id for row in found.rows]
            await audit.saw_list("purchase_requests", wanted.client_id, len(found.rows), clients=clients)
        return page(
            request,
            "purchasing/requests.html",
            fragment="purchasing/_requests.html",
            params=params,
            found=found,
            next=cursor_of(found.next) if found.next else None,
            states=REQUEST_STATES,
            **chosen,
        )

    @get("/new", name="purchasing.new_request", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            context = await about_client(client_id) | await _choices(client_id)
        values = {"client_id": str(client_id or "")}
        template = FORM if client_id else "purchasing/request_client.html"
        return page(request, template, values=values, errors={}, rows=row_numbers({}), **context)

    @post("/", name="purchasing.create_request", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        client_id = id_of(values, "client_id")
        async with request.user.scope():
            if client_id is None:
                raise Invalid(ATTENTION, {"client_id": text("Choose the client company.")})
            context = await about_client(client_id) | await _choices(client_id)
            expect_form(request, FORM, values, rows=row_numbers(values), **context)
            head, rows = split_lines(values)
            form = parse(forms.NewRequest, head)
            request_id = await service.create(client_id, form, parse_lines(rows))
        return go_to(_after(request_id, form), text("The request is a draft. Submit it when it is complete."))

    @get("/{purchase_request_id:uuid}", name="purchasing.request", roles=STAFF)
    async def show(self, request: AppRequest, purchase_request_id: FromPath[UUID]) -> Template:
        """One request with its lines and the orders it became."""
        async with request.user.scope():
            wish = await _look_at(purchase_request_id)
            lines = await requests.list_lines(purchase_request_id)
            made = await orders.list_of_request(purchase_request_id)
            waiting = await changes.list_pending(purchase_request_id)
        return page(
            request,
            "purchasing/request.html",
            lines=lines,
            orders=made,
            waiting=waiting,
            asked=ASKED,
            states=REQUEST_STATES,
            order_states=ORDER_STATES,
            **_about(wish),
        )

    @get("/{purchase_request_id:uuid}/edit", name="purchasing.edit_request", roles=STAFF)
    async def show_edit(self, request: AppRequest, purchase_request_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            wish = await _look_at(purchase_request_id)
            values = await _typed_from(wish)
            context = _about(wish) | await _choices(wish.client_id)
        return page(request, FORM, values=values, errors={}, rows=row_numbers(values), **context)

    @post("/{purchase_request_id:uuid}", name="purchasing.change_request", roles=STAFF)
    async def change(self, request: AppRequest, purchase_request_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            wish = await requests.get_request(purchase_request_id, lock=True)
            values = await typed_values(request)
            context = _about(wish) | await _choices(wish.client_id)
            expect_form(request, FORM, values, rows=row_numbers(values), **context)
            head, rows = split_lines(values)
            form = parse(forms.RequestForm, head)
            await service.save(wish, form, parse_lines(rows))
        return go_to(_after(purchase_request_id, form), text("Saved."))

    @post("/{purchase_request_id:uuid}/submit", name="purchasing.submit_request", roles=STAFF)
    async def submit(self, request: AppRequest, purchase_request_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            asked = await service.submit(await requests.get_request(purchase_request_id, lock=True))
        return go_to(f"/purchasing/requests/{purchase_request_id}", outcome(asked, text("The request is approved.")))

    @post("/{purchase_request_id:uuid}/take-back", name="purchasing.take_back_request", roles=STAFF)
    async def take_back(self, request: AppRequest, purchase_request_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.take_back(await requests.get_request(purchase_request_id, lock=True))
        return go_to(f"/purchasing/requests/{purchase_request_id}", text("The request is a draft again."))

    @post("/{purchase_request_id:uuid}/cancel", name="purchasing.cancel_request", roles=STAFF)
    async def cancel(self, request: AppRequest, purchase_request_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.cancel(await requests.get_request(purchase_request_id, lock=True))
        return go_to(f"/purchasing/requests/{purchase_request_id}", text("The request is given up."))

    @post("/{purchase_request_id:uuid}/order", name="purchasing.order_request", roles=STAFF)
    async def order(self, request: AppRequest, purchase_request_id: FromPath[UUID]) -> Redirect:
        """Make a draft of an order for each supplier."""
        async with request.user.scope():
            made = await service.order(await requests.get_request(purchase_request_id, lock=True))
        return go_to(
            f"/purchasing/requests/{purchase_request_id}", text("Drafts of orders were made: {count}.", count=len(made))
        )


def _about(wish: Request) -> dict[str, Any]:
    return {"wish": wish, "client": CurrentClient(wish.client_id, wish.client_name)}


async def _look_at(request_id: UUID) -> Request:
    wish = await requests.get_request(request_id)
    await audit.saw("purchase_request", request_id, wish.client_id)
    return wish


async def _choices(client_id: UUID | None) -> dict[str, Any]:
    """What the form of a request chooses from."""
    return {
        "clients": await suppliers.list_clients() if client_id is None else [],
        "suppliers": await suppliers.list_choices(client_id) if client_id else [],
        "places": [(str(one.id), one.name) for one in await places.list_places(client_id)] if client_id else [],
    }


async def _typed_from(wish: Request) -> dict[str, Any]:
    lines = typed_lines(
        {
            "item": one.code,
            "name": one.name,
            "unit": one.unit,
            "quantity": one.quantity,
            "supplier": str(one.supplier_id or ""),
        }
        for one in await requests.list_lines(wish.id)
    )
    head = {name: getattr(wish, name) for name in ("version", "department", "needed_on", "reason")}
    return {**head, "place_id": str(wish.place_id), **lines}


def _after(request_id: UUID, form: forms.RequestForm) -> str:
    return f"/purchasing/requests/{request_id}{'/edit' if form.add else ''}"
