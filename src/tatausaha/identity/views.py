"""Signing in and out, invitations, and what a person chooses for themself."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core.db import gate_scope
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import EVERYONE, PUBLIC
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest, Viewer
from tatausaha.identity import queries, service, sign_in
from tatausaha.identity.middleware import LANGUAGE_COOKIE, forget_session, keep_session, origin_of

YEAR_SECONDS = 365 * 86_400


class SignIn(msgspec.Struct, frozen=True):
    """The sign-in form; `next` is the page that was asked for."""

    email: str
    password: str
    next: str = ""


class Preferences(msgspec.Struct, frozen=True):
    """Language and theme; each button sends one of them."""

    language: Literal["id", "en"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    next: str = ""


class ChoosePassword(msgspec.Struct, frozen=True):
    """The form behind an invitation's link."""

    password: str


class Switch(msgspec.Struct, frozen=True):
    """The membership to work in from now on."""

    member_id: str


class EndSession(msgspec.Struct, frozen=True):
    """The session to end, by the hash that is kept of its token."""

    session: str


class IdentityController(Controller):
    """What concerns the person alone."""

    @get("/", name="identity.home", roles=EVERYONE | PUBLIC)
    async def home(self, request: AppRequest) -> Redirect:
        """The first page of each role."""
        viewer: Viewer | None = request.user
        if viewer is None:
            return go_to("/sign-in")
        return go_to("/portal" if viewer.is_portal else "/work")

    @get("/sign-in", name="identity.sign_in", roles=PUBLIC)
    async def show_sign_in(self, request: AppRequest) -> Template:
        return page(request, "identity/sign_in.html", values={"next": request.query_params.get("next", "")}, errors={})

    @post("/sign-in", roles=PUBLIC)
    async def sign_in(self, request: AppRequest) -> Redirect:
        """Begin a session. The language chosen before signing in does not outlive it."""
        values = await typed_values(request)
        expect_form(request, "identity/sign_in.html", {**values, "password": ""})
        form = parse(SignIn, values)
        token = await sign_in.sign_in(form.email, form.password, **origin_of(request))
        response = go_to(_own_page(form.next))
        keep_session(response, token)
        return response

    @post("/sign-out", name="identity.sign_out", roles=EVERYONE)
    async def sign_out(self, request: AppRequest) -> Redirect:
        await sign_in.sign_out(request.user)
        response = go_to("/sign-in", text("You have signed out."))
        forget_session(response)
        return response

    @get("/sessions", name="identity.sessions", roles=EVERYONE)
    async def sessions(self, request: AppRequest) -> Template:
        """Where this person is signed in."""
        async with gate_scope():
            sessions = await queries.list_sessions(request.user.account_id)
        return page(request, "identity/sessions.html", sessions=sessions)

    @post("/sessions/end", name="identity.end_session", roles=EVERYONE)
    async def end_session(self, request: AppRequest) -> Redirect:
        form = parse(EndSession, await typed_values(request))
        try:
            hashed = bytes.fromhex(form.session)
        except ValueError:
            raise NotFound(text("This session has ended already.")) from None
        await sign_in.end_session(request.user, hashed)
        return go_to("/sessions", text("That session has ended."))

    @post("/switch", name="identity.switch", roles=EVERYONE)
    async def switch(self, request: AppRequest) -> Redirect:
        """Work in another of one's memberships, with a new session."""
        form = parse(Switch, await typed_values(request))
        try:
            member_id = UUID(form.member_id)
        except ValueError:
            raise NotFound(text("You do not work there.")) from None
        token = await sign_in.switch_membership(request.user, member_id, **origin_of(request))
        response = go_to("/")
        keep_session(response, token)
        return response

    @post("/preferences", name="identity.preferences", roles=EVERYONE | PUBLIC)
    async def preferences(self, request: AppRequest) -> Redirect:
        """Language and theme; before signing in, the language in a cookie."""
        form = parse(Preferences, await typed_values(request))
        viewer: Viewer | None = request.user
        response = go_to(_own_page(form.next))
        if viewer is not None:
            await sign_in.prefer(viewer, language=form.language, theme=form.theme)
        elif form.language:
            response.set_cookie(LANGUAGE_COOKIE, form.language, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
        return response

    @get("/invitations/{token:str}", name="identity.invitation", roles=PUBLIC)
    async def invitation(self, request: AppRequest, token: FromPath[str]) -> Template:
        invited = await service.find_invitation(token)
        return page(request, "identity/invitation.html", invited=invited, token=token, values={}, errors={})

    @post("/invitations/{token:str}", roles=PUBLIC)
    async def accept_invitation(self, request: AppRequest, token: FromPath[str]) -> Redirect:
        """Join, and be signed in."""
        invited = await service.find_invitation(token)
        values = await typed_values(request)
        expect_form(request, "identity/invitation.html", {}, invited=invited, token=token)
        form = parse(ChoosePassword, values)
        origin = origin_of(request)
        account_id, tenant_id, member_id = await service.accept_invitation(
            token, form.password, address=origin["address"]
        )
        response = go_to("/", text("Welcome to Tatausaha."))
        keep_session(response, await sign_in.open_session(account_id, tenant_id, member_id, **origin))
        return response


def _own_page(address: str) -> str:
    """Only paths of this very site: an address that names a host would carry the person elsewhere."""
    own = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if own and address.isprintable() else "/"
