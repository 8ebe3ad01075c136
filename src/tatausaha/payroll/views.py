"""Payroll runs: the list, one run with its figures, and its steps."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, outbox
from tatausaha.core.dates import Period
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Lines, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, month_of, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.payroll import labels, queries, release, service
from tatausaha.payroll.inputs import InputForm, enter, remove
from tatausaha.payroll.queries import RunView, SlipCursor, StepView
from tatausaha.payroll.slip_queries import get_slip
from tatausaha.payroll.tabs import TABS, read_tab


class NewRun(msgspec.Struct, frozen=True):
    """Which client's which month to begin."""

    client_id: str
    month: str


class Checked(msgspec.Struct, frozen=True):
    """A check of exactly the figures that were on the page."""

    figures_hash: str


class Comment(msgspec.Struct, frozen=True):
    """Why something goes back."""

    comment: Lines = ""


class Reason(msgspec.Struct, frozen=True):
    """Why a slip is corrected."""

    reason: Lines = ""


class RunController(Controller):
    """The provider's side of payroll."""

    path = "/payroll"

    @get("/", name="payroll.runs", roles=STAFF)
    async def list_runs(self, request: AppRequest) -> Template:
        """Runs of all clients one may see, newest month first."""
        query = list_query(request, "client", "state", "after")
        after = read_cursor(tuple[str, UUID], query.get("after"))
        async with request.user.scope():
            found = await queries.page_runs(
                client_id=id_of(query, "client"),
                state=query.get("state"),
                month=month_of({"m": after[0]}, "m") if after else None,
                after=after[1] if after else None,
            )
            client = await _current(query)
            shown = [run.client_id for run in found[: queries.PAGE]]
            await audit.saw_list("pay_runs", id_of(query, "client"), len(shown), clients=shown)
        runs, more = split_page(found, queries.PAGE)
        return page(
            request,
            "payroll/runs.html",
            fragment="payroll/_runs.html",
            client=client,
            runs=runs,
            query=query,
            states=labels.STATES,
            next=cursor_of((str(runs[-1].period), runs[-1].id)) if more else None,
        )

    @get("/new", name="payroll.new", roles=STAFF)
    async def new_run(self, request: AppRequest) -> Template:
        query = list_query(request, "client")
        async with request.user.scope():
            choices = await clients.list_names()
            client = await _current(query)
        values = {"client_id": query.get("client", ""), "month": ""}
        return page(request, "payroll/new.html", client=client, clients=choices, values=values, errors={})

    @post("/new", roles=STAFF)
    async def begin_run(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, "payroll/new.html", values, clients=await clients.list_names())
            form = parse(NewRun, values)
            run_id = await service.create_run(_client_id(form.client_id), _period(form.month))
        return go_to(f"/payroll/{run_id}", text("The run has begun."))

    @get("/slips", name="payroll.slips", roles=STAFF)
    async def list_slips(self, request: AppRequest) -> Template:
        """Every payslip that counts, of all clients one may see."""
        query = list_query(request, "client", "month", "q", "after")
        async with request.user.scope():
            found = await queries.page_slips(
                client_id=id_of(query, "client"),
                month=month_of(query, "month"),
                search=query.get("q", ""),
                after=read_cursor(SlipCursor, query.get("after")),
            )
            client = await _current(query)
            shown = [slip.client_id for slip in found[: queries.PAGE]]
            await audit.saw_list("slips", id_of(query, "client"), len(shown), query.get("q", ""), shown)
        slips, more = split_page(found, queries.PAGE)
        last = SlipCursor(slips[-1].month, slips[-1].employee_name, slips[-1].id) if more else None
        return page(
            request,
            "payroll/slips.html",
            fragment="payroll/_slips.html",
            client=client,
            slips=slips,
            query=query,
            path="/payroll/slips",
            next=cursor_of(last) if last else None,
        )

    @get("/{run_id:uuid}", name="payroll.run", roles=STAFF)
    async def show(self, request: AppRequest, run_id: FromPath[UUID]) -> Template:
        """One run: where it stands, and one of its tabs."""
        query = list_query(request, "tab", "q", "after")
        async with request.user.scope():
            run = await queries.get_run(run_id)
            context = await run_context(run, query)
            await audit.saw("pay_run", run.id, run.client_id, count=len(context.get("slips", "1")), tab=context["tab"])
        return page(
            request,
            "payroll/run.html",
            fragment=f"payroll/_{context['tab']}.html",
            client=CurrentClient(run.client_id, run.client_name),
            values={},
            errors={},
            **context,
        )

    @post("/{run_id:uuid}/calculate", name="payroll.calculate", roles=STAFF)
    async def calculate(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.calculate(run_id)
        return go_to(f"/payroll/{run_id}")

    @post("/{run_id:uuid}/cancel", name="payroll.cancel", roles=STAFF)
    async def cancel(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.cancel_calculation(run_id)
        return go_to(f"/payroll/{run_id}", text("The calculation was stopped. You can resume it or start over."))

    @post("/{run_id:uuid}/resume", name="payroll.resume", roles=STAFF)
    async def resume(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.resume_calculation(run_id)
        return go_to(f"/payroll/{run_id}")

    @post("/{run_id:uuid}/reopen", name="payroll.reopen", roles=STAFF)
    async def reopen(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.reopen(run_id)
        return go_to(f"/payroll/{run_id}?tab=inputs", text("The run is a draft again."))

    @post("/{run_id:uuid}/review", name="payroll.review", roles=STAFF, recent=True)
    async def review(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            await queries.get_run(run_id)
            await service.review(run_id, parse(Checked, values).figures_hash)
        return go_to(f"/payroll/{run_id}", text("Reviewed. The client's approvers were asked by e-mail."))

    @post("/{run_id:uuid}/return", name="payroll.return", roles=STAFF)
    async def send_back(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            await queries.get_run(run_id)
            await service.send_back(run_id, parse(Comment, values).comment)
        return go_to(f"/payroll/{run_id}", text("The run went back to its makers with your comment."))

    @post("/{run_id:uuid}/publish", name="payroll.publish", roles=STAFF, recent=True)
    async def publish(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            published = await service.publish(run_id)
        message = text("Published. Payslips and reports are being made.")
        void = text("The figures are not those that the client approved. The approval is void; calculate again.")
        return go_to(f"/payroll/{run_id}", message if published else void)

    @post("/{run_id:uuid}/close", name="payroll.close", roles=STAFF)
    async def close(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.close(run_id)
        return go_to(f"/payroll/{run_id}", text("The month is closed."))

    @post("/{run_id:uuid}/inputs", name="payroll.enter", roles=STAFF)
    async def enter(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            run = await queries.get_run(run_id)
            context = await run_context(run, {"tab": "inputs"})
            current = CurrentClient(run.client_id, run.client_name)
            expect_form(request, "payroll/run.html", values, client=current, **context)
            await enter(run_id, parse(InputForm, values))
        return go_to(f"/payroll/{run_id}?tab=inputs", text("Entered."))

    @post("/{run_id:uuid}/inputs/{input_id:uuid}/remove", name="payroll.remove_input", roles=STAFF)
    async def remove_input(self, request: AppRequest, run_id: FromPath[UUID], input_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await remove(run_id, input_id)
        return go_to(f"/payroll/{run_id}?tab=inputs", text("Removed."))

    @post("/slips/{slip_id:uuid}/correct", name="payroll.correct", roles=STAFF)
    async def correct(self, request: AppRequest, slip_id: FromPath[UUID]) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            await get_slip(slip_id)
            run_id = await service.correct(slip_id, parse(Reason, values).reason)
        return go_to(
            f"/payroll/{run_id}?tab=inputs", text("The correction has begun; it takes the same steps as a run.")
        )


async def run_context(run: RunView, query: dict[str, str]) -> dict[str, Any]:
    """What the page of a run shows, whichever tab is open. Needs the scope."""
    history = await queries.list_steps(run.id)
    job = await outbox.find_job(run.job_id) if run.job_id else None
    tab = query.get("tab") if query.get("tab") in TABS else "overview"
    return {
        "run": run,
        "before": await queries.find_run_before(run),
        "history": history,
        "steps": [_step(run, history, *known) for known in labels.STEPS],
        "job": job,
        "mine": await service.made_by_me(run.id),
        "held": await release.list_held(run) if run.state not in ("draft", "calculating") else [],
        "labels": labels,
        "tab": tab,
        "query": query,
        **await read_tab(run, tab or "overview", query),
    }


def _step(run: RunView, history: list[StepView], state: str, action: str, label: Any) -> dict[str, Any]:
    order = [known[0] for known in labels.STEPS]
    position = order.index("draft" if run.state == "calculating" else run.state)
    own = order.index(state)
    taken = next((step for step in reversed(history) if step.action == action), None) if own <= position else None
    return {
        "label": label,
        "state": "done" if own < position or run.state == "closed" else "current" if own == position else "todo",
        "who": taken.actor_name if taken else None,
        "at": taken.at if taken else None,
    }


async def _current(query: dict[str, str]) -> CurrentClient | None:
    client_id = id_of(query, "client")
    found = await clients.find_name(client_id) if client_id else None
    return CurrentClient(client_id, found) if client_id and found else None


def _client_id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise NotFound(text("This client does not exist.")) from None


def _period(written: str) -> Period:
    try:
        return Period.parse(written)
    except ValueError:
        wrong = {"month": text("Write a month as year and number, for example 2026-11.")}
        raise Invalid(text("Some fields need your attention."), wrong) from None
