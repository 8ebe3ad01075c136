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


async def list_tills(client_id: UUID | None, limit: int = 500) -> list[Till]:
    """The tills of a client, or of all one may see, by client, place and code."""
    return await db.rows(
        Till,
        f"{_SELECT} where $1::uuid is null or t.client_id = $1 order by c.name, p.name, t.code, t.id limit $2",
        *(client_id, limit),
    )


async def get_till(till_id: UUID, *, lock: bool = False) -> Till:
    """One till, or `NotFound`."""
    found = await db.row(Till, f"{_SELECT} where t.id = $1{' for update of t' if lock else ''}", till_id)
    if found is None:
        raise NotFound(text("This till does not exist."))
    return found


class PlaceName(msgspec.Struct, frozen=True):
    """A place to choose, with whose it is."""

    id: UUID
    name: str
    client_name: str


async def list_places(client_id: UUID | None, limit: int = 500) -> list[PlaceName]:
    """The places in use of one client, or of all that one may see, by client and name."""
    return await db.rows(
        PlaceName,
        "select p.id, p.name, c.name as client_name from place p join client c on c.id = p.client_id"
        " where p.archived_at is null and ($1::uuid is null or p.client_id = $1) order by c.name, p.name, p.id limit $2",
        *(client_id, limit),
    )
