"""Employees from a spreadsheet: what its rows are compared with, and how they are stored."""

import asyncio
from uuid import UUID

from tatausaha.core import entitlements
from tatausaha.core.change_policy import Policy, list_policies
from tatausaha.core.crypto import keyring
from tatausaha.core.i18n import Language
from tatausaha.core.imports import uploads
from tatausaha.core.imports.fields import CheckedRow, Field
from tatausaha.core.imports.uploads import Flow, ImportFile
from tatausaha.people import queries
from tatausaha.people.jobs import CheckImport, RunImport
from tatausaha.people.rules import at_work, today
from tatausaha.people.service import bulk, guarded
from tatausaha.people.service.comparing import Change, Comparer, Identities
from tatausaha.people.spreadsheet import HIDDEN, fields_for


class EmployeeSheet:
    """A client's employees as an import meets them; with `lock`, nobody else changes those concerned meanwhile."""

    def __init__(
        self, file: ImportFile, identities: Identities, comparer: Comparer, lock: bool, policies: dict[str, Policy]
    ) -> None:
        self.file, self.identities, self.comparer, self.lock = file, identities, comparer, lock
        self.policies, self.waiting = policies, list[guarded.Waiting]()
        self.more = 0

    async def judge(self, rows: list[CheckedRow]) -> list[Change | None]:
        """Each row's change; None for a row with problems."""
        found = [self.identities.find(row, self.comparer.labels) for row in rows]
        stored = await queries.list_stored([one for one in found if one], lock=self.lock)
        return await asyncio.to_thread(self._compare, rows, found, stored)

    def _compare(
        self, rows: list[CheckedRow], found: list[UUID | None], stored: dict[UUID, queries.Stored]
    ) -> list[Change | None]:
        return [
            self.comparer.compare(row, stored.get(employee_id) if employee_id else None)
            for row, employee_id in zip(rows, found, strict=True)
        ]

    async def apply(self, changes: list[Change]) -> None:
        """Store facts, contracts and pay; of known people, what is guarded is held back until the file has ended."""
        for change in changes:
            if change.stored and (held := guarded.hold_back(change.stored, change.facts, change.pay, self.policies)):
                self.waiting.append(held)
                if change.facts and all(change.facts[name] == change.stored.facts[name] for name in bulk.FACTS):
                    change.facts = None
        new = [change.facts for change in changes if change.new and change.facts]
        known = [change.facts for change in changes if not change.new and change.facts]
        self.more += sum(map(_more, changes))
        await bulk.insert_employees(new)
        await bulk.update_employees(known)
        await bulk.put_contracts([change.contract for change in changes if change.contract])
        await bulk.put_components([row for change in changes for row in change.pay])

    async def end(self) -> None:
        """Ask once for everything that was held back. Raises `Lapsed` where the plan does not hold all who came."""
        if self.more > 0:
            await entitlements.begin("employee", self.more)
        elif self.more < 0:
            await entitlements.ended("employee", -self.more)
        await guarded.propose_all(self.file.id, self.file.client_id, self.file.name, self.waiting)


async def confirm(file: ImportFile, language: Language) -> None:
    """Have the accepted rows imported; those who are new are begun. `file` must be locked."""
    if file.created:
        await entitlements.ask("employee", 0)
    await uploads.confirm(EMPLOYEES, file, language)


def _more(change: Change) -> int:
    """How many more are at work by a row: one who comes or comes back, or one fewer who has left."""
    if change.facts is None:
        return 0
    before = change.stored is not None and at_work(change.stored.facts["ended_on"])
    return at_work(change.facts["ended_on"]) - before


async def _open(file: ImportFile, fields: list[Field], lock: bool) -> EmployeeSheet:
    identities = Identities(await queries.list_identities(file.client_id), await keyring())
    comparer = Comparer(file.client_id, fields, today(file.time_zone))
    return EmployeeSheet(file, identities, comparer, lock, await list_policies(file.client_id))


EMPLOYEES = Flow(
    kind="people",
    place="/people/imports/{id}",
    checks=CheckImport,
    runs=RunImport,
    fields_for=fields_for,
    open=_open,
    hidden=HIDDEN,
)
