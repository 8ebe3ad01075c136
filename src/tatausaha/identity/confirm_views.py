"""Confirming again who one is, before something grave."""

from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.core import db, limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import EVERYONE
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, own_path, page
from tatausaha.core.web.viewer import AppRequest, Viewer
from tatausaha.identity import factors, passkeys, sign_in
from tatausaha.identity.middleware import keep_session, origin_of
from tatausaha.identity.passwords import verify_password

TEMPLATE = "identity/confirm.html"


class Confirm(msgspec.Struct, frozen=True):
    """One of the three ways, and the page to go back to."""

    next: str = ""
    password: str = ""
    code: str = ""
    credential: str = ""


class ConfirmController(Controller):
    """The page to which `recent=True` leads."""

    @get("/confirm", name="identity.confirm", roles=EVERYONE)
    async def show(self, request: AppRequest) -> Template:
        values = {"next": request.query_params.get("next", "")}
        return page(request, TEMPLATE, values=values, errors={}, **await _ways(request.user))

    @post("/confirm", roles=EVERYONE)
    async def confirm(self, request: AppRequest) -> Redirect:
        """Prove it, get a new token for the session, and go back to where one was."""
        values = await typed_values(request)
        expect_form(request, TEMPLATE, {"next": values.get("next", "")}, **await _ways(request.user))
        form = parse(Confirm, values)
        await _prove(request.user, form, origin_of(request)["address"])
        response = go_to(own_path(form.next))
        keep_session(response, await sign_in.renew_session(request.user, confirmed=True))
        return response


async def _ways(viewer: Viewer) -> dict[str, Any]:
    held = await factors.held_by(viewer.account_id)
    return {"has_app": held.app_since is not None, "passkeys": bool(held.passkeys) and passkeys.site_id()}


async def _prove(viewer: Viewer, form: Confirm, address: str) -> None:
    """Raises Invalid, or TooMany after too many tries."""
    if form.credential:
        await factors.prove_passkey(viewer.account_id, form.credential, address=address)
    elif form.code:
        if not await factors.prove(viewer.account_id, viewer.member_id, form.code, address=address):
            _refuse("code", text("This code does not fit, or was used before. Wait for the next one."))
    elif not await check_password(viewer, form.password, address):
        _refuse("password", text("This is not your password."))


async def check_password(viewer: Viewer, password: str, address: str) -> bool:
    """Whether this is the signed-in person's password; wrong ones make the next try wait."""
    async with gate_scope():
        await limits.attempt("confirm", str(viewer.account_id), address)
        kept: str = await db.value("select password_hash from account where id = $1", viewer.account_id)
    right = await verify_password(kept, password)
    if right:
        async with gate_scope():
            await limits.cleared("confirm", str(viewer.account_id), address)
    return right


def _refuse(field: str, sentence: Any) -> None:
    raise Invalid(text("Some fields need your attention."), {field: sentence})
