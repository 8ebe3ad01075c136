"""What a person said once about a till's files: what its columns mean, and which items its codes name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tatausaha.core import db

MOST = 200


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The meaning of a row of column names: by field the place of its column."""

    id: UUID
    created_at: datetime
    client_id: UUID
    headers: tuple[str, ...]
    mapping: dict[str, int | None]
    actor_name: str


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A till's own word for an item."""

    id: UUID
    created_at: datetime
    client_id: UUID
    written: str
    item_id: UUID
    item_code: str
    item_name: str
    actor_name: str


async def find_layout(client_id: UUID, headers: Sequence[str]) -> dict[str, int | None]:
    """By field the column that it was said to have; empty when nobody said anything about such a file."""
    found: Mapping[str, int | None] | None = await db.value(
        "select mapping from till_layout where client_id = $1 and headers = $2", client_id, list(headers)
    )
    return dict(found or {})


async def list_layouts(client_id: UUID | None) -> list[Layout]:
    """The latest first."""
    return await db.rows(
        Layout,
        "select id, created_at, client_id, headers, mapping, actor_name from till_layout"
        " where ($1::uuid is null or client_id = $1) order by id desc limit $2",
        *(client_id, MOST),
    )


async def list_matches(client_id: UUID | None) -> list[Match]:
    """By the till's word."""
    return await db.rows(
        Match,
        "select t.id, t.created_at, t.client_id, t.written, t.item_id, i.code as item_code, i.name as item_name,"
        " t.actor_name from till_item t join item i on i.id = t.item_id where ($1::uuid is null or t.client_id = $1)"
        " order by t.written limit $2",
        *(client_id, MOST),
    )
