"""Pay components as guarded changes: what is paid is decided by two."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tatausaha.core import audit, changes
from tatausaha.core.change_kinds import Change, ChangeRow
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.people import queries, tables
from tatausaha.people.forms import COMPONENT_CODES, ComponentForm
from tatausaha.people.queries import Component, Employee
from tatausaha.people.service import bulk

PAY = "employee.pay"
ATTENTION = text("Some fields need your attention.")
FIELDS = {
    "code": changes.Field(text("Component"), words=COMPONENT_CODES),
    "name": changes.Field(text("Own name")),
    "amount": changes.Field(text("Per month"), "rupiah"),
    "starts_on": changes.Field(text("First day"), "day"),
    "ends_on": changes.Field(text("Until"), "day"),
}
Values = dict[str, Any]


def page_of(change: ChangeRow) -> str:
    """The employee's page."""
    return f"/people/{change.subject_id}"


async def put_component(employee: Employee, form: ComponentForm) -> Proposed:
    """Pay this amount from the day on; the amount before it ends the day before. `employee` must be locked."""
    name = form.name.strip()
    if len(name) > 100:
        raise Invalid(ATTENTION, {"name": text("This has more than {limit} characters.", limit=100)})
    before = paid_on(await queries.list_components(employee.id), form.code, name, form.starts_on)
    after = {"do": "put", "code": form.code, "name": name, "amount": form.amount, "starts_on": form.starts_on}
    return await _propose(employee, before, after, abs(form.amount - before.get("amount", 0)), form.reason)


async def end_component(employee: Employee, component_id: UUID, ends_on: date, reason: str = "") -> Proposed:
    """Pay a component until this day and no longer. `employee` must be locked."""
    component = await get_component(employee.id, component_id)
    if ends_on < component.starts_on:
        raise Invalid(ATTENTION, {"ends_on": text("The last day must not be before the first.")})
    later = [
        one.starts_on
        for one in await queries.list_components(employee.id)
        if (one.code, one.name) == (component.code, component.name) and component.starts_on < one.starts_on <= ends_on
    ]
    if later:
        raise Invalid(ATTENTION, {"ends_on": text("Another amount begins before this day.")})
    after = _values(component) | {"do": "end", "id": component_id, "ends_on": ends_on}
    return await _propose(employee, _values(component), after, component.amount, reason)


async def remove_component(employee: Employee, component_id: UUID) -> Proposed:
    """Forget a component that was entered by mistake; payslips already made keep their own lines."""
    component = await get_component(employee.id, component_id)
    return await _propose(employee, _values(component), {"do": "remove", "id": component_id}, component.amount)


async def get_component(employee_id: UUID, component_id: UUID) -> Component:
    """A component of this employee, or `NotFound`."""
    for component in await queries.list_components(employee_id):
        if component.id == component_id:
            return component
    raise NotFound(text("This pay component does not exist."))


def paid_on(components: list[Component], code: str, name: str, day: date) -> Values:
    """What is paid of a component on a day, and since when; empty for nothing. Its end is not the day's concern."""
    for one in components:
        if (
            (one.code, one.name) == (code, name)
            and one.starts_on <= day
            and (one.ends_on is None or day <= one.ends_on)
        ):
            return {"code": code, "name": name, "amount": one.amount, "starts_on": one.starts_on}
    return {}


def _values(component: Component) -> Values:
    return {name: getattr(component, name) for name in FIELDS}


async def _propose(employee: Employee, before: Values, after: Values, amount: int, reason: str = "") -> Proposed:
    return await changes.propose(
        PAY,
        subject_id=employee.id,
        client_id=employee.client_id,
        subject=employee.name,
        before=before,
        after=after,
        amount=amount,
        reason=reason,
    )


async def present(change: Change) -> Mapping[str, Any]:
    """What is paid now of the component that the change is about."""
    employee = await queries.get_employee(_subject(change), lock=True)
    components, after = await queries.list_components(employee.id), change.after
    if after["do"] == "put":
        return paid_on(components, after["code"], after["name"], date.fromisoformat(after["starts_on"]))
    return next((_values(one) for one in components if str(one.id) == after["id"]), {})


@changes.applies(PAY, label=text("Pay"), fields=FIELDS, by_amount=True, page=page_of, present=present)
async def apply(change: Change) -> None:
    """Put, end or remove a component."""
    after, employee_id = change.after, _subject(change)
    own = tables.PayComponent.employee_id == employee_id
    if after["do"] == "put":
        row = {"id": uuid7(), "client_id": change.client_id, "employee_id": employee_id}
        await bulk.put_components([row | {name: after[name] for name in ("code", "name", "amount", "starts_on")}])
    elif after["do"] == "end":
        which = (tables.PayComponent.id == UUID(after["id"])) & own
        await tables.PayComponent.update({"ends_on": date.fromisoformat(after["ends_on"])}).where(which)
    else:
        await tables.PayComponent.delete().where((tables.PayComponent.id == UUID(after["id"])) & own)
    verb = {"put": "component", "end": "component_ended", "remove": "component_removed"}[after["do"]]
    code = after.get("code") or change.before["code"]
    await audit.record(verb, "employee", employee_id, change.client_id, code=code, change=str(change.id))


def _subject(change: Change) -> UUID:
    if change.subject_id is None:
        raise Conflict(text("This employee does not exist."))
    return change.subject_id


def told(proposed: Proposed, applied: Text) -> Text:
    """What a person reads after having asked for a change."""
    return applied if proposed.applied else WAITS[proposed.asks]


WAITS: dict[str, Text] = {
    "colleague": text("This takes effect when another colleague agrees; it waits under Changes."),
    "manager": text("This takes effect when another manager agrees; it waits under Changes."),
    "client": text("This takes effect when the client's approver agrees; it waits under Changes."),
}
