"""What a spreadsheet's rows would change: each row against what is stored, and against the rows before it."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core.crypto import Keyring
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.fields import CheckedRow, Field, Problem
from tatausaha.core.masking import DOTS, masked
from tatausaha.people.queries import Component, Contract, Identity, Stored
from tatausaha.people.secrets import SECRETS
from tatausaha.people.service import bulk, terms
from tatausaha.people.spreadsheet import ALLOWANCE, NEEDED

NULLABLE = ("nik", "npwp", "born_on", "ended_on", "jkk_class", "bpjs_wage")
ENROLMENTS = ("bpjs_kesehatan", "bpjs_jht", "bpjs_jp", "bpjs_jkm")
# What a new employee gets where the spreadsheet says nothing.
USUAL: dict[str, Any] = {
    **dict.fromkeys(bulk.FACTS, ""),
    **dict.fromkeys(NULLABLE),
    **dict.fromkeys(ENROLMENTS, True),
    "tax_annualised": False,
    "tax_method": "gross",
    "jkk_class": "I",
}


class Change(msgspec.Struct):
    """What one accepted row does; nothing at all when `facts`, `contract` and `pay` are empty."""

    number: int
    new: bool
    facts: dict[str, Any] | None
    contract: dict[str, Any] | None
    pay: list[dict[str, Any]]
    stored: Stored | None = None

    @property
    def empty(self) -> bool:
        """True when everything is stored already."""
        return not (self.facts or self.contract or self.pay)


class Identities:
    """Finds the employee that a row is about: by number, then by NIK; no two rows may be about the same."""

    def __init__(self, known: list[Identity], keys: Keyring) -> None:
        self._keys = keys
        self._numbers = {one.number: one.id for one in known}
        self._niks = {one.nik_index: one.id for one in known if one.nik_index}
        self._rows: dict[object, int] = {}

    def find(self, row: CheckedRow, labels: dict[str, Text]) -> UUID | None:
        """The employee's id, or None for somebody new. Adds to the row's problems what contradicts."""
        number, nik = str(row.values.get("number") or ""), str(row.values.get("nik") or "")
        nik = "" if nik.startswith(DOTS) else nik
        by_number = self._numbers.get(number)
        by_nik = self._niks.get(self._keys.index("nik", nik)) if nik else None
        found = by_number or by_nik
        if by_number and by_nik and by_number != by_nik:
            reason = text("belongs to another employee than the number in this row")
            row.problems.append(Problem(labels["nik"], nik, reason))
        for name, value in (("number", number), ("nik", nik)):
            first = self._rows.setdefault((name, value), row.number) if value else row.number
            if first != row.number:
                row.problems.append(Problem(labels[name], value, text("stands in row {row} already", row=first)))
        if found and not row.problems:
            first = self._rows.setdefault(found, row.number)
            if first != row.number:
                reason = text("is the same employee as in row {row}", row=first)
                row.problems.append(Problem(labels["number"], number, reason))
        return found


class Comparer:
    """Compares rows of one client with what is stored; `today` decides from when a new amount is paid."""

    def __init__(self, client_id: UUID, fields: list[Field], today: date) -> None:
        self.client_id, self.today = client_id, today
        self.labels = {field.name: field.label for field in fields}

    def compare(self, row: CheckedRow, stored: Stored | None) -> Change | None:
        """The change, or None when the row has problems."""
        given = {name: value for name, value in row.values.items() if value is not None}
        before = stored.facts if stored else USUAL
        self._keep_masked(row, given, stored)
        if stored is None:
            for name in NEEDED:
                if row.values.get(name) is None and not any(p.column == self.labels[name] for p in row.problems):
                    self._refuse(row, name, text("is needed for a new employee"))
        facts = {name: given.get(name, before[name]) for name in bulk.FACTS}
        self._check_days(row, facts)
        if row.problems:
            return None
        employee_id = stored.id if stored else uuid7()
        owner = {"client_id": self.client_id, "employee_id": employee_id}
        contract = self._contract(row, given, facts, stored)
        pay = self._pay(given, facts, stored)
        if row.problems:
            return None
        changed = stored is None or any(facts[name] != before[name] for name in bulk.FACTS)
        return Change(
            row.number,
            stored is None,
            {"id": employee_id, "client_id": self.client_id} | facts if changed else None,
            {"id": uuid7()} | owner | contract if contract else None,
            [{"id": uuid7()} | owner | one for one in pay],
            stored,
        )

    def _keep_masked(self, row: CheckedRow, given: dict[str, Any], stored: Stored | None) -> None:
        """A number that left masked comes back so, and stays what it is."""
        for name in SECRETS:
            value = given.get(name)
            if isinstance(value, str) and value.startswith(DOTS):
                del given[name]
                if stored is None or value != masked(stored.facts[name]):
                    self._refuse(row, name, text("is masked, and not what is stored; write the whole number"))

    def _check_days(self, row: CheckedRow, facts: dict[str, Any]) -> None:
        joined, ended, born = facts["joined_on"], facts["ended_on"], facts["born_on"]
        if joined and ended and ended < joined:
            self._refuse(row, "ended_on", text("lies before the first day at work"))
        if joined and born and born >= joined:
            self._refuse(row, "born_on", text("lies after the first day at work"))

    def _contract(
        self, row: CheckedRow, given: dict[str, Any], facts: dict[str, Any], stored: Stored | None
    ) -> dict[str, Any] | None:
        contracts = stored.contracts if stored else []
        names = ("contract_kind", "contract_starts_on", "contract_ends_on")
        if stored and not any(name in given for name in names):
            return None
        starts = given.get("contract_starts_on") or (contracts[0].starts_on if contracts else facts["joined_on"])
        target = next((one for one in contracts if one.starts_on == starts), None)
        ends = given.get("contract_ends_on")
        kind = given.get("contract_kind") or ("fixed_term" if ends else target.kind if target else "permanent")
        if kind == "fixed_term" and ends is None and target:
            ends = target.ends_on
        problems: dict[str, Text] = {}
        terms.check_contract(kind, starts, ends, problems, "contract_ends_on")
        for name, sentence in problems.items():
            self._refuse(row, name, sentence)
        if terms.overlap([one for one in contracts if one is not target], starts, ends):
            self._refuse(row, "contract_starts_on", text("overlaps with another contract of this employee"))
        return _changed_contract(kind, starts, ends, target, facts["position"])

    def _pay(self, given: dict[str, Any], facts: dict[str, Any], stored: Stored | None) -> list[dict[str, Any]]:
        first = facts["joined_on"] if stored is None else max(self.today.replace(day=1), facts["joined_on"])
        starts = given.get("pay_from") or first
        wanted = {("basic", ""): given.get("basic"), ("fixed_allowance", ""): given.get("fixed_allowance")}
        wanted |= {
            ("fixed_allowance", name.removeprefix(ALLOWANCE)): amount
            for name, amount in given.items()
            if name.startswith(ALLOWANCE)
        }
        paid = _in_force(stored.components if stored else [], starts)
        return [
            {"code": code, "name": name, "amount": amount, "starts_on": starts}
            for (code, name), amount in wanted.items()
            if amount is not None and amount != paid.get((code, name), 0)
        ]

    def _refuse(self, row: CheckedRow, name: str, reason: Text) -> None:
        value = row.values.get(name)
        row.problems.append(Problem(self.labels[name], "" if value is None else str(value), reason))


def _in_force(components: list[Component], day: date) -> dict[tuple[str, str], int]:
    return {
        (one.code, one.name): one.amount
        for one in components
        if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
    }


def _changed_contract(
    kind: str, starts: date, ends: date | None, target: Contract | None, position: str
) -> dict[str, Any] | None:
    if target and (target.kind, target.ends_on) == (kind, ends):
        return None
    kept = {"number": target.number, "position": target.position} if target else {"number": "", "position": position}
    return {"kind": kind, "starts_on": starts, "ends_on": ends} | kept
