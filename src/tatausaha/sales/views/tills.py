"""Tills, and what is remembered of their files: the meaning of columns, and of their words for items."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.sales import forms
from tatausaha.sales.queries import layouts, tills
from tatausaha.sales.queries.tills import Till
from tatausaha.sales.service import tills as service
from tatausaha.sales.spreadsheet import fields_for
from tatausaha.sales.views.choices import choose_client, list_places_of, place_of

NEW, EDIT = "sales/till_form.html", "sales/till_edit.html"


class TillController(Controller):
    """Cash registers by place."""

    path = "/sales/tills"

    @get("/", name="sales.tills", roles=STAFF)
    async def list_tills(self, request: AppRequest) -> Template:
        """The tills of one client, or of all one may see, with what was said about their files."""
        params = list_query(request, "client")
        client_id = id_of(params, "client")
        async with request.user.scope():
            client = await choose_client(client_id)
            found = await tills.list_tills(client_id)
            said = await layouts.list_layouts(client_id)
            matches = await layouts.list_matches(client_id)
            await audit.saw_list("tills", client_id, len(found), clients=[till.client_id for till in found])
        labels = {field.name: field.label for field in fields_for()}
        return page(
            request,
            "sales/tills.html",
            client=client,
            params=params,
            tills=found,
            layouts=said,
            matches=matches,
            labels=labels,
        )

    @get("/new", name="sales.new_till", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            client, places = await choose_client(client_id), await list_places_of(client_id)
        return page(request, NEW, client=client, places=places, values={}, errors={})

    @post("/", name="sales.create_till", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, NEW, values, places=await list_places_of(None))
            form = parse(forms.TillForm, values)
            place = await place_of(form.place_id)
            await service.create(place, form)
        return go_to(f"/sales/tills?client={place.client_id}", text("The till is entered."))

    @get("/{till_id:uuid}", name="sales.till", roles=STAFF)
    async def show(self, request: AppRequest, till_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            till = await tills.get_till(till_id)
            await audit.saw("till", till_id, till.client_id)
        return page(request, EDIT, **_about(till), values=till, errors={})

    @post("/{till_id:uuid}", name="sales.change_till", roles=STAFF)
    async def change(self, request: AppRequest, till_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            till = await tills.get_till(till_id, lock=True)
            values = await typed_values(request)
            expect_form(request, EDIT, values | {"version": str(till.version)}, **_about(till))
            form = parse(forms.TillName, values)
            await service.rename(till, form.version, form.name)
        return go_to(f"/sales/tills?client={till.client_id}", text("Saved."))

    @post("/layouts/{till_layout_id:uuid}/forget", name="sales.forget_layout", roles=STAFF)
    async def forget_layout(self, request: AppRequest, till_layout_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            client_id = await service.forget_layout(till_layout_id)
        return go_to(
            f"/sales/tills?client={client_id}", text("Forgotten; such a file is read by its column names again.")
        )

    @post("/items/{till_item_id:uuid}/forget", name="sales.forget_match", roles=STAFF)
    async def forget_match(self, request: AppRequest, till_item_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            client_id = await service.forget_match(till_item_id)
        return go_to(f"/sales/tills?client={client_id}", text("Forgotten; the next file asks again what it means."))


def _about(till: Till) -> dict[str, Any]:
    return {"till": till, "client": CurrentClient(till.client_id, till.client_name)}
