"""What changes from month to month: entries of one person at a time, and of many from a spreadsheet."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.payroll import queries, service
from tatausaha.payroll.queries import RunView

InputCode = Literal[
    "overtime",
    "bonus",
    "thr",
    "other_income",
    "allowance",
    "benefit",
    "reimbursement",
    "deduction",
    "pension",
    "zakat",
    "unpaid_days",
]
MOST_DAYS = 31
MOST_NAME = 80
Values = dict[str, Any]


class InputForm(msgspec.Struct, frozen=True):
    """One component of the month; `amount` in rupiah, or days for unpaid days."""

    number: str
    code: InputCode
    amount: int
    name: str = ""


async def open_run(run_id: UUID) -> RunView:
    """The run, if its makers may still enter figures."""
    run = await queries.get_run(run_id, lock=True)
    if run.state != "draft":
        raise Conflict(text("Figures can be entered while the run is a draft. Reopen it first."))
    return run


async def enter(run_id: UUID, form: InputForm) -> None:
    """Set one component for one person, replacing what stood there."""
    run = await open_run(run_id)
    employee_id = await db.value(
        "select id from employee where client_id = $1 and number = $2"
        " and joined_on <= $3 and (ended_on is null or ended_on >= $4)",
        *(run.client_id, form.number.strip(), run.period.last, run.period.first),
    )
    if employee_id is None or run.employee_id not in (None, employee_id):
        unknown = text("Nobody with the number {number} is employed in this month.", number=form.number[:40])
        raise Invalid(text("Some fields need your attention."), {"number": unknown})
    if form.code == "unpaid_days" and form.amount > MOST_DAYS:
        raise Invalid(text("Some fields need your attention."), {"amount": text("A month has at most 31 days.")})
    await put([entry(run, employee_id, form.code, form.name.strip()[:MOST_NAME], form.amount)])
    await service.note_entry(run)


def entry(run: RunView, employee_id: UUID, code: str, name: str, amount: int) -> Values:
    """A row for `put`; `amount` in rupiah, or days for unpaid days."""
    amounts = {"amount": 0, "days": amount} if code == "unpaid_days" else {"amount": amount, "days": 0}
    owner = {"id": uuid7(), "client_id": run.client_id, "run_id": run.id, "employee_id": employee_id}
    return {**owner, "code": code, "name": name, **amounts}


async def put(rows: Sequence[Values]) -> None:
    """Set entries, by one statement however many they are; each replaces what stood in its place."""
    columns = "id, client_id, run_id, employee_id, code, name, amount, days"
    await db.execute(
        f"insert into pay_input ({columns}) select {columns} from jsonb_populate_recordset(null::pay_input, $1)"  # noqa: S608
        " on conflict (tenant_id, run_id, employee_id, code, name)"
        " do update set amount = excluded.amount, days = excluded.days",
        list(rows),
    )


async def remove(run_id: UUID, input_id: UUID) -> None:
    """Take a component out again."""
    if not await db.value("select 1 from pay_input where id = $1 and run_id = $2", input_id, run_id):
        raise NotFound(text("This entry does not exist any more."))
    run = await open_run(run_id)
    await db.execute("delete from pay_input where id = $1", input_id)
    await service.note_entry(run)
