"""Orders are released when another person agrees, as the client's rules and the amount say: the first time they get their
number, later a new version takes the place of the one before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tatausaha.core import audit, changes, db, numbers
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import Change, ChangeRow, Item, Line
from tatausaha.core.changes import Proposed
from tatausaha.core.dates import format_day
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import format_rupiah
from tatausaha.core.quantities import format_quantity
from tatausaha.people.rules import today
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.queries.orders import Order
from tatausaha.purchasing.service import content, expected, sending
from tatausaha.purchasing.service.content import Content

RELEASE = "purchase_order.release"
KIND = "purchase_order"
SENDABLE = ("waiting", "approved", "sent", "confirmed", "refused")
"""States in which an order can still be released: a first version that waits, and later ones of what was released."""


async def propose(order: Order, after: Content, reason: str = "") -> Proposed:
    """Ask for the release of a first version, or of one that replaces what was released. `order` must be locked."""
    await changes.overtake(RELEASE, order.id)
    return await changes.propose(
        RELEASE,
        subject_id=order.id,
        client_id=order.client_id,
        subject=f"{order.number or render(text('Order'))} · {order.supplier_name}",
        before=await content.present(order),
        after=after,
        amount=after["total"],
        reason=reason,
    )


def _page(change: ChangeRow) -> str:
    return f"/purchasing/orders/{change.subject_id}"


async def _present(change: Change) -> Content:
    assert change.subject_id is not None
    return await content.present(await orders.get_order(change.subject_id, lock=True))


def _show(change: Change) -> list[Item]:
    head = [
        Line(text("Total"), *_both(change, "total", _rupiah)),
        Line(text("PPN"), *_both(change, "ppn", _rupiah)),
        Line(text("Delivered to"), *_both(change, "place", str)),
        Line(text("Expected on"), *_both(change, "expected_on", _day)),
        Line(text("Note"), *_both(change, "note", str)),
    ]
    before, after = ({one["id"]: one for one in values.get("lines", ())} for values in (change.before, change.after))
    ids = list(dict.fromkeys([*after, *before]))
    lines = [
        Line((after.get(key) or before[key])["name"], _ordered(before.get(key)), _ordered(after.get(key)))
        for key in ids
    ]
    return [Item(change.subject, change.page, head + lines)]


def _both(change: Change, name: str, write: Any) -> Iterable[str]:
    return (write(values[name]) if values.get(name) else "–" for values in (change.before, change.after))


def _rupiah(amount: int) -> str:
    return format_rupiah(amount, current_language())


def _day(written: str) -> str:
    return format_day(date.fromisoformat(written), current_language())


def _ordered(line: Content | None) -> str:
    if line is None:
        return "–"
    quantity = f"{format_quantity(line['quantity'], current_language())} {line['unit']}"
    less = f" − {format_quantity(line['discount'], current_language())} %" if line["discount"] else ""
    return f"{quantity} × {_rupiah(line['price'])}{less} = {_rupiah(line['amount'])}"


async def _refused(change: Change, comment: str) -> None:
    """An order that was never released is a draft again, with the reason in its change; a released one stays as it was."""
    await _back_to_draft(change)


async def _back_to_draft(change: Change) -> None:
    # What the supplier proposed and staff agreed to did not come into force: it is to be decided on anew.
    await db.execute(
        "update order_answer a set decision = null, decided_at = null, decided_name = '' from purchase_order o"
        " where o.id = $1 and a.order_id = o.id and a.revision = o.revision and a.decision = 'accepted'",
        change.subject_id,
    )
    await db.execute(
        "update purchase_order set state = 'draft', submitted_at = null, version = version + 1"
        " where id = $1 and state = 'waiting'",
        change.subject_id,
    )


@changes.applies(
    RELEASE,
    label=text("Release of a purchase order"),
    by_amount=True,
    page=_page,
    present=_present,
    show=_show,
    refused=_refused,
    withdrawn=_back_to_draft,
)
async def release(change: Change) -> None:
    """Put the version in force: number, lines, what is on its way, its record, and its letter to the supplier."""
    assert change.subject_id is not None
    order = await orders.get_order(change.subject_id, lock=True)
    if order.state not in SENDABLE:
        raise Conflict(_gone(order))
    first = order.number is None
    day = today(order.time_zone)
    number = await numbers.take(order.client_id, KIND, day) if first else order.number
    revision = 1 if first else order.revision + 1
    was = [] if first else await orders.list_lines(order.id)
    if not first:
        await replace_lines(order, change.after["lines"])
    await _put_in_force(order, number, revision, day if first else order.ordered_on, change.after)
    await expected.move(order, was, await orders.list_lines(order.id))
    await db.execute(
        "insert into purchase_order_revision (client_id, order_id, revision, content, total, reason, approved_name)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        *(order.client_id, order.id, revision, change.after, change.after["total"], change.reason),
        current_actor().name,
    )
    await sending.queue(order.id)
    await audit.record("released", KIND, order.id, order.client_id, number=number, revision=revision)


async def _put_in_force(order: Order, number: str | None, revision: int, day: date, after: Content) -> None:
    await db.execute(
        "update purchase_order set state = 'approved', number = $2, revision = $3, ordered_on = $4, expected_on = $5,"
        " note = $6, ppn_rate = $7, subtotal = $8, ppn = $9, total = $10, approved_at = now(), approved_name = $11,"
        " sent_at = null, confirmed_at = null, version = version + 1 where id = $1",
        *(order.id, number, revision, day, date.fromisoformat(after["expected_on"]) if after["expected_on"] else None),
        *(after["note"], after["ppn_rate"], after["subtotal"], after["ppn"], after["total"], current_actor().name),
    )


async def replace_lines(order: Order, after: Sequence[Mapping[str, Any]]) -> None:
    """The lines as they shall be. What came or was billed of a line stays with it, and bounds what it can become.

    Raises Conflict when a line of which something came would vanish, or hold less than that.
    """
    known = {str(line.id): line for line in await orders.list_lines(order.id)}
    kept = {one["id"]: one for one in after if one["id"] in known}
    for key, line in known.items():
        done = max(line.received, line.billed)
        left = kept[key]["quantity"] if key in kept and kept[key]["item_id"] == str(line.item_id) else 0
        if done > left or (done and kept[key]["factor"] != line.factor):
            raise Conflict(
                text(
                    "{quantity} {unit} of {item} came or were billed already; the order cannot go below that.",
                    quantity=format_quantity(done, current_language()),
                    unit=line.unit,
                    item=line.name,
                )
            )
    await db.execute("delete from purchase_order_line where order_id = $1 and id <> all($2)", order.id, list(kept))
    rows = [
        {"client_id": order.client_id, "order_id": order.id, "position": at, **one} for at, one in enumerate(after, 1)
    ]
    names = ("position", "item_id", "unit", "factor", "quantity", "price", "discount", "amount")
    await db.execute(
        f"insert into purchase_order_line (id, client_id, order_id, {', '.join(names)})"  # noqa: S608 - our own columns
        f" select id, client_id, order_id, {', '.join(names)} from jsonb_populate_recordset(null::purchase_order_line, $1)"
        f" on conflict (tenant_id, id) do update set ({', '.join(names)}) ="
        f" row({', '.join('excluded.' + name for name in names)})"
        " where purchase_order_line.order_id = excluded.order_id",
        rows,
    )


def _gone(order: Order) -> Text:
    if order.state == "cancelled":
        return text("This order was cancelled. Make a new one.")
    return text("The goods of this order came already; it cannot be changed any more. Make a new one.")


def outcome(asked: Proposed, done: Text) -> Text:
    """What to tell after a submission: in force at once, or for whom it waits."""
    return done if asked.applied else text("It waits for the approval of another person.")
