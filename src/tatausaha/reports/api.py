"""Tabular reports, for programs: which there are, having one made, fetching it."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, FromQuery, JSONBody

from tatausaha.clients.services import SERVICES
from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import EVERYONE
from tatausaha.core.web.operations import Done, IdempotencyKey, change, once, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.reports.shop import files
from tatausaha.reports.shop.asked import get_client, read_asked
from tatausaha.reports.shop.catalogue import get_report, list_reports

GROUP = text("Reports")
SCOPE = "reports:read"


class ReportOut(msgspec.Struct, frozen=True):
    """A report that the client's services hold: what it answers, how it is counted, what it can be asked."""

    name: str
    title: str
    service: str
    says: str
    method: str
    parameters: list[str]
    told_apart_by: list[str]


class ReportWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    """What is wanted of a report. Days are days of the client; without them, the month until today."""

    client: UUID
    format: Literal["pdf", "xlsx", "csv"]
    first: date | None = None
    last: date | None = None
    place: UUID | None = None
    item: str = ""
    category: str = ""
    by: str = ""
    days: int | None = None


class ReportFile(msgspec.Struct, frozen=True):
    """A report being made, and once `document` is set, the document that it became."""

    id: UUID
    state: str
    done: int
    total: int
    document: UUID | None


class ReportApi(Controller):
    """The reports of stock, purchasing and sales; people of a client have those of their own company."""

    path = "/api/v1/reports"

    @read("/", name="api.reports", says=text("List reports"), group=GROUP, scope=SCOPE, roles=EVERYONE)
    async def list_reports(self, request: AppRequest, client: FromQuery[UUID | None] = None) -> list[ReportOut]:
        """Those of the services that a client has bought, or all there are."""
        async with request.user.scope():
            found = list_reports((await get_client(client)).services if client else SERVICES)
            await audit.saw_list("reports", client, len(found))
        return [
            ReportOut(
                one.name,
                render(one.title),
                one.service,
                render(one.says),
                render(one.method),
                list(one.parameters),
                list(one.choices),
            )
            for one in found
        ]

    @change(
        "/{table:str}",
        name="api.make_report",
        says=text("Have a report made"),
        group=GROUP,
        scope=SCOPE,
        roles=EVERYONE,
        status_code=202,
    )
    async def make(
        self, request: AppRequest, table: FromPath[str], data: JSONBody[ReportWanted], key: IdempotencyKey = None
    ) -> Response[ReportFile]:
        """Ask for the file until it has a document; then download that."""

        async def act() -> Done[ReportFile]:
            client = await get_client(data.client)
            report = get_report(table, client.services)
            given = {name: str(value) for name, value in msgspec.to_builtins(data).items() if value is not None}
            asked = await read_asked(client, given, report.choices)
            if "item" in report.parameters and asked.item_id is None:
                raise Invalid(text("Some fields need your attention."), {"item": text("Choose the item.")})
            portal, file_id = request.user.is_portal, uuid7()
            home = "/portal/reports/files" if portal else "/reports/files"
            await files.order(report, asked, data.format, file_id, shared=portal, home=home)
            return Done(ReportFile(file_id, "queued", 0, 0, None), client.id, 202)

        return await once(request, key, act)

    @read(
        "/files/{portal_file_id:uuid}",
        name="api.report_file",
        says=text("Get how far a report is"),
        group=GROUP,
        scope=SCOPE,
        roles=EVERYONE,
    )
    async def get_file(self, request: AppRequest, portal_file_id: FromPath[UUID]) -> ReportFile:
        """Its `document` is downloaded as any other."""
        async with request.user.scope():
            job, document = await files.get(portal_file_id, shared_only=request.user.is_portal)
            await audit.saw("export", portal_file_id, job.client_id)
        return ReportFile(portal_file_id, job.state, job.done, job.total, document.id if document else None)
