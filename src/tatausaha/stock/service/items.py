"""The verbs of an item: create, change, put away, take back, and its limits in each place."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.cells import CellError, Parser
from tatausaha.stock.forms import ItemForm, LimitsForm, NewItem
from tatausaha.stock.queries import items
from tatausaha.stock.queries.items import Item
from tatausaha.stock.queries.places import list_places
from tatausaha.stock.service import units
from tatausaha.stock.spreadsheet import PARSERS

ATTENTION = text("Some fields need your attention.")
FACTS = (
    "code", "name", "category", "unit", "kind", "cost_method", "batched", "shelf_days", "warn_days", "sale_price", "note",
)  # fmt: skip
"""The columns of an item that people fill in."""
USUAL: dict[str, Any] = {
    "category": "", "unit": "pcs", "kind": "goods", "cost_method": "average", "batched": False, "shelf_days": None,
    "warn_days": 30, "sale_price": None, "note": "",
}  # fmt: skip
"""What a new item gets where nothing is said."""
Values = Mapping[str, Any]


def facts_of(form: ItemForm) -> dict[str, Any]:
    """The columns as they shall be. Raises `Invalid` with a sentence at each field that cannot be."""
    facts: dict[str, Any] = {name: getattr(form, name) for name in FACTS}
    problems: dict[str, Text] = {}
    for name, parser in PARSERS.items():
        if name in facts and isinstance(facts[name], str):
            facts[name] = read_field(name, facts[name], parser, problems)
        if facts.get(name) in ("", None) and name in USUAL:
            facts[name] = USUAL[name]
    if problems:
        raise Invalid(ATTENTION, problems)
    return facts


def read_field(name: str, typed: str, parser: Parser, problems: dict[str, Text]) -> Any:
    """What a field says, None where it is empty; what is wrong with it goes into `problems`."""
    try:
        return parser(typed) if typed else None
    except CellError as error:
        problems[name] = text("This {reason}.", reason=str(error.reason))
        return None


async def create(client_id: UUID, facts: Values, barcode: str = "") -> UUID:
    """A new item. Raises `Invalid` when its code or barcode is another item's."""
    await _refuse_clash(client_id, None, facts["code"])
    item_id = uuid7()
    await insert_items([{"id": item_id, "client_id": client_id, **USUAL, **facts}])
    await audit.record("created", "item", item_id, client_id)
    if barcode:
        await units.add_barcode(await items.get_item(item_id), barcode, "")
    return item_id


async def create_typed(form: NewItem, client_id: UUID) -> UUID:
    """As `create`, from what was typed."""
    return await create(client_id, facts_of(form), form.barcode)


async def change(item: Item, facts: Values, version: str) -> None:
    """Keep what was typed. `item` must be locked; `Invalid` names what is stored when the form is stale."""
    changed = {name: value for name, value in facts.items() if value != getattr(item, name)}
    if version != str(item.version):
        raise Invalid(
            text("Somebody else saved this item meanwhile. Compare, then save again to keep what you typed."),
            {name: text("Stored now: {value}", value=str(getattr(item, name) or "–")) for name in changed},
        )
    if not changed:
        return
    if "code" in changed:
        await _refuse_clash(item.client_id, item.id, changed["code"])
    await _refuse_while_used(item, changed)
    await update_items([{"id": item.id, **{name: getattr(item, name) for name in FACTS}, **changed}])
    if "warn_days" in changed:
        await rewarn([item.id])
    await audit.record("changed", "item", item.id, item.client_id, fields=sorted(changed))


async def archive(item: Item) -> None:
    """Put the item away: nothing is sold or ordered of it any more. `item` must be locked."""
    if item.archived_at:
        raise Conflict(text("{name} is put away already.", name=item.name))
    if await _in_stock(item.id):
        raise Conflict(
            text("There is still stock of {name}. Sell it, move it out or write it off first.", name=item.name)
        )
    await db.execute("update item set archived_at = now(), version = version + 1 where id = $1", item.id)
    await audit.record("archived", "item", item.id, item.client_id)


async def restore(item: Item) -> None:
    """Take the item into use again. `item` must be locked."""
    if not item.archived_at:
        raise Conflict(text("{name} is in use.", name=item.name))
    await db.execute("update item set archived_at = null, version = version + 1 where id = $1", item.id)
    await audit.record("restored", "item", item.id, item.client_id)


async def set_limits(item: Item, form: LimitsForm) -> None:
    """When the item counts as low in a place, and how much is then ordered. `Invalid` for what cannot be read."""
    problems: dict[str, Text] = {}
    limits = {
        name: read_field(name, getattr(form, name), PARSERS[name], problems) or 0
        for name in ("minimum", "reorder_quantity")
    }
    known = {str(place.id): place.id for place in await list_places(item.client_id)}
    if form.place not in known:
        problems["place"] = text("Choose one of the places.")
    if problems:
        raise Invalid(ATTENTION, problems)
    place_id = known[form.place]
    await put_limits([{"client_id": item.client_id, "place_id": place_id, "item_id": item.id, **limits}])
    await audit.record("changed", "item", item.id, item.client_id, fields=["minimum"], place=str(place_id))


async def insert_items(rows: Sequence[Values]) -> int:
    """Insert items; each row must name `id`, `client_id` and every column of FACTS."""
    names = ", ".join(("id", "client_id", *FACTS))
    return await db.execute(
        f"insert into item ({names}) select {names} from jsonb_populate_recordset(null::item, $1)",  # noqa: S608
        list(rows),
    )


async def update_items(rows: Sequence[Values]) -> int:
    """Set all facts of items by id; each row must name every column of FACTS."""
    values = ", ".join(f"n.{column}" for column in FACTS)
    return await db.execute(
        f"update item i set version = i.version + 1, ({', '.join(FACTS)}) = row({values})"  # noqa: S608
        " from jsonb_populate_recordset(null::item, $1) n where i.id = n.id",
        list(rows),
    )


async def put_limits(rows: Sequence[Values]) -> int:
    """Set minimum and reorder quantity (thousandths) of items in places, also where the item never was."""
    return await db.execute(
        "insert into stock_level as l (client_id, place_id, item_id, minimum, reorder_quantity)"
        " select client_id, place_id, item_id, minimum, reorder_quantity"
        " from jsonb_populate_recordset(null::stock_level, $1)"
        " on conflict on constraint stock_level_key do update set minimum = excluded.minimum,"
        " reorder_quantity = excluded.reorder_quantity",
        list(rows),
    )


async def rewarn(item_ids: Sequence[UUID]) -> None:
    """Lots are told to be near their end as many days before it as their item says now."""
    await db.execute(
        "update stock_batch b set warn_on = b.expires_on - i.warn_days from item i"
        " where b.item_id = any($1) and i.id = b.item_id and b.expires_on is not null",
        list(item_ids),
    )


async def _refuse_clash(client_id: UUID, item_id: UUID | None, code: str) -> None:
    other = await db.value(
        "select name from item where client_id = $1 and code = $2 and id is distinct from $3", client_id, code, item_id
    )
    if other is not None:
        raise Invalid(ATTENTION, {"code": text("{other} has this code already.", other=other)})


async def _refuse_while_used(item: Item, changed: Values) -> None:
    """A ledger that counted in one unit cannot be read in another; goods that are there were valued and kept one way."""
    problems: dict[str, Text] = {}
    if "unit" in changed and await db.value("select exists (select from stock_movement where item_id = $1)", item.id):
        problems["unit"] = text("Stock was counted in {unit} already. Enter another unit instead.", unit=item.unit)
    kept = [name for name in ("cost_method", "batched") if name in changed]
    if kept and await _in_stock(item.id):
        problems |= dict.fromkeys(kept, text("This can change only while there is nothing in stock."))
    if problems:
        raise Invalid(ATTENTION, problems)


async def _in_stock(item_id: UUID) -> bool:
    # Locked, so that goods which are being booked at this moment are seen.
    found: bool = await db.value(
        "select coalesce(bool_or(l.quantity <> 0 or l.value <> 0), false)"
        " from (select quantity, value from stock_level where item_id = $1 order by place_id for update) l",
        item_id,
    )
    return found


def typed_from(item: Item) -> dict[str, Any]:
    """What the form of an item begins with."""
    return msgspec.structs.asdict(item)
