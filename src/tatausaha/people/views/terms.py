"""An employee's contracts, pay components and tax openings."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import forms
from tatausaha.people.queries import Employee
from tatausaha.people.rules import today
from tatausaha.people.service import employees, openings, pay, terms
from tatausaha.people.views.employees import CHOICES, about, employee_page, look_at

COMPONENTS = list(forms.COMPONENT_CODES.items())
OPENINGS = list(forms.OPENING_KINDS.items())


class TermsController(Controller):
    """What an employee was promised, and since when."""

    path = "/people/{employee_id:uuid}"

    @get("/contracts/new", name="people.new_contract", roles=STAFF)
    async def show_new_contract(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            employee = await look_at(employee_id)
        values = {"kind": "permanent", "position": employee.position}
        return employee_page(request, "people/contract.html", employee, values=values, errors={}, choices=CHOICES)

    @post("/contracts", name="people.add_contract", roles=STAFF)
    async def add_contract(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            values = await _typed(request, "people/contract.html", employee)
            await terms.put_contract(employee, parse(forms.ContractForm, values))
        return _back(employee, text("The contract is kept."))

    @get("/contracts/{contract_id:uuid}", name="people.edit_contract", roles=STAFF)
    async def show_contract(
        self, request: AppRequest, employee_id: FromPath[UUID], contract_id: FromPath[UUID]
    ) -> Template:
        async with request.user.scope():
            employee = await look_at(employee_id)
            contract = await terms.get_contract(employee_id, contract_id)
        return employee_page(
            request, "people/contract.html", employee, values=contract, contract=contract, errors={}, choices=CHOICES
        )

    @post("/contracts/{contract_id:uuid}", name="people.change_contract", roles=STAFF)
    async def change_contract(
        self, request: AppRequest, employee_id: FromPath[UUID], contract_id: FromPath[UUID]
    ) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            contract = await terms.get_contract(employee_id, contract_id)
            values = await _typed(request, "people/contract.html", employee, contract=contract)
            await terms.put_contract(employee, parse(forms.ContractForm, values), contract_id)
        return _back(employee, text("The contract is kept."))

    @post("/contracts/{contract_id:uuid}/remove", name="people.remove_contract", roles=STAFF)
    async def remove_contract(
        self, request: AppRequest, employee_id: FromPath[UUID], contract_id: FromPath[UUID]
    ) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            await terms.remove_contract(employee, contract_id)
        return _back(employee, text("The contract is removed."))

    @get("/components/new", name="people.new_component", roles=STAFF)
    async def show_new_component(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            employee = await look_at(employee_id)
        first = today(employee.time_zone).replace(day=1)
        values = {"starts_on": max(first, employee.joined_on), "code": request.query_params.get("code", "")}
        values["name"] = request.query_params.get("name", "")[:100]
        return employee_page(request, "people/component.html", employee, values=values, errors={}, codes=COMPONENTS)

    @post("/components", name="people.add_component", roles=STAFF)
    async def add_component(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            values = await _typed(request, "people/component.html", employee)
            asked = await pay.put_component(employee, parse(forms.ComponentForm, values))
        return _back(employee, pay.told(asked, text("The pay component is kept.")))

    @get("/components/{component_id:uuid}/end", name="people.show_end_component", roles=STAFF)
    async def show_end_component(
        self, request: AppRequest, employee_id: FromPath[UUID], component_id: FromPath[UUID]
    ) -> Template:
        async with request.user.scope():
            employee = await look_at(employee_id)
            component = await pay.get_component(employee_id, component_id)
        return employee_page(
            request, "people/end_component.html", employee, component=component, values={"ends_on": None}, errors={}
        )

    @post("/components/{component_id:uuid}/end", name="people.end_component", roles=STAFF)
    async def end_component(
        self, request: AppRequest, employee_id: FromPath[UUID], component_id: FromPath[UUID]
    ) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            component = await pay.get_component(employee_id, component_id)
            values = await _typed(request, "people/end_component.html", employee, component=component)
            form = parse(forms.EndComponent, values)
            asked = await pay.end_component(employee, component_id, form.ends_on, form.reason)
        return _back(employee, pay.told(asked, text("The pay component ends.")))

    @post("/components/{component_id:uuid}/remove", name="people.remove_component", roles=STAFF)
    async def remove_component(
        self, request: AppRequest, employee_id: FromPath[UUID], component_id: FromPath[UUID]
    ) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            asked = await pay.remove_component(employee, component_id)
        return _back(employee, pay.told(asked, text("The pay component is removed.")))

    @get("/openings/new", name="people.new_opening", roles=STAFF)
    async def show_new_opening(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            employee = await look_at(employee_id)
        values = {"year": today(employee.time_zone).year, "months": 0}
        return employee_page(request, "people/opening.html", employee, values=values, errors={}, kinds=OPENINGS)

    @post("/openings", name="people.put_opening", roles=STAFF)
    async def put_opening(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            values = await _typed(request, "people/opening.html", employee)
            asked = await openings.put_opening(employee, parse(forms.OpeningForm, values))
        return _back(employee, pay.told(asked, text("The tax year's opening is kept.")))

    @post("/openings/{opening_id:uuid}/remove", name="people.remove_opening", roles=STAFF)
    async def remove_opening(
        self, request: AppRequest, employee_id: FromPath[UUID], opening_id: FromPath[UUID]
    ) -> Redirect:
        async with request.user.scope():
            employee = await employees.load(employee_id)
            asked = await openings.remove_opening(employee, opening_id)
        return _back(employee, pay.told(asked, text("The tax year's opening is removed.")))


async def _typed(request: AppRequest, template: str, employee: Employee, **context: object) -> Typed:
    """What was typed, with the page that shows it again should it prove wrong."""
    values = await typed_values(request)
    expect_form(
        request, template, values, **about(employee), choices=CHOICES, codes=COMPONENTS, kinds=OPENINGS, **context
    )
    return values


def _back(employee: Employee, message: Text) -> Redirect:
    return go_to(f"/people/{employee.id}", message)
