"""Shelves as the database holds them: locked in one order, loaded by a handful of queries, their layers kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.stock.rules.cost import Layer, Pool
from tatausaha.stock.rules.shelf import OUTSIDE, Batch, Entry, Lot, Shelf

Key = tuple[UUID, UUID]
"""A place and an item."""


class Stand:
    """A shelf with the names that people know it by, and its layers as they were."""

    __slots__ = ("fifo", "item_name", "labels", "last_out_on", "layers", "place_name", "shelf", "unit")

    def __init__(
        self, record: Any, layers: list[Layer], lots: list[Any], last: tuple[int, int], below_zero: bool
    ) -> None:
        self.item_name, self.place_name, self.unit = record["item_name"], record["place_name"], record["unit"]
        self.last_out_on: date = record["last_out_on"] or date.min
        self.fifo = record["cost_method"] == "fifo"
        if not self.fifo and record["quantity"]:
            layers = [Layer(record["quantity"], record["value"])]
        self.layers = [(layer, layer.quantity, layer.value) for layer in layers] if self.fifo else []
        held = [Lot(lot["id"], lot["number"], lot["expires_on"], lot["quantity"]) for lot in lots]
        self.labels = {(lot.number, lot.expires_on): lot.id for lot in held}
        self.shelf = Shelf(Pool(fifo=self.fifo, layers=layers, last=last), held, below_zero=below_zero)

    def lot_of(self, batch: Batch) -> UUID:
        """The lot with this label, which lies here or was made for it."""
        return self.labels[batch.number, batch.expires_on]


async def hold(client_id: UUID, keys: Iterable[Key]) -> None:
    """Lock what lies of these items in these places until the transaction ends, in the one order that all keep to.

    Raises `NotFound` for an item or place that is not the client's.
    """
    wanted = sorted(set(keys))
    places, items = [place for place, _ in wanted], [item for _, item in wanted]
    # New levels first, then the locks: in this order nobody who holds a lock waits for a level that another is making.
    await db.execute(
        "insert into stock_level (client_id, place_id, item_id)"
        " select p.client_id, k.place_id, k.item_id"
        " from unnest($1::uuid[], $2::uuid[]) k (place_id, item_id)"
        " join place p on p.id = k.place_id"
        " join item i on i.id = k.item_id and i.client_id = p.client_id"
        " where p.client_id = $3 and not exists"
        "  (select from stock_level l where l.place_id = k.place_id and l.item_id = k.item_id)"
        " order by k.place_id, k.item_id on conflict do nothing",
        *(places, items, client_id),
    )
    held = await db.execute(
        "select from stock_level l"
        " join unnest($1::uuid[], $2::uuid[]) k (place_id, item_id) using (place_id, item_id) where l.client_id = $3"
        " order by l.place_id, l.item_id for update of l",
        *(places, items, client_id),
    )
    if held != len(wanted):
        raise NotFound(text("This item or place does not exist."))


async def load(client_id: UUID, entries: Sequence[Entry]) -> dict[Key, Stand]:
    """The shelves that the entries touch, which must be held."""
    keys = sorted({(entry.place_id, entry.item_id) for entry in entries})
    arrays = ([place for place, _ in keys], [item for _, item in keys])
    named = await _make_lots(client_id, entries)
    levels = await db.records(
        "select l.place_id, l.item_id, l.quantity, l.value, l.last_out_on, i.name as item_name, i.unit, i.cost_method,"
        " p.name as place_name, coalesce(s.negative = 'flag', false) as below_zero"
        " from stock_level l"
        " join unnest($1::uuid[], $2::uuid[]) k (place_id, item_id) using (place_id, item_id)"
        " join item i on i.id = l.item_id join place p on p.id = l.place_id"
        " left join stock_policy s on s.client_id = l.client_id",
        *arrays,
    )
    layers = await _load_layers([record for record in levels if record["cost_method"] == "fifo"])
    back = [entry for entry in entries if entry.kind == "refund" and not entry.batch and not entry.batch_id]
    lots = await _load_lots(arrays, named + (await _list_sold_out(back) if back else []))
    lasts = await _load_lasts([record for record in levels if not record["quantity"]])
    return {
        key: Stand(record, layers.get(key, []), lots.get(key, []), lasts.get(key, (0, 1)), record["below_zero"])
        for record in levels
        for key in [(record["place_id"], record["item_id"])]
    }


async def keep_layers(client_id: UUID, stands: dict[Key, Stand]) -> None:
    """Write which layers were used, and the new ones that were not used up at once."""
    used: list[tuple[UUID | None, int, int]] = []
    made: list[tuple[UUID, UUID, UUID, UUID, date, int, int]] = []
    for (place_id, item_id), stand in stands.items():
        if stand.fifo:
            used += [
                (one.id, one.quantity, one.value)
                for one, *before in stand.layers
                if before != [one.quantity, one.value]
            ]
            made += [
                (uuid7(), client_id, place_id, item_id, one.received_on, one.quantity, one.value)
                for one in stand.shelf.pool.layers
                if one.id is None and one.quantity
            ]
    if used:
        await db.execute(
            "update stock_layer l set quantity = u.quantity, value = u.value"
            " from unnest($1::uuid[], $2::bigint[], $3::bigint[]) u (id, quantity, value) where l.id = u.id",
            *map(list, zip(*used, strict=True)),
        )
    if made:
        await db.execute(
            "insert into stock_layer (id, client_id, place_id, item_id, received_on, quantity, value) select * from"
            " unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::date[], $6::bigint[], $7::bigint[])",
            *map(list, zip(*made, strict=True)),
        )


async def _load_layers(levels: list[Any]) -> dict[Key, list[Layer]]:
    found: defaultdict[Key, list[Layer]] = defaultdict(list)
    if levels:
        for record in await db.records(
            "select l.id, l.place_id, l.item_id, l.received_on, l.quantity, l.value"
            " from stock_layer l"
            " join unnest($1::uuid[], $2::uuid[]) k (place_id, item_id) using (place_id, item_id)"
            " where l.quantity <> 0 order by l.id",
            *_arrays(levels),
        ):
            layer = Layer(record["quantity"], record["value"], record["received_on"], record["id"])
            found[record["place_id"], record["item_id"]].append(layer)
    return found


async def _load_lasts(levels: list[Any]) -> dict[Key, tuple[int, int]]:
    """What items last cost of which nothing lies there now: value and quantity of their last movement."""
    if not levels:
        return {}
    found = await db.records(
        "select k.place_id, k.item_id, abs(m.value) as value, abs(m.quantity) as quantity"
        " from unnest($1::uuid[], $2::uuid[]) k (place_id, item_id)"
        " join lateral (select m.value, m.quantity from stock_movement m where m.place_id = k.place_id"
        " and m.item_id = k.item_id and m.quantity <> 0 order by m.id desc limit 1) m on true",
        *_arrays(levels),
    )
    return {(record["place_id"], record["item_id"]): (record["value"], record["quantity"]) for record in found}


async def _make_lots(client_id: UUID, entries: Sequence[Entry]) -> list[UUID]:
    """Make the lots of incoming goods that are not known yet, empty; gives all that are named by id or label."""
    named = list({entry.batch_id for entry in entries if entry.batch_id is not None})
    labels = {
        (entry.place_id, entry.item_id, entry.batch.number, entry.batch.expires_on)
        for entry in entries
        if entry.batch not in (None, OUTSIDE) and entry.quantity > 0
    }
    if not labels:
        return named
    arrays = [list(column) for column in zip(*sorted(labels, key=str), strict=True)]
    await db.execute(
        "insert into stock_batch (client_id, place_id, item_id, number, expires_on, warn_on)"
        " select i.client_id, n.place_id, n.item_id, n.number, n.expires_on, n.expires_on - i.warn_days"
        " from unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[]) n (place_id, item_id, number, expires_on)"
        " join item i on i.id = n.item_id and i.client_id = $1"
        " on conflict (tenant_id, place_id, item_id, number, expires_on) do nothing",
        *(client_id, *arrays),
    )
    found = await db.records(
        "select b.id"
        " from unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[]) n (place_id, item_id, number, expires_on)"
        " join stock_batch b on b.place_id = n.place_id and b.item_id = n.item_id and b.number = n.number"
        " and b.expires_on is not distinct from n.expires_on",
        *arrays,
    )
    return named + [record["id"] for record in found]


async def _load_lots(arrays: tuple[list[UUID], list[UUID]], named: list[UUID]) -> dict[Key, list[Any]]:
    """The lots that hold something, and those that the entries name."""
    found: defaultdict[Key, list[Any]] = defaultdict(list)
    for record in await db.records(
        "select b.id, b.place_id, b.item_id, b.number, b.expires_on, b.quantity from stock_batch b"
        " join unnest($1::uuid[], $2::uuid[]) k (place_id, item_id) using (place_id, item_id)"
        " where b.quantity > 0 or b.id = any($3)",
        *(*arrays, named),
    ):
        found[record["place_id"], record["item_id"]].append(record)
    return found


async def _list_sold_out(back: Sequence[Entry]) -> list[UUID]:
    """The lots that were sold last of items that come back and of which no lot has any left."""
    keys = sorted({(entry.place_id, entry.item_id) for entry in back})
    found = await db.records(
        "select m.batch_id from unnest($1::uuid[], $2::uuid[]) k (place_id, item_id)"
        " join item i on i.id = k.item_id and i.batched"
        " join lateral (select m.batch_id from stock_movement m where m.place_id = k.place_id and m.item_id = k.item_id"
        "  and m.kind = 'sale' and m.batch_id is not null order by m.id desc limit 1) m on true"
        " where not exists (select from stock_batch b where b.place_id = k.place_id and b.item_id = k.item_id"
        "  and b.quantity > 0)",
        *([place for place, _ in keys], [item for _, item in keys]),
    )
    return [record["batch_id"] for record in found]


def _arrays(levels: list[Any]) -> tuple[list[UUID], list[UUID]]:
    return [record["place_id"] for record in levels], [record["item_id"] for record in levels]
