"""Asking for a new second step for somebody who lost theirs."""

from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import queries
from tatausaha.identity.factor_reset import FACTORS, ask_reset


class Reason(msgspec.Struct, frozen=True):
    """How one knows that it is the person who asks."""

    reason: str = ""


class FactorResetController(Controller):
    """What it takes is two managers."""

    path = "/team/{member_id:uuid}/second-step"

    @get("/", name="identity.show_factor_reset", roles=MANAGERS)
    async def show(self, request: AppRequest, member_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            member = await queries.get_member(member_id)
            waiting = await changes.list_pending(member_id, FACTORS)
            await audit.saw("member", member_id, member.client_id)
        return page(
            request, "identity/factor_reset.html", member=member, waiting=waiting, asked=ASKED, values={}, errors={}
        )

    @post("/", name="identity.ask_factor_reset", roles=MANAGERS, recent=True)
    async def ask(self, request: AppRequest, member_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            member = await queries.get_member(member_id)
            values = await typed_values(request)
            expect_form(request, "identity/factor_reset.html", values, member=member, waiting=[], asked=ASKED)
            await ask_reset(member_id, parse(Reason, values).reason)
        return go_to(f"/team/{member_id}/second-step", text("Another manager has to agree; it waits under Changes."))
