"""My account: second steps, recovery codes, and where a person is signed in."""

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.core.db import gate_scope
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import EVERYONE
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, own_path, page
from tatausaha.core.web.viewer import AppRequest, Viewer
from tatausaha.identity import entering, factors, passkeys, queries, recovery_codes, sign_in, totp
from tatausaha.identity.factors import Holder
from tatausaha.identity.middleware import keep_session
from tatausaha.identity.step_views import Credential, SetUp

APP_PAGE, PASSKEY_PAGE = "identity/app.html", "identity/passkey.html"


class EndSession(msgspec.Struct, frozen=True):
    """The session to end, by the hash that is kept of its token."""

    session: str


class NamedPasskey(msgspec.Struct, frozen=True):
    """One of the person's passkeys, by its id in hexadecimal digits."""

    passkey: str


class AccountController(Controller):
    """What a person sees and changes of their own way in."""

    @get("/account", name="identity.account", roles=EVERYONE)
    async def account(self, request: AppRequest) -> Template:
        viewer: Viewer = request.user
        held = await factors.held_by(viewer.account_id)
        async with gate_scope():
            sessions = await queries.list_sessions(viewer.account_id)
        needed = viewer.role in factors.NEEDED
        return page(
            request, "identity/account.html", held=held, sessions=sessions, needed=needed, site=passkeys.site_id()
        )

    @get("/account/app", name="identity.app", roles=EVERYONE, recent=True)
    async def show_app(self, request: AppRequest) -> Template:
        """An authenticator app, in place of the present one if there is one."""
        proposal = await totp.propose(request.user.account_id, request.user.email)
        return page(request, APP_PAGE, values={}, errors={}, proposal=proposal)

    @post("/account/app", roles=EVERYONE, recent=True)
    async def add_app(self, request: AppRequest) -> Redirect:
        viewer: Viewer = request.user
        values = await typed_values(request)
        shown = await totp.propose(viewer.account_id, viewer.email, values.get("proposal", ""))
        expect_form(request, APP_PAGE, {}, proposal=shown)
        form = parse(SetUp, values)
        await totp.enrol(viewer.account_id, form.proposal, form.code, first=False)
        return await _added(viewer, "app_added", text("Your authenticator app is set up."))

    @post("/account/app/remove", name="identity.remove_app", roles=EVERYONE, recent=True)
    async def remove_app(self, request: AppRequest) -> Redirect:
        await factors.remove_app(await _holder(request.user))
        return await _renewed(request.user, text("The authenticator app is removed."))

    @get("/account/passkey", name="identity.passkey", roles=EVERYONE, recent=True)
    async def show_passkey(self, request: AppRequest) -> Template:
        return page(request, PASSKEY_PAGE, values={}, errors={}, site=passkeys.site_id())

    @post("/account/passkey", roles=EVERYONE, recent=True)
    async def add_passkey(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        expect_form(request, PASSKEY_PAGE, {**values, "credential": ""}, site=passkeys.site_id())
        form = parse(Credential, values)
        await passkeys.add(request.user.account_id, form.credential, form.name, first=False)
        return await _added(request.user, "passkey_added", text("The passkey is kept."))

    @post("/account/passkey/remove", name="identity.remove_passkey", roles=EVERYONE, recent=True)
    async def remove_passkey(self, request: AppRequest) -> Redirect:
        form = parse(NamedPasskey, await typed_values(request))
        gone = text("This passkey does not exist any more.")
        await factors.remove_passkey(await _holder(request.user), _bytes(form.passkey, gone))
        return await _renewed(request.user, text("The passkey is removed."))

    @get("/account/codes", name="identity.codes", roles=EVERYONE)
    async def codes(self, request: AppRequest) -> Template:
        """The recovery codes right after they were made; later only how many are left."""
        viewer: Viewer = request.user
        made = await entering.take_codes(request, viewer.account_id)
        held = await factors.held_by(viewer.account_id)
        response = page(request, "identity/codes.html", codes=made, held=held)
        if made:
            entering.drop_codes(response)
        return response

    @post("/account/codes", roles=EVERYONE, recent=True)
    async def make_codes(self, request: AppRequest) -> Redirect:
        """New codes; all older ones are worth nothing from now on."""
        response = await _renewed(request.user, None, "/account/codes")
        await entering.hand_over_codes(
            response, request.user.account_id, await recovery_codes.make(request.user.account_id)
        )
        await factors.tell(await _holder(request.user), "codes_made")
        return response

    @post("/account/sessions/end", name="identity.end_session", roles=EVERYONE)
    async def end_session(self, request: AppRequest) -> Redirect:
        form = parse(EndSession, await typed_values(request))
        ended = text("This session has ended already.")
        await sign_in.end_session(request.user, _bytes(form.session, ended))
        return go_to("/account", text("That session has ended."))

    @post("/account/sessions/end-others", name="identity.end_others", roles=EVERYONE)
    async def end_others(self, request: AppRequest) -> Redirect:
        await sign_in.end_others(request.user)
        return go_to("/account", text("You are signed out everywhere else."))


async def _holder(viewer: Viewer) -> Holder:
    return await factors.holder_of(viewer.account_id, viewer.member_id)


async def _renewed(viewer: Viewer, message: Text | None, path: str = "/account") -> Redirect:
    """Back to the account, with the session's new token."""
    response = go_to(own_path(path), message)
    keep_session(response, await sign_in.renew_session(viewer))
    return response


async def _added(viewer: Viewer, what: factors.Told, message: Text) -> Redirect:
    """After the first factor, sessions that were begun without one end, and recovery codes are made."""
    held = await factors.held_by(viewer.account_id)
    await factors.tell(await _holder(viewer), what)
    if held.count > 1 or held.codes_left:
        return await _renewed(viewer, message)
    await sign_in.end_others(viewer)
    response = await _renewed(viewer, message, "/account/codes")
    await entering.hand_over_codes(response, viewer.account_id, await recovery_codes.make(viewer.account_id))
    return response


def _bytes(written: str, otherwise: Text) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError:
        raise NotFound(otherwise) from None
