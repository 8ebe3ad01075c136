"""How a client's payroll is reckoned where the law leaves a choice: dated, with the doubt and its source beside it."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.payroll import labels
from tatausaha.payroll.policies import PolicyRow, keep_policy, list_policies
from tatausaha.payroll.rules.policy import doubts_on


class PolicyController(Controller):
    """Settings of payroll, one page per client."""

    path = "/payroll/settings/{client_id:uuid}"

    @get("/", name="payroll.settings", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            client = await _client(client_id)
            rows = await list_policies(client_id)
            await audit.saw("pay_policy", client_id, client_id)
        current = rows[0] if rows else PolicyRow(date.today().replace(day=1), "calendar_days", {})
        values = {"from_month": "", "proration": current.proration, **current.answers()}
        return page(request, "payroll/settings.html", client=client, values=values, errors={}, **_context(rows))

    @post("/", roles=MANAGERS)
    async def save(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Keep a new set from a month on; a set of the same month is replaced."""
        values = await typed_values(request)
        async with request.user.scope():
            client = await _client(client_id)
            expect_form(
                request, "payroll/settings.html", values, client=client, **_context(await list_policies(client_id))
            )
            await keep_policy(client_id, values)
        return go_to(f"/payroll/settings/{client_id}", text("Saved. It holds for months calculated from now on."))


def _context(rows: list[PolicyRow]) -> dict[str, Any]:
    return {"rows": rows, "doubts": doubts_on(date.today()), "labels": labels}


async def _client(client_id: UUID) -> CurrentClient:
    name = await clients.find_name(client_id)
    if name is None:
        raise NotFound(text("This client does not exist."))
    return CurrentClient(client_id, name)
