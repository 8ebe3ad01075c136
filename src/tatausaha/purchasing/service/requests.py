"""The verbs of a request: write, submit, take back, turn into orders, give up."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tatausaha.core import audit, changes, db, entitlements
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import Change, ChangeRow, Item, Line
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import current_language, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import format_rupiah
from tatausaha.core.quantities import format_quantity
from tatausaha.people.rules import today
from tatausaha.purchasing.forms import RequestForm
from tatausaha.purchasing.queries import requests
from tatausaha.purchasing.queries.requests import Request
from tatausaha.purchasing.queries.suppliers import get_client, supplier_names
from tatausaha.purchasing.service import lines, orders, wishes
from tatausaha.purchasing.service.lines import Draft, Typed
from tatausaha.stock.queries import items, places

APPROVE = "purchase_request.approve"
KIND = "purchase_request"


async def create(client_id: UUID, form: RequestForm, typed: Typed) -> UUID:
    """A draft of a request. Raises `Invalid` with a sentence at each wrong field."""
    client = await get_client(client_id)
    place = await orders.place_of(client_id, form.place_id)
    drafts = await _resolve(client_id, typed, client.time_zone)
    await entitlements.begin("request")
    actor, request_id = current_actor(), uuid7()
    await db.execute(
        "insert into purchase_request (id, client_id, place_id, department, needed_on, reason, estimate, maker_id,"
        " maker_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(request_id, client_id, place.id, form.department[:200], form.needed_on, form.reason[:2000]),
        *(await lines.estimate(drafts, today(client.time_zone)), actor.id, actor.name),
    )
    await _put_lines(client_id, request_id, drafts)
    await audit.record("created", KIND, request_id, client_id)
    return request_id


async def save(request: Request, form: RequestForm, typed: Typed) -> None:
    """Keep what was typed into a draft, also into one that was rejected. `request` must be locked."""
    if request.state not in ("draft", "rejected"):
        raise Conflict(text("Only a draft can be typed over; this request was submitted meanwhile."))
    if form.version != str(request.version):
        raise Conflict(text("Somebody else changed this request meanwhile. Reload the page, then type again."))
    place = await orders.place_of(request.client_id, form.place_id)
    drafts = await _resolve(request.client_id, typed, request.time_zone)
    await db.execute(
        "update purchase_request set place_id = $2, department = $3, needed_on = $4, reason = $5, estimate = $6,"
        " state = 'draft', version = version + 1 where id = $1",
        *(request.id, place.id, form.department[:200], form.needed_on, form.reason[:2000]),
        await lines.estimate(drafts, today(request.time_zone)),
    )
    await db.execute("delete from purchase_request_line where request_id = $1", request.id)
    await _put_lines(request.client_id, request.id, drafts)
    await audit.record("changed", KIND, request.id, request.client_id)


async def submit(request: Request) -> Proposed:
    """Ask for approval, as the client's rules and the estimate say. `request` must be locked."""
    if request.state not in ("draft", "rejected"):
        raise Conflict(text("This request was submitted already."))
    found = await requests.list_lines(request.id)
    await _become(request.id, "waiting")
    return await changes.propose(
        APPROVE,
        subject_id=request.id,
        client_id=request.client_id,
        subject=f"{request.department} · {request.place_name}",
        before={},
        after={
            "estimate": request.estimate,
            "lines": [
                {"name": one.name, "unit": one.unit, "quantity": one.quantity, "supplier": one.supplier_name or ""}
                for one in found
            ],
        },
        reason=request.reason,
        amount=request.estimate,
    )


def _page(change: ChangeRow) -> str:
    return f"/purchasing/requests/{change.subject_id}"


def _show(change: Change) -> list[Item]:
    wanted = [
        Line(
            one["name"], "–", f"{format_quantity(one['quantity'], current_language())} {one['unit']} {one['supplier']}"
        )
        for one in change.after["lines"]
    ]
    estimate = Line(text("Estimated cost"), "–", format_rupiah(change.after["estimate"], current_language()))
    return [Item(change.subject, change.page, [estimate, *wanted])]


async def _refused(change: Change, comment: str) -> None:
    await db.execute(
        "update purchase_request set state = 'rejected', answer = $2, version = version + 1 where id = $1",
        *(change.subject_id, comment),
    )


async def _withdrawn(change: Change) -> None:
    assert change.subject_id is not None
    await _become(change.subject_id, "draft")


@changes.applies(
    APPROVE,
    label=text("Purchase request"),
    by_amount=True,
    page=_page,
    show=_show,
    refused=_refused,
    withdrawn=_withdrawn,
)
async def approve(change: Change) -> None:
    """What was asked for may be ordered."""
    assert change.subject_id is not None
    await _become(change.subject_id, "approved")


async def take_back(request: Request) -> None:
    """A submitted request becomes a draft again; only who submitted it takes it back."""
    waiting = [one for one in await changes.list_pending(request.id) if one.kind == APPROVE]
    if not waiting:
        raise Conflict(text("Nothing of this request waits for approval."))
    await changes.withdraw(waiting[0].id)


async def cancel(request: Request) -> None:
    """Nothing of it is wanted any more. `request` must be locked."""
    if request.state in ("ordered", "cancelled"):
        raise Conflict(text("This request has ended already."))
    await changes.overtake(APPROVE, request.id)
    await _become(request.id, "cancelled")
    await audit.record("cancelled", KIND, request.id, request.client_id)


async def order(request: Request) -> list[UUID]:
    """Turn an approved request into a draft of an order for each supplier. `request` must be locked.

    Raises Conflict naming items without a supplier or a price.
    """
    if request.state != "approved":
        raise Conflict(text("Only an approved request becomes orders."))
    found = await requests.list_lines(request.id)
    refs = await items.list_refs([one.item_id for one in found])
    drafts = [
        Draft(
            id=None,
            item=refs[one.item_id],
            unit=one.unit,
            factor=one.factor,
            quantity=one.quantity,
            price=0,
            discount=0,
            supplier_id=one.supplier_id,
        )
        for one in found
    ]
    drafts = await wishes.suggest_suppliers(drafts)
    made = await wishes.into_orders(await places.get_place(request.place_id), drafts, request_id=request.id)
    for line, draft in zip(found, drafts, strict=True):
        await db.execute(
            "update purchase_request_line set supplier_id = $2, order_id = $3 where id = $1",
            *(line.id, draft.supplier_id, made[draft.supplier_id] if draft.supplier_id else None),
        )
    await _become(request.id, "ordered")
    await audit.record("ordered", KIND, request.id, request.client_id, orders=len(made))
    return list(made.values())


async def _become(request_id: UUID, state: str) -> None:
    await db.execute("update purchase_request set state = $2, version = version + 1 where id = $1", request_id, state)


async def _resolve(client_id: UUID, typed: Typed, zone: str) -> list[Draft]:
    drafts = await lines.resolve(client_id, typed, today(zone), None, priced=False)
    named = {one.supplier_id for one in drafts if one.supplier_id}
    if len(await supplier_names(client_id, list(named))) < len(named):
        raise NotFound(text("This supplier does not exist."))
    return await wishes.suggest_suppliers(drafts)


async def _put_lines(client_id: UUID, request_id: UUID, drafts: list[Draft]) -> None:
    rows: list[Mapping[str, Any]] = [
        {
            "client_id": client_id,
            "request_id": request_id,
            "position": at,
            "item_id": one.item.id,
            **{name: getattr(one, name) for name in ("unit", "factor", "quantity", "supplier_id")},
        }
        for at, one in enumerate(drafts, 1)
    ]
    names = ", ".join(rows[0])
    await db.execute(
        f"insert into purchase_request_line ({names}) select {names}"  # noqa: S608 - our own columns
        " from jsonb_populate_recordset(null::purchase_request_line, $1)",
        rows,
    )
