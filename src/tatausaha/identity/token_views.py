"""A person's own tokens: made, shown once, ended."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.clients.queries import ClientName
from tatausaha.core.dates import ZONES
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import EVERYONE, MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.scopes import SCOPES, scopes_of
from tatausaha.core.web.viewer import AppRequest, Viewer
from tatausaha.identity import queries, tokens

LONGEST_DAYS = 365
USUAL_DAYS = 90
MOST_LETTERS = 100


class TokenForm(msgspec.Struct, frozen=True):
    """A token as asked for: scopes and clients parted by commas; no client stands for all that are the person's."""

    name: str
    expires_on: date
    scopes: str = ""
    clients: str = ""


class TokenController(Controller):
    """What lets a person's own programs in."""

    @get("/account/tokens", name="identity.tokens", roles=EVERYONE)
    async def show(self, request: AppRequest) -> Template:
        """The tokens that work, and the form of another."""
        async with request.user.scope():
            choices = await clients.list_names()
        values = {"expires_on": today() + timedelta(days=USUAL_DAYS)}
        return page(request, "identity/tokens.html", values=values, errors={}, **await _around(request.user, choices))

    @post("/account/tokens", name="identity.create_token", roles=EVERYONE, recent=True)
    async def create(self, request: AppRequest) -> Template:
        """Make a token; this answer alone shows it."""
        values = await typed_values(request)
        async with request.user.scope():
            choices = await clients.list_names()
        expect_form(request, "identity/tokens.html", values, **await _around(request.user, choices))
        form = parse(TokenForm, values)
        wanted, chosen = set(form.scopes.split(",")) - {""}, set(form.clients.split(",")) - {""}
        _refuse_impossible(form, wanted, chosen, request.user, choices)
        ends = datetime.combine(form.expires_on, time.max, ZONES["Asia/Jakarta"]).astimezone(UTC)
        only = [one.id for one in choices if str(one.id) in chosen] or None
        token = await tokens.create(request.user, form.name, wanted, only, ends)
        return page(request, "identity/token.html", token=token, name=form.name, expires_on=form.expires_on)

    @post("/account/tokens/{token_id:uuid}/revoke", name="identity.revoke_token", roles=EVERYONE)
    async def revoke(self, request: AppRequest, token_id: FromPath[UUID]) -> Redirect:
        """End one of one's own tokens."""
        await tokens.revoke(request.user, request.user.member_id, token_id)
        return go_to("/account/tokens", text("The token does not work any more."))

    @post("/team/{member_id:uuid}/tokens/{token_id:uuid}/revoke", name="identity.revoke_member_token", roles=MANAGERS)
    async def revoke_of_member(
        self, request: AppRequest, member_id: FromPath[UUID], token_id: FromPath[UUID]
    ) -> Redirect:
        """End a token of somebody else of the provider or its clients."""
        async with request.user.scope():
            member = await queries.get_member(member_id)
        await tokens.revoke(request.user, member.id, token_id)
        return go_to(f"/team/{member_id}", text("The token does not work any more."))


def today() -> date:
    """The day it is now; a token ends with a day of western Indonesia."""
    return datetime.now(ZONES["Asia/Jakarta"]).date()


async def _around(viewer: Viewer, choices: list[ClientName]) -> dict[str, Any]:
    """What the page shows beside the form."""
    mine = await tokens.list_tokens(viewer.tenant_id, viewer.member_id)
    offered = {name: scope.label for name, scope in SCOPES.items() if viewer.role in scope.roles}
    return {"tokens": mine, "offered": offered, "scopes": SCOPES, "clients": choices}


def _refuse_impossible(
    form: TokenForm, wanted: set[str], chosen: set[str], viewer: Viewer, choices: list[ClientName]
) -> None:
    problems: dict[str, Text] = {}
    if len(form.name) > MOST_LETTERS:
        problems["name"] = text("Use at most {limit} characters.", limit=MOST_LETTERS)
    if not wanted or wanted - scopes_of(viewer.role):
        problems["scopes"] = text("Choose what the token may do.")
    if chosen - {str(one.id) for one in choices}:
        problems["clients"] = text("Choose among the clients that are shown.")
    if not today() < form.expires_on <= today() + timedelta(days=LONGEST_DAYS):
        problems["expires_on"] = text("Choose a day after today and within a year.")
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)
