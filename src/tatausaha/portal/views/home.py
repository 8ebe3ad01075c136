"""The portal's home, and what was published: payslips and reports."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, get
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.web.access import PORTAL
from tatausaha.core.web.lists import cursor_of, list_query, month_of, read_cursor, split_page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents import queries as documents
from tatausaha.documents.queries import Document
from tatausaha.payroll.queries import SETTLED, SlipCursor
from tatausaha.portal import queries
from tatausaha.portal.frame import find_company, portal_page
from tatausaha.portal.invoice_queries import count_open
from tatausaha.portal.queries import PortalRun
from tatausaha.reports.shop.catalogue import list_reports

LATEST = 2
MONTHS_A_PAGE = 12


class HomeController(Controller):
    """What a company reads of itself."""

    path = "/portal"

    @get("/", name="portal.home", roles=PORTAL)
    async def home(self, request: AppRequest) -> Template:
        """What waits for a word, what came last, and how cost and headcount went."""
        async with request.user.scope():
            company = await find_company(request)
            waiting = await queries.page_runs(company.id, ("reviewed",))
            sent_back = await queries.list_sent_back(company.id)
            latest = (await queries.page_runs(company.id, SETTLED, limit=LATEST))[:LATEST]
            documents = await _documents(latest)
            costs = await queries.list_costs(company.id)
            invoices = await count_open(company.id)
            await audit.saw("client", company.id, company.id)
        return portal_page(
            request,
            "portal/home.html",
            company,
            waiting=waiting,
            sent_back=sent_back,
            latest=latest,
            documents=documents,
            costs=costs,
            invoices=invoices,
        )

    @get("/payslips", name="portal.payslips", roles=PORTAL, service="payroll")
    async def list_payslips(self, request: AppRequest) -> Template:
        """Published payslips, by month and name."""
        query = list_query(request, "month", "q", "after")
        async with request.user.scope():
            company = await find_company(request)
            months = await queries.list_months(company.id)
            found = await queries.page_payslips(
                company.id,
                newest=months[0] if months else date.min,
                month=month_of(query, "month"),
                search=query.get("q", ""),
                after=read_cursor(SlipCursor, query.get("after")),
            )
            await audit.saw_list("slips", company.id, len(found[: queries.PAGE]), query.get("q", ""))
        slips, more = split_page(found, queries.PAGE)
        last = SlipCursor(slips[-1].month, slips[-1].employee_name, slips[-1].id) if more else None
        return portal_page(
            request,
            "portal/payslips.html",
            company,
            fragment="portal/_payslips.html",
            slips=slips,
            months=months,
            query=query,
            path="/portal/payslips",
            next=cursor_of(last) if last else None,
        )

    @get("/reports", name="portal.reports", roles=PORTAL)
    async def list_reports(self, request: AppRequest) -> Template:
        """The reports of each published month."""
        query = list_query(request, "after")
        async with request.user.scope():
            company = await find_company(request)
            after = read_cursor(tuple[date, UUID], query.get("after"))
            found = await queries.page_runs(company.id, SETTLED, after, limit=MONTHS_A_PAGE)
            runs, more = split_page(found, MONTHS_A_PAGE)
            documents = await _documents(runs)
            await audit.saw_list("reports", company.id, len(runs))
        return portal_page(
            request,
            "portal/reports.html",
            company,
            fragment="portal/_reports.html",
            runs=runs,
            documents=documents,
            tables=list_reports(request.user.services),
            query=query,
            path="/portal/reports",
            next=cursor_of((runs[-1].month, runs[-1].id)) if more else None,
        )


async def _documents(runs: list[PortalRun]) -> dict[Any, dict[str, Document]]:
    """The shared documents of some runs: by run, then by kind."""
    found: dict[Any, dict[str, Document]] = defaultdict(dict)
    for document in await documents.list_documents([run.id for run in runs], shared_only=True):
        found[document.subject_id][document.kind] = document
    return found
