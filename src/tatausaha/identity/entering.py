"""From one step to the next in a browser: which cookie is set and dropped on the way to a session."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.response import Redirect
from litestar.response.base import Response

from tatausaha.core import audit
from tatausaha.core.actor import Actor, acting, current_actor
from tatausaha.core.crypto import Unsealable, house_keys
from tatausaha.core.dates import format_moment
from tatausaha.core.db import tenant_scope
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.pages import go_to, own_path
from tatausaha.identity import devices, factors, sign_in, steps
from tatausaha.identity.factors import NEEDED, Held, Holder
from tatausaha.identity.middleware import keep_session, origin_of, secret_name, set_secret
from tatausaha.identity.sign_in import Entry
from tatausaha.identity.steps import Need, Step

STEP, DEVICE, CODES = "step", "device", "codes"
YEAR_SECONDS = 365 * 86_400
CODES_SECONDS = 300
ZONE = "Asia/Jakarta"
WAYS: dict[Need, str] = {"code": "/sign-in/code", "factor": "/sign-in/set-up"}

AnyRequest = Request[Any, Any, Any]


async def go_on(request: AnyRequest, entry: Entry, next_page: str, message: Text | None = None) -> Redirect:
    """After the password: in, or to what is missing. Nobody in a role that needs a second step gets past it."""
    need = needed(entry, await factors.held_by(entry.account_id))
    if need is None:
        return await enter(request, entry, next_page, message)
    return await ask(entry, need, next_page)


def needed(entry: Entry, held: Held) -> Need | None:
    """What a password alone leaves open."""
    if held.count:
        return "code"
    return "factor" if entry.role in NEEDED else None


async def ask(entry: Entry, need: Need, next_page: str) -> Redirect:
    """To the page of a step."""
    token = await steps.begin(entry, need, own_path(next_page))
    response = go_to(WAYS[need])
    set_secret(response, STEP, token, steps.STEP_MINUTES * 60)
    return response


async def step_of(request: AnyRequest, need: Need, *, trying: bool = False) -> Step | None:
    """The step that this browser is at; `trying` counts a try."""
    token = request.cookies.get(secret_name(STEP), "")
    return await (steps.try_once if trying else steps.find)(token, need)


def begin_again() -> Redirect:
    """When a step has ended, by time or by tries."""
    response = go_to("/sign-in", text("That took too long, or too many tries. Please begin again."))
    set_secret(response, STEP, "", 0)
    return response


async def enter(request: AnyRequest, entry: Entry, next_page: str, message: Text | None = None) -> Redirect:
    """Begin the session of a person who passed everything, and tell them when the browser is a new one."""
    origin = origin_of(request)
    token = await sign_in.open_session(
        *(entry.account_id, entry.tenant_id, entry.member_id), address=origin["address"], device=origin["device"]
    )
    kept, is_new = await devices.note(entry.account_id, request.cookies.get(secret_name(DEVICE), ""))
    await _record(await factors.holder_of(entry.account_id, entry.member_id), origin, is_new=is_new)
    response = go_to(own_path(next_page), message)
    keep_session(response, token)
    set_secret(response, STEP, "", 0)
    set_secret(response, DEVICE, kept, YEAR_SECONDS)
    return response


async def _record(holder: Holder, origin: dict[str, str], *, is_new: bool) -> None:
    with acting(Actor(holder.member_id, holder.name, holder.role, current_actor().address)):
        async with tenant_scope(holder.tenant_id):
            await audit.record("signed_in", "account", holder.account_id)
            if is_new:
                await factors.write(
                    holder,
                    "new_device",
                    browser=devices.browser_of(origin["device"]),
                    system=devices.system_of(origin["device"]),
                    address=origin["address"],
                    moment=format_moment(datetime.now(UTC), ZONE, holder.language),
                )


async def hand_over_codes(response: Response[Any], account_id: UUID, codes: list[str]) -> None:
    """Carry new recovery codes to the page that shows them: sealed, in a cookie that the page drops."""
    sealed = (await house_keys()).seal("recovery codes", msgspec.json.encode((account_id, codes)).decode())
    set_secret(response, CODES, base64.urlsafe_b64encode(sealed).decode(), CODES_SECONDS)


async def take_codes(request: AnyRequest, account_id: UUID) -> list[str]:
    """The codes handed over, if they are this account's."""
    try:
        sealed = base64.urlsafe_b64decode(request.cookies.get(secret_name(CODES), ""))
        opened = (await house_keys()).open("recovery codes", sealed)
    except (Unsealable, binascii.Error, ValueError):
        return []
    owner, codes = msgspec.json.decode(opened, type=tuple[UUID, list[str]])
    return codes if owner == account_id else []


def drop_codes(response: Response[Any]) -> None:
    """They were shown."""
    set_secret(response, CODES, "", 0)
