"""The list of employees, and one employee: seen, entered, changed, ended."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import forms, queries
from tatausaha.people.queries import Employee
from tatausaha.people.rules import nik_doubts, today
from tatausaha.people.search import ENDING_DAYS, STATES, Cursor, Sort, State, Wanted
from tatausaha.people.service import employees, pay

CHOICES: dict[str, Any] = {
    "ptkp": [(one, one) for one in ("TK/0", "TK/1", "TK/2", "TK/3", "K/0", "K/1", "K/2", "K/3")],
    "jkk": [(one, one) for one in ("I", "II", "III", "IV", "V")],
    "genders": list(forms.GENDERS.items()),
    "tax_methods": list(forms.TAX_METHODS.items()),
    "contract_kinds": list(forms.CONTRACT_KINDS.items()),
    "end_reasons": list(forms.END_REASONS.items()),
}
ENROLLED: Typed = dict.fromkeys(("bpjs_kesehatan", "bpjs_jht", "bpjs_jp", "bpjs_jkm"), "1") | {"jkk_class": "I"}


class EmployeesController(Controller):
    """What staff do with employees."""

    @get("/people", name="people.list", roles=STAFF)
    async def list_people(self, request: AppRequest) -> Template:
        """All employees of all clients one may see, or of one."""
        params = list_params(request)
        wanted, day = wanted_from(params), today()
        sort = Sort.parse(params.get("sort", ""))
        async with request.user.scope():
            place = await queries.get_place(wanted.client_id) if wanted.client_id else None
            found = await queries.page_employees(wanted, sort, day, **_cursors(params, sort))
            shown = [row.client_id for row in found.rows]
            await audit.saw_list("employees", wanted.client_id, len(shown), wanted.q, shown)
        return page(
            request,
            "people/list.html",
            fragment="people/_list.html",
            client=CurrentClient(place.id, place.name) if place else None,
            departments=[(one, one) for one in place.departments] if place else [],
            place=place,
            params=params,
            found=found,
            next=cursor_of(found.next) if found.next else None,
            previous=cursor_of(found.previous) if found.previous else None,
            today=day,
            soon=day + timedelta(days=ENDING_DAYS),
        )

    @get("/people/new", name="people.new", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        wanted = wanted_from(list_params(request))
        async with request.user.scope():
            place = await queries.get_place(wanted.client_id) if wanted.client_id else None
            clients = await queries.list_clients()
        values = ENROLLED | {"client_id": str(wanted.client_id or ""), "contract_kind": "permanent"}
        client = CurrentClient(place.id, place.name) if place else None
        return page(
            request, "people/form.html", client=client, values=values, errors={}, clients=clients, choices=CHOICES
        )

    @post("/people", name="people.create", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            client_id = id_of(values, "client_id")
            client = await queries.get_place(client_id) if client_id else None
            expect_form(request, "people/form.html", values, clients=await queries.list_clients(), choices=CHOICES)
            form = parse(forms.NewEmployee, values)
            if client is None:
                raise Invalid(employees.ATTENTION, {"client_id": text("Choose the client company.")})
            employee_id = await employees.create(form, client.id)
        return go_to(f"/people/{employee_id}", text("{name} is entered.", name=form.name))

    @get("/people/{employee_id:uuid}", name="people.show", roles=STAFF)
    async def show(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        """Everything about one employee, identity numbers masked."""
        async with request.user.scope():
            employee = await look_at(employee_id)
            contracts = await queries.list_contracts(employee_id)
            components = await queries.list_components(employee_id)
            openings = await queries.list_openings(employee_id)
            same_account = await queries.list_same_account(employee_id)
            waiting = await changes.list_pending(employee_id)
        return employee_page(
            request,
            "people/detail.html",
            employee,
            contracts=contracts,
            components=components,
            openings=openings,
            same_account=same_account,
            waiting=waiting,
            asked=ASKED,
            doubts=nik_doubts(employee.nik, employee.born_on, employee.gender),
            today=today(employee.time_zone),
            labels=LABELS,
        )

    @get("/people/{employee_id:uuid}/edit", name="people.edit", roles=STAFF)
    async def show_edit(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            employee = await look_at(employee_id)
        return employee_page(
            request, "people/form.html", employee, values=employees.typed_from(employee), errors={}, choices=CHOICES
        )

    @post("/people/{employee_id:uuid}", name="people.change", roles=STAFF)
    async def change(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        """Save; a form that somebody else overtook comes back with both values."""
        async with request.user.scope():
            employee = await employees.load(employee_id)
            values = await typed_values(request)
            shown = values | {"version": str(employee.version)}
            expect_form(request, "people/form.html", shown, **about(employee), choices=CHOICES)
            form = parse(forms.ChangedEmployee, values)
            asked = await employees.change(employee, form, form.reason)
        waits = next((pay.told(one, text("Saved.")) for one in asked if not one.applied), text("Saved."))
        return go_to(f"/people/{employee_id}", waits)

    @get("/people/{employee_id:uuid}/end", name="people.show_end", roles=STAFF)
    async def show_end(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            employee = await look_at(employee_id)
        values = {"ended_on": employee.ended_on, "reason": employee.end_reason}
        return employee_page(request, "people/end.html", employee, values=values, errors={}, choices=CHOICES)

    @post("/people/{employee_id:uuid}/end", name="people.end", roles=STAFF)
    async def end(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            values = await typed_values(request)
            expect_form(request, "people/end.html", values, **about(employee), choices=CHOICES)
            await employees.end(employee, parse(forms.EndForm, values))
        return go_to(f"/people/{employee_id}", text("The last day of {name} is kept.", name=employee.name))

    @post("/people/{employee_id:uuid}/resume", name="people.resume", roles=STAFF)
    async def resume(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            await employees.take_back_end(employee)
        return go_to(f"/people/{employee_id}", text("{name} goes on working.", name=employee.name))


LABELS = {
    "gender": forms.GENDERS,
    "tax_method": forms.TAX_METHODS,
    "contract": forms.CONTRACT_KINDS,
    "component": forms.COMPONENT_CODES,
    "opening": forms.OPENING_KINDS,
    "end_reason": forms.END_REASONS,
}


def about(employee: Employee) -> dict[str, Any]:
    """What every page of an employee is given."""
    return {"employee": employee, "client": CurrentClient(employee.client_id, employee.client_name)}


async def look_at(employee_id: UUID) -> Employee:
    """The employee for somebody to see, which the access log tells. Needs the scope."""
    employee = await queries.get_employee(employee_id)
    await audit.saw("employee", employee_id, employee.client_id)
    return employee


def employee_page(request: AppRequest, template: str, employee: Employee, **context: Any) -> Template:
    """A page about one employee, under the client's name."""
    return page(request, template, **about(employee), **context)


def list_params(request: AppRequest) -> Typed:
    """The state of a list as its address holds it."""
    return list_query(request, "q", "client", "department", "state", "sort", "after", "before")


def wanted_from(params: Typed) -> Wanted:
    """The filter within a list's parameters; nonsense is ignored."""
    state: State = next((one for one in STATES if one == params.get("state")), "")
    client_id = id_of(params, "client")
    department = params.get("department", "") if client_id else ""
    return Wanted(client_id, params.get("q", ""), department, state)


def _cursors(params: Typed, sort: Sort) -> dict[str, Cursor | None]:
    found = {name: read_cursor(Cursor, params.get(name)) for name in ("after", "before")}
    return {name: cursor if cursor and cursor.fits(sort) else None for name, cursor in found.items()}
