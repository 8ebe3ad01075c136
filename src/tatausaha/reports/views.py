"""Reports: a client's month at a glance, and the register and summary of each run."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Stream, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import EVERYONE, STAFF
from tatausaha.core.web.lists import cursor_of, id_of, list_query, month_of, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents import queries as documents
from tatausaha.documents.filenames import attachment, file_name
from tatausaha.documents.sending import send
from tatausaha.documents.service import take
from tatausaha.payroll import labels
from tatausaha.payroll.payslips import month_name
from tatausaha.reports import charts, figures, queries, register, run_files, summary
from tatausaha.reports.figures import RegisterCursor
from tatausaha.reports.run_files import RunFigures
from tatausaha.reports.shop.catalogue import list_reports

PAGE = 100
MONTHS = 12
MADE_AT_ONCE = 1000
TITLES = {"register": register.TITLE, "summary": summary.TITLE}


class ReportController(Controller):
    """What the figures of payroll come to."""

    path = "/reports"

    @get("/", name="reports.home", roles=STAFF)
    async def home(self, request: AppRequest) -> Template:
        """One client's month beside the months before it, with every file there is."""
        query = list_query(request, "client", "month")
        async with request.user.scope():
            choices = await clients.list_names()
            client = _chosen(choices, id_of(query, "client"))
            day = month_of(query, "month")
            context = await _month(client.id, Period.of(day) if day else None) if client else {}
            await audit.saw("month", None, client.id if client else None, month=str(context.get("month", "")))
        return page(
            request,
            "reports/home.html",
            client=client,
            choices=choices,
            query=query,
            labels=labels.STATES,
            tables=list_reports(request.user.services) if client else [],
            **context,
        )

    @get("/runs/{run_id:uuid}/register", name="reports.register", roles=STAFF)
    async def register(self, request: AppRequest, run_id: FromPath[UUID]) -> Template:
        """Everyone of a run on one line, with totals counted from the rows."""
        query = list_query(request, "after")
        async with request.user.scope():
            run = await queries.get_run(run_id)
            found = await figures.list_register(
                run_id, after=read_cursor(RegisterCursor, query.get("after")), limit=PAGE + 1
            )
            totals = await figures.sum_run(run_id)
            await audit.saw("register", run_id, run.client_id, count=len(found[:PAGE]))
        rows, more = split_page(found, PAGE)
        last = RegisterCursor(rows[-1].department, rows[-1].employee_name, rows[-1].slip_id) if more else None
        return page(
            request,
            "reports/register.html",
            fragment="reports/_register.html",
            client=CurrentClient(run.client_id, run.client_name),
            run=run,
            rows=rows,
            totals=totals,
            query=query,
            next=cursor_of(last) if last else None,
            state=labels.STATES[run.state],
        )

    @get("/runs/{run_id:uuid}/summary", name="reports.summary", roles=STAFF)
    async def summary(self, request: AppRequest, run_id: FromPath[UUID]) -> Template:
        """A run in a few figures, and by department beside the month before."""
        async with request.user.scope():
            run = await queries.get_run(run_id)
            read = await run_files.read_summary(run)
            await audit.saw("summary", run_id, run.client_id)
        return page(
            request,
            "reports/summary.html",
            client=CurrentClient(run.client_id, run.client_name),
            run=run,
            now=read.totals,
            before=read.before,
            costs=read.costs,
            totals=summary.summary_totals(read.costs),
            charts=[charts.by_department(read.costs)],
            state=labels.STATES[run.state],
        )


class RunFileController(Controller):
    """The files of a run by what they are: the kept one, or, before publishing, one made on the spot."""

    path = "/documents/runs/{run_id:uuid}"

    @get("/{kind:str}/{suffix:str}", name="documents.run", roles=EVERYONE)
    async def download(
        self, request: AppRequest, run_id: FromPath[UUID], kind: FromPath[str], suffix: FromPath[str]
    ) -> Stream:
        """Register and summary as pdf, xlsx or csv; payslips as zip. A client's people get what is shared."""
        async with request.user.scope():
            run = await queries.get_run(run_id)
            document = await documents.find_document_about(
                f"{kind}_{suffix}", run_id, shared_only=request.user.is_portal
            )
            if document is not None:
                await take(document)
                return await send(document)
            if request.user.is_portal or kind not in TITLES or suffix not in run_files.MEDIA:
                raise NotFound(text("This document does not exist, or has not been made yet."))
            _refuse_long(run, suffix)
            read = await run_files.read_figures(run)
            await audit.saw(kind, run_id, run.client_id, action="exported", count=run.slips, format=suffix)
        return await _made(read, kind, suffix)


async def _made(read: RunFigures, kind: str, suffix: str) -> Stream:
    name = file_name(str(TITLES[kind]), read.run.client_name, month_name(read.run.period), suffix=suffix)
    with tempfile.TemporaryDirectory(prefix="tata-") as folder:
        path = await run_files.write_report(Path(folder), kind, suffix, read)
        content = await asyncio.to_thread(path.read_bytes)
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Stream(_once(content), media_type=run_files.MEDIA[suffix], headers=headers)


def _refuse_long(run: queries.Run, suffix: str) -> None:
    if suffix == "pdf" and run.slips > MADE_AT_ONCE:
        raise Conflict(
            text(
                "A PDF for more than {count} people is made when the run is published. Take the Excel file until then.",
                count=MADE_AT_ONCE,
            )
        )


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _chosen(choices: list[clients.ClientName], client_id: UUID | None) -> CurrentClient | None:
    """The client asked for, or the only one there is."""
    if client_id is None:
        return CurrentClient(choices[0].id, choices[0].name) if len(choices) == 1 else None
    found = next((choice for choice in choices if choice.id == client_id), None)
    return CurrentClient(found.id, found.name) if found else None


async def _month(client_id: UUID, asked: Period | None) -> dict[str, Any]:
    last = asked or await figures.find_last_month(client_id)
    if last is None:
        return {}
    now, before = (
        await figures.sum_departments(client_id, last),
        await figures.sum_departments(client_id, last.previous()),
    )
    months = await figures.list_months(client_id, last, MONTHS)
    runs = await queries.list_runs(client_id, last)
    costs = summary.compare(now, before)
    return {
        "month": last,
        "now": figures.total(list(now.values())),
        "before": figures.total(list(before.values())) if before else None,
        "costs": costs,
        "totals": summary.summary_totals(costs),
        "charts": [charts.labour_cost(months), charts.headcount(months), charts.by_department(costs)] if months else [],
        "runs": runs,
        "files": await documents.list_documents([run.id for run in runs]),
    }
