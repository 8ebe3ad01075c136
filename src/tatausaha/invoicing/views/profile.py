"""The provider's own data on its invoices: who bills, where to pay, when clients are reminded."""

from typing import Any

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.forms import ProfileForm
from tatausaha.invoicing.queries.profile import get_profile
from tatausaha.invoicing.service import profile as service

PAGE = "invoicing/profile.html"


class ProfileController(Controller):
    """Invoices that were issued keep what held then."""

    path = "/invoices/profile"

    @get("/", name="invoicing.profile", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        async with request.user.scope():
            profile, context = await get_profile(), await _about()
            await audit.saw("invoicing_profile", None, None)
        values = {name: getattr(profile, name) for name in ProfileForm.__struct_fields__}
        values["reminder_days"] = ", ".join(map(str, profile.reminder_days))
        return page(request, PAGE, values=values, errors={}, **context)

    @post("/", name="invoicing.save_profile", roles=MANAGERS, recent=True)
    async def save(self, request: AppRequest) -> Redirect:
        async with request.user.scope():
            values = await typed_values(request)
            expect_form(request, PAGE, values, **await _about())
            waits = await service.keep(parse(ProfileForm, values))
        told = text("Saved. Invoices issued from now on show it.")
        return go_to("/invoices/profile", text("Saved. The account waits for a second person.") if waits else told)


async def _about() -> dict[str, Any]:
    return {"waiting": await changes.list_pending(None, service.BANK), "asked": ASKED}
