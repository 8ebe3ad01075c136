"""Members of a provider and of its clients: founding, inviting, assigning, ending."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, entitlements, letters, limits
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import MANAGERS, Change
from tatausaha.core.changes import Proposed
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Conflict, Forbidden, Invalid, NotFound
from tatausaha.core.i18n import Language, text
from tatausaha.core.ids import new_token, token_hash, uuid7
from tatausaha.core.mail import Refused, recipient_of
from tatausaha.core.process import tools
from tatausaha.core.web.viewer import Viewer
from tatausaha.identity import queries
from tatausaha.identity.passwords import hash_password, verify_password

INVITATION_DAYS = 7
PORTAL_ROLES = ("approver", "viewer")
PORTAL_USER = "member.portal"


class Invite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, as what, and for people of a client company, of which."""

    name: str
    email: str
    role: Literal["manager", "worker", "approver", "viewer"]
    client_id: str = ""


async def found_provider(name: str, owner_name: str, email: str, password: str) -> tuple[UUID, UUID]:
    """A new outsourcing firm with its owner; gives the ids of provider and member."""
    kept = await hash_password(password, email, owner_name, name)
    tenant_id, member_id = uuid7(), uuid7()
    async with gate_scope():
        await db.execute("insert into provider (id, name) values ($1, $2)", tenant_id, name)
        account_id = await _open_account(email.lower(), kept)
        await db.execute(
            "insert into member (tenant_id, id, account_id, role, name, email) values ($1, $2, $3, 'owner', $4, $5)",
            *(tenant_id, member_id, account_id, owner_name, email.lower()),
        )
    return tenant_id, member_id


async def invite(form: Invite, language: Language) -> Proposed | None:
    """Invite a person by e-mail with a link that works once, within a week. Needs the provider's scope.

    People of a client come in only with another manager's consent: then this gives what became of the wish.
    """
    email, client_id = form.email.strip().lower(), _client_of(form)
    _refuse_unreachable(form.name, email)
    if client_id and not await db.value("select 1 from client where id = $1", client_id):
        raise NotFound(text("This client does not exist."))
    await _refuse_known(email)
    if client_id is None:
        if not await _is_seated(email):
            await entitlements.begin("seat")
        await _send(form.name, email, form.role, None, language)
        return None
    return await changes.propose(
        PORTAL_USER,
        subject_id=None,
        client_id=client_id,
        subject=form.name,
        before={},
        after={"name": form.name, "email": email, "role": form.role, "language": language},
    )


@changes.applies(
    PORTAL_USER,
    label=text("Person of a client"),
    choices=("manager", "nobody"),
    seen_by=MANAGERS,
    fields={
        "name": changes.Field(text("Name")),
        "email": changes.Field(text("E-mail")),
        "role": changes.Field(text("Role"), words={"approver": text("Approver"), "viewer": text("Viewer")}),
    },
    page=lambda change: "/team",
)
async def admit(change: Change) -> None:
    """Send the invitation that two managers agreed on."""
    await _refuse_known(change.after["email"])
    await _send(
        *(change.after["name"], change.after["email"], change.after["role"], change.client_id),
        change.after["language"],
        inviter=change.maker_name,
    )


async def _refuse_known(email: str) -> None:
    if await db.value("select 1 from member where email = $1 and ended_at is null", email):
        raise Conflict(text("{email} is a member already.", email=email))


async def _is_seated(email: str) -> bool:
    """Whether an open invitation to the provider's own people holds a seat for the address already."""
    open_ones = await queries.list_invitations()
    return any(one.email == email and one.client_id is None for one in open_ones)


async def _send(
    name: str, email: str, role: str, client_id: UUID | None, language: Language, *, inviter: str = ""
) -> None:
    token, invitation_id = new_token(), uuid7()
    inviter = inviter or current_actor().name
    await db.execute("update invitation set revoked_at = now() where email = $1 and accepted_at is null", email)
    await db.execute(
        "insert into invitation (id, token_hash, email, name, role, client_id, invited_by, expires_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8))",
        *(invitation_id, token_hash(token), email, name, role, client_id, inviter, INVITATION_DAYS),
    )
    await letters.write(
        "invitation",
        email,
        once_key=f"invitation:{invitation_id}",
        language=language,
        name=name,
        inviter=inviter,
        provider=await db.value("select name from provider"),
        link=f"{tools().settings.base_url}/invitations/{token}",
        days=INVITATION_DAYS,
    )
    await audit.record("invited", "invitation", invitation_id, client_id, role=role)


def _refuse_unreachable(name: str, email: str) -> None:
    problems = {"name": text("Use at most 200 characters.")} if len(name) > 200 else {}
    try:
        recipient_of(email)
    except Refused:
        problems["email"] = text("Write a complete e-mail address.")
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)


def _client_of(form: Invite) -> UUID | None:
    if (form.role in PORTAL_ROLES) != bool(form.client_id):
        sentence = text("Choose the client company for an approver or viewer, and none for your own people.")
        raise Invalid(text("Some fields need your attention."), {"client_id": sentence})
    try:
        return UUID(form.client_id) if form.client_id else None
    except ValueError:
        raise NotFound(text("This client does not exist.")) from None


async def revoke_invitation(invitation_id: UUID) -> None:
    """Make an invitation's link worthless."""
    revoked = await db.execute(
        "update invitation set revoked_at = now() where id = $1 and accepted_at is null and revoked_at is null",
        invitation_id,
    )
    if not revoked:
        raise NotFound(text("This invitation does not exist any more."))
    await entitlements.ended("seat")
    await audit.record("withdrawn", "invitation", invitation_id)


async def invite_again(invitation_id: UUID, language: Language) -> None:
    """Send a new link in place of an open invitation's, which becomes worthless. The invitation itself was agreed on."""
    open_ones = {one.id: one for one in await queries.list_invitations()}
    if invitation_id not in open_ones:
        raise NotFound(text("This invitation does not exist any more."))
    old = open_ones[invitation_id]
    await _send(old.name, old.email, old.role, old.client_id, language)


async def find_invitation(token: str) -> queries.InvitationView:
    """The invitation of a link, or `NotFound` when it was used, revoked or is too old."""
    async with gate_scope():
        found = await queries.find_invitation(token_hash(token))
    if found is None:
        raise NotFound(text("This invitation was used, withdrawn or is too old. Ask for a new one."))
    return found


async def accept_invitation(token: str, password: str, *, address: str) -> tuple[UUID, UUID, UUID]:
    """Join once. A person with an account proves it with its password. Gives account, tenant and member."""
    async with gate_scope():
        await limits.spend(f"invitation-from:{address}", 30, timedelta(minutes=1))
        invited = await queries.find_invitation(token_hash(token))
        known = await queries.find_credentials(invited.email) if invited else None
        if invited and known:
            await limits.attempt("password", invited.email, address)
    if invited is None:
        raise NotFound(text("This invitation was used, withdrawn or is too old. Ask for a new one."))
    if known and not await verify_password(known.password_hash, password):
        wrong = {"password": text("This is not the password of your account.")}
        raise Invalid(text("Some fields need your attention."), wrong)
    about = (invited.email, invited.name, invited.provider_name)
    kept = None if known else await hash_password(password, *about)
    async with gate_scope():
        if await queries.find_invitation(token_hash(token)) is None:
            raise Conflict(text("This invitation was used, withdrawn or is too old. Ask for a new one."))
        account_id = known.account_id if known else await _open_account(invited.email, kept or "")
        await limits.cleared("password", invited.email, address)
        member_id = await db.value(
            "insert into member (tenant_id, account_id, role, client_id, name, email) values ($1, $2, $3, $4, $5, $6)"
            " on conflict (tenant_id, account_id) do update set role = excluded.role, client_id = excluded.client_id,"
            " ended_at = null returning id",
            *(invited.tenant_id, account_id, invited.role, invited.client_id, invited.name, invited.email),
        )
        await db.execute("update invitation set accepted_at = now() where id = $1", invited.id)
    return account_id, invited.tenant_id, member_id


async def _open_account(email: str, kept: str) -> UUID:
    account_id: UUID | None = await db.value(
        "insert into account (email, password_hash) values ($1, $2) on conflict (email) do nothing returning id",
        *(email, kept),
    )
    if account_id is None:
        raise Conflict(text("{email} has an account already; sign in with it.", email=email))
    return account_id


async def assign(member_id: UUID, client_ids: list[UUID], barred_ids: list[UUID]) -> None:
    """Set the clients that a worker serves and those that the worker must never see."""
    member = await queries.get_member(member_id)
    if member.role != "worker":
        raise Conflict(text("Only workers are assigned to clients; managers and owners see all of them."))
    await db.execute("delete from assignment where member_id = $1", member_id)
    for client_id, barred in {**dict.fromkeys(client_ids, False), **dict.fromkeys(barred_ids, True)}.items():
        if not await db.value("select 1 from client where id = $1", client_id):
            raise NotFound(text("This client does not exist."))
        await db.execute(
            "insert into assignment (member_id, client_id, barred) values ($1, $2, $3)", member_id, client_id, barred
        )
    await audit.record("assigned", "member", member_id, clients=[str(c) for c in client_ids])


async def end_membership(viewer: Viewer, member_id: UUID, invitations: Sequence[UUID] = ()) -> None:
    """Take away a person's access, at once and everywhere; the named invitations become worthless with it.

    The database itself ends the sessions and tokens of whoever's membership ends, and what was begun of a sign-in.
    """
    # One at a time, so that two owners who end each other do not leave the firm without any.
    await db.execute("select id from provider for update")
    member = await queries.get_member(member_id)
    if member.id == viewer.member_id:
        raise Forbidden(text("Nobody can end their own access; ask another owner or manager."))
    if member.role == "owner" and viewer.role != "owner":
        raise Forbidden(text("Only an owner can end another owner's access."))
    if member.role == "owner" and not await _has_other_owner(member_id):
        raise Conflict(text("{name} is the last owner; the firm needs one.", name=member.name))
    if member.ended_at:
        return
    await db.execute("update member set ended_at = now() where id = $1", member_id)
    await db.execute("delete from assignment where member_id = $1", member_id)
    await db.execute("update invitation set revoked_at = now() where id = any($1)", list(invitations))
    await entitlements.ended("seat")
    await audit.record("ended", "member", member_id, member.client_id)


async def _has_other_owner(member_id: UUID) -> bool:
    return bool(
        await db.value("select 1 from member where role = 'owner' and ended_at is null and id <> $1 limit 1", member_id)
    )


async def dress_provider(name: str, colour: str | None, logo_key: str | None) -> None:
    """The provider's own name, colour and logo. Needs the provider's scope."""
    await db.execute("update provider set name = $1, brand_colour = $2, logo_key = $3", name, colour, logo_key)
    await audit.record("changed", "provider", await db.value("select id from provider"))
