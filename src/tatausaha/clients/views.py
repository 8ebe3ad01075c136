"""Client companies: the list, the switcher, one client's page and settings."""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries, service
from tatausaha.clients.queries import ClientView
from tatausaha.clients.regions import REGIONS
from tatausaha.clients.service import ClientForm
from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS, STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest

PAGE = 50
FRESH: Typed = {
    "time_zone": "Asia/Jakarta",
    "payslip_language": "id",
    "payslip_password": "none",
    "difference_percent": "10",
}


class ClientController(Controller):
    """What staff see of clients, and what managers set."""

    @get("/clients", name="clients.list", roles=STAFF)
    async def list_clients(self, request: AppRequest) -> Template:
        query = list_query(request, "q", "archived", "after")
        after = read_cursor(tuple[str, UUID], query.get("after"))
        async with request.user.scope():
            found = await queries.page_clients(query.get("q", ""), "archived" in query, after, PAGE + 1)
            await audit.saw_list("clients", None, len(found[:PAGE]), query.get("q", ""))
        clients, more = split_page(found, PAGE)
        following = cursor_of((clients[-1].name, clients[-1].id)) if more else None
        return page(
            request,
            "clients/list.html",
            fragment="clients/_list.html",
            clients=clients,
            params=query,
            following=following,
        )

    @get("/clients/switcher", name="clients.switcher", roles=STAFF)
    async def switcher(self, request: AppRequest) -> Template:
        """The choices of the sidebar's switcher."""
        async with request.user.scope():
            clients = await queries.search_names(list_query(request, "q").get("q", ""))
        asked_from = parse_qs(request.headers.get("hx-current-url", "").partition("?")[2].partition("#")[0])
        return page(request, "clients/_switcher.html", clients=clients, current=asked_from.get("client", [""])[0])

    @get("/clients/new", name="clients.new", roles=MANAGERS)
    async def show_new(self, request: AppRequest) -> Template:
        return page(request, "clients/form.html", values=FRESH, errors={}, regions=REGIONS)

    @post("/clients", name="clients.create", roles=MANAGERS)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        expect_form(request, "clients/form.html", values, regions=REGIONS)
        form = parse(ClientForm, values)
        async with request.user.scope():
            client_id = await service.create(form)
        return go_to(f"/clients/{client_id}", text("{name} is entered.", name=form.name))

    @get("/clients/{client_id:uuid}", name="clients.show", roles=STAFF)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """How the client stands: people, payroll, settings."""
        async with request.user.scope():
            shown = await queries.get_client(client_id)
            glance = await queries.get_glance(client_id)
            runs = await queries.list_recent_runs(client_id)
            workers = await queries.list_workers(client_id) if request.user.manages else None
            await audit.saw("client", client_id, client_id)
        return client_page(request, "clients/show.html", shown, glance=glance, runs=runs, workers=workers)

    @get("/clients/{client_id:uuid}/edit", name="clients.edit", roles=MANAGERS)
    async def show_edit(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            shown = await queries.get_client(client_id)
            await audit.saw("client", client_id, client_id)
        return client_page(request, "clients/form.html", shown, values=shown, errors={}, regions=REGIONS)

    @post("/clients/{client_id:uuid}", name="clients.change", roles=MANAGERS)
    async def change(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Save; a form that somebody else overtook comes back with what is stored now beside what was typed."""
        async with request.user.scope():
            stored = await queries.get_client(client_id)
            values = await typed_values(request)
            shown = {**values, "version": str(stored.version)}
            expect_form(request, "clients/form.html", shown, **about(stored), regions=REGIONS)
            await service.change(stored, parse(ClientForm, values))
        return go_to(f"/clients/{client_id}", text("Saved."))

    @post("/clients/{client_id:uuid}/archive", name="clients.archive", roles=MANAGERS)
    async def archive(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            stored = await queries.get_client(client_id)
            await service.archive(client_id)
        return go_to("/clients", text("{name} is archived; nothing of it was deleted.", name=stored.name))

    @post("/clients/{client_id:uuid}/restore", name="clients.restore", roles=MANAGERS)
    async def restore(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            stored = await queries.get_client(client_id)
            await service.restore(client_id)
        return go_to(f"/clients/{client_id}", text("{name} is served again.", name=stored.name))


def about(client: ClientView) -> dict[str, Any]:
    """What a page about one client is given."""
    return {"client": CurrentClient(client.id, client.name), "shown": client}


def client_page(request: AppRequest, template: str, client: ClientView, **context: Any) -> Template:
    """A page about one client."""
    return page(request, template, **about(client), **context)
