"""The services that a client has bought: set by managers, obeyed by the navigation and the client's portal."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries, services
from tatausaha.clients.services import SERVICES, ServicesForm
from tatausaha.clients.views import about, client_page
from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest

SHOW = "clients/services.html"


class ServicesController(Controller):
    """A box for each service."""

    path = "/clients/{client_id:uuid}/services"

    @get("/", name="clients.services", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            shown = await queries.get_client(client_id)
            await audit.saw("client", client_id, client_id)
        values = dict.fromkeys(shown.services, "1")
        return client_page(request, SHOW, shown, values=values, errors={}, services=SERVICES)

    @post("/", name="clients.set_services", roles=MANAGERS)
    async def save(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            stored = await queries.get_client(client_id)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **about(stored), services=SERVICES)
            await services.set_services(client_id, parse(ServicesForm, values))
        return go_to(f"/clients/{client_id}", text("Saved."))
