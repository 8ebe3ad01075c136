"""What front offices ask: price and stock, and nothing of what anything cost."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.stock.queries.items import AFTER_ALL_LETTERS

MOST = 20


class Found(msgspec.Struct, frozen=True):
    """An item that is sold: its price today in rupiah for one unit."""

    id: UUID
    client_id: UUID
    client_name: str
    code: str
    name: str
    category: str
    unit: str
    sale_price: int | None


class Stock(msgspec.Struct, frozen=True):
    """What of an item can be sold in a place, in thousandths; expired lots are left out. `updated_at`: its last movement."""

    item_id: UUID
    place_name: str
    quantity: int
    updated_at: datetime | None


async def look_up(client_id: UUID | None, written: str) -> list[Found]:
    """Items in use whose name, second word or code begins so, or whose barcode it is; of all clients one may see, or one."""
    begin = " ".join(written.lower().split())
    await db.execute("set local plan_cache_mode = force_custom_plan")
    return await db.rows(
        Found,
        "select i.id, i.client_id, c.name as client_name, i.code, i.name, i.category, i.unit, i.sale_price"
        " from item i join client c on c.id = i.client_id"
        " where ($1::uuid is null or i.client_id = $1) and i.archived_at is null and i.kind = 'goods' and ("
        "(i.name_norm >= $2 and i.name_norm < $3) or (i.word2 >= $2 and i.word2 < $3)"
        " or (i.code_norm >= $2 and i.code_norm < $3)"
        " or i.id in (select b.item_id from item_barcode b where b.barcode = $4))"
        " order by i.name_norm, i.id limit $5",
        *(client_id, begin, begin + AFTER_ALL_LETTERS, written.strip(), MOST),
    )


async def list_stock(item_ids: Sequence[UUID], today: date) -> dict[UUID, list[Stock]]:
    """What there is of items to sell on a day, place by place."""
    stock: defaultdict[UUID, list[Stock]] = defaultdict(list)
    for one in await db.rows(
        Stock,
        "select l.item_id, p.name as place_name, (l.quantity - coalesce((select sum(b.quantity) from stock_batch b"
        "   where b.place_id = l.place_id and b.item_id = l.item_id and b.expires_on < $2), 0))::bigint as quantity,"
        " (select m.created_at from stock_movement m where m.item_id = l.item_id and m.place_id = l.place_id"
        "   order by m.id desc limit 1) as updated_at"
        " from stock_level l join place p on p.id = l.place_id where l.item_id = any($1) and p.archived_at is null"
        " order by p.name, p.id",
        *(list(item_ids), today),
    ):
        stock[one.item_id].append(one)
    return dict(stock)
