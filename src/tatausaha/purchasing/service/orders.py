"""The verbs of an order: write, submit, change what was released, take back, give up."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, entitlements, numbers
from tatausaha.core.actor import current_actor
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.people.rules import today
from tatausaha.purchasing.forms import OrderForm
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.queries.orders import Order
from tatausaha.purchasing.queries.suppliers import Supplier
from tatausaha.purchasing.rules.totals import totals
from tatausaha.purchasing.service import approving, content, expected, lines, sending
from tatausaha.purchasing.service.approving import KIND, RELEASE
from tatausaha.purchasing.service.lines import Draft, Typed
from tatausaha.purchasing.service.prices import ATTENTION
from tatausaha.stock.queries import places
from tatausaha.stock.queries.places import Place

Values = dict[str, Any]


async def create(supplier: Supplier, form: OrderForm, typed: Typed, *, request_id: UUID | None = None) -> UUID:
    """A draft of an order. Raises `Invalid` with a sentence at each wrong field."""
    place = await place_of(supplier.client_id, form.place_id)
    drafts = await lines.resolve(supplier.client_id, typed, today(supplier.time_zone), supplier.id)
    return await write(supplier, place, drafts, expected_on=form.expected_on, note=form.note, request_id=request_id)


async def write(
    supplier: Supplier,
    place: Place,
    drafts: Sequence[Draft],
    *,
    expected_on: date | None = None,
    note: str = "",
    request_id: UUID | None = None,
) -> UUID:
    """Store a new draft with lines that fit; PPN is added for suppliers who are PKP, at the client's rate."""
    if supplier.archived_at:
        raise Conflict(text("{supplier} was put away. Take it back into use to order there.", supplier=supplier.name))
    if request_id is None:
        await entitlements.begin("order")
    actor, order_id = current_actor(), uuid7()
    rate = await _rate(supplier.client_id, supplier.pkp)
    foot = totals((one.amount for one in drafts), rate)
    await db.execute(
        "insert into purchase_order (id, client_id, supplier_id, place_id, request_id, ordered_on, expected_on, ppn_rate,"
        " subtotal, ppn, total, note, maker_id, maker_name)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        *(order_id, supplier.client_id, supplier.id, place.id, request_id, today(supplier.time_zone), expected_on),
        *(rate, foot.subtotal, foot.ppn, foot.total, note, actor.id, actor.name),
    )
    order = await orders.get_order(order_id)
    await approving.replace_lines(order, _content(order, expected_on, rate, note, drafts)["lines"])
    await audit.record("created", KIND, order_id, supplier.client_id)
    return order_id


async def save(order: Order, form: OrderForm, typed: Typed) -> None:
    """Keep what was typed into a draft. `order` must be locked; `Conflict` when it is none any more."""
    if order.state != "draft":
        raise Conflict(text("Only a draft can be typed over; this order was submitted meanwhile."))
    place = await place_of(order.client_id, form.place_id)
    drafts = await _typed_lines(order, form, typed)
    rate = await _rate(order.client_id, order.supplier_pkp)
    after = _content(order, form.expected_on, rate, form.note, drafts)
    await approving.replace_lines(order, after["lines"])
    await db.execute(
        "update purchase_order set place_id = $2, expected_on = $3, ppn_rate = $4, subtotal = $5, ppn = $6, total = $7,"
        " note = $8, version = version + 1 where id = $1",
        *(order.id, place.id, form.expected_on, rate, after["subtotal"], after["ppn"], after["total"], form.note),
    )
    await audit.record("changed", KIND, order.id, order.client_id)


async def submit(order: Order) -> Proposed:
    """Ask for the release of a draft; where the client's rules ask nobody it is released at once."""
    if order.state != "draft":
        raise Conflict(text("This order was submitted already."))
    found = await orders.list_lines(order.id)
    if not found:
        raise Conflict(text("This order has no lines yet."))
    await db.execute(
        "update purchase_order set state = 'waiting', submitted_at = now(), version = version + 1 where id = $1",
        order.id,
    )
    after = content.version_of(order.place_name, order.expected_on, order.ppn_rate, order.note, found)
    return await approving.propose(order, {"revision": 1, **after})


async def revise(order: Order, form: OrderForm, typed: Typed) -> Proposed:
    """Ask for another version of a released order; the one before holds until then. `order` must be locked."""
    if order.number is None or order.state not in (*orders.OPEN, "refused"):
        raise Conflict(text("This order cannot be changed any more. Make a new one."))
    if not form.reason:
        raise Invalid(ATTENTION, {"reason": text("Say why the order changes.")})
    drafts = await _typed_lines(order, form, typed)
    rate = await _rate(order.client_id, order.supplier_pkp)
    return await revise_to(order, _content(order, form.expected_on, rate, form.note, drafts), form.reason)


async def revise_to(order: Order, after: Mapping[str, Any], reason: str) -> Proposed:
    """Ask for a version with this content (`content.version_of`). Raises `Conflict` when nothing would change."""
    before = await content.present(order)
    if {**before, "revision": 0} == {**after, "revision": 0}:
        raise Conflict(text("Nothing of the order changes."))
    return await approving.propose(order, {**after, "revision": order.revision + 1}, reason)


async def take_back(order: Order) -> None:
    """A submitted order becomes a draft again; only who submitted it takes it back. `order` must be locked."""
    waiting = [one for one in await changes.list_pending(order.id) if one.kind == RELEASE]
    if not waiting:
        raise Conflict(text("Nothing of this order waits for approval."))
    await changes.withdraw(waiting[0].id)


async def cancel(order: Order, reason: str) -> None:
    """Give an order up; its number stays taken. `order` must be locked."""
    if not order.cancellable:
        raise Conflict(text("This order has ended already."))
    if not reason.strip():
        raise Invalid(ATTENTION, {"reason": text("Say why the order is given up.")})
    found = await orders.list_lines(order.id)
    if any(line.received or line.billed for line in found):
        raise Conflict(
            text("Goods of this order came already. Take in what came and close the order with the receipt.")
        )
    await changes.overtake(RELEASE, order.id)
    if order.is_open or order.state == "refused":
        await expected.move(order, found, [])
    await db.execute(
        "update purchase_order set state = 'cancelled', cancelled_at = now(), cancel_reason = $2, version = version + 1"
        " where id = $1",
        *(order.id, reason.strip()[:500]),
    )
    if order.number:
        await numbers.void(order.client_id, KIND, order.number, reason.strip()[:500])
        await sending.withdraw(order.id, reason.strip()[:500])
    await audit.record("cancelled", KIND, order.id, order.client_id, reason=reason.strip()[:500])


async def place_of(client_id: UUID, written: str) -> Place:
    """The client's place in use that was chosen, or `Invalid`."""
    for place in await places.list_places(client_id):
        if str(place.id) == written:
            return place
    raise Invalid(ATTENTION, {"place_id": text("Choose where the goods are wanted.")})


async def set_policy(client_id: UUID, version: str, rate: int, terms: str) -> None:
    """How the client orders from now on: rate of PPN in parts per 100,000, and what every order says."""
    saved = await db.execute(
        "insert into purchase_policy as p (client_id, ppn_rate, order_terms) values ($1, $2, $3)"
        " on conflict on constraint purchase_policy_client_key do update set ppn_rate = excluded.ppn_rate,"
        " order_terms = excluded.order_terms, version = p.version + 1 where p.version::text = $4",
        *(client_id, rate, terms[:2000], version),
    )
    if not saved:
        raise Conflict(text("Somebody else changed this meanwhile. Reload the page to see it."))
    await audit.record("changed", "purchase_policy", client_id, client_id, ppn_rate=rate)


async def _typed_lines(order: Order, form: OrderForm, typed: Typed) -> list[Draft]:
    if form.version != str(order.version):
        raise Conflict(_overtaken())
    own = {line.id for line in await orders.list_lines(order.id)}
    drafts = await lines.resolve(order.client_id, typed, today(order.time_zone), order.supplier_id)
    return [one if one.id in own else msgspec.structs.replace(one, id=None) for one in drafts]


def _overtaken() -> Text:
    return text("Somebody else changed this order meanwhile. Reload the page, then type your changes again.")


def _content(order: Order, expected_on: date | None, rate: int, note: str, drafts: Sequence[Draft]) -> Values:
    return content.version_of(order.place_name, expected_on, rate, note, drafts)


async def _rate(client_id: UUID, pkp: bool) -> int:
    return (await orders.get_policy(client_id)).ppn_rate if pkp else 0
