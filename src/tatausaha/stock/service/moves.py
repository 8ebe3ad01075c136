"""Movements that people write down by hand: goods that came without an order, were taken, found, missing, spoiled."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db, entitlements
from tatausaha.core.dates import EARLIEST, LATEST
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.quantities import THOUSANDTHS
from tatausaha.stock.forms import MoveForm
from tatausaha.stock.queries import items
from tatausaha.stock.queries.items import ItemRef
from tatausaha.stock.queries.places import Place
from tatausaha.stock.rules.handwritten import LEDGER_KINDS, NEED_REASON
from tatausaha.stock.service import adjusting, ledger
from tatausaha.stock.service.ledger import Batch, Entry
from tatausaha.stock.service.once import document_of

ATTENTION = text("Some fields need your attention.")
MOST_QUANTITY = 10**12
LONGEST = {"batch": 60, "department": 100, "reason": 200, "override": 200}


class Written(msgspec.Struct, frozen=True):
    """The document that the movements bear, or will bear: with a `change_id` they wait until somebody else agrees."""

    document_id: UUID
    change_id: UUID | None = None


class _Given(msgspec.Struct):
    """What the form names, looked up."""

    place: Place
    item: ItemRef
    quantity: int
    other: ItemRef | None = None
    lot_id: UUID | None = None


async def by_hand(client_id: UUID, places: Sequence[Place], form: MoveForm, today: date) -> Written:
    """Book what a person wrote down, or ask for it where a second person has to agree; a form sent twice does so once.

    Raises `Invalid` at each field that is wrong, and `Conflict` as `ledger.post` does.
    """
    key, booked = await document_of(form.token)
    if booked:
        return Written(key)
    if asked := await adjusting.find_asked(key):
        return Written(key, asked)
    given = await _look_up(client_id, places, form, today)
    await entitlements.begin("movement")
    entry = _entry(form, given, key)
    if form.kind in adjusting.GUARDED:
        proposed = await adjusting.ask(form.kind, given.place, given.item, entry, form.batch)
        return Written(key, None if proposed.applied else proposed.id)
    if given.other is None:
        await ledger.post(client_id, [entry])
    else:
        await _exchange(client_id, form, entry, given.other, given.quantity)
    return Written(key)


def _entry(form: MoveForm, given: _Given, key: UUID) -> Entry:
    kind, sign = LEDGER_KINDS[form.kind]
    comes = sign > 0
    return Entry(
        kind,
        given.place.id,
        given.item.id,
        sign * given.quantity,
        form.happened_on,
        value=form.value if comes else None,
        batch=_label(form) if comes else None,
        batch_id=given.lot_id,
        document_kind="movement",
        document_id=key,
        department=form.department,
        reason=form.reason,
        override=form.override,
    )


async def _exchange(client_id: UUID, form: MoveForm, first: Entry, other: ItemRef, quantity: int) -> None:
    await ledger.hold(client_id, [(first.place_id, first.item_id), (first.place_id, other.id)])
    [out] = await ledger.post(client_id, [first])
    # What is exchanged is worth what it was exchanged for.
    back = msgspec.structs.replace(
        first,
        kind="exchange_in",
        item_id=other.id,
        quantity=form.other_quantity or quantity,
        value=-out.value,
        batch=_label(form),
        batch_id=None,
    )
    await ledger.post(client_id, [back])


async def _look_up(client_id: UUID, places: Sequence[Place], form: MoveForm, today: date) -> _Given:
    known = await items.find_refs(client_id, [word for word in (form.item, form.other_item) if word])
    place = next((place for place in places if str(place.id) == form.place), None)
    item, other = known.get(form.item), known.get(form.other_item)
    problems = _problems(form, today, item)
    if place is None:
        problems["place"] = text("Choose a place of this client.")
    if item is None:
        problems["item"] = text("No item of this client has this code or barcode.")
    if form.kind == "exchange" and other is None:
        problems["other_item"] = text("Write the code of what came in exchange.")
    quantity, lot_id = form.quantity, None
    if item and form.unit and form.unit != item.unit:
        factor = (await items.list_units([item.id])).get(item.id, {}).get(form.unit)
        quantity, rest = divmod(form.quantity * (factor or 0), THOUSANDTHS)
        if not factor or rest or quantity >= MOST_QUANTITY:
            problems["unit"] = text("{item} has no such unit; its own is {unit}.", item=item.name, unit=item.unit)
    if item and place and form.batch and LEDGER_KINDS[form.kind][1] < 0 and form.kind != "exchange":
        lot_id = await _find_lot(place.id, item.id, form.batch, problems)
    if problems or place is None or item is None:
        raise Invalid(ATTENTION, problems)
    return _Given(place, item, quantity, other if form.kind == "exchange" else None, lot_id)


def _problems(form: MoveForm, today: date, item: ItemRef | None) -> dict[str, Text]:
    problems: dict[str, Text] = {
        name: text("This has more than {limit} characters.", limit=limit)
        for name, limit in LONGEST.items()
        if len(getattr(form, name)) > limit
    }
    if not form.quantity:
        problems["quantity"] = text("Write how many there were.")
    if form.kind == "exchange" and form.other_quantity == 0:
        problems["other_quantity"] = text("Write how many there were.")
    if form.happened_on > today:
        problems["happened_on"] = text("This day has not come yet.")
    if form.happened_on < EARLIEST or (form.expires_on and not EARLIEST <= form.expires_on <= LATEST):
        problems["expires_on" if form.happened_on >= EARLIEST else "happened_on"] = text(
            "Write a date between {first} and {last}.", first=EARLIEST.year, last=LATEST.year
        )
    if form.kind == "receipt" and form.value is None:
        problems["value"] = text("Write what the goods cost in all; zero if they were a gift.")
    if form.kind in NEED_REASON and not form.reason:
        problems["reason"] = text("Say why, for whoever looks at this later.")
    if item and item.batched and form.kind == "receipt" and not (form.batch or form.expires_on):
        problems["batch"] = text("{item} is kept in batches: write the batch or its last day.", item=item.name)
    return problems


def _label(form: MoveForm) -> Batch | None:
    return Batch(form.batch, form.expires_on) if form.batch or form.expires_on else None


async def _find_lot(place_id: UUID, item_id: UUID, number: str, problems: dict[str, Text]) -> UUID | None:
    """The lot of this number that ends first."""
    found: UUID | None = await db.value(
        "select id from stock_batch where place_id = $1 and item_id = $2 and number = $3 and quantity > 0"
        " order by expires_on nulls last, id limit 1",
        *(place_id, item_id, number),
    )
    if found is None:
        problems["batch"] = text("No such batch of this item lies in this place.")
    return found
