"""Employees, for programs: the same verbs as the pages, with exact types."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from tatausaha.core import audit
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import text
from tatausaha.core.masking import masked
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import cursor_of
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, amend, answers, change, cursor, once, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import forms, queries
from tatausaha.people.queries import Employee, Row
from tatausaha.people.rules import today
from tatausaha.people.search import Cursor, Sort, State, Wanted
from tatausaha.people.service import employees, pay
from tatausaha.people.shapes import (
    Asked,
    BankAccount,
    ContactChange,
    EmployeeItem,
    EmployeeOut,
    NewEmployee,
    Pay,
    Reference,
    TaxStatus,
)

GROUP = text("Employees")
READ, WRITE = "people:read", "people:write"
ASKED = {
    200: answers(Asked, "It differs from nothing, or needs nobody's consent and is made."),
    202: answers(Asked, "It waits for another person."),
}


class EmployeeApi(Controller):
    """What programs do with employees."""

    path = "/api/v1/employees"

    @read("/", name="api.employees", says=text("List employees"), group=GROUP, scope=READ, roles=STAFF)
    async def list_employees(
        self,
        request: AppRequest,
        q: FromQuery[str] = "",
        client: FromQuery[UUID | None] = None,
        in_state: Annotated[State, QueryParameter(name="state")] = "",
        after: FromQuery[str | None] = None,
    ) -> Page[EmployeeItem]:
        """By name, over all clients of the token or of one; `q` is how a word of the name, or the number, begins."""
        begin = cursor(Cursor, after)
        if begin and not begin.fits(Sort()):
            begin = None
        async with request.user.scope():
            found = await queries.page_employees(Wanted(client, q[:200], "", in_state), Sort(), today(), after=begin)
            await audit.saw_list("employees", client, len(found.rows), q, [row.client_id for row in found.rows])
        return Page([_item(row) for row in found.rows], cursor_of(found.next) if found.next else None)

    @read(
        "/{employee_id:uuid}", name="api.employee", says=text("Get an employee"), group=GROUP, scope=READ, roles=STAFF
    )
    async def get_employee(self, request: AppRequest, employee_id: FromPath[UUID]) -> EmployeeOut:
        """Identity and account numbers are masked; only people reveal them, on a page and with a reason."""
        async with request.user.scope():
            employee = await queries.get_employee(employee_id)
            await audit.saw("employee", employee_id, employee.client_id)
        return _told(employee)

    @change(
        "/",
        name="api.create_employee",
        says=text("Enter an employee"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=201,
    )
    async def create(
        self, request: AppRequest, data: JSONBody[NewEmployee], key: IdempotencyKey = None
    ) -> Response[Reference]:
        """With the first contract and pay, as one step."""

        async def act() -> Done[Reference]:
            place = await queries.get_place(data.client_id)
            typed = msgspec.structs.asdict(data) | {"client_id": str(data.client_id)}
            return Done(Reference(await employees.create(forms.NewEmployee(**typed), place.id)), place.id, 201)

        return await once(request, key, act)

    @amend(
        "/{employee_id:uuid}",
        name="api.change_employee",
        says=text("Change contact data"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
    )
    async def change_contact(
        self, request: AppRequest, employee_id: FromPath[UUID], data: JSONBody[ContactChange]
    ) -> EmployeeOut:
        """Refused with 409 when somebody else saved the employee since `version` was read."""
        async with request.user.scope():
            employee = await employees.load(employee_id)
            if data.version != employee.version:
                raise Conflict(text("Somebody else saved this employee meanwhile; read it again, then change it."))
            given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
            await employees.change(employee, _form(employee, given))
            return _told(await queries.get_employee(employee_id))

    @change(
        "/{employee_id:uuid}/bank-account",
        name="api.ask_bank_account",
        says=text("Ask for another bank account"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        responses=ASKED,
    )
    async def ask_bank_account(
        self,
        request: AppRequest,
        employee_id: FromPath[UUID],
        data: JSONBody[BankAccount],
        key: IdempotencyKey = None,
    ) -> Response[Asked]:
        """Takes effect when another person approves it, as the client's rules say."""
        return await _ask(request, key, employee_id, lambda one: _change(one, msgspec.structs.asdict(data)))

    @change(
        "/{employee_id:uuid}/tax-status",
        name="api.ask_tax_status",
        says=text("Ask for another tax status"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        responses=ASKED,
    )
    async def ask_tax_status(
        self, request: AppRequest, employee_id: FromPath[UUID], data: JSONBody[TaxStatus], key: IdempotencyKey = None
    ) -> Response[Asked]:
        """Takes effect when another person approves it, as the client's rules say."""
        given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
        return await _ask(request, key, employee_id, lambda one: _change(one, given))

    @change(
        "/{employee_id:uuid}/pay",
        name="api.ask_pay",
        says=text("Ask for another pay component"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        responses=ASKED,
    )
    async def ask_pay(
        self, request: AppRequest, employee_id: FromPath[UUID], data: JSONBody[Pay], key: IdempotencyKey = None
    ) -> Response[Asked]:
        """The amount before it ends the day before. Takes effect when another person approves it."""
        form = forms.ComponentForm(**msgspec.structs.asdict(data))

        async def put(employee: Employee) -> list[Proposed]:
            return [await pay.put_component(employee, form)]

        return await _ask(request, key, employee_id, put)


async def _ask(
    request: AppRequest, key: str | None, employee_id: UUID, ask: Callable[[Employee], Awaitable[list[Proposed]]]
) -> Response[Asked]:
    async def act() -> Done[Asked]:
        employee = await employees.load(employee_id)
        proposed = await ask(employee)
        waiting = not all(one.applied for one in proposed)
        return Done(Asked([one.id for one in proposed], waiting), employee.client_id, 202 if waiting else 200)

    return await once(request, key, act)


async def _change(employee: Employee, given: dict[str, Any]) -> list[Proposed]:
    return await employees.change(employee, _form(employee, given))


def _item(row: Row) -> EmployeeItem:
    return EmployeeItem(**{name: getattr(row, name) for name in EmployeeItem.__struct_fields__})


def _told(employee: Employee) -> EmployeeOut:
    hidden: dict[str, Any] = {name: _hidden(getattr(employee, name)) for name in ("nik", "npwp", "bank_account")}
    known = {name: getattr(employee, name) for name in EmployeeOut.__struct_fields__ if name not in hidden}
    return EmployeeOut(**known, **hidden)


def _hidden(number: str | None) -> str | None:
    return masked(number) if number else None


def _form(employee: Employee, given: dict[str, Any]) -> forms.EmployeeForm:
    """The form of the employee's page, as it would be sent with these fields changed and the others left alone."""
    typed = employees.typed_from(employee) | given | {"version": str(employee.version)}
    return forms.EmployeeForm(**{name: typed[name] for name in forms.EmployeeForm.__struct_fields__})
