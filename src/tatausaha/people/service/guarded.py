"""What of an employee changes only when two agree: the bank account and the tax status, by form or by spreadsheet."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes
from tatausaha.core.change_kinds import KINDS, Change, Item
from tatausaha.core.change_policy import Policy
from tatausaha.core.changes import Proposed
from tatausaha.core.four_eyes import Asks, strictest
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.people import queries
from tatausaha.people.forms import TAX_METHODS
from tatausaha.people.queries import Employee, Stored
from tatausaha.people.service import bulk, pay

BANK, TAX, IMPORT = "employee.bank_account", "employee.tax", "employee.import"
GROUPS: dict[str, dict[str, changes.Field]] = {
    BANK: {
        "bank": changes.Field(text("Bank")),
        "bank_account": changes.Field(text("Account number"), "account"),
        "bank_holder": changes.Field(text("Account holder")),
    },
    TAX: {
        "ptkp": changes.Field(text("PTKP status")),
        "npwp": changes.Field(text("NPWP"), "account"),
        "tax_method": changes.Field(text("Tax method"), words=TAX_METHODS),
    },
}
GUARDED = frozenset(name for fields in GROUPS.values() for name in fields)


async def propose(employee: Employee, facts: Mapping[str, Any], reason: str = "") -> list[Proposed]:
    """Ask for what of these facts is guarded and another than now. `employee` must be locked."""
    proposed = []
    for kind, fields in GROUPS.items():
        before = {name: getattr(employee, name) for name in fields}
        after = {name: facts[name] for name in fields}
        if before != after:
            asked = await changes.propose(
                kind,
                subject_id=employee.id,
                client_id=employee.client_id,
                subject=employee.name,
                before=before,
                after=after,
                reason=reason,
            )
            proposed.append(asked)
    return proposed


async def _present(change: Change) -> Mapping[str, Any]:
    assert change.subject_id is not None
    employee = await queries.get_employee(change.subject_id, lock=True)
    return {name: getattr(employee, name) for name in change.before}


@changes.applies(BANK, label=text("Bank account"), fields=GROUPS[BANK], page=pay.page_of, present=_present)
@changes.applies(TAX, label=text("Tax status"), fields=GROUPS[TAX], page=pay.page_of, present=_present)
async def apply_facts(change: Change) -> None:
    """Store the facts that were agreed on."""
    assert change.subject_id is not None
    await bulk.set_facts(change.subject_id, change.after)
    fields = sorted(name for name in change.after if change.after[name] != change.before[name])
    await audit.record("changed", "employee", change.subject_id, change.client_id, fields=fields, change=str(change.id))


# By spreadsheet ---------------------------------------------------------------------------------------------------------


class Waiting(msgspec.Struct, frozen=True):
    """What of one row has to wait, and for whom."""

    employee_id: UUID
    before: dict[str, Any]
    after: dict[str, Any]
    asks: list[Asks]


def hold_back(
    stored: Stored, facts: dict[str, Any] | None, paid: list[dict[str, Any]], policies: Mapping[str, Policy]
) -> Waiting | None:
    """Take out of a row about a known person what has to wait: `facts` and `paid` then hold the rest."""
    asks: list[Asks] = []
    before: dict[str, Any] = {}
    for kind, fields in GROUPS.items() if facts else ():
        assert facts is not None
        changed = {name: stored.facts[name] for name in fields if facts[name] != stored.facts[name]}
        if changed and policies[kind].asks != "nobody":
            before |= changed
            asks.append(policies[kind].asks)
    after = {name: facts[name] for name in before} if facts else {}
    if facts:
        facts.update(before)
    held = []
    for row in list(paid):
        now = pay.paid_on(stored.components, row["code"], row["name"], row["starts_on"])
        asked = policies[pay.PAY].for_amount(KINDS[pay.PAY], abs(row["amount"] - now.get("amount", 0)))
        if asked != "nobody":
            paid.remove(row)
            held.append((now, {name: row[name] for name in ("code", "name", "amount", "starts_on")}))
            asks.append(asked)
    if not asks:
        return None
    return Waiting(
        stored.id,
        {"facts": before, "pay": [now for now, _ in held]},
        {"name": stored.facts["name"], "facts": after, "pay": [row for _, row in held]},
        asks,
    )


async def propose_all(import_id: UUID, client_id: UUID, name: str, waiting: list[Waiting]) -> None:
    """One request for everything in a file that has to wait; the strictest consent of all rows is asked."""
    if waiting:
        await changes.propose(
            IMPORT,
            subject_id=import_id,
            client_id=client_id,
            subject=name,
            before={str(one.employee_id): one.before for one in waiting},
            after={str(one.employee_id): one.after for one in waiting},
            asks=strictest(asked for one in waiting for asked in one.asks),
            subject_ids=[one.employee_id for one in waiting],
        )


async def _present_all(change: Change) -> Mapping[str, Any]:
    stored = await queries.list_stored([UUID(key) for key in change.after], lock=True)
    return {str(key): _now(one, change.after[str(key)]) for key, one in stored.items()}


def _now(stored: Stored, after: dict[str, Any]) -> dict[str, Any]:
    return {
        "facts": {name: stored.facts[name] for name in after["facts"]},
        "pay": [
            pay.paid_on(stored.components, row["code"], row["name"], date.fromisoformat(row["starts_on"]))
            for row in after["pay"]
        ],
    }


def _show_all(change: Change) -> list[Item]:
    return [
        Item(after["name"], f"/people/{key}", list(_lines(key, change.before[key], after)))
        for key, after in change.after.items()
    ]


def _lines(key: str, before: dict[str, Any], after: dict[str, Any]) -> Iterable[changes.Line]:
    for fields in GROUPS.values():
        yield from changes.lines(fields, before["facts"], after["facts"], key)
    amount, day = pay.FIELDS["amount"], pay.FIELDS["starts_on"]
    for was, row in zip(before["pay"], after["pay"], strict=True):
        label = row["name"] or pay.FIELDS["code"].write(row["code"])
        now = f"{amount.write(row['amount'])} · {day.write(row['starts_on'])}"
        yield changes.Line(label, amount.write(was.get("amount")), now)


@changes.applies(
    IMPORT,
    label=text("Imported changes of employees"),
    choices=(),  # the strictest consent of its rows is asked
    page=lambda change: f"/people/imports/{change.subject_id}",
    present=_present_all,
    show=_show_all,
)
async def apply_all(change: Change) -> None:
    """Store every row of the file that had to wait."""
    stored = await queries.list_stored([UUID(key) for key in change.after], lock=True)
    facts = [
        {"id": key} | {name: one.facts[name] for name in bulk.FACTS} | after
        for key, one in stored.items()
        if (after := change.after[str(key)]["facts"])
    ]
    await bulk.update_employees(facts)
    rows = [
        {"id": uuid7(), "client_id": change.client_id, "employee_id": key, **row}
        for key in stored
        for row in change.after[str(key)]["pay"]
    ]
    await bulk.put_components(rows)
    await audit.record("imported", "change", change.id, change.client_id, employees=len(stored))
