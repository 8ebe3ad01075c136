"""Tabular reports for the provider's people: stock, purchasing and sales of a client."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to, is_swap, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.reports.shop import files
from tatausaha.reports.shop import page as tables
from tatausaha.reports.shop.asked import Client, get_client
from tatausaha.reports.shop.catalogue import get_report

HOME = "/reports/files"


class TableController(Controller):
    """One page for every report, and its files."""

    @get("/reports/tables/{table:str}", name="reports.table", roles=STAFF)
    async def show(self, request: AppRequest, table: FromPath[str]) -> Template | Redirect:
        """A report about one client: filters, chart, rows, totals. Where none is chosen, the choice comes first."""
        async with request.user.scope():
            client_id = id_of(list_query(request, "client"), "client") or await _only()
            if client_id is None:
                return go_to("/reports")
            client = await get_client(client_id)
            report = get_report(table, client.services)
            context = await tables.read_page(request, report, client, _frame(client, table))
        return page(request, tables.TEMPLATE, **context)

    @post("/reports/tables/{table:str}/files", name="reports.make_table", roles=STAFF)
    async def make(self, request: AppRequest, table: FromPath[str]) -> Response[bytes] | Redirect:
        """The report as a file: at once where it is short, by a job otherwise."""
        async with request.user.scope():
            client = await _typed_client(request)
            report = get_report(table, client.services)
            wanted = await tables.make_file(request, report, client, _frame(client, table), shared=False, home=HOME)
        return wanted if isinstance(wanted, Redirect) else await tables.send_file(request, wanted)

    @get("/reports/files/{file_id:uuid}", name="reports.table_file", roles=STAFF)
    async def show_file(self, request: AppRequest, file_id: FromPath[UUID]) -> Template:
        """Being made, then there."""
        async with request.user.scope():
            job, document = await files.get(file_id, shared_only=False)
            if not is_swap(request) or job.ended:
                await audit.saw("export", file_id, job.client_id)
        return page(
            request,
            "reports/table_file.html",
            fragment="reports/_table_file.html",
            client=CurrentClient(job.client_id, job.client_name or "") if job.client_id else None,
            job=job,
            document=document,
            here_is=f"{HOME}/{file_id}",
        )


async def _only() -> UUID | None:
    """The client, where there is no choice."""
    choices = await clients.list_names()
    return choices[0].id if len(choices) == 1 else None


async def _typed_client(request: AppRequest) -> Client:
    client_id = id_of(await typed_values(request), "client")
    if client_id is None:
        raise NotFound(text("This client does not exist."))
    return await get_client(client_id)


def _frame(client: Client, table: str) -> dict[str, object]:
    return {
        "layout": "layouts/app.html",
        "client": CurrentClient(client.id, client.name),
        "address": f"/reports/tables/{table}",
        "back": f"/reports?client={client.id}",
    }
