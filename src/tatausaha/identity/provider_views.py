"""The provider's own settings: name, colour, logo."""

import msgspec
from litestar import Controller, Response, get, post
from litestar.response import Redirect, Template

from tatausaha.core.colours import checked_colour
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.images import AS_LOGO
from tatausaha.core.process import tools
from tatausaha.core.web.access import EVERYONE, MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.uploads import take_picture
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import queries, service


class House(msgspec.Struct, frozen=True):
    """What people see of the firm."""

    name: str
    colour: str = ""
    remove_logo: bool = False


class ProviderController(Controller):
    """What managers set for the whole house."""

    @get("/settings", name="identity.settings", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        async with request.user.scope():
            provider = await queries.get_provider()
        values = {"name": provider.name, "colour": provider.brand_colour or ""}
        return page(request, "identity/settings.html", provider=provider, values=values, errors={})

    @post("/settings", name="identity.save_settings", roles=MANAGERS)
    async def save(self, request: AppRequest) -> Redirect:
        """Keep them. The picture is stored before the provider names it, and the old one forgotten after."""
        async with request.user.scope():
            provider = await queries.get_provider()
        values = await typed_values(request)
        expect_form(request, "identity/settings.html", values, provider=provider)
        form = parse(House, values)
        colour = checked_colour(form.colour)
        if len(form.name) > 200:
            raise Invalid(text("Some fields need your attention."), {"name": text("Use at most 200 characters.")})
        logo_key = None if form.remove_logo else provider.logo_key
        picture = await take_picture(request, "logo")
        if picture:
            logo_key = f"{request.user.tenant_id}/provider/logo/{uuid7()}"
            await tools().storage.put(logo_key, picture)
        async with request.user.scope():
            await service.dress_provider(form.name, colour, logo_key)
        if provider.logo_key and provider.logo_key != logo_key:
            await tools().storage.delete(provider.logo_key)
        return go_to("/settings", text("Saved."))

    @get("/settings/logo", name="identity.logo", roles=EVERYONE)
    async def logo(self, request: AppRequest) -> Response[bytes]:
        """The provider's logo."""
        async with request.user.scope():
            provider = await queries.get_provider()
        if provider.logo_key is None:
            raise NotFound(text("There is no logo."))
        return Response(await tools().storage.get(provider.logo_key), media_type="image/png", headers=AS_LOGO)
