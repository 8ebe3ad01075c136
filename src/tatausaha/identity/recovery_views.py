"""Forgotten passwords, and what a person changes about signing in: the password, the e-mail address."""

from typing import Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core.i18n import text
from tatausaha.core.web.access import EVERYONE, PUBLIC
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import recovery, recovery_email, sign_in
from tatausaha.identity.middleware import forget_session, keep_session, origin_of


class Address(msgspec.Struct, frozen=True):
    """An e-mail address: the one that signs in, or the one that shall."""

    email: str


class NewPassword(msgspec.Struct, frozen=True):
    """The form behind a link."""

    password: str


class ChangedPassword(msgspec.Struct, frozen=True):
    """The form of somebody who knows the old one."""

    old: str
    password: str


class Answer(msgspec.Struct, frozen=True):
    """What a mailbox says to a change of address."""

    answer: Literal["agree", "stop"]


class RecoveryController(Controller):
    """The ways back in, and new keys for the door."""

    @get("/forgotten", name="identity.forgotten", roles=PUBLIC)
    async def show_forgotten(self, request: AppRequest) -> Template:
        return page(request, "identity/forgotten.html", values={}, errors={})

    @post("/forgotten", roles=PUBLIC)
    async def forgotten(self, request: AppRequest) -> Redirect:
        """One answer for every address."""
        values = await typed_values(request)
        expect_form(request, "identity/forgotten.html", values)
        form = parse(Address, values)
        await recovery.ask(form.email, address=origin_of(request)["address"])
        sentence = text(
            "If this address has access, a letter with a link is on its way. The link works for {minutes} minutes."
            " If no letter comes within {again} minutes, ask again.",
            minutes=recovery.LINK_MINUTES,
            again=recovery.AGAIN_MINUTES,
        )
        return go_to("/sign-in", sentence)

    @get("/reset/{token:str}", name="identity.reset", roles=PUBLIC)
    async def show_reset(self, request: AppRequest, token: FromPath[str]) -> Template:
        holder = await recovery.find_link(token)
        return page(request, "identity/reset.html", email=holder.email, token=token, values={}, errors={})

    @post("/reset/{token:str}", roles=PUBLIC)
    async def reset(self, request: AppRequest, token: FromPath[str]) -> Redirect:
        """A new password, and the way to sign in with it: whoever has the mailbox alone is not in yet."""
        holder = await recovery.find_link(token)
        values = await typed_values(request)
        expect_form(request, "identity/reset.html", {}, email=holder.email, token=token)
        form = parse(NewPassword, values)
        await recovery.reset(token, form.password, address=origin_of(request)["address"])
        response = go_to("/sign-in", text("Your password is changed. Sign in with it."))
        forget_session(response)
        return response

    @get("/account/password", name="identity.password", roles=EVERYONE)
    async def show_password(self, request: AppRequest) -> Template:
        return page(request, "identity/password.html", values={}, errors={})

    @post("/account/password", roles=EVERYONE)
    async def change_password(self, request: AppRequest) -> Redirect:
        """Only this browser stays signed in, with a new session."""
        values = await typed_values(request)
        expect_form(request, "identity/password.html", {})
        form, origin, viewer = parse(ChangedPassword, values), origin_of(request), request.user
        await recovery.change(viewer, form.old, form.password, address=origin["address"])
        who = (viewer.account_id, viewer.tenant_id, viewer.member_id)
        token = await sign_in.open_session(*who, address=origin["address"], device=origin["device"])
        response = go_to("/account", text("Your password is changed. Everywhere else you are signed out."))
        keep_session(response, token)
        return response

    @get("/account/email", name="identity.email", roles=EVERYONE, recent=True)
    async def show_email(self, request: AppRequest) -> Template:
        return page(request, "identity/email.html", values={}, errors={})

    @post("/account/email", roles=EVERYONE, recent=True)
    async def change_email(self, request: AppRequest) -> Redirect:
        """The same answer whether or not the address belongs to somebody."""
        values = await typed_values(request)
        expect_form(request, "identity/email.html", values)
        form = parse(Address, values)
        await recovery_email.ask(request.user, form.email)
        sentence = text(
            "Open the links that we send to both addresses, within {hours} hours; then {email} is yours to sign in with.",
            hours=recovery_email.LINK_HOURS,
            email=form.email,
        )
        return go_to("/account", sentence)

    @get("/email/{token:str}", name="identity.email_link", roles=PUBLIC)
    async def show_email_link(self, request: AppRequest, token: FromPath[str]) -> Template:
        change = await recovery_email.find(token)
        return page(request, "identity/email_link.html", change=change, token=token)

    @post("/email/{token:str}", roles=PUBLIC)
    async def answer_email_link(self, request: AppRequest, token: FromPath[str]) -> Redirect:
        """Yes from either mailbox, no from the old one."""
        await recovery_email.find(token)
        form, address = parse(Answer, await typed_values(request)), origin_of(request)["address"]
        if form.answer == "stop":
            await recovery_email.stop(token, address=address)
            return go_to("/", text("Stopped. The address stays as it was; if this was not you, change your password."))
        if await recovery_email.agree(token, address=address):
            return go_to("/", text("The new address is in use. Sign in with it from now on."))
        return go_to("/", text("Thank you. Now open the link in the letter to the other address."))
