"""Reading change requests: one whole, or many as lines of a list."""

from uuid import UUID

import msgspec

from tatausaha.core import crypto, db
from tatausaha.core.change_kinds import KINDS, Change, ChangeRow, visible_kinds
from tatausaha.core.errors import NotFound
from tatausaha.core.four_eyes import DECIDERS
from tatausaha.core.i18n import text

PURPOSE = "change"
_ROW = """
r.id, r.created_at, r.kind, r.client_id, c.name as client_name, r.subject_id, r.subject, r.amount, r.reason, r.asks,
r.maker_id, r.maker_name, r.state, r.decided_by, r.decided_name, r.decided_at, r.comment
"""
_FROM = "from change_request r left join client c on c.tenant_id = r.tenant_id and c.id = r.client_id"


async def get(change_id: UUID, *, lock: bool = False) -> Change:
    """A request, opened, or `NotFound`; with `lock`, nobody else decides it until this transaction ends."""
    found = await _open(f"where r.id = $1 {'for update of r' if lock else ''}", change_id)
    if not found:
        raise NotFound(text("This change request does not exist."))
    return found[0]


async def list_pending(subject_id: UUID | None, kind: str | None = None) -> list[Change]:
    """What waits about one subject (None: the provider itself), for its page; oldest first."""
    return await _open(
        "where r.state = 'pending' and (r.subject_id is not distinct from $1 or $1 = any(r.subject_ids))"
        " and ($2::text is null or r.kind = $2) order by r.id limit 20",
        *(subject_id, kind),
    )


async def _open(which: str, *arguments: object) -> list[Change]:
    found = await db.records(f"select {_ROW}, r.before, r.after {_FROM} {which}", *arguments)
    keys = await crypto.keyring()
    opened = [
        dict(row) | {name: msgspec.json.decode(keys.open(PURPOSE, row[name])) for name in ("before", "after")}
        for row in found
        if row["kind"] in KINDS
    ]
    return [msgspec.convert(row, Change) for row in opened]


async def page_rows(
    tab: str, member_id: UUID, role: str, *, before: UUID | None = None, client_id: UUID | None = None, limit: int = 50
) -> list[ChangeRow]:
    """Requests that this member may see, newest first: "waiting" for this person, "mine", "others" or "decided"."""
    return await db.rows(
        ChangeRow,
        f"select {_ROW} {_FROM} where r.kind = any($1) and {_TABS[tab]} and ($4::uuid is null or r.id < $4)"
        " and ($5::uuid is null or r.client_id = $5) and $2::uuid is not null and $3::text[] is not null"
        " order by r.id desc limit $6",
        *(visible_kinds(role), member_id, _asked_of(role), before, client_id, limit),
    )


async def page_client_rows(tab: str, *, before: UUID | None = None, limit: int = 50) -> list[ChangeRow]:
    """Requests that ask for the client's own consent, newest first. Needs the client's scope."""
    states = "= 'pending'" if tab == "waiting" else "<> 'pending'"
    return await db.rows(
        ChangeRow,
        f"select {_ROW} {_FROM} where r.asks = 'client' and r.state {states} and ($1::uuid is null or r.id < $1)"
        " order by r.id desc limit $2",
        *(before, limit),
    )


async def count_waiting(member_id: UUID, role: str) -> int:
    """How many requests wait for this person."""
    number: int = await db.value(
        f"select count(*) {_FROM} where r.kind = any($1) and {_TABS['waiting']}",
        *(visible_kinds(role), member_id, _asked_of(role)),
    )
    return number


_TABS = {
    "waiting": "r.state = 'pending' and r.maker_id is distinct from $2 and r.asks = any($3)",
    "mine": "r.maker_id = $2",
    "others": "r.state = 'pending' and (r.maker_id = $2 or r.asks <> all($3))",
    "decided": "r.state <> 'pending'",
}


def _asked_of(role: str) -> list[str]:
    return [asks for asks, roles in DECIDERS.items() if role in roles]
