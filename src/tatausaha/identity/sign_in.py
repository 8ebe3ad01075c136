"""Getting in and out: sessions are made by the server only, and kept in PostgreSQL by the hash of their token."""

from datetime import datetime, timedelta
from uuid import UUID

from tatausaha.core import db, limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import new_token, token_hash
from tatausaha.core.web.viewer import Viewer
from tatausaha.identity import queries
from tatausaha.identity.passwords import verify_password

SESSION_DAYS = 14
IDLE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
MINUTE = timedelta(minutes=1)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 50


async def sign_in(email: str, password: str, *, address: str, device: str) -> str:
    """A new session's token, or `Invalid`. The same answer, after the same work, for known and unknown addresses."""
    email = email.strip().lower()
    async with gate_scope():
        await limits.spend(f"sign-in:{email}"[:300], TRIES_PER_ACCOUNT, MINUTE)
        await limits.spend(f"sign-in-from:{address}", TRIES_PER_ADDRESS, MINUTE)
        found = await queries.find_credentials(email)
    fits = await verify_password(found.password_hash if found else None, password)
    if not fits or found is None or found.member_id is None or found.tenant_id is None:
        raise Invalid(text("The e-mail address or the password is not right."))
    return await open_session(found.account_id, found.tenant_id, found.member_id, address=address, device=device)


async def open_session(account_id: UUID, tenant_id: UUID, member_id: UUID, *, address: str, device: str) -> str:
    """Make a session and give its token, the only time it is known."""
    token = new_token()
    async with gate_scope():
        await db.execute(
            "insert into user_session (token_hash, account_id, tenant_id, member_id, expires_at, address, device)"
            " values ($1, $2, $3, $4, now() + make_interval(days => $5), $6, $7)",
            *(token_hash(token), account_id, tenant_id, member_id, SESSION_DAYS, address, device[:200]),
        )
    return token


async def find_viewer(token: str) -> Viewer | None:
    """The person of a session's token, if the session has neither ended nor been idle too long."""
    hashed = token_hash(token)
    async with gate_scope():
        found = await queries.find_viewer(hashed)
        if found is None:
            return None
        viewer, seen_at = found
        now = datetime.now(seen_at.tzinfo)
        if now - seen_at > IDLE:
            await db.execute("delete from user_session where token_hash = $1", hashed)
            return None
        if now - seen_at > SEEN_EVERY:
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


async def switch_membership(viewer: Viewer, member_id: UUID, *, address: str, device: str) -> str:
    """A new session in another of the person's memberships; the old one ends."""
    async with gate_scope():
        tenant_id = await db.value(
            "select tenant_id from member where id = $1 and account_id = $2 and ended_at is null",
            *(member_id, viewer.account_id),
        )
    if tenant_id is None:
        raise NotFound(text("You do not work there."))
    token = await open_session(viewer.account_id, tenant_id, member_id, address=address, device=device)
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
    """Delete sessions that have ended or been idle too long, and attempts that no limit looks at any more."""
    async with gate_scope():
        await db.execute("delete from user_session where expires_at < now() or seen_at < now() - $1::interval", IDLE)
        await db.execute("delete from attempt_window where starts_at < now() - interval '1 day'")
