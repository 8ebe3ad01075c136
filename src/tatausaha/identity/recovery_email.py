"""A new e-mail address: both mailboxes agree, in either order, within a day; the old one may stop it.

What the person who asks is told does not depend on whether the new address has an account already.
"""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters, limits
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import new_token, token_hash, uuid7
from tatausaha.core.mail import Refused, recipient_of
from tatausaha.core.process import tools
from tatausaha.core.web.viewer import Viewer
from tatausaha.identity.recovery import Place, places_of, tell

LINK_HOURS = 24
ASKED = 5
HOUR = timedelta(hours=1)


class Change(msgspec.Struct, frozen=True):
    """A change of address that waits, as one of its two mailboxes sees it."""

    account_id: UUID
    old: str
    new: str
    side: Literal["old", "new"]
    agreed: bool


async def ask(viewer: Viewer, email: str) -> None:
    """Send a link to the old address and one to the new; when that has an account, its owner is told instead."""
    new, for_old, for_new = _checked(email), new_token(), new_token()
    async with gate_scope():
        await limits.spend(f"email-change:{viewer.account_id}", ASKED, HOUR)
        here = next(one for one in await places_of(viewer.account_id) if one.member_id == viewer.member_id)
        if new == here.email:
            raise _wrong(text("This is your address already."))
        owner_id = await db.value("select id from account where email = $1", new)
        owners = await places_of(owner_id) if owner_id else []
        await _keep(viewer.account_id, new, for_old, for_new)
    async with tenant_scope(viewer.tenant_id):
        await audit.record("email_change_asked", "member", viewer.member_id)
    await _send("email_old", here.email, here, new=new, link=_link(for_old))
    if owner_id is None:
        await _send("email_new", new, here, new=new, link=_link(for_new))
    elif owners:
        await _send("email_taken", new, owners[0])


def _checked(email: str) -> str:
    new = email.strip().lower()
    try:
        recipient_of(new)
    except Refused:
        raise _wrong(text("Write a complete e-mail address.")) from None
    return new


def _wrong(sentence: Text) -> Invalid:
    return Invalid(text("Some fields need your attention."), {"email": sentence})


async def _keep(account_id: UUID, new: str, for_old: str, for_new: str) -> None:
    """A new wish takes the place of the one before, whose links are worth nothing from now on."""
    await db.execute("delete from email_change where account_id = $1", account_id)
    await db.execute(
        "insert into email_change (account_id, email, old_token_hash, new_token_hash, expires_at)"
        " values ($1, $2, $3, $4, now() + make_interval(hours => $5))",
        *(account_id, new, token_hash(for_old), token_hash(for_new), LINK_HOURS),
    )


async def _send(template: str, recipient: str, place: Place, **data: Any) -> None:
    async with tenant_scope(place.tenant_id):
        await letters.write(
            template,
            recipient,
            once_key=f"{template}:{uuid7()}",
            language=place.language,
            name=place.name,
            hours=LINK_HOURS,
            **data,
        )


def _link(token: str) -> str:
    return f"{tools().settings.base_url}/email/{token}"


async def find(token: str) -> Change:
    """The waiting change behind a link, or `NotFound` when it was used, stopped, replaced or is too old."""
    async with gate_scope():
        found = await db.row(
            Change,
            "select e.account_id, a.email as old, e.email as new,"
            " case when e.old_token_hash = $1 then 'old' else 'new' end as side,"
            " case when e.old_token_hash = $1 then e.old_confirmed_at else e.new_confirmed_at end is not null as agreed"
            " from email_change e join account a on a.id = e.account_id"
            " where $1 in (e.old_token_hash, e.new_token_hash) and e.expires_at > now()",
            token_hash(token),
        )
    if found is None:
        raise _worthless()
    return found


async def agree(token: str, *, address: str) -> bool:
    """One mailbox agrees, once. True when it was the second, and the address is the new one everywhere."""
    async with gate_scope():
        waiting = await db.records(
            "update email_change set old_confirmed_at = case when old_token_hash = $1 then now() else old_confirmed_at end,"
            " new_confirmed_at = case when new_token_hash = $1 then now() else new_confirmed_at end"
            " where (old_token_hash = $1 and old_confirmed_at is null or new_token_hash = $1 and new_confirmed_at is null)"
            " and expires_at > now() returning account_id, email,"
            " old_confirmed_at is not null and new_confirmed_at is not null as both",
            token_hash(token),
        )
        if not waiting:
            raise _worthless()
        account_id, new, both = waiting[0]
        if not both:
            return False
        old = await db.value("select email from account where id = $1", account_id)
        await _apply(account_id, new)
    await tell(account_id, "email_changed", address=address, recipient=old, new=new)
    return True


async def _apply(account_id: UUID, new: str) -> None:
    """The account and every membership follow. Should somebody have taken the address meanwhile, nothing changes."""
    await db.execute("delete from email_change where account_id = $1", account_id)
    await db.execute("update account set email = $2 where id = $1", account_id, new)
    await db.execute("update member set email = $2 where account_id = $1", account_id, new)


async def stop(token: str, *, address: str) -> None:
    """The old mailbox refuses: both links are worth nothing from now on."""
    async with gate_scope():
        account_id = await db.value(
            "delete from email_change where old_token_hash = $1 and expires_at > now() returning account_id",
            token_hash(token),
        )
    if account_id is None:
        raise _worthless()
    await tell(account_id, "email_change_stopped", address=address)


def _worthless() -> NotFound:
    return NotFound(text("This link was used, stopped, replaced by a newer one, or is too old."))
