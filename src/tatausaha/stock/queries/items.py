"""Items as everything that moves, orders or sells them knows them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

AFTER_ALL_LETTERS = "\U0010ffff"

_REF = (
    "i.id, i.code, i.name, i.unit, i.category, i.kind, i.batched, i.cost_method, i.sale_price,"
    " i.archived_at is not null as archived"
)


class ItemRef(msgspec.Struct, frozen=True):
    """An item as far as a line of a document names one; `sale_price` in rupiah per stock unit."""

    id: UUID
    code: str
    name: str
    unit: str
    category: str
    kind: str
    batched: bool
    cost_method: str
    sale_price: int | None
    archived: bool = False


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """All facts of an item."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    version: int
    created_at: datetime
    code: str
    name: str
    category: str
    unit: str
    kind: str
    cost_method: str
    batched: bool
    shelf_days: int | None
    warn_days: int
    sale_price: int | None
    note: str
    archived_at: datetime | None


class Labelled(msgspec.Struct, frozen=True):
    """An item as far as a choice for labels names it."""

    id: UUID
    client_id: UUID
    client_name: str
    code: str
    name: str


class Barcode(msgspec.Struct, frozen=True):
    """A code printed on the item, or on a package of it: `unit` is empty for the item's own unit."""

    id: UUID
    item_id: UUID
    barcode: str
    unit: str


class Unit(msgspec.Struct, frozen=True):
    """Another unit of an item; `factor` is thousandths of the item's own."""

    id: UUID
    unit: str
    factor: int


class PlaceLevel(msgspec.Struct, frozen=True):
    """How an item stands in a place: quantities in thousandths of its unit, value in rupiah."""

    place_id: UUID
    place_name: str
    archived: bool
    quantity: int
    value: int
    last_in_on: date | None
    last_out_on: date | None
    minimum: int
    reorder_quantity: int
    on_order: int
    low: bool


class PlaceBatch(msgspec.Struct, frozen=True):
    """A lot that is in a place."""

    id: UUID
    place_id: UUID
    place_name: str
    number: str
    expires_on: date | None
    warn_on: date | None
    quantity: int


async def find_refs(client_id: UUID, words: Sequence[str]) -> dict[str, ItemRef]:
    """The items that bear these codes or barcodes, by the word as it was written. Case matters only between two codes."""
    found = await db.records(
        f"select w.word, 3 as rank, {_REF} from unnest($2::text[]) w (word)"  # noqa: S608 - our own columns
        " join item_barcode b on b.client_id = $1 and b.barcode = w.word join item i on i.id = b.item_id union all"
        f" select w.word, case when i.code = w.word then 1 else 2 end, {_REF}"
        " from unnest($2::text[], $3::text[]) w (word, folded) join item i on i.client_id = $1 and i.code_norm = w.folded"
        " order by rank desc",
        *(client_id, list(words), [word.lower() for word in words]),
    )
    return {record["word"]: _ref(dict(record)) for record in found}


async def list_refs(item_ids: Sequence[UUID]) -> dict[UUID, ItemRef]:
    """Items by id."""
    found = await db.rows(ItemRef, f"select {_REF} from item i where i.id = any($1)", list(item_ids))  # noqa: S608
    return {one.id: one for one in found}


async def list_labelled(item_ids: Sequence[UUID]) -> list[Labelled]:
    """Items by id, by name, with their client."""
    return await db.rows(
        Labelled,
        "select i.id, i.client_id, c.name as client_name, i.code, i.name from item i join client c on c.id = i.client_id"
        " where i.id = any($1) order by i.name_norm, i.id",
        list(item_ids),
    )


async def search_items(client_id: UUID, written: str, limit: int = 20) -> list[ItemRef]:
    """Items that are in use whose name, second word or code begins so, or whose barcode it is; by name."""
    begin = " ".join(written.lower().split())
    return await db.rows(
        ItemRef,
        f"select {_REF} from item i where i.client_id = $1 and i.archived_at is null and ("  # noqa: S608
        "(i.name_norm >= $2 and i.name_norm < $3) or (i.word2 >= $2 and i.word2 < $3)"
        " or (i.code_norm >= $2 and i.code_norm < $3)"
        " or i.id in (select b.item_id from item_barcode b where b.client_id = $1 and b.barcode = $4)"
        ") order by i.name_norm, i.id limit $5",
        *(client_id, begin, begin + AFTER_ALL_LETTERS, written.strip(), limit),
    )


async def get_item(item_id: UUID, *, lock: bool = False) -> Item:
    """The item, or `NotFound`; with `lock` nobody else changes it until the scope ends."""
    found = await db.row(
        Item,
        "select i.*, c.name as client_name, c.time_zone from item i join client c on c.id = i.client_id"  # noqa: S608
        f" where i.id = $1{' for update of i' if lock else ''}",
        item_id,
    )
    if found is None:
        raise NotFound(text("This item does not exist."))
    return found


async def list_units(item_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """The other units of items: thousandths of the item's own unit by name, a box of 12 is 12000."""
    units: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for record in await db.records(
        "select item_id, unit, factor from item_unit where item_id = any($1) order by factor, unit", list(item_ids)
    ):
        units[record["item_id"]][record["unit"]] = record["factor"]
    return dict(units)


async def list_item_units(item_id: UUID) -> list[Unit]:
    """The other units of one item, the smallest first."""
    return await db.rows(
        Unit, "select id, unit, factor from item_unit where item_id = $1 order by factor, unit", item_id
    )


async def list_barcodes(item_ids: Sequence[UUID]) -> dict[UUID, list[Barcode]]:
    """The barcodes of items, the first that was entered first."""
    barcodes: defaultdict[UUID, list[Barcode]] = defaultdict(list)
    for one in await db.rows(
        Barcode,
        "select id, item_id, barcode, unit from item_barcode where item_id = any($1) order by id",
        list(item_ids),
    ):
        barcodes[one.item_id].append(one)
    return dict(barcodes)


async def list_categories(client_id: UUID, limit: int = 200) -> list[str]:
    """The categories of a client's items, skipped through by index however many items there are."""
    found = await db.records(
        "with recursive d as ((select category from item where client_id = $1 order by category limit 1) union all"
        " select (select i.category from item i where i.client_id = $1 and i.category > d.category"
        "  order by i.category limit 1) from d where d.category is not null)"
        " select category from d where category <> '' limit $2",
        *(client_id, limit),
    )
    return [record["category"] for record in found]


async def list_item_levels(item_id: UUID) -> list[PlaceLevel]:
    """How the item stands in every place of its client that is in use, and where there still is any of it."""
    return await db.rows(
        PlaceLevel,
        "select p.id as place_id, p.name as place_name, p.archived_at is not null as archived,"
        " coalesce(l.quantity, 0) as quantity, coalesce(l.value, 0) as value, l.last_in_on, l.last_out_on,"
        " coalesce(l.minimum, 0) as minimum, coalesce(l.reorder_quantity, 0) as reorder_quantity,"
        " coalesce(l.on_order, 0) as on_order, coalesce(l.low, false) as low"
        " from item i join place p on p.client_id = i.client_id"
        " left join stock_level l on l.place_id = p.id and l.item_id = i.id"
        " where i.id = $1 and (p.archived_at is null or l.quantity <> 0) order by p.name, p.id",
        item_id,
    )


async def list_item_batches(item_id: UUID, limit: int = 200) -> list[PlaceBatch]:
    """The lots of which there is anything, the nearest to their end first."""
    return await db.rows(
        PlaceBatch,
        "select b.id, b.place_id, p.name as place_name, b.number, b.expires_on, b.warn_on, b.quantity"
        " from stock_batch b join place p on p.id = b.place_id where b.item_id = $1 and b.quantity > 0"
        " order by b.expires_on nulls last, b.id limit $2",
        *(item_id, limit),
    )


def _ref(record: dict[str, object]) -> ItemRef:
    return msgspec.convert({name: value for name, value in record.items() if name not in ("word", "rank")}, ItemRef)
