"""One payslip, and why each of its lines says what it says."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.money import Rupiah
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.pages import CurrentClient, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.payroll import labels, slip_queries
from tatausaha.payroll.lines import SECTIONS, line_name, line_note
from tatausaha.payroll.rules.explain import Explanation, explain
from tatausaha.payroll.rules.model import Line
from tatausaha.payroll.slip_queries import SlipView
from tatausaha.payroll.sums import explain_net_pay


class LineView(msgspec.Struct, frozen=True):
    """A line as its page shows it, with what it was the month before."""

    index: int
    name: str
    note: str | None
    amount: Rupiah
    before: Rupiah | None


class Part(msgspec.Struct, frozen=True):
    """One table of a payslip."""

    title: Text
    lines: list[LineView]
    total: Rupiah
    before: Rupiah | None


class SlipController(Controller):
    """Payslips of people whose client one may see."""

    path = "/payroll/slips/{slip_id:uuid}"

    @get("/", name="payroll.slip", roles=STAFF)
    async def show(self, request: AppRequest, slip_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            slip = await _look_at(slip_id)
            before = await slip_queries.find_previous_slip(slip)
            versions = await slip_queries.list_versions(slip)
        return page(
            request,
            "payroll/slip.html",
            client=CurrentClient(slip.client_id, slip.client_name),
            slip=slip,
            before=before,
            versions=versions,
            parts=[_part(slip, before, *known) for known in PARTS],
            state=labels.STATES[slip.run_state],
            words=labels.STATES,
            methods=METHODS,
        )

    @get("/lines/{index:int}", name="payroll.explain", roles=STAFF)
    async def explain_line(self, request: AppRequest, slip_id: FromPath[UUID], index: FromPath[int]) -> Template:
        """Inputs, formula with the numbers, legal source, and last month's figure."""
        async with request.user.scope():
            slip = await _look_at(slip_id)
            before = await slip_queries.find_previous_slip(slip)
        if not 0 <= index < len(slip.lines):
            raise NotFound(text("This payslip has no such line."))
        line = slip.lines[index]
        previous = _amount_of(before, line) if before else None
        return _explained(request, slip, line_name(line), explain(line, slip.payslip()), line.amount, previous)

    @get("/net-pay", name="payroll.explain_net", roles=STAFF)
    async def explain_net(self, request: AppRequest, slip_id: FromPath[UUID]) -> Template:
        """How the lines come to what is paid out."""
        async with request.user.scope():
            slip = await _look_at(slip_id)
            before = await slip_queries.find_previous_slip(slip)
        previous = before.net_pay if before else None
        return _explained(request, slip, text("Net pay"), explain_net_pay(slip), slip.net_pay, previous)


async def _look_at(slip_id: UUID) -> SlipView:
    """The slip for somebody to see, which the access log tells. Needs the scope."""
    slip = await slip_queries.get_slip(slip_id)
    await audit.saw("slip", slip_id, slip.client_id, subject_id=slip.employee_id)
    return slip


PARTS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (SECTIONS["earning"], ("earning",)),
    (text("Deductions and tax"), ("deduction", "tax")),
    (SECTIONS["employer"], ("employer",)),
)
METHODS = {"gross": text("Gross"), "gross_up": text("Gross-up"), "net": text("Net")}


def _part(slip: SlipView, before: SlipView | None, title: Text, sections: tuple[str, ...]) -> Part:
    lines = [
        LineView(index, line_name(line), line_note(line), line.amount, _amount_of(before, line) if before else None)
        for index, line in enumerate(slip.lines)
        if line.section in sections
    ]
    if "tax" in sections:
        lines += _given_back(slip, before)
    earlier = None
    if before:
        earlier = sum(line.amount for line in before.lines if line.section in sections)
        earlier -= before.pph21_borne if "tax" in sections else 0
    return Part(title, lines, sum(line.amount for line in lines), earlier)


def _given_back(slip: SlipView, before: SlipView | None) -> Iterator[LineView]:
    """Tax that the company bears is withheld and given back, so that gross less deductions is what is paid."""
    for index, line in enumerate(slip.lines):
        if line.code == "pph21_borne":
            yield LineView(index, line_name(line), None, -line.amount, -_amount_of(before, line) if before else None)


def _amount_of(slip: SlipView, line: Line) -> Rupiah:
    key = (line.section, line.code, line.name)
    return sum(other.amount for other in slip.lines if (other.section, other.code, other.name) == key)


def _explained(
    request: AppRequest,
    slip: SlipView,
    title: Text | str,
    explanation: Explanation,
    amount: Rupiah,
    previous: Rupiah | None,
) -> Template:
    return page(
        request,
        "payroll/explanation.html",
        fragment="payroll/_explanation.html",
        client=CurrentClient(slip.client_id, slip.client_name),
        slip=slip,
        title=title,
        explanation=explanation,
        amount=amount,
        previous=previous,
    )
