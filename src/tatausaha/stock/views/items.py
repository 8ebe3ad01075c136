"""The list of items, and one item: seen, entered, changed, put away."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.stock import forms
from tatausaha.stock.queries import item_list, items, places
from tatausaha.stock.queries.item_list import Cursor
from tatausaha.stock.queries.items import Item
from tatausaha.stock.rules.listed import STATES, State, Wanted
from tatausaha.stock.service import items as service
from tatausaha.stock.service import units

CHOICES: dict[str, Any] = {
    "kinds": list(forms.ITEM_KINDS.items()),
    "cost_methods": list(forms.COST_METHODS.items()),
}
LABELS = {"kind": forms.ITEM_KINDS, "cost_method": forms.COST_METHODS}
USUAL: Typed = {"unit": "pcs", "kind": "goods", "cost_method": "average", "warn_days": "30"}


class ItemsController(Controller):
    """What staff do with items."""

    @get("/stock", name="stock.items", roles=STAFF)
    async def list_items(self, request: AppRequest) -> Template:
        """All items of all clients one may see, or of one: what there is of each, and what that cost."""
        params = list_params(request)
        wanted = wanted_from(params)
        cursors = {name: read_cursor(Cursor, params.get(name)) for name in ("after", "before")}
        async with request.user.scope():
            chosen = await about_client(wanted.client_id)
            found = await item_list.page_items(wanted, after=cursors["after"], before=cursors["before"])
            await audit.saw_list(
                "items", wanted.client_id, len(found.rows), wanted.q, [r.client_id for r in found.rows]
            )
        return page(
            request,
            "stock/items.html",
            fragment="stock/_items.html",
            params=params,
            found=found,
            next=cursor_of(found.next) if found.next else None,
            previous=cursor_of(found.previous) if found.previous else None,
            **chosen,
        )

    @get("/stock/items/new", name="stock.new_item", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        client_id = id_of(list_params(request), "client")
        async with request.user.scope():
            chosen = await about_client(client_id)
            known = await client_choices()
        values = USUAL | {"client_id": str(client_id or "")}
        return page(request, "stock/item_form.html", values=values, errors={}, clients=known, choices=CHOICES, **chosen)

    @post("/stock/items", name="stock.create_item", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            chosen = await about_client(id_of(values, "client_id"))
            known = await client_choices()
            expect_form(request, "stock/item_form.html", values, clients=known, choices=CHOICES, **chosen)
            form = parse(forms.NewItem, values)
            client: CurrentClient | None = chosen["client"]
            if client is None:
                raise Invalid(service.ATTENTION, {"client_id": text("Choose the client company.")})
            item_id = await service.create_typed(form, client.id)
        return go_to(f"/stock/items/{item_id}", text("{name} is entered.", name=form.name))

    @get("/stock/items/{item_id:uuid}", name="stock.item", roles=STAFF)
    async def show(self, request: AppRequest, item_id: FromPath[UUID]) -> Template:
        """An item with what there is of it, place by place and lot by lot."""
        async with request.user.scope():
            item = await items.get_item(item_id)
            await audit.saw("item", item_id, item.client_id)
            shown = await _detail(item)
        return page(request, "stock/item.html", errors={}, values={}, **shown)

    @get("/stock/items/{item_id:uuid}/edit", name="stock.edit_item", roles=STAFF)
    async def show_edit(self, request: AppRequest, item_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            item = await items.get_item(item_id)
            await audit.saw("item", item_id, item.client_id)
            context = await _editing(item)
        return page(request, "stock/item_form.html", values=service.typed_from(item), errors={}, **context)

    @post("/stock/items/{item_id:uuid}", name="stock.change_item", roles=STAFF)
    async def change(self, request: AppRequest, item_id: FromPath[UUID]) -> Redirect:
        """Save; a form that somebody else overtook comes back with both values."""
        async with request.user.scope():
            item = await items.get_item(item_id, lock=True)
            values = await typed_values(request)
            shown = values | {"version": str(item.version)}
            expect_form(request, "stock/item_form.html", shown, **await _editing(item))
            form = parse(forms.ItemForm, values)
            await service.change(item, service.facts_of(form), form.version)
        return go_to(f"/stock/items/{item_id}", text("Saved."))

    @post("/stock/items/{item_id:uuid}/archive", name="stock.archive_item", roles=STAFF)
    async def archive(self, request: AppRequest, item_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            item = await items.get_item(item_id, lock=True)
            await service.archive(item)
        return go_to(f"/stock/items/{item_id}", text("{name} is put away.", name=item.name))

    @post("/stock/items/{item_id:uuid}/restore", name="stock.restore_item", roles=STAFF)
    async def restore(self, request: AppRequest, item_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            item = await items.get_item(item_id, lock=True)
            await service.restore(item)
        return go_to(f"/stock/items/{item_id}", text("{name} is in use again.", name=item.name))

    @post("/stock/items/{item_id:uuid}/limits", name="stock.set_limits", roles=STAFF)
    async def set_limits(self, request: AppRequest, item_id: FromPath[UUID]) -> Redirect:
        """Below which quantity the item is low in a place, and how much is then ordered."""
        async with request.user.scope():
            item = await items.get_item(item_id, lock=True)
            values = await typed_values(request)
            expect_form(request, "stock/item.html", values, **await _detail(item))
            await service.set_limits(item, parse(forms.LimitsForm, values))
        return go_to(f"/stock/items/{item_id}", text("Saved."))

    @post("/stock/items/{item_id:uuid}/units", name="stock.put_unit", roles=STAFF)
    async def put_unit(self, request: AppRequest, item_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            item = await items.get_item(item_id, lock=True)
            values = await typed_values(request)
            expect_form(request, "stock/item.html", values, **await _detail(item))
            form = parse(forms.UnitForm, values)
            await units.put_unit(item, form.unit, form.holds)
        return go_to(f"/stock/items/{item_id}", text("Saved."))

    @post("/stock/items/{item_id:uuid}/units/{unit_id:uuid}/remove", name="stock.remove_unit", roles=STAFF)
    async def remove_unit(self, request: AppRequest, item_id: FromPath[UUID], unit_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await units.remove_unit(await items.get_item(item_id, lock=True), unit_id)
        return go_to(f"/stock/items/{item_id}", text("Removed."))

    @post("/stock/items/{item_id:uuid}/barcodes", name="stock.add_barcode", roles=STAFF)
    async def add_barcode(self, request: AppRequest, item_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            item = await items.get_item(item_id, lock=True)
            values = await typed_values(request)
            expect_form(request, "stock/item.html", values, **await _detail(item))
            form = parse(forms.BarcodeForm, values)
            await units.add_barcode(item, form.barcode, form.of_unit)
        return go_to(f"/stock/items/{item_id}", text("Saved."))

    @post("/stock/items/{item_id:uuid}/barcodes/{barcode_id:uuid}/remove", name="stock.remove_barcode", roles=STAFF)
    async def remove_barcode(
        self, request: AppRequest, item_id: FromPath[UUID], barcode_id: FromPath[UUID]
    ) -> Redirect:
        async with request.user.scope():
            await units.remove_barcode(await items.get_item(item_id, lock=True), barcode_id)
        return go_to(f"/stock/items/{item_id}", text("Removed."))


async def client_choices() -> list[tuple[UUID, str]]:
    """The clients for whom one may work."""
    return [(one.id, one.name) for one in await clients.list_names()]


async def about_client(client_id: UUID | None) -> dict[str, Any]:
    """The chosen client as pages name it, with what its lists are filtered by; `NotFound` for a foreign one."""
    if client_id is None:
        return {"client": None, "places": [], "categories": []}
    name = await clients.find_name(client_id)
    if name is None:
        raise NotFound(text("This client does not exist."))
    return {
        "client": CurrentClient(client_id, name),
        "places": [(str(place.id), place.name) for place in await places.list_places(client_id)],
        "categories": [(one, one) for one in await items.list_categories(client_id)],
    }


async def _editing(item: Item) -> dict[str, Any]:
    return {
        **about(item),
        "choices": CHOICES,
        "categories": [(c, c) for c in await items.list_categories(item.client_id)],
    }


async def _detail(item: Item) -> dict[str, Any]:
    """What the page of an item shows."""
    return {
        **about(item),
        "levels": await items.list_item_levels(item.id),
        "batches": await items.list_item_batches(item.id),
        "units": await items.list_item_units(item.id),
        "barcodes": (await items.list_barcodes([item.id])).get(item.id, []),
        "labels": LABELS,
        "today": today(item.time_zone),
    }


def about(item: Item) -> dict[str, Any]:
    """What every page of an item is given."""
    return {"item": item, "client": CurrentClient(item.client_id, item.client_name)}


def list_params(request: AppRequest) -> Typed:
    """The state of a list as its address holds it."""
    return list_query(request, "q", "client", "category", "place", "state", "after", "before")


def wanted_from(params: Typed) -> Wanted:
    """The filter within a list's parameters; nonsense is ignored."""
    state: State = next((one for one in STATES if one == params.get("state")), "")
    client_id = id_of(params, "client")
    category = params.get("category", "") if client_id else ""
    return Wanted(client_id, params.get("q", ""), category, id_of(params, "place") if client_id else None, state)
