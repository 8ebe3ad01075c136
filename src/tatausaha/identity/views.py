"""Signing in and out, invitations, and what a person chooses for themself."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import EVERYONE, PUBLIC
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, own_path, page
from tatausaha.core.web.viewer import AppRequest, Viewer
from tatausaha.identity import entering, factors, passkeys, service, sign_in
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
        values = {"next": request.query_params.get("next", "")}
        return page(request, "identity/sign_in.html", values=values, errors={}, passkeys=passkeys.site_id())

    @post("/sign-in", roles=PUBLIC)
    async def sign_in(self, request: AppRequest) -> Redirect:
        """The password; then in, or to the second step. The language chosen before does not outlive it."""
        values = await typed_values(request)
        expect_form(request, "identity/sign_in.html", {**values, "password": ""}, passkeys=passkeys.site_id())
        form = parse(SignIn, values)
        entry = await sign_in.check_password(form.email, form.password, address=origin_of(request)["address"])
        return await entering.go_on(request, entry, form.next)

    @post("/sign-out", name="identity.sign_out", roles=EVERYONE)
    async def sign_out(self, request: AppRequest) -> Redirect:
        await sign_in.sign_out(request.user)
        response = go_to("/sign-in", text("You have signed out."))
        forget_session(response)
        return response

    @post("/switch", name="identity.switch", roles=EVERYONE)
    async def switch(self, request: AppRequest) -> Redirect:
        """Work in another of one's memberships, with a new session."""
        form = parse(Switch, await typed_values(request))
        try:
            member_id = UUID(form.member_id)
        except ValueError:
            raise NotFound(text("You do not work there.")) from None
        entry = await sign_in.find_membership(request.user.account_id, member_id)
        if not (await factors.held_by(entry.account_id)).count and entry.role in factors.NEEDED:
            return await entering.ask(entry, "factor", "/")
        token = await sign_in.switch(request.user, entry, **origin_of(request))
        response = go_to("/")
        keep_session(response, token)
        return response

    @post("/preferences", name="identity.preferences", roles=EVERYONE | PUBLIC)
    async def preferences(self, request: AppRequest) -> Redirect:
        """Language and theme; before signing in, the language in a cookie."""
        form = parse(Preferences, await typed_values(request))
        viewer: Viewer | None = request.user
        response = go_to(own_path(form.next))
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
        """Join, and go on as after a password."""
        invited = await service.find_invitation(token)
        values = await typed_values(request)
        expect_form(request, "identity/invitation.html", {}, invited=invited, token=token)
        form = parse(ChoosePassword, values)
        address = origin_of(request)["address"]
        account_id, _, member_id = await service.accept_invitation(token, form.password, address=address)
        entry = await sign_in.find_membership(account_id, member_id)
        return await entering.go_on(request, entry, "/", text("Welcome to Tatausaha."))
