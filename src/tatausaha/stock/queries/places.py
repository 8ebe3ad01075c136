"""Places where goods lie."""

from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

_SELECT = (
    "select p.id, p.client_id, c.name as client_name, p.version, p.code, p.name, p.kind, p.address,"
    " p.archived_at is not null as archived from place p join client c on c.id = p.client_id"
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A shop, a warehouse or an office of a client."""

    id: UUID
    client_id: UUID
    client_name: str
    version: int
    code: str
    name: str
    kind: str
    address: str
    archived: bool


async def list_places(client_id: UUID, *, archived: bool = False) -> list[Place]:
    """A client's places by name; those that were given up only if asked for."""
    return await db.rows(
        Place,
        f"{_SELECT} where p.client_id = $1 and (p.archived_at is null or $2) order by p.name, p.id",
        *(client_id, archived),
    )


async def get_place(place_id: UUID) -> Place:
    """One place, or `NotFound`."""
    found = await db.row(Place, f"{_SELECT} where p.id = $1", place_id)
    if found is None:
        raise NotFound(text("This place does not exist."))
    return found


async def get_open_place(place_id: UUID) -> Place:
    """One place where things still happen, or `NotFound`: nothing is booked any more where it was given up."""
    found = await get_place(place_id)
    if found.archived:
        raise NotFound(text("This place does not exist."))
    return found


class PlaceSum(Place, frozen=True, kw_only=True):
    """A place with how many items lie there, and what they cost in rupiah; reckoned for one client at a time."""

    items: int | None
    value: int | None


async def list_sums(client_id: UUID | None) -> list[PlaceSum]:
    """The places of a client, or of all one may see, with what lies there; those given up come last."""
    return await db.rows(
        PlaceSum,
        "select p.*, l.items, l.value"  # noqa: S608 - our own words
        f" from ({_SELECT} where $1::uuid is null or p.client_id = $1) p"
        " left join (select place_id, count(*) filter (where quantity <> 0) as items, sum(value)::bigint as value"
        " from stock_level where client_id = $1 group by place_id) l on l.place_id = p.id"
        " order by p.archived, p.client_name, p.name, p.id",
        client_id,
    )
