"""Payroll runs and payslips, for programs."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller
from litestar.params import FromPath, FromQuery, QueryParameter

from tatausaha.core import audit
from tatausaha.core.i18n import render, text
from tatausaha.core.masking import masked
from tatausaha.core.money import Rupiah
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.operations import Page, cursor, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.payroll import queries, slip_queries
from tatausaha.payroll.lines import line_name
from tatausaha.payroll.queries import RunView, Totals
from tatausaha.payroll.rules.explain import explain
from tatausaha.payroll.rules.model import Line
from tatausaha.payroll.slip_queries import SlipView

GROUP = text("Payroll")
SCOPE = "payroll:read"


class RunOut(msgspec.Struct, frozen=True):
    """A payroll run: one month of one client, or a correction of one person's month. Totals are whole rupiah."""

    id: UUID
    client_id: UUID
    client_name: str
    month: str
    kind: str
    state: str
    slip_count: int
    problem_count: int
    totals: Totals


class SlipItem(msgspec.Struct, frozen=True):
    """A payslip as a line of a list; amounts in whole rupiah."""

    id: UUID
    employee_id: UUID
    employee_number: str
    employee_name: str
    department: str
    version: int
    cash_gross: Rupiah
    pph21: Rupiah
    net_pay: Rupiah
    employer_cost: Rupiah


class LineOut(msgspec.Struct, frozen=True):
    """A line of a payslip, and why it says what it says: inputs, the formula with its numbers, and the legal source."""

    section: str
    code: str
    name: str
    amount: Rupiah
    inputs: list[tuple[str, str]]
    formula: str
    source: str


class SlipOut(msgspec.Struct, frozen=True, kw_only=True):
    """A payslip with its lines; amounts in whole rupiah, the account number by its last digits."""

    id: UUID
    run_id: UUID
    run_state: str
    client_id: UUID
    employee_id: UUID
    employee_number: str
    employee_name: str
    month: str
    version: int
    superseded: bool
    ptkp: str
    tax_method: str
    bank: str
    bank_account: str | None
    cash_gross: Rupiah
    taxable_gross: Rupiah
    pph21: Rupiah
    net_pay: Rupiah
    employer_cost: Rupiah
    lines: list[LineOut]


class PayrollApi(Controller):
    """Reading what was calculated; runs are moved on by people, on the pages."""

    path = "/api/v1"

    @read("/runs", name="api.runs", says=text("List payroll runs"), group=GROUP, scope=SCOPE, roles=STAFF)
    async def list_runs(
        self,
        request: AppRequest,
        client: FromQuery[UUID | None] = None,
        in_state: Annotated[str | None, QueryParameter(name="state")] = None,
        after: FromQuery[str | None] = None,
    ) -> Page[RunOut]:
        """The newest month first, over all clients of the token or of one."""
        begin = cursor(tuple[date, UUID], after)
        month, run_id = begin or (None, None)
        async with request.user.scope():
            found = await queries.page_runs(client_id=client, state=in_state, month=month, after=run_id)
            of = [run.client_id for run in found[: queries.PAGE]]
            await audit.saw_list("pay_runs", client, len(of), clients=of)
        shown, following = paged(found, queries.PAGE, lambda run: (run.month, run.id))
        return Page([_run(one) for one in shown], following)

    @read("/runs/{run_id:uuid}", name="api.run", says=text("Get a payroll run"), group=GROUP, scope=SCOPE, roles=STAFF)
    async def get_run(self, request: AppRequest, run_id: FromPath[UUID]) -> RunOut:
        async with request.user.scope():
            run = await queries.get_run(run_id)
            await audit.saw("pay_run", run_id, run.client_id)
        return _run(run)

    @read(
        "/runs/{run_id:uuid}/slips",
        name="api.slips",
        says=text("List the payslips of a run"),
        group=GROUP,
        scope=SCOPE,
        roles=STAFF,
    )
    async def list_slips(
        self, request: AppRequest, run_id: FromPath[UUID], after: FromQuery[str | None] = None
    ) -> Page[SlipItem]:
        """By the employee's name."""
        name, slip_id = cursor(tuple[str, UUID], after) or ("", None)
        async with request.user.scope():
            run = await queries.get_run(run_id)
            found = await queries.page_run_slips(run_id, after=name, after_id=slip_id)
            await audit.saw_list("slips", run.client_id, len(found[: queries.PAGE]), run=str(run_id))
        shown, following = paged(found, queries.PAGE, lambda slip: (slip.employee_name, slip.id))
        return Page([_item(slip) for slip in shown], following)

    @read("/slips/{slip_id:uuid}", name="api.slip", says=text("Get a payslip"), group=GROUP, scope=SCOPE, roles=STAFF)
    async def get_slip(self, request: AppRequest, slip_id: FromPath[UUID]) -> SlipOut:
        """With every line explained, in the language of the token's person."""
        async with request.user.scope():
            slip = await slip_queries.get_slip(slip_id)
            await audit.saw("slip", slip_id, slip.client_id, subject_id=slip.employee_id)
        return _slip(slip)


def _run(run: RunView) -> RunOut:
    known = {name: getattr(run, name) for name in RunOut.__struct_fields__ if name != "month"}
    return RunOut(month=str(run.period), **known)


def _item(slip: queries.SlipRow) -> SlipItem:
    return SlipItem(**{name: getattr(slip, name) for name in SlipItem.__struct_fields__})


def _slip(slip: SlipView) -> SlipOut:
    told: dict[str, Any] = {
        "month": str(slip.month),
        "bank_account": masked(slip.bank_account) if slip.bank_account else None,
    }
    told["lines"] = [_line(line, slip) for line in slip.lines]
    return SlipOut(**{name: getattr(slip, name) for name in SlipOut.__struct_fields__ if name not in told}, **told)


def _line(line: Line, slip: SlipView) -> LineOut:
    why = explain(line, slip.payslip())
    inputs = [(render(what), str(figure)) for what, figure in why.inputs]
    return LineOut(
        line.section, line.code, line_name(line), line.amount, inputs, render(why.formula), render(why.source)
    )
