"""What a tax year brought before the first payslip here, as a guarded change."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tatausaha.core import audit, changes
from tatausaha.core.change_kinds import Change
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.people import queries, tables
from tatausaha.people.forms import OPENING_KINDS, OpeningForm
from tatausaha.people.queries import Employee, Opening
from tatausaha.people.service.pay import ATTENTION, page_of

OPENING = "employee.tax_opening"
MOST_YEARS = range(2000, 2200)
SUMS = ("months", "gross", "deductible", "net", "withheld")
FIELDS = {
    "year": changes.Field(text("Year")),
    "kind": changes.Field(text("From"), words=OPENING_KINDS),
    "months": changes.Field(text("Months")),
    "gross": changes.Field(text("Gross income"), "rupiah"),
    "deductible": changes.Field(text("Deductible contributions"), "rupiah"),
    "net": changes.Field(text("Net income"), "rupiah"),
    "withheld": changes.Field(text("PPh 21 withheld"), "rupiah"),
}
Values = dict[str, Any]


async def put_opening(employee: Employee, form: OpeningForm) -> Proposed:
    """What the tax year brought before the first payslip here; one of each kind a year."""
    problems: dict[str, Text] = {}
    if not (form.year.isascii() and form.year.isdigit() and len(form.year) == 4 and int(form.year) in MOST_YEARS):
        problems["year"] = text("Write a year, for example 2026.")
    if form.months not in map(str, range(13)):
        problems["months"] = text("Write a number of months from 0 to 12.")
    if problems:
        raise Invalid(ATTENTION, problems)
    after = {name: getattr(form, name) for name in FIELDS} | {"year": int(form.year), "months": int(form.months)}
    return await _propose(employee, await _find(employee.id, after["year"], form.kind), after, form.reason)


async def remove_opening(employee: Employee, opening_id: UUID) -> Proposed:
    """Forget an opening that was entered by mistake."""
    for opening in await queries.list_openings(employee.id):
        if opening.id == opening_id:
            return await _propose(employee, _values(opening), {})
    raise NotFound(text("This entry does not exist."))


async def _propose(employee: Employee, before: Values, after: Values, reason: str = "") -> Proposed:
    return await changes.propose(
        OPENING,
        subject_id=employee.id,
        client_id=employee.client_id,
        subject=employee.name,
        before=before,
        after=after,
        reason=reason,
    )


async def _find(employee_id: UUID, year: int, kind: str) -> Values:
    found = [one for one in await queries.list_openings(employee_id) if (one.year, one.kind) == (year, kind)]
    return _values(found[0]) if found else {}


def _values(opening: Opening) -> Values:
    return {name: getattr(opening, name) for name in FIELDS}


async def present(change: Change) -> Mapping[str, Any]:
    """What is entered now for the year."""
    assert change.subject_id is not None
    await queries.get_employee(change.subject_id, lock=True)
    of = change.after or change.before
    return await _find(change.subject_id, of["year"], of["kind"])


@changes.applies(OPENING, label=text("Opening of the tax year"), fields=FIELDS, page=page_of, present=present)
async def apply(change: Change) -> None:
    """Put the opening in place of what was entered for the year and kind, or remove it."""
    of = change.after or change.before
    if change.after:
        opening = tables.TaxOpening(client_id=change.client_id, employee_id=change.subject_id, **change.after)
        replaced = [getattr(tables.TaxOpening, name) for name in SUMS]
        await tables.TaxOpening.insert(opening).on_conflict("tax_opening_year_key", "DO UPDATE", replaced)
    else:
        await tables.TaxOpening.delete().where(
            (tables.TaxOpening.employee_id == change.subject_id)
            & (tables.TaxOpening.year == of["year"])
            & (tables.TaxOpening.kind == of["kind"])
        )
    verb = "tax_opening" if change.after else "tax_opening_removed"
    detail = {"year": of["year"], "kind": of["kind"], "change": str(change.id)}
    await audit.record(verb, "employee", change.subject_id, change.client_id, **detail)
