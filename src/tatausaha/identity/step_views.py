"""The second step of signing in: a code, a passkey, or setting one up."""

from typing import Any, Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_200_OK

from tatausaha.core import limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import ConfirmNeeded, Forbidden, Invalid, SignInNeeded
from tatausaha.core.i18n import text
from tatausaha.core.web.access import EVERYONE, PUBLIC
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import page
from tatausaha.core.web.viewer import AppRequest, Viewer
from tatausaha.identity import entering, factors, passkeys, recovery_codes, sign_in, steps, totp
from tatausaha.identity.middleware import origin_of
from tatausaha.identity.steps import Step

CODE_PAGE, SET_UP_PAGE = "identity/code.html", "identity/set_up.html"
PER_MINUTE = 100  # of one address, behind which a whole office may sit


class Code(msgspec.Struct, frozen=True):
    """Six digits of the app, or a recovery code."""

    code: str


class SetUp(msgspec.Struct, frozen=True):
    """The proposed secret as the page carried it, and a code that shows that the app has it."""

    proposal: str
    code: str


class Credential(msgspec.Struct, frozen=True):
    """What a device answered, in JSON, with the name for a new passkey or the page to go to."""

    credential: str
    name: str = ""
    next: str = ""


class WantedOptions(msgspec.Struct, frozen=True):
    """What the browser wants a challenge for."""

    purpose: Literal["enter", "code", "set_up", "confirm", "add"]


class StepController(Controller):
    """What lies between the password and the session."""

    @get("/sign-in/code", name="identity.code", roles=PUBLIC)
    async def show_code(self, request: AppRequest) -> Template | Redirect:
        step = await entering.step_of(request, "code")
        if step is None:
            return entering.begin_again()
        return page(request, CODE_PAGE, values={}, errors={}, **await _ways(step))

    @post("/sign-in/code", roles=PUBLIC)
    async def code(self, request: AppRequest) -> Redirect:
        step = await entering.step_of(request, "code", trying=True)
        if step is None:
            return entering.begin_again()
        expect_form(request, CODE_PAGE, {}, **await _ways(step))
        form = parse(Code, await typed_values(request))
        address = origin_of(request)["address"]
        if not await factors.prove(step.account_id, step.member_id, form.code, address=address):
            wrong = text("This code does not fit, or was used before. Wait for the next one.")
            raise Invalid(text("Some fields need your attention."), {"code": wrong})
        return await _finish(request, step, step.next)

    @post("/sign-in/code/passkey", name="identity.code_passkey", roles=PUBLIC)
    async def code_by_passkey(self, request: AppRequest) -> Redirect:
        step = await entering.step_of(request, "code", trying=True)
        if step is None:
            return entering.begin_again()
        expect_form(request, CODE_PAGE, {}, **await _ways(step))
        form = parse(Credential, await typed_values(request))
        await factors.prove_passkey(step.account_id, form.credential, address=origin_of(request)["address"])
        return await _finish(request, step, step.next)

    @get("/sign-in/set-up", name="identity.set_up", roles=PUBLIC)
    async def show_set_up(self, request: AppRequest) -> Template | Redirect:
        step = await entering.step_of(request, "factor")
        if step is None:
            return entering.begin_again()
        proposal = await totp.propose(step.account_id, step.email)
        return page(request, SET_UP_PAGE, values={}, errors={}, proposal=proposal, passkeys=passkeys.site_id())

    @post("/sign-in/set-up", roles=PUBLIC)
    async def set_up(self, request: AppRequest) -> Redirect:
        step = await entering.step_of(request, "factor", trying=True)
        if step is None:
            return entering.begin_again()
        values = await typed_values(request)
        shown = await totp.propose(step.account_id, step.email, values.get("proposal", ""))
        expect_form(request, SET_UP_PAGE, {}, proposal=shown, passkeys=passkeys.site_id())
        form = parse(SetUp, values)
        await totp.enrol(step.account_id, form.proposal, form.code, first=True)
        await factors.tell(await factors.holder_of(step.account_id, step.member_id), "app_added")
        return await _finish_with_codes(request, step)

    @post("/sign-in/set-up/passkey", name="identity.set_up_passkey", roles=PUBLIC)
    async def set_up_passkey(self, request: AppRequest) -> Redirect:
        step = await entering.step_of(request, "factor", trying=True)
        if step is None:
            return entering.begin_again()
        shown = await totp.propose(step.account_id, step.email)
        expect_form(request, SET_UP_PAGE, {}, proposal=shown, passkeys=passkeys.site_id())
        form = parse(Credential, await typed_values(request))
        await passkeys.add(step.account_id, form.credential, form.name, first=True)
        await factors.tell(await factors.holder_of(step.account_id, step.member_id), "passkey_added")
        return await _finish_with_codes(request, step)

    @post("/sign-in/passkey", name="identity.sign_in_passkey", roles=PUBLIC)
    async def passkey(self, request: AppRequest) -> Redirect:
        """A passkey is two factors in one, what one has and a finger, face or PIN: no password is asked for."""
        values = await typed_values(request)
        shown = {"next": values.get("next", "")}
        expect_form(request, "identity/sign_in.html", shown, passkeys=passkeys.site_id())
        form = parse(Credential, values)
        address = origin_of(request)["address"]
        async with gate_scope():
            await limits.spend(f"passkey-from:{address}", PER_MINUTE, limits.MINUTE)
        entry = await sign_in.newest_membership(await passkeys.prove("enter", form.credential))
        return await entering.enter(request, entry, form.next)

    @post("/passkeys/options", name="identity.passkey_options", roles=EVERYONE | PUBLIC, status_code=HTTP_200_OK)
    async def options(self, request: AppRequest) -> Response[str]:
        """A challenge for the browser: for whoever has a passkey, or for the person of this session or step."""
        form = parse(WantedOptions, await typed_values(request))
        async with gate_scope():
            address = origin_of(request)["address"]
            await limits.spend(f"passkey-options:{address}", PER_MINUTE, limits.MINUTE)
        return Response(await _options(request, form.purpose), media_type="application/json")


async def _options(request: AppRequest, purpose: str) -> str:
    if purpose == "enter":
        return await passkeys.options_to_prove("enter")
    if purpose in ("confirm", "add"):
        return await _options_of_session(request.user, adding=purpose == "add")
    step = await entering.step_of(request, "code" if purpose == "code" else "factor")
    if step is None:
        raise Forbidden(text("That took too long, or too many tries. Please begin again."))
    if purpose == "code":
        return await passkeys.options_to_prove("prove", step.account_id)
    return await passkeys.options_to_add(step.account_id, step.email, step.name)


async def _options_of_session(viewer: Viewer | None, *, adding: bool) -> str:
    if viewer is None:
        raise SignInNeeded(text("You are not signed in any more."))
    if not adding:
        return await passkeys.options_to_prove("prove", viewer.account_id)
    if not viewer.confirmed:
        raise ConfirmNeeded(text("Confirm first that it is you; then do this again."))
    return await passkeys.options_to_add(viewer.account_id, viewer.email, viewer.name)


async def _ways(step: Step) -> dict[str, Any]:
    """How this person can go on, for the page."""
    held = await factors.held_by(step.account_id)
    return {"has_app": held.app_since is not None, "passkeys": bool(held.passkeys) and passkeys.site_id()}


async def _finish(request: AppRequest, step: Step, next_page: str) -> Redirect:
    if not await steps.finish(step):
        return entering.begin_again()
    return await entering.enter(request, step.entry, next_page)


async def _finish_with_codes(request: AppRequest, step: Step) -> Redirect:
    """In, by way of the recovery codes, which are shown this once."""
    codes = await recovery_codes.make(step.account_id)
    response = await _finish(request, step, "/account/codes")
    await entering.hand_over_codes(response, step.account_id, codes)
    return response
