"""A month's entries from a spreadsheet: each row against who is paid in the month and what was entered for them."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import normalised
from tatausaha.core.imports.fields import CheckedRow, Field, Problem
from tatausaha.core.imports.uploads import Flow, ImportFile
from tatausaha.payroll import inputs, queries, service
from tatausaha.payroll.input_sheet import UNPAID_DAYS, fields_for
from tatausaha.payroll.jobs import CheckInputs, ImportInputs
from tatausaha.payroll.queries import RunView

Key = tuple[str, str]
"""A component's code and its name as names are compared."""


class Payee(msgspec.Struct, frozen=True, gc=False):
    """An employee of the client; `employed` on any day of the run's month."""

    id: UUID
    number: str
    name: str
    employed: bool


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What stands for one person and component."""

    id: UUID
    employee_id: UUID
    code: str
    name: str
    amount: int
    days: int


class Change(msgspec.Struct, frozen=True):
    """What one row does to a person's month; `new` when nothing was entered for the person before."""

    new: bool
    put: list[dict[str, Any]]
    gone: list[UUID]

    @property
    def empty(self) -> bool:
        """True when everything stands already."""
        return not (self.put or self.gone)


async def list_payees(run: RunView) -> list[Payee]:
    """All employees of the run's client, by name; also those who are not paid in this month."""
    return await db.rows(
        Payee,
        "select id, number, name, joined_on <= $2 and (ended_on is null or ended_on >= $3) as employed"
        " from employee where client_id = $1 order by name, number",
        *(run.client_id, run.period.last, run.period.first),
    )


async def _list_entries(run_id: UUID) -> dict[UUID, dict[Key, Entry]]:
    found: defaultdict[UUID, dict[Key, Entry]] = defaultdict(dict)
    for entry in await db.rows(
        Entry, "select id, employee_id, code, name, amount, days from pay_input where run_id = $1", run_id
    ):
        found[entry.employee_id][entry.code, normalised(entry.name)] = entry
    return found


class InputSheet:
    """The run that a spreadsheet's rows are for."""

    def __init__(
        self, run: RunView, payees: list[Payee], entries: dict[UUID, dict[Key, Entry]], fields: list[Field]
    ) -> None:
        self.run, self.entries = run, entries
        self.payees = {payee.number: payee for payee in payees}
        self.names = {normalised(payee.name) for payee in payees}
        self.labels = {field.name: field.label for field in fields}
        self.rows: dict[str, int] = {}

    async def judge(self, rows: list[CheckedRow]) -> list[Change | None]:
        """Each row's change; None for a row with problems."""
        return [self._compare(row, self._find(row)) for row in rows]

    def _find(self, row: CheckedRow) -> Payee | None:
        number, name = str(row.values.get("number") or ""), str(row.values.get("name") or "")
        if not number:
            return None
        first, payee = self.rows.setdefault(number, row.number), self.payees.get(number)
        if first != row.number:
            self._refuse(row, "number", text("stands in row {row} already", row=first))
        elif payee is None:
            self._refuse(row, "number", text("is the number of nobody at this client"))
        elif self.run.employee_id not in (None, payee.id):
            self._refuse(row, "number", text("is not the person whose payslip is corrected"))
        elif not payee.employed:
            self._refuse(row, "number", text("belongs to {name}, who is not employed in this month", name=payee.name))
        elif name and self._is_somebody_else(normalised(name), normalised(payee.name)):
            self._refuse(row, "name", text("is somebody else: the number belongs to {name}", name=payee.name))
        return payee

    def _is_somebody_else(self, name: str, known: str) -> bool:
        """People abbreviate names and leave titles out: one word in common is enough, unless it is another's name."""
        return name != known and (name in self.names or not set(name.split()) & set(known.split()))

    def _compare(self, row: CheckedRow, payee: Payee | None) -> Change | None:
        if row.problems or payee is None:
            return None
        standing = self.entries.get(payee.id, {})
        put, gone = list[dict[str, Any]](), list[UUID]()
        for field, value in row.values.items():
            code, _, name = field.partition(":")
            if not isinstance(value, int):
                continue
            entry = standing.get((code, normalised(name)))
            if value == 0:
                gone += [entry.id] if entry else []
            elif entry is None or value != (entry.days if code == UNPAID_DAYS else entry.amount):
                put.append(inputs.entry(self.run, payee.id, code, entry.name if entry else name, value))
        return Change(new=not standing and bool(put), put=put, gone=gone)

    def _refuse(self, row: CheckedRow, field: str, reason: Text) -> None:
        row.problems.append(Problem(self.labels[field], str(row.values[field]), reason))

    async def apply(self, changes: list[Change]) -> None:
        """Store the entries; whoever had them imported is a maker of the run."""
        await inputs.put([row for change in changes for row in change.put])
        await db.execute("delete from pay_input where id = any($1)", [one for change in changes for one in change.gone])
        await service.note_entry(self.run)

    async def end(self) -> None:
        """Nothing was held back: the month's review shows every entry."""


async def _open(file: ImportFile, fields: list[Field], lock: bool) -> InputSheet:
    assert file.subject_id is not None
    run = await (inputs.open_run(file.subject_id) if lock else queries.get_run(file.subject_id))
    return InputSheet(run, await list_payees(run), await _list_entries(run.id), fields)


INPUTS = Flow(
    kind="inputs",
    begins=False,
    place="/payroll/{subject_id}/inputs/imports/{id}",
    checks=CheckInputs,
    runs=ImportInputs,
    fields_for=fields_for,
    open=_open,
)
