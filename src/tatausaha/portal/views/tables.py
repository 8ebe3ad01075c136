"""Tabular reports in the portal: the same pages and files that the provider's people have, of one's own company."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.web.access import PORTAL
from tatausaha.core.web.pages import is_swap, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.portal.frame import find_company, frame, portal_page
from tatausaha.portal.queries import Company
from tatausaha.reports.shop import files
from tatausaha.reports.shop import page as tables
from tatausaha.reports.shop.asked import get_client
from tatausaha.reports.shop.catalogue import get_report

HOME = "/portal/reports/files"


class ClientTableController(Controller):
    """One page for every report of a service that was bought."""

    path = "/portal/reports"

    @get("/{table:str}", name="portal.table", roles=PORTAL, service="stock purchasing sales")
    async def show(self, request: AppRequest, table: FromPath[str]) -> Template:
        async with request.user.scope():
            company = await find_company(request)
            client = await get_client(company.id)
            context = await tables.read_page(
                request, get_report(table, client.services), client, _frame(company, table)
            )
        return page(request, tables.TEMPLATE, **context)

    @post("/{table:str}/files", name="portal.make_table", roles=PORTAL, service="stock purchasing sales")
    async def make(self, request: AppRequest, table: FromPath[str]) -> Response[bytes] | Redirect:
        """The report as a file, for everybody of the company."""
        async with request.user.scope():
            company = await find_company(request)
            client = await get_client(company.id)
            report = get_report(table, client.services)
            wanted = await tables.make_file(request, report, client, _frame(company, table), shared=True, home=HOME)
        return wanted if isinstance(wanted, Redirect) else await tables.send_file(request, wanted)

    @get("/files/{portal_file_id:uuid}", name="portal.table_file", roles=PORTAL)
    async def show_file(self, request: AppRequest, portal_file_id: FromPath[UUID]) -> Template:
        """Being made, then there."""
        async with request.user.scope():
            company = await find_company(request)
            job, document = await files.get(portal_file_id, shared_only=True)
            if not is_swap(request) or job.ended:
                await audit.saw("export", portal_file_id, company.id)
        return portal_page(
            request,
            "portal/table_file.html",
            company,
            fragment="portal/_table_file.html",
            job=job,
            document=document,
            here_is=f"{HOME}/{portal_file_id}",
        )


def _frame(company: Company, table: str) -> dict[str, object]:
    return {
        **frame(company),
        "layout": "layouts/portal.html",
        "address": f"/portal/reports/{table}",
        "back": "/portal/reports",
    }
