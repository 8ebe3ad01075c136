"""Goods come in against an order: counted in the order's unit, kept by lot, valued at the order's price.

A receipt is booked at once. One that brings more than the client's tolerance allows waits for a second person, and counts
for nothing until then.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, numbers
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import Change, Item, Line
from tatausaha.core.dates import EARLIEST
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import RATE_BASE, round_ratio
from tatausaha.core.quantities import format_quantity
from tatausaha.purchasing.queries import orders, payable_policy
from tatausaha.purchasing.queries import receipts as queries
from tatausaha.purchasing.queries.receipts import OrderHead, Receipt, ReceiptLine, ReceivableLine
from tatausaha.purchasing.rules.totals import in_stock_unit, totals
from tatausaha.purchasing.service import expected, matching
from tatausaha.stock.service import ledger, months
from tatausaha.stock.service.ledger import Batch, Entry

OVER = "goods_receipt.over"
ATTENTION = text("Some fields need your attention.")


class Came(msgspec.Struct, frozen=True):
    """What came of one line of the order, of one lot: thousandths of the order's unit."""

    order_line_id: UUID
    quantity: int
    batch: str = ""
    expires_on: date | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as it stood at the door. With `rest` "cancelled" what did not come is not awaited any more."""

    received_on: date
    delivery_note: str = ""
    rest: str = "open"
    note: str = ""
    once_key: str


async def receive(order_id: UUID, delivery: Delivery, came: Sequence[Came], today: date) -> UUID:
    """Take a delivery in; gives the receipt, the same one for a form sent twice.

    Raises Conflict when the order takes no goods, Invalid (fields `quantity-<order line>`, `batch-…`, `received_on`).
    """
    order = await queries.get_order(order_id, lock=True)
    if made := await queries.find_receipt(order.client_id, delivery.once_key):
        if made[1] != order_id:
            raise Conflict(text("This form was used for another receipt. Reload the page and type it again."))
        return made[0]
    if not order.takes_goods:
        raise Conflict(text("Order {number} takes no goods in now.", number=order.number or "–"))
    lines = {line.id: line for line in await queries.list_order_lines(order_id)}
    _refuse_wrong(lines, delivery, came, today)
    receipt_id = await _insert(order, delivery, came, lines)
    over = _over(lines, came, (await payable_policy.get_policy(order.client_id)).over_rate)
    await audit.record(
        "received", "goods_receipt", receipt_id, order.client_id, order=order.number or "", lines=len(came)
    )
    if over:
        await _ask(await queries.get_receipt(receipt_id))
    else:
        await book(await queries.get_receipt(receipt_id, lock=True))
    return receipt_id


def _refuse_wrong(lines: Mapping[UUID, ReceivableLine], delivery: Delivery, came: Sequence[Came], today: date) -> None:
    problems: dict[str, Text] = {}
    if not EARLIEST <= delivery.received_on <= today:
        problems["received_on"] = text("Write the day on which the goods came; it cannot be still ahead.")
    if not came:
        problems["came"] = text("Write how much came of at least one line.")
    for one in came:
        if one.order_line_id not in lines:
            raise Invalid(text("A line of this form is not of this order. Reload the page and type it again."))
        line = lines[one.order_line_id]
        if one.quantity <= 0:
            problems[f"quantity-{line.id}"] = text("Write a quantity above zero.")
        elif not in_stock_unit(one.quantity, line.factor):
            problems[f"quantity-{line.id}"] = text(
                "This is less than a thousandth of {name}'s own unit.", name=line.item_name
            )
        if line.batched and not (one.batch or one.expires_on):
            problems[f"batch-{line.id}"] = text(
                "{name} is kept by lot: write its number or last day.", name=line.item_name
            )
    if problems:
        raise Invalid(ATTENTION, problems)


def _over(lines: Mapping[UUID, ReceivableLine], came: Sequence[Came], over_rate: int) -> bool:
    sums = _sums(came)
    return any(
        (lines[key].received + quantity) * RATE_BASE > lines[key].quantity * (RATE_BASE + over_rate)
        for key, quantity in sums.items()
    )


def _sums(came: Sequence[Came] | Sequence[ReceiptLine]) -> dict[UUID, int]:
    sums: dict[UUID, int] = {}
    for one in came:
        sums[one.order_line_id] = sums.get(one.order_line_id, 0) + one.quantity
    return sums


async def _insert(
    order: OrderHead, delivery: Delivery, came: Sequence[Came], lines: Mapping[UUID, ReceivableLine]
) -> UUID:
    receipt_id, actor = uuid7(), current_actor()
    number = await numbers.take(order.client_id, "goods_receipt", delivery.received_on)
    await db.execute(
        "insert into goods_receipt (id, client_id, order_id, supplier_id, place_id, number, delivery_note, received_on,"
        " state, rest, note, once_key, actor_id, actor_name)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, $12, $13)",
        *(receipt_id, order.client_id, order.id, order.supplier_id, order.place_id, number, delivery.delivery_note),
        *(delivery.received_on, delivery.rest, delivery.note, delivery.once_key, actor.id, actor.name),
    )
    await db.execute(
        "insert into goods_receipt_line (client_id, receipt_id, order_line_id, item_id, quantity, batch, expires_on)"
        " select $1, $2, l.* from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::date[]) as l",
        *(order.client_id, receipt_id, [one.order_line_id for one in came]),
        *([lines[one.order_line_id].item_id for one in came], [one.quantity for one in came]),
        *([one.batch for one in came], [one.expires_on for one in came]),
    )
    return receipt_id


async def book(receipt: Receipt) -> None:
    """Let a receipt count: into the ledger, onto the order, and off what the place waits for. It and its order are locked."""
    order = await queries.get_order(receipt.order_id, lock=True)
    if not order.takes_goods:  # it may have ended while the receipt waited
        raise Conflict(text("Order {number} takes no goods in now.", number=order.number or "–"))
    lines = {line.id: line for line in await queries.list_order_lines(order.id)}
    came = await queries.list_receipt_lines(receipt.id)
    claims = (await payable_policy.get_policy(order.client_id)).claims_ppn
    values = _values(lines, came, 0 if claims else order.ppn_rate)
    entries = [
        Entry(
            kind="receipt",
            place_id=receipt.place_id,
            item_id=one.item_id,
            quantity=in_stock_unit(one.quantity, one.factor),
            happened_on=receipt.received_on,
            value=value,
            batch=Batch(one.batch, one.expires_on) if lines[one.order_line_id].batched else None,
            document_kind="goods_receipt",
            document_id=receipt.id,
        )
        for one, value in zip(came, values, strict=True)
    ]
    # What is not awaited any more is taken off levels that nothing comes into: these are held as well.
    await ledger.hold(order.client_id, ((receipt.place_id, line.item_id) for line in lines.values()))
    await ledger.post(order.client_id, entries)
    await db.execute(
        "update goods_receipt_line l set value = v.value from unnest($1::uuid[], $2::bigint[]) as v (id, value)"
        " where l.id = v.id",
        *([one.id for one in came], values),
    )
    await db.execute("update goods_receipt set state = 'booked', value = $2 where id = $1", receipt.id, sum(values))
    await _settle(order, lines, _sums(came), ends=receipt.rest == "cancelled")
    await matching.match_again(order.id)


def _values(lines: Mapping[UUID, ReceivableLine], came: Sequence[ReceiptLine], ppn_rate: int) -> list[int]:
    """What each lot is worth: so much of its line that all receipts together come to the line's amount, to the rupiah."""
    before, values = {line.id: line.received for line in lines.values()}, []
    for one in came:
        line = lines[one.order_line_id]
        amount = totals([line.amount], ppn_rate).total
        so_far = before[line.id]
        before[line.id] = so_far + one.quantity
        upto, since = (round_ratio(amount * part, line.quantity) for part in (before[line.id], so_far))
        values.append(upto - since)
    return values


async def _settle(
    order: OrderHead, lines: Mapping[UUID, ReceivableLine], came: Mapping[UUID, int], *, ends: bool
) -> None:
    """The order's lines, its state, and what its place still waits for."""
    head, was = await orders.get_order(order.id), await orders.list_lines(order.id)
    await db.execute(
        "update purchase_order_line l set received = l.received + c.quantity from unnest($1::uuid[], $2::bigint[])"
        " as c (id, quantity) where l.id = c.id",
        *(list(came), list(came.values())),
    )
    whole = all(line.received + came.get(line.id, 0) >= line.quantity for line in lines.values())
    state = "received" if whole else "closed" if ends else order.state
    await db.execute(
        "update purchase_order set state = $2, closed_at = case when $2 = 'closed' then now() end, version = version + 1"
        " where id = $1",
        *(order.id, state),
    )
    await expected.move(head, was, [] if ends else await orders.list_lines(order.id))


# More than may come -------------------------------------------------------------------------------------------------------


async def give_up(receipt: Receipt) -> None:
    """A receipt that waits for a second person is not wanted any more."""
    if receipt.state != "waiting":
        raise Conflict(text("Receipt {number} does not wait for anybody.", number=receipt.number))
    await changes.overtake(OVER, receipt.id)
    await db.execute("update goods_receipt set state = 'refused' where id = $1", receipt.id)
    await audit.record("cancelled", "goods_receipt", receipt.id, receipt.client_id)


async def _ask(receipt: Receipt) -> None:
    lines = await queries.list_receipt_lines(receipt.id)
    order = {line.id: line.received for line in await queries.list_order_lines(receipt.order_id)}
    await changes.propose(
        OVER,
        subject_id=receipt.id,
        client_id=receipt.client_id,
        subject=receipt.number,
        reason=receipt.note,
        before={"received": {str(line.order_line_id): order[line.order_line_id] for line in lines}},
        after={
            "lines": [
                {
                    "name": line.item_name,
                    "unit": line.unit,
                    "ordered": line.ordered,
                    "received": order[line.order_line_id],
                    "came": line.quantity,
                }
                for line in lines
            ]
        },
    )


async def _present(change: Change) -> Mapping[str, Any]:
    assert change.subject_id is not None
    receipt = await queries.get_receipt(change.subject_id, lock=True)
    await queries.get_order(receipt.order_id, lock=True)
    order = {str(line.id): line.received for line in await queries.list_order_lines(receipt.order_id)}
    return {"received": {key: order.get(key) for key in change.before["received"]}}


def _show(change: Change) -> list[Item]:
    language = current_language()
    lines = [
        Line(
            one["name"],
            render(
                text(
                    "ordered {ordered} {unit}, received {received}",
                    ordered=format_quantity(one["ordered"], language),
                    received=format_quantity(one["received"], language),
                    unit=one["unit"],
                )
            ),
            render(text("{came} {unit} come", came=format_quantity(one["came"], language), unit=one["unit"])),
        )
        for one in change.after["lines"]
    ]
    return [Item(change.subject, change.page, lines)]


async def _refused(change: Change, _: str) -> None:
    await db.execute("update goods_receipt set state = 'refused' where id = $1", change.subject_id)


@changes.applies(
    OVER,
    label=text("More goods than ordered"),
    page=lambda change: f"/purchasing/receipts/{change.subject_id}",
    present=_present,
    show=_show,
    refused=_refused,
)
async def apply_over(change: Change) -> None:
    """Book the receipt that waited."""
    assert change.subject_id is not None
    await book(await queries.get_receipt(change.subject_id, lock=True))


@months.waits_on
async def _waiting_receipts(client_id: UUID, last: date) -> list[Text]:
    """A month of stock is not closed while goods that came in it await a second person."""
    count = await db.value(
        "select count(*)::int from goods_receipt where client_id = $1 and state = 'waiting' and received_on <= $2",
        *(client_id, last),
    )
    return [text("{count} receipts of goods wait for a second person.", count=count)] if count else []
