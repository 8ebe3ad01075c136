"""Client companies, for programs."""

from uuid import UUID

import msgspec
from litestar import Controller
from litestar.params import FromPath, FromQuery

from tatausaha.clients import queries
from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import ANY_SCOPE, EVERYONE
from tatausaha.core.web.operations import Page, cursor, paged, read
from tatausaha.core.web.viewer import AppRequest

GROUP = text("Clients")
PAGE = 50


class ClientOut(msgspec.Struct, frozen=True):
    """A client company that is the caller's to see."""

    id: UUID
    name: str
    code: str
    time_zone: str
    archived: bool


class ClientApi(Controller):
    """What every token may know: the companies it works for."""

    path = "/api/v1/clients"

    @read("/", name="api.clients", says=text("List client companies"), group=GROUP, scope=ANY_SCOPE, roles=EVERYONE)
    async def list_clients(
        self, request: AppRequest, archived: FromQuery[bool] = False, after: FromQuery[str | None] = None
    ) -> Page[ClientOut]:
        """By name. `archived` lists those that are no longer served instead."""
        begin = cursor(tuple[str, UUID], after)
        async with request.user.scope():
            found = await queries.page_clients("", archived, begin, PAGE + 1)
            await audit.saw_list("clients", None, len(found[:PAGE]))
        shown, following = paged(found, PAGE, lambda row: (row.name, row.id))
        items = [ClientOut(row.id, row.name, row.code, row.time_zone, row.archived_at is not None) for row in shown]
        return Page(items, following)

    @read(
        "/{client_id:uuid}",
        name="api.client",
        says=text("Get a client company"),
        group=GROUP,
        scope=ANY_SCOPE,
        roles=EVERYONE,
    )
    async def get_client(self, request: AppRequest, client_id: FromPath[UUID]) -> ClientOut:
        async with request.user.scope():
            found = await queries.get_client(client_id)
            await audit.saw("client", client_id, client_id)
        return ClientOut(found.id, found.name, found.code, found.time_zone, found.archived_at is not None)
