"""Approvals: what waits for the client's word, what it is about, and the word itself."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.web.access import APPROVERS, PORTAL
from tatausaha.core.web.forms import Lines, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.payroll import queries as payroll
from tatausaha.payroll.queries import RunView, StepView, Totals
from tatausaha.portal import labels, queries, service
from tatausaha.portal.frame import find_company, frame, portal_page

SHOWN_CHANGES = 200


class Agreed(msgspec.Struct, frozen=True):
    """The very figures that were on the page."""

    figures_hash: str = ""


class Comment(msgspec.Struct, frozen=True):
    """What is wrong."""

    comment: Lines = ""


class ApprovalController(Controller):
    """The client's decisions about payroll. Viewers see; approvers act."""

    path = "/portal/approvals"

    @get("/", name="portal.approvals", roles=PORTAL, service="payroll")
    async def list_approvals(self, request: AppRequest) -> Template:
        """What waits, what was sent back, and what was decided."""
        query = list_query(request, "after")
        async with request.user.scope():
            company = await find_company(request)
            waiting = await queries.page_runs(company.id, ("reviewed",))
            sent_back = await queries.list_sent_back(company.id)
            after = read_cursor(tuple[date, UUID], query.get("after"))
            found = await queries.page_runs(company.id, queries.DECIDED, after)
            await audit.saw_list("pay_runs", company.id, len(waiting) + len(sent_back) + len(found[: queries.PAGE]))
        decided, more = split_page(found, queries.PAGE)
        return portal_page(
            request,
            "portal/approvals.html",
            company,
            fragment="portal/_decided.html",
            waiting=waiting,
            sent_back=sent_back,
            decided=decided,
            query=query,
            next=cursor_of((decided[-1].month, decided[-1].id)) if more else None,
        )

    @get("/{run_id:uuid}", name="portal.approval", roles=PORTAL, service="payroll")
    async def show(self, request: AppRequest, run_id: FromPath[UUID]) -> Template:
        """One run beside the month before: all that one needs to decide."""
        async with request.user.scope():
            run = await queries.get_run(run_id)
            company = await find_company(request)
            context = await _decision(run)
            await audit.saw("pay_run", run_id, company.id)
        return portal_page(request, "portal/approval.html", company, values={}, errors={}, **context)

    @get("/{run_id:uuid}/people", name="portal.people", roles=PORTAL, service="payroll")
    async def list_people(self, request: AppRequest, run_id: FromPath[UUID]) -> Template:
        """Everybody's pay in a run, by name."""
        query = list_query(request, "q", "after")
        after = read_cursor(tuple[str, UUID], query.get("after"))
        async with request.user.scope():
            run = await queries.get_run(run_id)
            company = await find_company(request)
            found = await payroll.page_run_slips(
                run_id,
                after=after[0] if after else "",
                after_id=after[1] if after else None,
                search=query.get("q", ""),
            )
            await audit.saw_list("slips", company.id, len(found[: payroll.PAGE]), query.get("q", ""), run=str(run_id))
        slips, more = split_page(found, payroll.PAGE)
        return portal_page(
            request,
            "portal/people.html",
            company,
            fragment="portal/_people.html",
            run=run,
            slips=slips,
            query=query,
            path=f"/portal/approvals/{run_id}/people",
            next=cursor_of((slips[-1].employee_name, slips[-1].id)) if more else None,
        )

    @post("/{run_id:uuid}/approve", name="portal.approve", roles=APPROVERS, recent=True, service="payroll")
    async def approve(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            await payroll.get_run(run_id)
            told = await service.approve(run_id, parse(Agreed, values).figures_hash)
        return go_to(f"/portal/approvals/{run_id}", told)

    @post("/{run_id:uuid}/return", name="portal.return", roles=APPROVERS, service="payroll")
    async def send_back(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            run = await payroll.get_run(run_id)
            if run.state == "reviewed":
                company = await find_company(request)
                expect_form(request, "portal/approval.html", values, **frame(company), **await _decision(run))
            told = await service.send_back(run_id, parse(Comment, values).comment)
        return go_to("/portal/approvals", told)


async def _decision(run: RunView) -> dict[str, Any]:
    """What the page of one run shows. Needs the scope."""
    steps = await payroll.list_steps(run.id)
    return {
        "run": run,
        "history": [step for step in steps if _is_for_client(step)],
        "approval": next((step for step in reversed(steps) if step.action == "approved"), None),
        **(await _correction(run) if run.corrects_id else await _month(run)),
    }


def _is_for_client(step: StepView) -> bool:
    """What the makers say among themselves stays with them."""
    return step.action in labels.ACTIONS and (step.action != "returned" or step.actor_role == "approver")


async def _month(run: RunView) -> dict[str, Any]:
    """A regular run beside the month before, as far as the client has seen that one."""
    before = await payroll.find_run_before(run)
    if before is None or before.state not in queries.SHOWN:
        return {"figures": _compare(run.totals, None), "before": None, "changes": []}
    changes = await payroll.list_differences(run, before.id, limit=SHOWN_CHANGES)
    return {"figures": _compare(run.totals, before.totals), "before": before, "changes": changes}


async def _correction(run: RunView) -> dict[str, Any]:
    """One person's slip beside the version that it replaces."""
    versions = {version.run_id: version for version in await queries.list_versions(run)}
    replaced = versions.get(run.corrects_id) if run.corrects_id else None
    corrected = versions.get(run.id)
    return {"figures": _compare(run.totals, replaced), "replaced": replaced, "corrected": corrected, "changes": []}


def _compare(now: Totals, before: Totals | None) -> list[tuple[Any, int, int | None]]:
    return [(label, getattr(now, name), getattr(before, name) if before else None) for name, label in labels.FIGURES]
