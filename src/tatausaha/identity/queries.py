"""Who is who: sessions, members, invitations."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db, entitlements
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.viewer import Viewer
from tatausaha.identity.devices import browser_of, system_of


class Credentials(msgspec.Struct, frozen=True):
    """What sign-in checks a password against, and the memberships it may open."""

    account_id: UUID
    password_hash: str
    member_id: UUID | None
    tenant_id: UUID | None
    role: str | None


class MemberView(msgspec.Struct, frozen=True):
    """A person on the team page."""

    id: UUID
    name: str
    email: str
    role: str
    client_id: UUID | None
    client_name: str | None
    ended_at: datetime | None
    assigned: list[UUID]
    barred: list[UUID]


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation that still waits."""

    id: UUID
    tenant_id: UUID
    email: str
    name: str
    role: str
    client_id: UUID | None
    client_name: str | None
    provider_name: str
    invited_by: str
    expires_at: datetime


class ProviderView(msgspec.Struct, frozen=True):
    """The outsourcing firm itself."""

    name: str
    brand_colour: str | None
    logo_key: str | None


class SessionView(msgspec.Struct, frozen=True):
    """A place where an account is signed in."""

    token_hash: bytes
    created_at: datetime
    seen_at: datetime
    address: str
    device: str

    @property
    def browser(self) -> str:
        return browser_of(self.device)

    @property
    def system(self) -> str:
        return system_of(self.device)


_VIEWER = """
select s.account_id, s.member_id, s.tenant_id, s.token_hash as session_hash, s.seen_at, s.confirmed_at,
  m.role, m.name, m.email, m.client_id, a.language, a.theme, p.name as provider_name,
  coalesce(c.brand_colour, p.brand_colour) as brand_colour,
  (select array_agg(x.client_id) filter (where not x.barred) from assignment x
    where x.tenant_id = s.tenant_id and x.member_id = s.member_id) as assigned,
  array(select service from unnest('{people,payroll,stock,purchasing,sales}'::text[]) service
    where exists (select from client b where b.tenant_id = s.tenant_id and b.id = coalesce(m.client_id, $2, b.id)
      and b.archived_at is null and service = any(b.services) and (m.role <> 'worker' or exists (select from assignment x
        where x.tenant_id = s.tenant_id and x.member_id = s.member_id and x.client_id = b.id and not x.barred)))) as services,
  (select array_agg(array[o.id::text, p2.name || coalesce(' · ' || c2.name, '')] order by p2.name)
    from member o join provider p2 on p2.id = o.tenant_id
    left join client c2 on c2.tenant_id = o.tenant_id and c2.id = o.client_id
    where o.account_id = s.account_id and o.ended_at is null and o.id <> s.member_id) as others,
  case when e.id is not null then jsonb_build_object('plan', e.plan, 'reason', e.reason, 'open_until', e.open_until,
    'grace_until', e.grace_until, 'most', e.most, 'used', e.used,
    'next_attempt_at', e.next_attempt_at, 'card_ends_on', e.card_ends_on) end as standing,
  case when e.id is not null then array(select w.name from member w where w.tenant_id = s.tenant_id
    and w.role = 'owner' and w.ended_at is null order by w.name limit 3) else '{}' end as owners
from user_session s
join account a on a.id = s.account_id
join member m on m.tenant_id = s.tenant_id and m.id = s.member_id and m.ended_at is null
join provider p on p.id = s.tenant_id
left join client c on c.tenant_id = m.tenant_id and c.id = m.client_id
left join entitlement e on e.tenant_id = s.tenant_id
where s.token_hash = $1 and s.expires_at > now()
"""


async def find_viewer(session_hash: bytes, chosen: UUID | None = None) -> tuple[Viewer, datetime] | None:
    """The person of a session, before a `chosen` client or all, and when it was last seen. Needs the gate scope."""
    found = await db.records(_VIEWER, session_hash, chosen)
    if not found:
        return None
    row: dict[str, Any] = dict(found[0])
    colour, seen_at = row.pop("brand_colour"), row.pop("seen_at")
    client_id, assigned = row.pop("client_id"), row.pop("assigned")
    row["client_ids"] = visible_clients(row["role"], client_id, assigned)
    row["brand_css"] = f"/brand/{client_id or row['tenant_id']}-{colour[1:]}.css" if colour else None
    row["others"] = [{"id": pair[0], "label": pair[1]} for pair in row["others"] or ()]
    return msgspec.convert(row, Viewer), seen_at


async def look_again(viewer: Viewer) -> Viewer | None:
    """The person of a session as the person is now, for what outlasts a request; None once the session has ended."""
    async with gate_scope():
        found = await find_viewer(viewer.session_hash)
    return found[0] if found else None


def visible_clients(role: str, client_id: UUID | None, assigned: list[UUID] | None) -> list[UUID] | None:
    """The clients that a person of this role may see; None for every client of the provider."""
    if client_id is not None:
        return [client_id]
    return list(assigned or ()) if role == "worker" else None


async def find_credentials(email: str) -> Credentials | None:
    """The account of an address and its newest membership. Needs the gate scope."""
    return await db.row(
        Credentials,
        "select a.id as account_id, a.password_hash, m.id as member_id, m.tenant_id, m.role from account a"
        " left join member m on m.account_id = a.id and m.ended_at is null where a.email = $1"
        " order by m.created_at desc nulls last limit 1",
        email,
    )


async def count_factors(account_id: UUID) -> int:
    """How many second factors an account has. Needs the gate scope."""
    count: int = await db.value(
        "select (select count(*) from totp where account_id = $1) + (select count(*) from passkey where account_id = $1)",
        account_id,
    )
    return count


async def lock_factors(account_id: UUID, *, first: bool) -> None:
    """One change of an account's factors at a time. With `first`, Conflict if there is one by now. Needs the gate scope."""
    await db.execute("select 1 from account where id = $1 for update", account_id)
    if first and await count_factors(account_id):
        raise Conflict(text("A second step was set up meanwhile. Sign in with it."))


async def list_members() -> list[MemberView]:
    """The provider's people and its clients' people."""
    return await db.rows(
        MemberView,
        "select m.id, m.name, m.email, m.role, m.client_id, c.name as client_name, m.ended_at,"
        " array(select client_id from assignment x where x.tenant_id = m.tenant_id and x.member_id = m.id"
        "   and not x.barred) as assigned,"
        " array(select client_id from assignment x where x.tenant_id = m.tenant_id and x.member_id = m.id"
        "   and x.barred) as barred"
        " from member m left join client c on c.tenant_id = m.tenant_id and c.id = m.client_id"
        " order by m.ended_at is not null, m.client_id is not null, c.name, m.name",
    )


async def get_member(member_id: UUID) -> MemberView:
    """One person of the team, or `NotFound`."""
    for member in await list_members():
        if member.id == member_id:
            return member
    raise NotFound(text("This person does not exist."))


async def list_approvers(client_id: UUID) -> list[tuple[str, str]]:
    """Address and language of those who approve and read for a client; needs the provider's scope."""
    found = await db.records(
        "select email, role from member where client_id = $1 and ended_at is null order by email", client_id
    )
    return [(record["email"], record["role"]) for record in found]


async def list_invitations() -> list[InvitationView]:
    """Invitations that can still be accepted."""
    return await db.rows(InvitationView, f"{_INVITATION} and true order by i.id desc")


async def find_invitation(token_hash: bytes) -> InvitationView | None:
    """The open invitation of a link. Needs the gate scope."""
    return await db.row(InvitationView, f"{_INVITATION} and i.token_hash = $1 for update of i", token_hash)


_INVITATION = """
select i.id, i.tenant_id, i.email, i.name, i.role, i.client_id, c.name as client_name, p.name as provider_name,
  i.invited_by, i.expires_at
from invitation i join provider p on p.id = i.tenant_id
left join client c on c.tenant_id = i.tenant_id and c.id = i.client_id
where i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
"""


async def list_sessions(account_id: UUID) -> list[SessionView]:
    """Where an account is signed in, newest first. Needs the gate scope."""
    return await db.rows(
        SessionView,
        "select token_hash, created_at, seen_at, address, device from user_session"
        " where account_id = $1 and expires_at > now() order by seen_at desc",
        account_id,
    )


@entitlements.counts("seat")
async def count_seats() -> int:
    """The provider's own people, with those who are invited to join them. Needs the provider's scope."""
    count: int = await db.value(
        "select (select count(*) from member where role in ('owner', 'manager', 'worker') and ended_at is null)"
        " + (select count(*) from invitation where role in ('owner', 'manager', 'worker') and accepted_at is null"
        "   and revoked_at is null and expires_at > now())"
    )
    return count


async def get_provider() -> ProviderView:
    """The firm itself; it exists wherever one of its people looks."""
    found = await db.row(ProviderView, "select name, brand_colour, logo_key from provider")
    assert found is not None
    return found
