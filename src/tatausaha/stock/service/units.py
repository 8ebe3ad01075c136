"""Other units of an item, and what is printed on it."""

from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import CellError
from tatausaha.stock.queries import items
from tatausaha.stock.queries.items import Item
from tatausaha.stock.spreadsheet import PARSERS

ATTENTION = text("Some fields need your attention.")


async def put_unit(item: Item, unit: str, holds: str) -> None:
    """Another unit, `holds` of the item's own: a box of 12. `item` must be locked. Raises `Invalid`."""
    problems: dict[str, Text] = {}
    factor = 0
    for name, typed in (("unit", unit), ("holds", holds)):
        try:
            factor = PARSERS[name](typed)  # type: ignore[assignment]  # the last is the quantity
        except CellError as error:
            problems[name] = text("This {reason}.", reason=str(error.reason))
    if unit.casefold() == item.unit.casefold():
        problems["unit"] = text("This is the item's own unit.")
    if problems:
        raise Invalid(ATTENTION, problems)
    await db.execute(
        "insert into item_unit (client_id, item_id, unit, factor) values ($1, $2, $3, $4)"
        " on conflict on constraint item_unit_key do update set factor = excluded.factor",
        *(item.client_id, item.id, unit, factor),
    )
    await audit.record("changed", "item", item.id, item.client_id, fields=["unit"], unit=unit)


async def remove_unit(item: Item, unit_id: UUID) -> None:
    """Documents keep the factor they were written with. Raises `Conflict` while a barcode stands for the unit."""
    unit = await db.value("select unit from item_unit where item_id = $1 and id = $2", item.id, unit_id)
    if unit is None:
        raise NotFound(text("This unit does not exist."))
    if await db.value("select exists (select from item_barcode where item_id = $1 and unit = $2)", item.id, unit):
        raise Conflict(text("A barcode stands for {unit}; remove that first.", unit=unit))
    await db.execute("delete from item_unit where item_id = $1 and id = $2", item.id, unit_id)
    await audit.record("changed", "item", item.id, item.client_id, fields=["unit"], unit=unit)


async def add_barcode(item: Item, barcode: str, unit: str) -> None:
    """A code of the item, or of a package (`unit`). Raises `Invalid` for wrong check digits and codes of other items."""
    known = (await items.list_units([item.id])).get(item.id, {})
    if unit and unit not in known:
        raise Invalid(ATTENTION, {"of_unit": text("Choose one of the item's units.")})
    try:
        checked = PARSERS["barcode"](barcode)
    except CellError as error:
        raise Invalid(ATTENTION, {"barcode": text("This {reason}.", reason=str(error.reason))}) from None
    other = await db.value(
        "select i.name from item_barcode b join item i on i.id = b.item_id where b.client_id = $1 and b.barcode = $2",
        *(item.client_id, checked),
    )
    if other is not None:
        raise Invalid(ATTENTION, {"barcode": text("{other} bears this barcode already.", other=other)})
    await db.execute(
        "insert into item_barcode (client_id, item_id, barcode, unit) values ($1, $2, $3, $4)",
        *(item.client_id, item.id, checked, unit),
    )
    await audit.record("changed", "item", item.id, item.client_id, fields=["barcode"])


async def remove_barcode(item: Item, barcode_id: UUID) -> None:
    """Take a barcode off the item, or `NotFound`."""
    if not await db.execute("delete from item_barcode where item_id = $1 and id = $2", item.id, barcode_id):
        raise NotFound(text("This barcode does not exist."))
    await audit.record("changed", "item", item.id, item.client_id, fields=["barcode"])
