"""What a supplier delivers and at which price."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.purchasing.forms import PriceForm, SupplierItemForm
from tatausaha.purchasing.queries.prices import Price
from tatausaha.purchasing.queries.suppliers import Supplier
from tatausaha.purchasing.rules.totals import UNIT
from tatausaha.stock.queries import items
from tatausaha.stock.queries.items import ItemRef

ATTENTION = text("Some fields need your attention.")
Values = Mapping[str, Any]


async def put_item(supplier: Supplier, form: SupplierItemForm) -> None:
    """Note that the supplier delivers an item, or how it does from now on."""
    item, units = await _item(supplier.client_id, form.item)
    unit = _unit(item, units, form.unit)
    row = {
        "client_id": supplier.client_id, "supplier_id": supplier.id, "item_id": item.id, "unit": unit,
        "supplier_code": form.supplier_code[:60], "pack": form.pack or UNIT, "minimum": form.minimum or 0,
        "preferred": form.preferred,
    }  # fmt: skip
    await put_items([row])
    await audit.record("changed", "supplier", supplier.id, supplier.client_id, item=str(item.id))


async def put_items(rows: Sequence[Values]) -> None:
    """Store what suppliers deliver; an item has one preferred supplier, the last that was named so."""
    names = ("client_id", "supplier_id", "item_id", "supplier_code", "unit", "pack", "minimum", "preferred")
    await db.execute(
        "update supplier_item s set preferred = false from jsonb_populate_recordset(null::supplier_item, $1) n"
        " where n.preferred and s.item_id = n.item_id and s.preferred and s.supplier_id <> n.supplier_id",
        list(rows),
    )
    await db.execute(
        f"insert into supplier_item ({', '.join(names)}) select {', '.join(names)}"  # noqa: S608 - our own columns
        " from jsonb_populate_recordset(null::supplier_item, $1)"
        " on conflict on constraint supplier_item_key do update set supplier_code = excluded.supplier_code,"
        " unit = excluded.unit, pack = excluded.pack, minimum = excluded.minimum, preferred = excluded.preferred",
        list(rows),
    )


async def refine_items(rows: Sequence[Values]) -> None:
    """Store what is known of how suppliers deliver items; what a row leaves out stays as it is."""
    source = "jsonb_populate_recordset(null::supplier_item, $1) n"
    await db.execute(
        "update supplier_item s set unit = n.unit, supplier_code = coalesce(n.supplier_code, s.supplier_code),"  # noqa: S608
        f" pack = coalesce(n.pack, s.pack), minimum = coalesce(n.minimum, s.minimum) from {source}"
        " where s.supplier_id = n.supplier_id and s.item_id = n.item_id",
        list(rows),
    )
    await db.execute(
        "insert into supplier_item (client_id, supplier_id, item_id, unit, supplier_code, pack, minimum)"  # noqa: S608
        " select n.client_id, n.supplier_id, n.item_id, n.unit, coalesce(n.supplier_code, ''), coalesce(n.pack, 1000),"
        f" coalesce(n.minimum, 0) from {source} on conflict on constraint supplier_item_key do nothing",
        list(rows),
    )


async def remove_item(supplier: Supplier, item_id: UUID) -> None:
    """The supplier does not deliver it any more; its prices stay for what they were."""
    gone = await db.execute("delete from supplier_item where supplier_id = $1 and item_id = $2", supplier.id, item_id)
    if not gone:
        raise NotFound(text("This supplier does not deliver this item."))
    await audit.record("changed", "supplier", supplier.id, supplier.client_id, removed_item=str(item_id))


async def put_price(supplier: Supplier, form: PriceForm) -> None:
    """A price from a day on. What is priced is also delivered; the price before ends the day before."""
    item, units = await _item(supplier.client_id, form.item)
    unit = _unit(item, units, form.unit)
    if form.ends_on and form.ends_on < form.starts_on:
        raise Invalid(ATTENTION, {"ends_on": text("The last day cannot be before the first.")})
    owner = {"client_id": supplier.client_id, "supplier_id": supplier.id, "item_id": item.id, "unit": unit}
    await deliver([owner])
    price = {
        **owner, "id": uuid7(), "price": form.price, "minimum_quantity": form.minimum_quantity or 0,
        "starts_on": form.starts_on, "ends_on": form.ends_on,
    }  # fmt: skip
    await put_prices([price])
    await audit.record("changed", "supplier", supplier.id, supplier.client_id, price_of=str(item.id))


async def deliver(rows: Sequence[Values]) -> None:
    """Note items that suppliers deliver where that is not known yet; each row names client, supplier, item and unit."""
    await db.execute(
        "insert into supplier_item (client_id, supplier_id, item_id, unit) select client_id, supplier_id, item_id, unit"
        " from jsonb_populate_recordset(null::supplier_item, $1) on conflict on constraint supplier_item_key do nothing",
        list(rows),
    )


async def put_prices(rows: Sequence[Values]) -> None:
    """Store prices; an open price of the same unit and quantity that began earlier ends the day before."""
    await db.execute(
        "update supplier_price p set ends_on = n.starts_on - 1 from jsonb_populate_recordset(null::supplier_price, $1) n"
        " where p.supplier_id = n.supplier_id and p.item_id = n.item_id and p.unit = n.unit"
        " and p.minimum_quantity = n.minimum_quantity and p.starts_on < n.starts_on"
        " and (p.ends_on is null or p.ends_on >= n.starts_on)",
        list(rows),
    )
    names = "id, client_id, supplier_id, item_id, unit, price, minimum_quantity, starts_on, ends_on"
    await db.execute(
        f"insert into supplier_price ({names}) select {names} from jsonb_populate_recordset(null::supplier_price, $1)"  # noqa: S608
        " on conflict on constraint supplier_price_key do update set price = excluded.price, ends_on = excluded.ends_on",
        list(rows),
    )


async def end_price(supplier: Supplier, price: Price, day: date) -> None:
    """The price holds no longer than a day; one that has not begun by then is removed."""
    if price.starts_on > day:
        await db.execute("delete from supplier_price where id = $1", price.id)
    else:
        await db.execute("update supplier_price set ends_on = $2 where id = $1", price.id, day)
    await audit.record("changed", "supplier", supplier.id, supplier.client_id, price_ended=str(price.item_id))


async def _item(client_id: UUID, written: str) -> tuple[ItemRef, dict[str, int]]:
    found = (await items.find_refs(client_id, [written])).get(written)
    if found is None:
        raise Invalid(ATTENTION, {"item": text("No item of this client has the code or barcode {code}.", code=written)})
    return found, (await items.list_units([found.id])).get(found.id, {})


def _unit(item: ItemRef, units: Mapping[str, int], written: str) -> str:
    if not written or written in (item.unit, *units):
        return written or item.unit
    raise Invalid(ATTENTION, {"unit": no_unit(item, units, written)})


def no_unit(item: ItemRef, units: Mapping[str, int], written: str) -> Text:
    """The sentence that names the units there are."""
    known = ", ".join((item.unit, *units))
    return text("{item} has no unit {unit}. Its units: {known}.", item=item.name, unit=written, known=known)
