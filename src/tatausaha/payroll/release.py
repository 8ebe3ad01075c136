"""The release of a run as a guarded change: from the last month's figures to exactly these, agreed on by a second person."""

from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import changes, db
from tatausaha.core.change_kinds import KINDS, Change, ChangeRow, Item
from tatausaha.core.i18n import text
from tatausaha.payroll import queries
from tatausaha.payroll.queries import RunView

RELEASE = "payroll.release"
MAKING = ("created", "entered", "calculated", "reopened")
FIELDS = {
    "slip_count": changes.Field(text("Payslips")),
    "cash_gross": changes.Field(text("Gross pay"), "rupiah"),
    "employee_bpjs": changes.Field(text("BPJS, employees' share"), "rupiah"),
    "pph21": changes.Field(text("PPh 21"), "rupiah"),
    "net_pay": changes.Field(text("Net pay"), "rupiah"),
    "employer_bpjs": changes.Field(text("BPJS, employer's share"), "rupiah"),
    "employer_cost": changes.Field(text("Employer cost"), "rupiah"),
}


class Held(msgspec.Struct, frozen=True):
    """Somebody of whom a change waited while the month was calculated: the payslip holds what was in force."""

    id: UUID
    name: str
    kind: str

    @property
    def label(self) -> Any:
        return KINDS[self.kind].label


async def ask(run_id: UUID) -> None:
    """Ask for the release of a run just calculated, in the name of whoever had it calculated."""
    run = await queries.get_run(run_id)
    await changes.overtake(RELEASE, run.id)
    if run.problem_count:
        return  # nobody can agree to it as it is
    before = await queries.find_run_before(run)
    held = await _held(run)
    await changes.propose(
        RELEASE,
        subject_id=run.id,
        client_id=run.client_id,
        subject=str(run.period),
        before=_figures(before) if before else {},
        after=_figures(run) | {"figures_hash": run.figures_hash, "held": held},
        asks="colleague",
    )


async def find(run_id: UUID) -> Change | None:
    """The request for the figures that a run has now; None before there are any."""
    found: UUID | None = await db.value(
        "select id from change_request where subject_id = $1 and kind = $2 and state in ('pending', 'applied')"
        " order by id desc limit 1",
        *(run_id, RELEASE),
    )
    return await changes.get(found) if found else None


async def list_held(run: RunView) -> list[Held]:
    """Whose changes waited while these figures were calculated."""
    request = await find(run.id)
    if request is None or request.after["figures_hash"] != run.figures_hash:
        return []
    return msgspec.convert(request.after["held"], list[Held])


async def makers_of(run_id: UUID) -> set[UUID]:
    """Everybody who created a run, entered figures, or had it calculated."""
    found = await db.records(
        "select distinct actor_id from pay_step where run_id = $1 and action = any($2) and actor_id is not null",
        *(run_id, list(MAKING)),
    )
    return {row["actor_id"] for row in found}


async def makers(change: Change) -> set[UUID]:
    """The same, of the run that a request is about."""
    assert change.subject_id is not None
    return await makers_of(change.subject_id)


def page_of(change: ChangeRow) -> str:
    """The run's page."""
    return f"/payroll/{change.subject_id}"


def show(change: Change) -> list[Item]:
    """Figures beside those of the month before, then whose changes waited."""
    lines = changes.lines(FIELDS, change.before, change.after)
    held = [changes.Line(one["name"], "", KINDS[one["kind"]].label) for one in change.after["held"]]
    return [Item(change.subject, page_of(change), lines + held)]


def _figures(run: RunView) -> dict[str, Any]:
    return {"slip_count": run.slip_count, **msgspec.structs.asdict(run.totals)}


async def _held(run: RunView) -> list[Held]:
    """Changes that wait, and those that were decided since the calculation was asked for: it may have missed them."""
    return await db.rows(
        Held,
        "select distinct s.employee_id as id, s.employee_name as name, r.kind from change_request r"
        " join slip s on s.run_id = $2 and (s.employee_id = r.subject_id or s.employee_id = any(r.subject_ids))"
        " where r.client_id = $1 and r.kind ^@ 'employee.' and (r.state = 'pending' or (r.state = 'applied'"
        "   and r.decided_at >= (select j.created_at from pay_run p join job j on j.tenant_id = p.tenant_id"
        "     and j.id = p.job_id where p.id = $2))) order by s.employee_name, r.kind limit 500",
        *(run.client_id, run.id),
    )
