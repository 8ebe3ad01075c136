"""What receipts are compared with: items by the words of tills, lines that are booked already, and what lies there."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.imports.cells import normalised
from tatausaha.core.money import Rupiah
from tatausaha.core.quantities import THOUSANDTHS
from tatausaha.sales.rules.lines import Line
from tatausaha.sales.rules.shelf import Lot

PAGE = 100


class Sold(msgspec.Struct, frozen=True, gc=False):
    """What a till means by a word: an item, and how many thousandths of its unit one of these is."""

    item_id: UUID
    name: str
    unit: str
    factor: int


class Known(msgspec.Struct, frozen=True, gc=False):
    """A line that is booked already."""

    item_id: UUID
    quantity: int
    amount: Rupiah


class LineRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a shift, as its page shows it."""

    id: UUID
    sold_at: datetime | None
    sold_on: date
    receipt: str
    line: int
    item_id: UUID
    item_code: str
    item_name: str
    unit: str
    quantity: int
    amount: Rupiah
    discount: Rupiah
    method: str
    cost: Rupiah
    late: bool


async def find_sold(client_id: UUID, words: Sequence[str]) -> dict[str, Sold]:
    """Items by what a person matched a till's word to, by code, by barcode, or by a name that only one item has."""
    found = await db.records(
        "select w.word, 1 as rank, t.item_id, 1000 as factor from unnest($2::text[], $4::text[]) w (word, plain)"
        " join till_item t on t.client_id = $1 and t.written = w.plain union all"
        " select w.word, case when i.code = w.word then 2 else 3 end, i.id, 1000"
        " from unnest($2::text[], $3::text[]) w (word, folded) join item i on i.client_id = $1 and i.code_norm = w.folded"
        " union all select w.word, 4, b.item_id, coalesce(u.factor, 1000) from unnest($2::text[]) w (word)"
        " join item_barcode b on b.client_id = $1 and b.barcode = w.word"
        " left join item_unit u on u.item_id = b.item_id and u.unit = b.unit and b.unit <> ''"
        " union all select w.word, 5, (array_agg(i.id))[1], 1000 from unnest($2::text[], $3::text[]) w (word, folded)"
        " join item i on i.client_id = $1 and i.name_norm = w.folded group by w.word having count(*) = 1"
        " order by rank desc",
        *(client_id, list(words), [word.lower() for word in words], [normalised(word) for word in words]),
    )
    best = {record["word"]: (record["item_id"], record["factor"]) for record in found}
    items = {
        record["id"]: record
        for record in await db.records(
            "select id, name, unit from item where id = any($1)", [item_id for item_id, _ in best.values()]
        )
    }
    return {
        word: Sold(item_id, items[item_id]["name"], items[item_id]["unit"], factor)
        for word, (item_id, factor) in best.items()
    }


async def days_with_sales(client_id: UUID, place_id: UUID, days: Sequence[date]) -> set[date]:
    """Those of the days of which something is booked already."""
    found = await db.records(
        "select d.day from unnest($3::date[]) d (day) where exists"
        " (select from sale_day s where s.client_id = $1 and s.sold_on = d.day and s.place_id = $2)",
        *(client_id, place_id, list(days)),
    )
    return {record["day"] for record in found}


async def list_known(place_id: UUID, lines: Sequence[Line]) -> dict[int, Known]:
    """Those of the lines that are booked already, by their index."""
    tickets = [line.ticket for line in lines]
    found = await db.records(
        "select n.index, s.item_id, s.quantity, s.amount"
        " from unnest($2::int[], $3::text[], $4::date[], $5::text[], $6::int[]) n (index, till, day, receipt, line)"
        " join sale_line s on s.id = sale_line_id($1, n.till, n.day, n.receipt, n.line)",
        *(place_id, list(range(len(lines))), [one[0] for one in tickets], [one[1] for one in tickets]),
        *([one[2] for one in tickets], [line.line for line in lines]),
    )
    return {one["index"]: Known(one["item_id"], one["quantity"], one["amount"]) for one in found}


async def get_zone(client_id: UUID) -> str:
    """The time zone in which the client's tills write."""
    zone: str = await db.value("select time_zone from client where id = $1", client_id)
    return zone


async def may_go_below_zero(client_id: UUID) -> bool:
    """Whether the client lets stock be sold that is not there."""
    return bool(await db.value("select negative = 'flag' from stock_policy where client_id = $1", client_id))


async def list_lots(place_id: UUID, item_ids: Sequence[UUID]) -> dict[UUID, list[Lot]]:
    """What lies there of items, by lot, the nearest to its end first; what is in no lot comes last."""
    lots: defaultdict[UUID, list[Lot]] = defaultdict(list)
    for record in await db.records(
        "select item_id, expires_on, quantity from stock_batch where place_id = $1 and item_id = any($2) and quantity > 0"
        " order by expires_on nulls last, id",
        *(place_id, list(item_ids)),
    ):
        lots[record["item_id"]].append(Lot(record["expires_on"], record["quantity"]))
    for record in await db.records(
        "select item_id, quantity from stock_level where place_id = $1 and item_id = any($2)", place_id, list(item_ids)
    ):
        outside = record["quantity"] - sum(lot.quantity for lot in lots[record["item_id"]])
        if outside > 0:
            lots[record["item_id"]].append(Lot(None, outside))
    return dict(lots)


async def page_lines(shift_id: UUID, *, late: bool | None = None, after: UUID | None = None) -> list[LineRow]:
    """Lines of a shift in the order of their ids, one more than a page; with `late`, only those that came late, or not."""
    return await db.rows(
        LineRow,
        "select s.id, s.sold_at, s.sold_on, s.receipt, s.line, s.item_id, i.code as item_code, i.name as item_name, i.unit,"
        " s.quantity, s.amount, s.discount, s.method, s.cost, s.late from sale_line s join item i on i.id = s.item_id"
        " where s.shift_id = $1 and ($2::boolean is null or s.late = $2) and ($3::uuid is null or s.id > $3)"
        " order by s.id limit $4",
        *(shift_id, late, after, PAGE + 1),
    )


def scaled(quantity: int, factor: int) -> int:
    """A quantity in the item's own unit."""
    if factor == THOUSANDTHS:
        return quantity
    return quantity * factor // THOUSANDTHS if quantity > 0 else -(-quantity * factor // THOUSANDTHS)
