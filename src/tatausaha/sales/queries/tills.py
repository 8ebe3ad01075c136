"""The tills of a client's places."""

from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

_SELECT = (
    "select t.id, t.client_id, c.name as client_name, t.place_id, p.name as place_name, t.version, t.code, t.name,"
    " t.archived_at is not null as archived from till t join place p on p.id = t.place_id join client c on c.id = t.client_id"
)


class Till(msgspec.Struct, frozen=True, kw_only=True):
    """A cash register in a place; its code is what its files call it."""

    id: UUID
    client_id: UUID
    client_name: str
    place_id: UUID
    place_name: str
    version: int
    code: str
    name: str
    archived: bool


async def list_tills(client_id: UUID) -> list[Till]:
    """All tills of a client, by place and code."""
    return await db.rows(Till, f"{_SELECT} where t.client_id = $1 order by p.name, t.code, t.id limit 500", client_id)


async def get_till(till_id: UUID, *, lock: bool = False) -> Till:
    """One till, or `NotFound`."""
    found = await db.row(Till, f"{_SELECT} where t.id = $1{' for update of t' if lock else ''}", till_id)
    if found is None:
        raise NotFound(text("This till does not exist."))
    return found
