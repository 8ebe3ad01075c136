"""Who could agree to what somebody asks for."""

from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.four_eyes import DECIDERS, Asks


class Decider(msgspec.Struct, frozen=True):
    """Somebody who could agree to a change."""

    id: UUID
    name: str
    email: str
    role: str


async def list_deciders(asks: Asks, client_id: UUID | None, maker_id: UUID | None) -> list[Decider]:
    """Everybody who could agree to what `maker_id` asks for; needs the provider's scope."""
    return await db.rows(
        Decider,
        "select m.id, m.name, m.email, m.role from member m where m.ended_at is null and m.role = any($1)"
        " and m.id is distinct from $3 and (m.client_id is null or m.client_id = $2)"
        " and (m.role <> 'worker' or exists (select from assignment a where a.tenant_id = m.tenant_id"
        "   and a.member_id = m.id and a.client_id = $2 and not a.barred)) order by m.name, m.id",
        *(list(DECIDERS[asks]), client_id, maker_id),
    )
