"""Passwords that were forgotten or are changed: by a link in a letter, or with the old one.

Who asks for a link is answered before anybody looks whether the address is known, and the letter is written afterwards:
neither the sentence nor the time tells anything. The link works once, within half an hour; a new one takes its place.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, background, db, letters, limits
from tatausaha.core.actor import Actor, acting
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Language, text
from tatausaha.core.ids import new_token, token_hash, uuid7
from tatausaha.core.process import tools
from tatausaha.core.web.viewer import Viewer
from tatausaha.identity.passwords import hash_password, verify_password

LINK_MINUTES = 30
AGAIN_MINUTES = 5
"""No second letter within this time: a stranger who asks again and again neither floods nor voids the last link at once."""
ASKED_PER_ADDRESS = 20
TEN_MINUTES = timedelta(minutes=10)


class Place(msgspec.Struct, frozen=True):
    """Where an account's person belongs at this moment."""

    tenant_id: UUID
    member_id: UUID
    name: str
    role: str
    email: str
    language: Language


class Holder(msgspec.Struct, frozen=True):
    """Whose password it is, and what it must not hold."""

    account_id: UUID
    email: str
    password_hash: str
    names: list[str]


async def ask(email: str, *, address: str) -> None:
    """Have a link sent to the address, if somebody with access signs in with it. Answers before it looks."""
    async with gate_scope():
        await limits.spend(f"forgotten-from:{address}", ASKED_PER_ADDRESS, TEN_MINUTES)
    background.later(_send_link(email.strip().lower()))


async def _send_link(email: str) -> None:
    token = new_token()
    async with gate_scope():
        account_id = await db.value("select id from account where email = $1", email)
        place = next(iter(await places_of(account_id)), None) if account_id else None
        if place is None or not await _keep_link(account_id, token):
            return
    async with tenant_scope(place.tenant_id):
        await letters.write(
            "password_reset",
            place.email,
            once_key=f"password_reset:{uuid7()}",
            language=place.language,
            name=place.name,
            link=f"{tools().settings.base_url}/reset/{token}",
            minutes=LINK_MINUTES,
        )


async def _keep_link(account_id: UUID, token: str) -> bool:
    """False while the last one is too young to be replaced."""
    return bool(
        await db.execute(
            "insert into password_reset as r (account_id, token_hash, expires_at)"
            " values ($1, $2, now() + make_interval(mins => $3)) on conflict (account_id) do update"
            " set token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = now()"
            " where r.created_at < now() - make_interval(mins => $4)",
            *(account_id, token_hash(token), LINK_MINUTES, AGAIN_MINUTES),
        )
    )


async def find_link(token: str) -> Holder:
    """Whose link it is, or `NotFound` when it was used, replaced, or is too old."""
    async with gate_scope():
        account_id = await db.value(
            "select account_id from password_reset where token_hash = $1 and expires_at > now()", token_hash(token)
        )
        if account_id is None:
            raise _worthless()
        return await _holder(account_id)


async def reset(token: str, password: str, *, address: str) -> None:
    """Set a new password, once. Every session and token of the account ends; its second factors stay."""
    holder = await find_link(token)
    kept = await hash_password(password, holder.email, *holder.names)
    async with gate_scope():
        used = await db.execute(
            "delete from password_reset where token_hash = $1 and expires_at > now()", token_hash(token)
        )
        if not used:
            raise _worthless()
        await _replace(holder.account_id, kept)
        await db.execute(
            "update api_token t set revoked_at = now() from member m where m.tenant_id = t.tenant_id"
            " and m.id = t.member_id and m.account_id = $1 and t.revoked_at is null",
            holder.account_id,
        )
        await limits.cleared("password", holder.email, address)
    await tell(holder.account_id, "password_changed", address=address)


async def change(viewer: Viewer, old: str, new: str, *, address: str) -> None:
    """Set a new password by the old one. Every session of the person ends, this one as well: open another."""
    async with gate_scope():
        holder = await _holder(viewer.account_id)
        await limits.attempt("password", holder.email, address)
    if not await verify_password(holder.password_hash, old):
        raise Invalid(text("Some fields need your attention."), {"old": text("This is not your password.")})
    kept = await hash_password(new, holder.email, *holder.names)
    async with gate_scope():
        await _replace(viewer.account_id, kept)
        await limits.cleared("password", holder.email, address)
    await tell(viewer.account_id, "password_changed", address=address)


async def _replace(account_id: UUID, kept: str) -> None:
    """The new password, and an end to what somebody with the old one may have begun."""
    await db.execute("update account set password_hash = $2 where id = $1", account_id, kept)
    for table in ("user_session", "sign_in_step", "password_reset", "email_change"):
        await db.execute(f"delete from {table} where account_id = $1", account_id)  # noqa: S608 - a closed list


async def _holder(account_id: UUID) -> Holder:
    found = await db.row(
        Holder,
        "select a.id as account_id, a.email, a.password_hash, array(select m.name from member m where m.account_id = a.id"
        " union select p.name from member m join provider p on p.id = m.tenant_id where m.account_id = a.id) as names"
        " from account a where a.id = $1",
        account_id,
    )
    assert found is not None
    return found


async def forget_old() -> None:
    """Delete links that are worth nothing any more, with the addresses that were asked for."""
    async with gate_scope():
        await db.execute("delete from password_reset where expires_at < now()")
        await db.execute("delete from email_change where expires_at < now()")


async def places_of(account_id: UUID) -> list[Place]:
    """Where the account's person has access, the newest first. Needs the gate scope."""
    return await db.rows(
        Place,
        "select m.tenant_id, m.id as member_id, m.name, m.role, a.email, a.language from member m"
        " join account a on a.id = m.account_id where m.account_id = $1 and m.ended_at is null"
        " order by m.created_at desc, m.id desc",
        account_id,
    )


async def tell(account_id: UUID, what: str, *, address: str, recipient: str | None = None, **data: Any) -> None:
    """Write down in every place of the person what became of the account, and send the letter of that name, once."""
    async with gate_scope():
        places = await places_of(account_id)
    for place in places:
        with acting(Actor(place.member_id, place.name, place.role, address)):
            async with tenant_scope(place.tenant_id):
                await audit.record(what, "member", place.member_id)
                if place is places[0]:
                    await letters.write(
                        what,
                        recipient or place.email,
                        once_key=f"{what}:{uuid7()}",
                        language=place.language,
                        name=place.name,
                        **data,
                    )


def _worthless() -> NotFound:
    return NotFound(text("This link was used, replaced by a newer one, or is too old. Ask for a new one."))
