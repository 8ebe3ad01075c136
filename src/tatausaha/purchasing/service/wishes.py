"""What is wanted becomes orders: one draft for each supplier, at the prices of the day."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import text
from tatausaha.people.rules import today
from tatausaha.purchasing.queries import prices, suppliers
from tatausaha.purchasing.queries.prices import Ask
from tatausaha.purchasing.rules.suggest import Pack, packed
from tatausaha.purchasing.rules.totals import UNIT, in_stock_unit
from tatausaha.purchasing.service import orders
from tatausaha.purchasing.service.lines import Draft
from tatausaha.stock.queries import items
from tatausaha.stock.queries.places import Place


async def suggest_suppliers(drafts: Sequence[Draft]) -> list[Draft]:
    """The lines with who delivers them: as named, or else the preferred one, or the first that is known."""
    known = await prices.list_packings([one.item.id for one in drafts if one.supplier_id is None])
    return [
        msgspec.structs.replace(one, supplier_id=known[one.item.id][0].supplier_id)
        if one.supplier_id is None and one.item.id in known
        else one
        for one in drafts
    ]


async def _as_sold(supplier_id: UUID, drafts: Sequence[Draft]) -> list[Draft]:
    """The lines in the unit in which the supplier sells each item, in whole packs, never less than was wanted."""
    ids = [one.item.id for one in drafts]
    known, units = await prices.list_packings(ids), await items.list_units(ids)
    sold = []
    for one in drafts:
        how = next((how for how in known.get(one.item.id, ()) if how.supplier_id == supplier_id), None)
        factor = units.get(one.item.id, {}).get(how.unit, UNIT) if how else one.factor
        if how and how.unit != one.unit:
            wanted = in_stock_unit(one.quantity, one.factor)
            quantity = packed(wanted, Pack(how.unit, factor, how.pack, how.minimum))
            one = msgspec.structs.replace(one, unit=how.unit, factor=factor, quantity=quantity)  # noqa: PLW2901
        sold.append(one)
    return sold


async def into_orders(place: Place, drafts: Sequence[Draft], *, request_id: UUID | None = None) -> dict[UUID, UUID]:
    """A draft of an order for each supplier, by supplier.

    Raises Conflict with the names of items that nobody delivers, or that have no price there.
    """
    drafts = await suggest_suppliers(drafts)
    if nobody := [one.item.name for one in drafts if one.supplier_id is None]:
        raise Conflict(text("No supplier is known for {items}. Enter who delivers it.", items=", ".join(nobody[:5])))
    made: dict[UUID, UUID] = {}
    for supplier_id in dict.fromkeys(one.supplier_id for one in drafts):
        assert supplier_id is not None
        supplier = await suppliers.get_supplier(supplier_id)
        if supplier.client_id != place.client_id:
            raise NotFound(text("This supplier does not exist."))
        own = await _as_sold(supplier_id, [one for one in drafts if one.supplier_id == supplier_id])
        asked = [Ask(supplier_id, one.item.id, one.unit, one.quantity) for one in own]
        listed = await prices.find_prices(asked, today(supplier.time_zone))
        if missing := [one.item.name for one, ask in zip(own, asked, strict=True) if ask not in listed]:
            raise Conflict(
                text(
                    "The price list of {supplier} says nothing for {items}. Enter the price there first.",
                    supplier=supplier.name,
                    items=", ".join(missing[:5]),
                )
            )
        priced = [msgspec.structs.replace(one, price=listed[ask]) for one, ask in zip(own, asked, strict=True)]
        made[supplier_id] = await orders.write(supplier, place, priced, request_id=request_id)
    return made
