"""The ledger as people read it: the newest movements, one document, the card of an item, what one movement cost."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.stock.rules.explaining import Step

PAGE = 50

_FROM = (
    " from stock_movement m join item i on i.id = m.item_id join place p on p.id = m.place_id"
    " join client c on c.id = m.client_id left join stock_batch b on b.id = m.batch_id"
)
_SELECT = (
    "select m.id, m.client_id, c.name as client_name, c.time_zone, m.place_id, p.name as place_name, m.item_id,"
    " i.name as item_name, i.code as item_code, i.unit, i.cost_method, b.number as batch_number, b.expires_on, m.kind,"
    " m.quantity, m.value, m.happened_on, m.booked_on, m.document_kind, m.document_id, m.department, m.reason,"
    " m.override, m.actor_name, m.created_at" + _FROM
)


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A movement with the names that people know things by; quantity in thousandths, value in rupiah, both signed."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    place_id: UUID
    place_name: str
    item_id: UUID
    item_name: str
    item_code: str
    unit: str
    cost_method: str
    batch_number: str | None
    expires_on: date | None
    kind: str
    quantity: int
    value: int
    happened_on: date
    booked_on: date
    document_kind: str
    document_id: UUID | None
    department: str
    reason: str
    override: str
    actor_name: str
    created_at: datetime


class Wanted(msgspec.Struct, frozen=True):
    """Which movements; days are those on which they are booked."""

    client_id: UUID | None = None
    place_id: UUID | None = None
    item_id: UUID | None = None
    kind: str | None = None
    first: date = date.min
    last: date = date.max


class Cursor(msgspec.Struct, frozen=True):
    """Behind the last movement of a page; on a card also what lay there before that movement."""

    booked_on: date
    id: UUID
    quantity: int = 0
    value: int = 0


class Balance(msgspec.Struct, frozen=True):
    """Thousandths and rupiah."""

    quantity: int
    value: int


async def page_movements(wanted: Wanted, after: Cursor | None) -> list[Movement]:
    """The newest first, one more than a page: by the day of booking of one client or item, by entry over several clients."""
    daily = wanted.client_id is not None or wanted.item_id is not None
    arguments: list[object] = [wanted.first, wanted.last]
    where = ["m.booked_on >= $1 and m.booked_on <= $2"]
    for column in ("client_id", "place_id", "item_id", "kind"):
        if (value := getattr(wanted, column)) is not None:
            arguments.append(value)
            where.append(f"m.{column} = ${len(arguments)}")
    if after:
        arguments += [after.id, after.booked_on] if daily else [after.id]
        number = len(arguments)
        where.append(f"(m.booked_on, m.id) < (${number}, ${number - 1})" if daily else f"m.id < ${number}")
    order = "m.booked_on desc, m.id desc" if daily else "m.id desc"
    return await db.rows(
        Movement, f"{_SELECT} where {' and '.join(where)} order by {order} limit {PAGE + 1}", *arguments
    )


async def balance_at(item_id: UUID, place_id: UUID | None, last: date) -> Balance:
    """What lay of an item at the end of a day: what lies now less what was booked since."""
    found = await db.row(
        Balance,
        "select coalesce(sum(s.quantity), 0)::bigint as quantity, coalesce(sum(s.value), 0)::bigint as value from ("
        " select quantity, value from stock_level where item_id = $1 and ($2::uuid is null or place_id = $2) union all"
        " select -quantity, -value from stock_movement where item_id = $1 and ($2::uuid is null or place_id = $2)"
        "  and booked_on > $3) s",
        *(item_id, place_id, last),
    )
    return found or Balance(0, 0)


async def list_document(document_id: UUID) -> list[Movement]:
    """The movements that a document caused, in order of entry; `NotFound` where there are none."""
    found = await db.rows(Movement, f"{_SELECT} where m.document_id = $1 order by m.id limit 2000", document_id)
    if not found:
        raise NotFound(text("This document does not exist."))
    return found


async def get_movement(movement_id: UUID) -> Movement:
    """One movement, or `NotFound`."""
    found = await db.row(Movement, f"{_SELECT} where m.id = $1", movement_id)
    if found is None:
        raise NotFound(text("This movement does not exist."))
    return found


async def list_steps(movement: Movement) -> list[Step]:
    """What happened to its item in its place until then, this movement the last."""
    return await db.rows(
        Step,
        "select kind, quantity, value, happened_on from stock_movement"
        " where item_id = $1 and place_id = $2 and id <= $3 order by id",
        *(movement.item_id, movement.place_id, movement.id),
    )
