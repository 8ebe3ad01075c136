"""A client's colour and logo: chosen by managers, worn by its portal."""

import re
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries, service
from tatausaha.clients.views import about, client_page
from tatausaha.core import audit
from tatausaha.core.colours import checked_colour
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.images import AS_LOGO
from tatausaha.core.process import tools
from tatausaha.core.web.access import EVERYONE, MANAGERS, PUBLIC
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.uploads import take_picture
from tatausaha.core.web.viewer import AppRequest

STYLESHEET = re.compile(r"[0-9a-f-]{36}-([0-9a-f]{6})\.css")
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


class BrandController(Controller):
    """Colour and logo."""

    @get("/brand/{name:str}", name="clients.brand", roles=PUBLIC, media_type="text/css")
    async def stylesheet(self, name: FromPath[str]) -> Response[str]:
        """The colour that the address itself names; the theme keeps text on it readable."""
        match = STYLESHEET.fullmatch(name)
        if match is None:
            raise NotFound(text("This page does not exist."))
        return Response(f":root {{ --brand: #{match[1]}; }}\n", media_type="text/css", headers=FOR_GOOD)

    @get("/clients/{client_id:uuid}/logo", name="clients.logo", roles=EVERYONE)
    async def logo(self, request: AppRequest, client_id: FromPath[UUID]) -> Response[bytes]:
        """The client's logo, or that of its provider."""
        async with request.user.scope():
            brand = await queries.find_brand(client_id)
        if brand is None or brand.logo_key is None:
            raise NotFound(text("There is no logo."))
        return Response(await tools().storage.get(brand.logo_key), media_type="image/png", headers=AS_LOGO)

    @get("/clients/{client_id:uuid}/brand", name="clients.show_brand", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            shown = await queries.get_client(client_id)
            await audit.saw("client", client_id, client_id)
        values = {"colour": shown.brand_colour or ""}
        return client_page(request, "clients/brand.html", shown, values=values, errors={})

    @post("/clients/{client_id:uuid}/brand", name="clients.set_brand", roles=MANAGERS)
    async def save(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Keep colour and logo. The picture is stored before the client names it, and the old one forgotten after."""
        async with request.user.scope():
            stored = await queries.get_client(client_id)
        values = await typed_values(request)
        expect_form(request, "clients/brand.html", values, **about(stored))
        colour = checked_colour(values.get("colour", ""))
        logo_key = None if values.get("remove_logo") else stored.logo_key
        picture = await take_picture(request, "logo", client_id)
        if picture:
            logo_key = f"{request.user.tenant_id}/{client_id}/logo/{uuid7()}"
            await tools().storage.put(logo_key, picture)
        async with request.user.scope():
            await service.set_brand(client_id, colour, logo_key)
        if stored.logo_key and stored.logo_key != logo_key:
            await tools().storage.delete(stored.logo_key)
        return go_to(f"/clients/{client_id}", text("Saved."))
