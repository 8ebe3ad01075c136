"""An employee's identity, tax, BPJS and account numbers, one at a time and with a reason."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web import reveal
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import typed_values
from tatausaha.core.web.pages import CurrentClient
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import queries
from tatausaha.people.queries import Employee
from tatausaha.people.secrets import SECRETS
from tatausaha.people.spreadsheet import FIELDS

LABELS = {field.name: field.label for field in FIELDS if field.name in SECRETS}


class SecretsController(Controller):
    """Showing what pages mask."""

    path = "/people/{employee_id:uuid}/reveal"

    @get("/", name="people.ask_reveal", roles=STAFF, recent=True)
    async def ask(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        """The question why."""
        async with request.user.scope():
            employee = await queries.get_employee(employee_id)
            await audit.saw("employee", employee_id, employee.client_id)
        return reveal.ask(request, _question(employee, request.query_params.get("field", SECRETS[0])))

    @post("/", name="people.reveal", roles=STAFF, recent=True)
    async def show(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        """The number whole, and a line in the access log in the same transaction."""
        async with request.user.scope():
            employee = await queries.get_employee(employee_id)
        question = _question(employee, (await typed_values(request)).get("field", ""))
        reason = await reveal.read_reason(request, question)
        async with request.user.scope():
            employee = await queries.get_employee(employee_id)
            await audit.saw(
                *("employee", employee_id, employee.client_id),
                action="revealed",
                subject_id=employee_id,
                reason=reason,
                field=question.field,
            )
        return reveal.show(request, question, getattr(employee, question.field))


def _question(employee: Employee, field: str) -> reveal.Question:
    if field not in LABELS:
        raise NotFound(text("This page does not exist."))
    client = CurrentClient(employee.client_id, employee.client_name)
    return reveal.Question(field, LABELS[field], employee.name, f"/people/{employee.id}", client)
