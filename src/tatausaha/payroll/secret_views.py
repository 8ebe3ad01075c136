"""The account that a payslip pays to, whole and with a reason."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web import reveal
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.pages import CurrentClient
from tatausaha.core.web.viewer import AppRequest
from tatausaha.payroll import slip_queries
from tatausaha.payroll.slip_queries import SlipView

FIELD = "bank_account"


class SlipSecretController(Controller):
    """Showing what the page of a payslip masks."""

    path = "/payroll/slips/{slip_id:uuid}/reveal"

    @get("/", name="payroll.ask_reveal", roles=STAFF, recent=True)
    async def ask(self, request: AppRequest, slip_id: FromPath[UUID]) -> Template:
        """The question why."""
        async with request.user.scope():
            slip = await slip_queries.get_slip(slip_id)
            await audit.saw("slip", slip_id, slip.client_id, subject_id=slip.employee_id)
        return reveal.ask(request, _question(slip))

    @post("/", name="payroll.reveal", roles=STAFF, recent=True)
    async def show(self, request: AppRequest, slip_id: FromPath[UUID]) -> Template:
        """The account whole, and a line in the access log in the same transaction."""
        async with request.user.scope():
            slip = await slip_queries.get_slip(slip_id)
        reason = await reveal.read_reason(request, _question(slip))
        async with request.user.scope():
            slip = await slip_queries.get_slip(slip_id)
            await audit.saw(
                *("slip", slip_id, slip.client_id),
                action="revealed",
                subject_id=slip.employee_id,
                reason=reason,
                field=FIELD,
            )
        return reveal.show(request, _question(slip), slip.bank_account)


def _question(slip: SlipView) -> reveal.Question:
    client = CurrentClient(slip.client_id, slip.client_name)
    return reveal.Question(FIELD, text("Account number"), slip.employee_name, f"/payroll/slips/{slip.id}", client)
