"""Goods go back to a supplier: out of the books at their cost, for a credit at the price they were bought for.

In an exchange other goods come instead, and only the difference is credited. The difference between cost and credit is
what the return wins or loses, and is shown.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, numbers
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import round_ratio
from tatausaha.purchasing.queries import returns as queries
from tatausaha.purchasing.queries.bills import Supplier
from tatausaha.purchasing.queries.returns import Lot, Price, Return, ReturnLine
from tatausaha.purchasing.rules.totals import UNIT
from tatausaha.stock.queries.items import ItemRef
from tatausaha.stock.queries.places import Place
from tatausaha.stock.service import ledger
from tatausaha.stock.service.ledger import Batch, Entry

ATTENTION = text("Some fields need your attention.")


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a return is about."""

    kind: Literal["credit", "exchange"] = "credit"
    why: Literal["expiring", "slow", "damaged", "wrong", "other"] = "other"
    returned_on: date
    note: str = ""


class Out(msgspec.Struct, frozen=True):
    """What goes back of one lot, in thousandths of the item's own unit."""

    lot: Lot
    quantity: int


class Instead(msgspec.Struct, frozen=True):
    """What comes in exchange. `value` in rupiah; without it, what the item was last bought for."""

    item: ItemRef
    quantity: int
    value: int | None = None
    batch: str = ""
    expires_on: date | None = None


async def draft(supplier: Supplier, place: Place, head: Head, out: Sequence[Out], instead: Sequence[Instead]) -> UUID:
    """Write a return down; nothing moves yet. Raises Invalid (`out`, `instead`, `quantity-<lot>`)."""
    if place.client_id != supplier.client_id:
        raise Invalid(ATTENTION, {"place_id": text("Choose one of the given values.")})
    prices = await queries.last_prices(
        supplier.id, [*(one.lot.item_id for one in out), *(one.item.id for one in instead)]
    )
    _refuse_wrong(head, out, instead, prices)
    credit = sum(_worth(one, prices) for one in out) - sum(_worth_in(one, prices) for one in instead)
    if credit < 0:
        problem = text("What comes in is worth more than what goes back. Order the rest of it.")
        raise Invalid(ATTENTION, {"instead": problem})
    return_id, actor = uuid7(), current_actor()
    await db.execute(
        "insert into supplier_return (id, client_id, supplier_id, place_id, kind, why, returned_on, note, expected, actor_id,"
        " actor_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        *(
            return_id,
            supplier.client_id,
            supplier.id,
            place.id,
            head.kind,
            head.why,
            head.returned_on,
            head.note,
            credit,
        ),
        *(actor.id, actor.name),
    )
    going = [
        (
            "out",
            one.lot.item_id,
            one.lot.batch_id,
            "",
            None,
            _line_of(one.lot, prices),
            one.quantity,
            _worth(one, prices),
        )
        for one in out
    ]
    coming = [
        ("in", one.item.id, None, one.batch, one.expires_on, None, one.quantity, _worth_in(one, prices))
        for one in instead
    ]
    await db.execute(
        "insert into supplier_return_line (id, client_id, return_id, way, item_id, batch_id, batch, expires_on, order_line_id,"
        " quantity, price_value) select l.id, $1, $2, l.way, l.item_id, l.batch_id, l.batch, l.expires_on, l.order_line_id,"
        " l.quantity, l.value from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::date[], $9::uuid[],"
        " $10::bigint[], $11::bigint[])"
        " as l (id, way, item_id, batch_id, batch, expires_on, order_line_id, quantity, value)",
        *(supplier.client_id, return_id, [uuid7() for _ in [*going, *coming]]),
        *(list(column) for column in zip(*going, *coming, strict=True)),
    )
    await audit.record("created", "supplier_return", return_id, supplier.client_id, kind=head.kind, why=head.why)
    return return_id


def _refuse_wrong(head: Head, out: Sequence[Out], instead: Sequence[Instead], prices: Mapping[UUID, Price]) -> None:
    problems: dict[str, Text] = {}
    if not out:
        problems["out"] = text("Write how much of at least one lot goes back.")
    for one in out:
        if not 0 < one.quantity <= one.lot.there:
            problems[f"quantity-{one.lot.key}"] = text("So much of {name} is not there.", name=one.lot.name)
    if (head.kind == "exchange") != bool(instead):
        problems["instead"] = text("An exchange needs goods that come in; a return for credit has none.")
    for come in instead:
        if come.quantity <= 0:
            problems["instead"] = text("Write a quantity above zero.")
        elif come.value is None and come.item.id not in prices:
            problems["instead"] = text("Write what {name} is worth: it was never bought here.", name=come.item.name)
        elif come.item.batched and not (come.batch or come.expires_on):
            problems["instead"] = text("{name} is kept by lot: write its number or last day.", name=come.item.name)
    if problems:
        raise Invalid(ATTENTION, problems)


def _line_of(lot: Lot, prices: Mapping[UUID, Price]) -> UUID | None:
    return prices[lot.item_id].order_line_id if lot.item_id in prices else None


def _worth(one: Out, prices: Mapping[UUID, Price]) -> int:
    """The credit for a lot: at the price it was last bought for, or its cost where it never was."""
    price = prices.get(one.lot.item_id)
    if price is None:
        return round_ratio(one.lot.cost * one.quantity, one.lot.there)
    return round_ratio(price.amount * one.quantity, price.quantity)


def _worth_in(one: Instead, prices: Mapping[UUID, Price]) -> int:
    if one.value is not None:
        return one.value
    price = prices[one.item.id]
    return round_ratio(price.amount * one.quantity, price.quantity)


async def send(return_id: UUID) -> None:
    """The goods leave: out of the books at their cost. Raises Conflict when they are not there any more."""
    found = await _locked(return_id, "draft")
    lines = [line for line in await queries.list_lines(return_id) if line.way == "out"]
    posted = await ledger.post(found.client_id, [_leaving(found, line) for line in lines])
    costs = [-one.value for one in posted]
    await _keep_costs(lines, costs)
    await db.execute(
        "update purchase_order_line o set returned = o.returned + r.quantity from (select order_line_id, sum(quantity)::bigint"
        " as quantity from unnest($1::uuid[], $2::bigint[]) as l (order_line_id, quantity) group by 1) r"
        " where o.id = r.order_line_id",
        [line.order_line_id for line in lines if line.factor],
        [round_ratio(line.quantity * UNIT, line.factor) for line in lines if line.factor],
    )
    number = await numbers.take(found.client_id, "supplier_return", found.returned_on)
    await db.execute(
        "update supplier_return set number = $2, cost = $3, state = 'sent', version = version + 1 where id = $1",
        *(return_id, number, sum(costs)),
    )
    await audit.record("sent", "supplier_return", return_id, found.client_id, number=number)


def _leaving(found: Return, line: ReturnLine) -> Entry:
    return Entry(
        kind="supplier_return" if found.kind == "credit" else "exchange_out",
        place_id=found.place_id,
        item_id=line.item_id,
        quantity=-line.quantity,
        happened_on=found.returned_on,
        batch_id=line.batch_id,
        document_kind="supplier_return",
        document_id=found.id,
        reason=found.note,
        # Goods past their day may go back, whatever they are exchanged for.
        override="returned to the supplier",
    )


async def take_in(return_id: UUID, on: date) -> None:
    """What comes in exchange is there. Raises Conflict when it came already."""
    found = await _locked(return_id, "sent")
    lines = [line for line in await queries.list_lines(return_id) if line.way == "in"]
    # What came may be worth nothing, so that only the ledger tells whether it came.
    came = await db.value(
        "select 1 from stock_movement where document_id = $1 and kind = 'exchange_in' limit 1", return_id
    )
    if found.kind != "exchange" or came:
        raise Conflict(text("Return {number} awaits no goods.", number=found.number or "–"))
    entries = [
        Entry(
            kind="exchange_in",
            place_id=found.place_id,
            item_id=line.item_id,
            quantity=line.quantity,
            happened_on=max(on, found.returned_on),
            value=line.price_value,
            batch=Batch(line.batch, line.expires_on) if line.batched else None,
            document_kind="supplier_return",
            document_id=return_id,
        )
        for line in lines
    ]
    await ledger.post(found.client_id, entries)
    values = [line.price_value for line in lines]
    await _keep_costs(lines, values)
    await db.execute(
        "update supplier_return set exchanged = $2, version = version + 1,"
        " state = case when expected <= credited then 'closed' else state end where id = $1",
        *(return_id, sum(values)),
    )
    await audit.record("received", "supplier_return", return_id, found.client_id, number=found.number or "")


async def _keep_costs(lines: Sequence[ReturnLine], costs: Sequence[int]) -> None:
    await db.execute(
        "update supplier_return_line l set cost = c.cost from unnest($1::uuid[], $2::bigint[]) as c (id, cost)"
        " where l.id = c.id",
        *([line.id for line in lines], list(costs)),
    )


async def credit(return_id: UUID, number: str, noted_on: date, total: int, ppn: int) -> UUID:
    """Record the credit note about a return: `total` rupiah with `ppn`. Raises Conflict, Invalid (`number`, `total`)."""
    found = await _locked(return_id, "sent")
    if not 0 <= ppn < total:
        raise Invalid(ATTENTION, {"total": text("The credit must be more than its PPN.")})
    note_id: UUID | None = await db.value(
        "insert into credit_note (client_id, supplier_id, return_id, number, noted_on, ppn, total, actor_id, actor_name)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, supplier_id, number) do nothing returning id",
        *(found.client_id, found.supplier_id, return_id, number, noted_on, ppn, total),
        *(current_actor().id, current_actor().name),
    )
    if note_id is None:
        raise Invalid(
            ATTENTION, {"number": text("Credit note {number} of this supplier is here already.", number=number)}
        )
    arrived = found.kind == "credit" or found.exchanged > 0
    whole = arrived and found.credited + total - ppn >= found.expected
    await db.execute(
        "update supplier_return set credited = credited + $2, version = version + 1,"
        " state = case when $3 then 'credited' else state end where id = $1",
        *(return_id, total - ppn, whole),
    )
    await audit.record("credited", "supplier_return", return_id, found.client_id, credit=number, amount=total)
    return note_id


async def end(return_id: UUID, reason: str) -> None:
    """No more credit will come. Raises Invalid without a reason (`reason`)."""
    found = await _locked(return_id, "sent")
    if not reason.strip():
        raise Invalid(ATTENTION, {"reason": text("Say why the rest of the credit is given up.")})
    await db.execute("update supplier_return set state = 'closed', version = version + 1 where id = $1", return_id)
    await audit.record("closed", "supplier_return", return_id, found.client_id, reason=reason, given_up=found.missing)


async def cancel(return_id: UUID) -> None:
    """Give a draft up."""
    found = await _locked(return_id, "draft")
    await db.execute("update supplier_return set state = 'cancelled', version = version + 1 where id = $1", return_id)
    await audit.record("cancelled", "supplier_return", return_id, found.client_id)


async def _locked(return_id: UUID, state: str) -> Return:
    found = await queries.get_return(return_id, lock=True)
    if found.state != state:
        label = queries.STATES[found.state][0]
        raise Conflict(text("This return is in another state by now: {state}.", state=str(label)))
    return found
