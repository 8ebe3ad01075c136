"""From typed lines to what an order or a request keeps: the item, its unit, and the price that holds."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.money import RATE_BASE
from tatausaha.core.quantities import parse_quantity
from tatausaha.purchasing.forms import LineForm
from tatausaha.purchasing.queries import prices
from tatausaha.purchasing.queries.prices import Ask, Packing
from tatausaha.purchasing.rules.totals import UNIT, line_amount
from tatausaha.purchasing.service.prices import ATTENTION, no_unit
from tatausaha.stock.queries import items
from tatausaha.stock.queries.items import ItemRef

MOST = 200
"""Lines of one document."""

MOST_RUPIAH = 10**13
"""What one document comes to is below ten trillion rupiah."""

Typed = Mapping[int, LineForm]
"""What was typed, by the number of its row in the form."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A line that fits: quantity in thousandths of `unit`, price in rupiah per unit, discount in parts per 100,000."""

    id: UUID | None
    item: ItemRef
    unit: str
    factor: int
    quantity: int
    price: int
    discount: int
    supplier_id: UUID | None = None

    @property
    def amount(self) -> int:
        return line_amount(self.quantity, self.price, self.discount)


async def resolve(
    client_id: UUID, typed: Typed, day: date, supplier_id: UUID | None, *, priced: bool = True
) -> list[Draft]:
    """The lines with item, unit and price. Raises `Invalid` with a sentence at `item-3`, `unit-3`, `price-3` …

    Where no price was typed, the supplier's price list of `day` says it; without `priced`, none is needed.
    """
    problems: dict[str, Text] = {}
    if not typed:
        problems["item-0"] = text("Write at least one item and its quantity.")
    if len(typed) > MOST:
        raise Invalid(text("One document has at most {most} lines. Make a second one.", most=MOST))
    refs = await items.find_refs(client_id, [line.item for line in typed.values()])
    ids = [ref.id for ref in refs.values()]
    units, packings = await items.list_units(ids), await prices.list_packings(ids)
    found: dict[int, Draft] = {}
    for row, line in typed.items():
        ref = refs.get(line.item)
        if ref is None:
            problems[f"item-{row}"] = text("No item of this client has the code or barcode {code}.", code=line.item)
            continue
        known = {ref.unit: UNIT} | units.get(ref.id, {})
        supplier = supplier_id or _uuid(line.supplier)
        unit = line.unit or _usual_unit(ref, packings.get(ref.id, []), supplier)
        if unit not in known:
            problems[f"unit-{row}"] = no_unit(ref, units.get(ref.id, {}), unit)
            continue
        if line.quantity == 0:
            problems[f"quantity-{row}"] = text("Write how much.")
        found[row] = Draft(
            id=_uuid(line.line),
            item=ref,
            unit=unit,
            factor=known[unit],
            quantity=line.quantity,
            price=-1 if line.price is None else line.price,
            discount=_discount(line.discount, row, problems),
            supplier_id=supplier,
        )
    if priced:
        found = await _priced(found, day, problems)
    if problems:
        raise Invalid(ATTENTION, problems)
    if sum(one.amount for one in found.values() if one.price > 0) >= MOST_RUPIAH:
        raise Invalid(text("The document comes to 10 trillion rupiah or more. Look at its quantities and prices."))
    return list(found.values())


async def estimate(drafts: Sequence[Draft], day: date) -> int:
    """What the lines would cost by the price lists of a day; a line without supplier or price counts nothing."""
    listed = await prices.find_prices([_ask(one) for one in drafts if one.supplier_id], day)
    return sum(
        line_amount(one.quantity, listed[_ask(one)]) for one in drafts if one.supplier_id and _ask(one) in listed
    )


async def _priced(found: dict[int, Draft], day: date, problems: dict[str, Text]) -> dict[int, Draft]:
    asked = {row: _ask(one) for row, one in found.items() if one.price < 0}
    listed = await prices.find_prices(asked.values(), day)
    for row, ask in asked.items():
        if ask not in listed:
            problems[f"price-{row}"] = text("The price list says nothing for this unit and quantity. Write a price.")
    return {
        row: msgspec.structs.replace(one, price=listed.get(asked[row], 0)) if row in asked else one
        for row, one in found.items()
    }


def _ask(draft: Draft) -> Ask:
    assert draft.supplier_id is not None
    return Ask(draft.supplier_id, draft.item.id, draft.unit, draft.quantity)


def _usual_unit(ref: ItemRef, packings: Sequence[Packing], supplier_id: UUID | None) -> str:
    of_supplier = [one.unit for one in packings if one.supplier_id == supplier_id]
    return of_supplier[0] if of_supplier else ref.unit


def _discount(written: str, row: int, problems: dict[str, Text]) -> int:
    """Percent as written are thousandths when parsed, which are parts per 100,000."""
    try:
        rate = parse_quantity(written) if written else 0
    except ValueError:
        rate = -1
    if not 0 <= rate <= RATE_BASE:
        problems[f"discount-{row}"] = text("Write a discount from 0 to 100 percent, for example 2,5.")
        return 0
    return rate


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
