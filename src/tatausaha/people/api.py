"""Employees, for programs: the same verbs as the pages, with exact types."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import cursor_of
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, amend, change, cursor, masked, once, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import forms, queries
from tatausaha.people.queries import Employee, Row
from tatausaha.people.rules import today
from tatausaha.people.search import Cursor, Sort, State, Wanted
from tatausaha.people.service import employees

GROUP = text("Employees")
READ, WRITE = "people:read", "people:write"

Line = Annotated[str, Meta(max_length=200)]
Short = Annotated[str, Meta(max_length=40)]
Digits = Annotated[str, Meta(pattern="^[0-9]{16}$")]
Account = Annotated[str, Meta(pattern="^[0-9]{0,30}$")]
Amount = Annotated[int, Meta(ge=0, lt=10_000_000_000_000)]
Version = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class EmployeeItem(msgspec.Struct, frozen=True):
    """An employee as a line of a list."""

    id: UUID
    client_id: UUID
    number: str
    name: str
    department: str
    position: str
    joined_on: date
    ended_on: date | None


class EmployeeOut(msgspec.Struct, frozen=True, kw_only=True):
    """An employee; numbers that identify somebody by their last four digits. `version` guards changes."""

    id: UUID
    client_id: UUID
    version: int
    number: str
    name: str
    nik: str | None
    npwp: str | None
    email: str
    phone: str
    gender: str
    born_on: date | None
    address: str
    department: str
    position: str
    ptkp: str
    tax_method: str
    joined_on: date
    ended_on: date | None
    bank: str
    bank_account: str | None
    bank_holder: str


class NewEmployee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new employee with the first contract and pay, in whole rupiah per month."""

    client_id: UUID
    number: Short
    name: Line
    ptkp: forms.Ptkp
    joined_on: date
    basic: Amount
    fixed_allowance: Amount | None = None
    contract_kind: forms.ContractKind = "permanent"
    contract_ends_on: date | None = None
    nik: Digits | Literal[""] = ""
    npwp: Digits | Literal[""] = ""
    email: Line = ""
    phone: Short = ""
    gender: Literal["", "female", "male"] = ""
    born_on: date | None = None
    address: Line = ""
    department: Line = ""
    position: Line = ""
    tax_method: forms.TaxMethod = "gross"
    tax_annualised: bool = False
    bpjs_kesehatan: bool = True
    bpjs_jht: bool = True
    bpjs_jp: bool = True
    bpjs_jkm: bool = True
    jkk_class: forms.JkkClass | None = "I"
    bpjs_kesehatan_number: Short = ""
    bpjs_tk_number: Short = ""
    bpjs_wage: Amount | None = None
    bank: Line = ""
    bank_account: Account = ""
    bank_holder: Line = ""


class ContactChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to write anew; fields left out stay. `version` is that of the employee as it was read."""

    version: Version
    email: Line | None = None
    phone: Short | None = None
    address: Line | None = None
    department: Line | None = None
    position: Line | None = None


class Reference(msgspec.Struct, frozen=True):
    """What was made or changed."""

    id: UUID


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
        """Refused with 422 when somebody else saved the employee since `version` was read."""
        async with request.user.scope():
            employee = await employees.load(employee_id)
            given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
            await employees.change(employee, _form(employee, given | {"version": str(data.version)}))
            return _told(await queries.get_employee(employee_id))


def _item(row: Row) -> EmployeeItem:
    return EmployeeItem(**{name: getattr(row, name) for name in EmployeeItem.__struct_fields__})


def _told(employee: Employee) -> EmployeeOut:
    hidden: dict[str, Any] = {name: masked(getattr(employee, name)) for name in ("nik", "npwp", "bank_account")}
    known = {name: getattr(employee, name) for name in EmployeeOut.__struct_fields__ if name not in hidden}
    return EmployeeOut(**known, **hidden)


def _form(employee: Employee, given: dict[str, Any]) -> forms.EmployeeForm:
    """The form of the employee's page, as it would be sent with these fields changed and the others left alone."""
    typed = employees.typed_from(employee) | given
    return forms.EmployeeForm(**{name: typed[name] for name in forms.EmployeeForm.__struct_fields__})
