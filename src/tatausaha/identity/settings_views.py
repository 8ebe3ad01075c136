"""What the provider is called and wears."""

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect, Template

from tatausaha.clients import service as clients
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.images import clean_logo
from tatausaha.core.process import tools
from tatausaha.core.web.access import MANAGERS, OWNERS, STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import queries, service

AS_LOGO = {"Content-Disposition": 'attachment; filename="logo.png"', "Cache-Control": "private, max-age=3600"}


class ProviderForm(msgspec.Struct, frozen=True):
    """The firm's name and colour; the logo comes as a file beside them."""

    name: str
    colour: str = ""
    remove_logo: bool = False


class SettingsController(Controller):
    """Settings of the outsourcing firm."""

    path = "/settings"

    @get("/", name="identity.settings", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        async with request.user.scope():
            provider = await queries.get_provider()
        values = {"name": provider.name, "colour": provider.brand_colour or ""}
        return page(request, "identity/settings.html", provider=provider, values=values, errors={})

    @post("/", roles=OWNERS)
    async def save(self, request: AppRequest) -> Redirect:
        """Keep name, colour and logo. The picture is stored before the firm's row names it."""
        values = await typed_values(request)
        async with request.user.scope():
            provider = await queries.get_provider()
        expect_form(request, "identity/settings.html", values, provider=provider)
        form = parse(ProviderForm, values)
        colour = clients.checked_colour(form.colour)
        logo_key = None if form.remove_logo else provider.logo_key
        upload = (await request.form()).get("logo")
        if isinstance(upload, UploadFile) and upload.filename:
            logo_key = f"{request.user.tenant_id}/firm/logo/{uuid7()}"
            await tools().storage.put(logo_key, await clean_logo(await upload.read(), "logo"))
        async with request.user.scope():
            await service.set_provider(request.user.tenant_id, form.name, colour, logo_key)
        return go_to("/settings", text("Saved."))

    @get("/logo", name="identity.logo", roles=STAFF)
    async def logo(self, request: AppRequest) -> Response[bytes]:
        """The firm's logo, as a picture that a browser will not run."""
        async with request.user.scope():
            provider = await queries.get_provider()
        if provider.logo_key is None:
            raise NotFound(text("There is no logo."))
        return Response(await tools().storage.get(provider.logo_key), media_type="image/png", headers=AS_LOGO)
