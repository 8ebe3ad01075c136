"""Where stock lies: the list of places, and one place entered, changed, given up."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock import forms
from tatausaha.stock.queries import places
from tatausaha.stock.queries.places import Place
from tatausaha.stock.service import places as service
from tatausaha.stock.views.items import about_client, client_choices

KINDS = list(forms.PLACE_KINDS.items())


class PlacesController(Controller):
    """What staff do with places."""

    @get("/stock/places", name="stock.places", roles=STAFF)
    async def list_places(self, request: AppRequest) -> Template:
        """The places of a client; without one, those of every client one may see."""
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            chosen = await about_client(client_id)
            found = await places.list_sums(client_id)
            await audit.saw_list("places", client_id, len(found), clients=[one.client_id for one in found])
        return page(request, "stock/places.html", found=found, kinds=forms.PLACE_KINDS, client=chosen["client"])

    @get("/stock/places/new", name="stock.new_place", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            chosen = await about_client(client_id)
            known = await client_choices()
        values = {"client_id": str(client_id or ""), "kind": "store"}
        return page(
            request,
            "stock/place_form.html",
            values=values,
            errors={},
            clients=known,
            kinds=KINDS,
            client=chosen["client"],
        )

    @post("/stock/places", name="stock.create_place", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            client: CurrentClient | None = (await about_client(id_of(values, "client_id")))["client"]
            known = await client_choices()
            expect_form(request, "stock/place_form.html", values, clients=known, kinds=KINDS, client=client)
            form = parse(forms.NewPlace, values)
            if client is None:
                raise Invalid(service.ATTENTION, {"client_id": text("Choose the client company.")})
            await service.create(client.id, form)
        return go_to(f"/stock/places?client={client.id}", text("{name} is entered.", name=form.name))

    @get("/stock/places/{place_id:uuid}/edit", name="stock.edit_place", roles=STAFF)
    async def show_edit(self, request: AppRequest, place_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            place = await places.get_place(place_id)
            await audit.saw("place", place_id, place.client_id)
        return page(request, "stock/place_form.html", values=place, errors={}, **_about(place))

    @post("/stock/places/{place_id:uuid}", name="stock.change_place", roles=STAFF)
    async def change(self, request: AppRequest, place_id: FromPath[UUID]) -> Redirect:
        """Save; a form that somebody else overtook comes back with both values."""
        async with request.user.scope():
            place = await service.load(place_id)
            values = await typed_values(request)
            shown = values | {"version": str(place.version)}
            expect_form(request, "stock/place_form.html", shown, **_about(place))
            await service.change(place, parse(forms.PlaceForm, values))
        return go_to(f"/stock/places?client={place.client_id}", text("Saved."))

    @post("/stock/places/{place_id:uuid}/archive", name="stock.archive_place", roles=STAFF)
    async def archive(self, request: AppRequest, place_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            place = await service.load(place_id)
            await service.archive(place)
        return go_to(f"/stock/places?client={place.client_id}", text("{name} is given up.", name=place.name))

    @post("/stock/places/{place_id:uuid}/restore", name="stock.restore_place", roles=STAFF)
    async def restore(self, request: AppRequest, place_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            place = await service.load(place_id)
            await service.restore(place)
        return go_to(f"/stock/places?client={place.client_id}", text("{name} is in use again.", name=place.name))


def _about(place: Place) -> dict[str, Any]:
    return {"place": place, "client": CurrentClient(place.client_id, place.client_name), "kinds": KINDS}
