"""The team: who belongs to the provider and its clients, who serves whom, and who is invited."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.scopes import SCOPES
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import queries, service, tokens
from tatausaha.identity.service import Invite


class InviteForm(msgspec.Struct, frozen=True):
    """An invitation as typed; `language` is that of the e-mail."""

    name: str
    email: str
    role: Literal["manager", "worker", "approver", "viewer"]
    language: Literal["id", "en"]
    client_id: str = ""


class Assignments(msgspec.Struct, frozen=True):
    """Ids of clients, parted by commas: those that a worker serves, and those that the worker must never see."""

    serves: str = ""
    barred: str = ""


class TeamController(Controller):
    """What managers do with people."""

    @get("/team", name="identity.team", roles=MANAGERS)
    async def team(self, request: AppRequest) -> Template:
        async with request.user.scope():
            members = await queries.list_members()
            invitations = await queries.list_invitations()
            waiting = await changes.list_pending(None, service.PORTAL_USER)
            await audit.saw_list("members", None, len(members) + len(invitations))
        return page(
            request, "identity/team.html", members=members, invitations=invitations, waiting=waiting, asked=ASKED
        )

    @get("/team/invite", name="identity.show_invite", roles=MANAGERS)
    async def show_invite(self, request: AppRequest) -> Template:
        async with request.user.scope():
            choices = await clients.list_names()
        values = {"role": "worker", "language": request.user.language}
        return page(request, "identity/invite.html", values=values, errors={}, clients=choices)

    @post("/team/invite", name="identity.invite", roles=MANAGERS)
    async def invite(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, "identity/invite.html", values, clients=await clients.list_names())
            form = parse(InviteForm, values)
            asked = await service.invite(Invite(form.name, form.email, form.role, form.client_id), form.language)
        if asked and not asked.applied:
            return go_to("/team", text("Another manager has to agree before {name} is invited.", name=form.name))
        return go_to("/team", text("An invitation is on its way to {email}.", email=form.email))

    @post("/team/invitations/{invitation_id:uuid}/withdraw", name="identity.withdraw", roles=MANAGERS)
    async def withdraw(self, request: AppRequest, invitation_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.revoke_invitation(invitation_id)
        return go_to("/team", text("The invitation's link does not work any more."))

    @post("/team/invitations/{invitation_id:uuid}/again", name="identity.invite_again", roles=MANAGERS)
    async def invite_again(self, request: AppRequest, invitation_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.invite_again(invitation_id, request.user.language)
        return go_to("/team", text("A new link is on its way; the old one does not work any more."))

    @get("/team/{member_id:uuid}", name="identity.member", roles=MANAGERS)
    async def member(self, request: AppRequest, member_id: FromPath[UUID]) -> Template:
        """One person: role, clients, access."""
        async with request.user.scope():
            member = await queries.get_member(member_id)
            choices = await clients.list_names()
            await audit.saw("member", member_id, member.client_id)
        held = await tokens.list_tokens(request.user.tenant_id, member_id)
        return page(request, "identity/member.html", tokens=held, scopes=SCOPES, member=member, clients=choices)

    @post("/team/{member_id:uuid}/assignments", name="identity.assign", roles=MANAGERS)
    async def assign(self, request: AppRequest, member_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            member = await queries.get_member(member_id)
            form = parse(Assignments, await typed_values(request))
            await service.assign(member_id, _ids(form.serves), _ids(form.barred))
        return go_to(f"/team/{member_id}", text("Saved: the clients of {name}.", name=member.name))


def _ids(written: str) -> list[UUID]:
    try:
        return [UUID(one) for one in written.split(",") if one]
    except ValueError:
        raise NotFound(text("This client does not exist.")) from None
