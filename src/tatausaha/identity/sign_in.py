"""Getting in and out: sessions are made by the server only, and kept in PostgreSQL by the hash of their token.

A session exists only for a person who passed everything (`identity.steps`); its token is replaced whenever what the person
may do changes.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from tatausaha.core import db, limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Invalid, NotFound, SignInNeeded
from tatausaha.core.i18n import text
from tatausaha.core.ids import new_token, token_hash
from tatausaha.core.process import tools
from tatausaha.core.web.viewer import Role, Viewer
from tatausaha.identity import queries
from tatausaha.identity.passwords import verify_password

SEEN_EVERY = timedelta(minutes=1)


class Entry(msgspec.Struct, frozen=True):
    """Whose session may begin, and in which membership."""

    account_id: UUID
    tenant_id: UUID
    member_id: UUID
    role: Role


async def check_password(email: str, password: str, *, address: str) -> Entry:
    """The person of a password, or `Invalid`. The same answer, after the same work, for known and unknown addresses."""
    email = email.strip().lower()
    async with gate_scope():
        await limits.attempt("password", email, address)
        found = await queries.find_credentials(email)
    fits = await verify_password(found.password_hash if found else None, password)
    if not fits or found is None or found.member_id is None:
        raise Invalid(text("The e-mail address or the password is not right."))
    async with gate_scope():
        await limits.cleared("password", email, address)
    return msgspec.convert(found, Entry, from_attributes=True)


async def open_session(
    account_id: UUID,
    tenant_id: UUID,
    member_id: UUID,
    *,
    address: str,
    device: str,
    confirmed_at: datetime | None = None,
) -> str:
    """Make a session and give its token, the only time it is known. Its person counts as confirmed now, or `confirmed_at`."""
    token = new_token()
    async with gate_scope():
        await db.execute(
            "insert into user_session (token_hash, account_id, tenant_id, member_id, expires_at, address, device,"
            " confirmed_at) values ($1, $2, $3, $4, now() + make_interval(days => $5), $6, $7, coalesce($8, now()))",
            *(
                token_hash(token),
                account_id,
                tenant_id,
                member_id,
                tools().settings.session_days,
                address,
                device[:200],
                confirmed_at,
            ),
        )
    return token


async def renew_session(viewer: Viewer, *, confirmed: bool = False) -> str:
    """Another token for the same session, whose old one is worth nothing from now on; `confirmed`: its person just was.

    Called at every change of what the person may do or sign in with. Raises SignInNeeded when the session has ended.
    """
    token = new_token()
    async with gate_scope():
        renewed = await db.execute(
            "update user_session set token_hash = $2, confirmed_at = case when $3 then now() else confirmed_at end"
            " where token_hash = $1",
            *(viewer.session_hash, token_hash(token), confirmed),
        )
    if not renewed:
        raise SignInNeeded(text("This session has ended. Sign in again."))
    return token


def longest_rest(role: str) -> timedelta:
    """How long a session of this role may lie idle."""
    settings = tools().settings
    stricter = min(settings.idle_minutes, settings.manager_idle_minutes)
    return timedelta(minutes=stricter if role in ("owner", "manager") else settings.idle_minutes)


async def find_viewer(token: str, chosen: UUID | None = None) -> Viewer | None:
    """The person of a session's token, if the session has neither ended nor been idle too long; `chosen` is a client."""
    hashed = token_hash(token)
    async with gate_scope():
        found = await queries.find_viewer(hashed, chosen)
        if found is None:
            return None
        viewer, seen_at = found
        idle = datetime.now(UTC) - seen_at
        if idle > longest_rest(viewer.role):
            await db.execute("delete from user_session where token_hash = $1", hashed)
            return None
        if idle > SEEN_EVERY:
            await db.execute("update user_session set seen_at = now() where token_hash = $1", hashed)
    return viewer


async def sign_out(viewer: Viewer) -> None:
    """End this session."""
    async with gate_scope():
        await db.execute("delete from user_session where token_hash = $1", viewer.session_hash)


async def end_session(viewer: Viewer, hashed: bytes) -> None:
    """End one of the person's own sessions, on another device."""
    async with gate_scope():
        ended = await db.execute(
            "delete from user_session where token_hash = $1 and account_id = $2", hashed, viewer.account_id
        )
    if not ended:
        raise NotFound(text("This session has ended already."))


async def end_others(viewer: Viewer) -> int:
    """End all sessions of the person but this one; gives their number. Steps that were begun elsewhere end too."""
    async with gate_scope():
        await db.execute("delete from sign_in_step where account_id = $1", viewer.account_id)
        return await db.execute(
            "delete from user_session where account_id = $1 and token_hash <> $2",
            *(viewer.account_id, viewer.session_hash),
        )


async def find_membership(account_id: UUID, member_id: UUID) -> Entry:
    """One of the person's memberships that has not ended, or `NotFound`."""
    async with gate_scope():
        found = await db.row(
            Entry,
            "select account_id, tenant_id, id as member_id, role from member"
            " where id = $1 and account_id = $2 and ended_at is null",
            *(member_id, account_id),
        )
    if found is None:
        raise NotFound(text("You do not work there."))
    return found


async def newest_membership(account_id: UUID) -> Entry:
    """Where a person who names nothing is let in, or `Invalid` when no provider knows them any more."""
    async with gate_scope():
        found = await db.row(
            Entry,
            "select account_id, tenant_id, id as member_id, role from member where account_id = $1 and ended_at is null"
            " order by created_at desc limit 1",
            account_id,
        )
    if found is None:
        raise Invalid(text("The passkey did not work here. Try again, or use another way."))
    return found


async def switch(viewer: Viewer, entry: Entry, *, address: str, device: str) -> str:
    """A new session in another of the person's memberships; the old one ends."""
    token = await open_session(
        *(entry.account_id, entry.tenant_id, entry.member_id),
        address=address,
        device=device,
        confirmed_at=viewer.confirmed_at,
    )
    await sign_out(viewer)
    return token


async def prefer(viewer: Viewer, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep the person's choice of language and theme."""
    async with gate_scope():
        await db.execute(
            "update account set language = coalesce($2, language), theme = coalesce($3, theme) where id = $1",
            *(viewer.account_id, language, theme),
        )


async def forget_ended() -> None:
    """Delete what ended or was idle too long: sessions, steps, challenges; browsers that did not come for a year."""
    async with gate_scope():
        await db.execute(
            "delete from user_session where expires_at < now() or seen_at < now() - $1::interval",
            longest_rest("worker"),
        )
        await db.execute("delete from sign_in_step where expires_at < now()")
        await db.execute("delete from passkey_challenge where expires_at < now()")
        await db.execute("delete from known_device where seen_at < now() - interval '1 year'")
        await limits.forget_old()
