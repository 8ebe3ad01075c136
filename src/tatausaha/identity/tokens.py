"""Tokens of people's own programs: never wider than the person at this moment, and ended with the membership.

A token is `tata_`, eight digits of its id and 256 random bits. Only its SHA-256 is kept: what is that random needs no
slow hash. It is looked up by the hash, in one query whatever was sent.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection

from tatausaha.core import audit, db, limits
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Language, text
from tatausaha.core.ids import new_token, token_hash, uuid7
from tatausaha.core.web.operations import KEPT_HOURS
from tatausaha.core.web.scopes import scopes_of
from tatausaha.core.web.viewer import Role, Viewer
from tatausaha.identity.queries import visible_clients

CALLS_PER_MINUTE = 600
MINUTE = timedelta(minutes=1)
SCHEME = "bearer "


class TokenView(msgspec.Struct, frozen=True):
    """A token as its owner and the managers see it; the secret is not kept."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    client_names: list[str] | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_from: str


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    """A token that works, with its person as that person is now."""

    id: UUID
    tenant_id: UUID
    token_name: str
    scopes: list[str]
    chosen: list[UUID] | None
    used_at: datetime | None
    used_from: str
    now: datetime
    account_id: UUID
    member_id: UUID
    role: Role
    name: str
    email: str
    client_id: UUID | None
    assigned: list[UUID] | None
    language: Language
    theme: str
    provider_name: str


_HELD = """
select t.id, t.tenant_id, t.name as token_name, t.scopes, t.client_ids as chosen, t.used_at, t.used_from, now() as now,
  m.account_id, m.id as member_id, m.role, m.name, m.email, m.client_id, a.language, a.theme, p.name as provider_name,
  (select array_agg(x.client_id) filter (where not x.barred) from assignment x
    where x.tenant_id = m.tenant_id and x.member_id = m.id) as assigned
from api_token t
join member m on m.tenant_id = t.tenant_id and m.id = t.member_id and m.ended_at is null
join account a on a.id = m.account_id
join provider p on p.id = t.tenant_id
where t.token_hash = $1 and t.revoked_at is null and t.expires_at > now()
"""
_VIEW = """
select t.id, t.name, t.prefix, t.scopes, t.created_at, t.expires_at, t.used_at, t.used_from,
  case when t.client_ids is not null then array(select c.name from client c
    where c.tenant_id = t.tenant_id and c.id = any(t.client_ids) order by c.name) end as client_names
from api_token t where t.member_id = $1 and t.revoked_at is null and t.expires_at > now()
order by t.id desc
"""


async def viewer_of_token(connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer | None:
    """The person of the bearer token that a program sent, or None. Raises `TooMany` for one that calls too often."""
    sent = connection.headers.get("authorization", "")
    token = sent[len(SCHEME) :].strip() if sent.lower().startswith(SCHEME) else ""
    address = connection.client.host if connection.client else ""
    async with gate_scope():
        held = await db.row(_Held, _HELD, token_hash(token))
        if held is None:
            return None
        await limits.spend(f"token:{held.id}", CALLS_PER_MINUTE, MINUTE)
        await _note_use(held, address)
    return _viewer(held)


def _viewer(held: _Held) -> Viewer:
    clients = narrowed(visible_clients(held.role, held.client_id, held.assigned), held.chosen)
    return Viewer(
        account_id=held.account_id,
        member_id=held.member_id,
        tenant_id=held.tenant_id,
        role=held.role,
        name=f"{held.name} · {held.token_name}",
        email=held.email,
        provider_name=held.provider_name,
        language=held.language,
        theme=held.theme,
        client_ids=clients,
        session_hash=b"",
        scopes=frozenset(held.scopes) & scopes_of(held.role),
        token_id=held.id,
    )


def narrowed(own: Iterable[UUID] | None, chosen: Iterable[UUID] | None) -> tuple[UUID, ...] | None:
    """The clients that are both the person's own and the token's; None stands for all."""
    if chosen is None:
        return None if own is None else tuple(own)
    allowed = None if own is None else set(own)
    return tuple(one for one in chosen if allowed is None or one in allowed)


async def _note_use(held: _Held, address: str) -> None:
    """At most once a minute, or a program that calls often would write as often."""
    if held.used_at is None or held.now - held.used_at > MINUTE or held.used_from != address:
        await db.execute(
            "update api_token set used_at = now(), used_from = $2 where tenant_id = $3 and id = $1",
            *(held.id, address, held.tenant_id),
        )


async def create(
    viewer: Viewer, name: str, scopes: Iterable[str], client_ids: list[UUID] | None, expires_at: datetime
) -> str:
    """A new token of this person's own, the only time it is known."""
    token_id = uuid7()
    prefix = f"tata_{token_id.hex[-8:]}"
    token = f"{prefix}_{new_token()}"
    async with tenant_scope(viewer.tenant_id):
        await db.execute(
            "insert into api_token (id, member_id, name, token_hash, prefix, scopes, client_ids, expires_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            *(token_id, viewer.member_id, name, token_hash(token), prefix, sorted(scopes), client_ids, expires_at),
        )
        await audit.record("token_created", "token", token_id, scopes=sorted(scopes))
    return token


async def list_tokens(tenant_id: UUID, member_id: UUID) -> list[TokenView]:
    """A person's tokens that still work, newest first."""
    async with tenant_scope(tenant_id):
        return await db.rows(TokenView, _VIEW, member_id)


async def revoke(viewer: Viewer, member_id: UUID, token_id: UUID) -> None:
    """End a token at once: one of the viewer's own, or of a person whom the viewer manages."""
    async with tenant_scope(viewer.tenant_id):
        revoked = await db.execute(
            "update api_token set revoked_at = now() where member_id = $1 and id = $2 and revoked_at is null",
            *(member_id, token_id),
        )
        if not revoked:
            raise NotFound(text("This token does not exist any more."))
        await audit.record("token_revoked", "token", token_id, member=str(member_id))


async def forget_answers() -> None:
    """Delete what calls were answered more than a day ago; their keys are free again."""
    async with gate_scope():
        await db.execute("delete from api_answer where created_at < now() - make_interval(hours => $1)", KEPT_HOURS)
