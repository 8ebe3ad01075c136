"""Office supplies: a department asks, somebody else agrees, what is handed out is charged to the department."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from tatausaha.core import audit, changes, db, entitlements
from tatausaha.core.actor import current_actor
from tatausaha.core.changes import Change
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.quantities import format_quantity, parse_quantity
from tatausaha.people.rules import today
from tatausaha.stock.queries import supplies
from tatausaha.stock.queries.supplies import Request, RequestLine
from tatausaha.stock.rules.cover import worth
from tatausaha.stock.rules.shelf import Entry
from tatausaha.stock.service import ledger
from tatausaha.stock.service.once import OUT_OF_DATE, key_of

KIND = "stock.supplies"
DOCUMENT = "supply_request"
STATES: dict[str, tuple[Text, str]] = {
    "waiting": (text("Waits for approval"), "waiting"),
    "approved": (text("To be issued"), "progress"),
    "issued": (text("Issued"), "done"),
    "refused": (text("Refused"), "attention"),
    "cancelled": (text("Given up"), "draft"),
}
NEEDED, ISSUE = "needed-", "issue-"
"""What stands before an item's or a line's id in the names of the fields that take quantities."""
LONGEST_DEPARTMENT, LONGEST_REASON = 100, 500
MOST = 1_000_000_000
"""Thousandths of a unit that one line may ask for, and one more."""
ATTENTION = text("Some fields need your attention.")


async def ask(
    client_id: UUID, place_id: UUID, department: str, reason: str, quantities: Mapping[UUID, int], token: str = ""
) -> tuple[UUID, bool]:
    """Ask for supplies of a place; gives the request's id, and whether it may be issued already.

    A form sent twice, by its `token`, asks once. Raises `Invalid` when nothing is asked for, or something that is no
    supply of the client's.
    """
    request_id, actor = await key_of(token), current_actor()
    state = await db.value("select state from supply_request where id = $1 and client_id = $2", request_id, client_id)
    if state is not None:
        return request_id, state != "waiting"
    found = await supplies.list_supplies(client_id, place_id, list(quantities))
    if not quantities or len(found) < len(quantities):
        raise Invalid(ATTENTION, {"needed": text("Write how much of at least one item is needed.")})
    await entitlements.begin("supply")
    made = await db.execute(
        "insert into supply_request (id, client_id, place_id, department, reason, asked_by, asked_name)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        *(request_id, client_id, place_id, department, reason, actor.id, actor.name),
    )
    if not made:
        raise Invalid(OUT_OF_DATE)
    await db.execute(
        "insert into supply_request_line (client_id, request_id, item_id, quantity)"
        " select $1, $2, l.item_id, l.quantity from unnest($3::uuid[], $4::bigint[]) l (item_id, quantity)",
        *(client_id, request_id, [one.id for one in found], [quantities[one.id] for one in found]),
    )
    await audit.record("asked", "supply_request", request_id, client_id, lines=len(found))
    lines = {
        str(one.id): {"name": one.name, "unit": one.unit, "there": one.there, "quantity": quantities[one.id]}
        for one in found
    }
    proposed = await changes.propose(
        KIND,
        subject_id=request_id,
        client_id=client_id,
        subject=department,
        before={},
        after=lines,
        reason=reason,
        amount=sum(worth(quantities[one.id], one.there, one.value) for one in found),
    )
    return request_id, proposed.applied


async def ask_typed(client_id: UUID, place_id: UUID | None, typed: Mapping[str, str]) -> tuple[UUID, bool]:
    """Ask for what was typed: `department`, `reason`, `token`, and a quantity for each item. Raises `Invalid`."""
    if place_id is None:
        raise Invalid(ATTENTION, {"place": text("Enter a place first: supplies lie somewhere.")})
    department, reason = (" ".join(typed.get(name, "").split()) for name in ("department", "reason"))
    problems: dict[str, Text] = {}
    if not 1 <= len(department) <= LONGEST_DEPARTMENT:
        problems["department"] = text("Write the department, in at most {most} letters.", most=LONGEST_DEPARTMENT)
    if len(reason) > LONGEST_REASON:
        problems["reason"] = text("Write at most {most} letters.", most=LONGEST_REASON)
    if problems:
        raise Invalid(ATTENTION, problems)
    quantities = read_quantities(typed, NEEDED)
    return await ask(client_id, place_id, department, reason, quantities, typed.get("token", ""))


async def issue(request: Request, quantities: Mapping[UUID, int]) -> None:
    """Hand out, by line; the cost goes to the department. `request` must be locked.

    Raises `Conflict` when nobody agreed yet, `Invalid` for more than was asked for, and what the ledger raises.
    """
    if request.state != "approved":
        raise Conflict(text("This request is not agreed to, or has ended; nothing can be issued."))
    lines = [line for line in await supplies.list_lines(request.id) if quantities.get(line.id)]
    over: dict[str, Text] = {
        f"{ISSUE}{line.id}": text("Only {rest} are left to issue.", rest=format_quantity(line.rest, current_language()))
        for line in lines
        if quantities[line.id] > line.rest
    }
    if over or not lines:
        raise Invalid(ATTENTION, over or {"issue": text("Write how much of at least one item is issued.")})
    day = today(request.time_zone)
    posted = await ledger.post(request.client_id, [_entry(request, line, quantities[line.id], day) for line in lines])
    await db.execute(
        "update supply_request_line l set issued = l.issued + n.quantity, value = l.value + n.value"
        " from unnest($1::uuid[], $2::bigint[], $3::bigint[]) n (id, quantity, value) where l.id = n.id",
        *([line.id for line in lines], [quantities[line.id] for line in lines], [-one.value for one in posted]),
    )
    await audit.record("issued", "supply_request", request.id, request.client_id, lines=len(lines))
    if not any(line.rest for line in await supplies.list_lines(request.id)):
        await _enter(request.id, "approved", "issued")


def _entry(request: Request, line: RequestLine, quantity: int, day: date) -> Entry:
    return Entry(
        kind="issue",
        place_id=request.place_id,
        item_id=line.item_id,
        quantity=-quantity,
        happened_on=day,
        document_kind=DOCUMENT,
        document_id=request.id,
        department=request.department,
        reason=request.reason,
    )


async def close(request: Request) -> None:
    """Nothing more is issued; the rest is not needed any more. `request` must be locked."""
    if request.state == "waiting":
        await changes.overtake(KIND, request.id)
        await _enter(request.id, "waiting", "cancelled")
    elif request.state == "approved":
        issued = any(line.issued for line in await supplies.list_lines(request.id))
        await _enter(request.id, "approved", "issued" if issued else "cancelled")
    else:
        raise Conflict(text("This request has ended already."))
    await audit.record("closed", "supply_request", request.id, request.client_id)


async def _enter(request_id: UUID | None, was: str, state: str, comment: str = "") -> None:
    await db.execute(
        "update supply_request set state = $3, version = version + 1, comment = $4,"
        " ended_at = case when $3 = 'approved' then null else now() end where id = $1 and state = $2",
        *(request_id, was, state, comment),
    )


async def _refused(change: Change, comment: str) -> None:
    await _enter(change.subject_id, "waiting", "refused", comment)


async def _withdrawn(change: Change) -> None:
    await _enter(change.subject_id, "waiting", "cancelled")


def _show(change: Change) -> list[changes.Item]:
    language = current_language()
    return [
        changes.Item(
            change.subject,
            change.page,
            [
                changes.Line(
                    one["name"],
                    # What is there stands beside what is asked for.
                    text("{quantity} in stock", quantity=format_quantity(one["there"], language)),
                    f"{format_quantity(one['quantity'], language)} {one['unit']}",
                )
                for one in change.after.values()
            ],
        )
    ]


@changes.applies(
    KIND,
    label=text("Request for office supplies"),
    by_amount=True,
    page=lambda change: f"/stock/supplies/{change.subject_id}",
    show=_show,
    refused=_refused,
    withdrawn=_withdrawn,
)
async def agree(change: Change) -> None:
    """What was asked for may be issued."""
    await _enter(change.subject_id, "waiting", "approved")


def read_quantities(typed: Mapping[str, str], prefix: str) -> dict[UUID, int]:
    """The quantities of a form whose fields are named by the prefix and an id; empty fields and zero count as nothing.

    Raises `Invalid` with a sentence at each field that holds no quantity.
    """
    found: dict[UUID, int] = {}
    problems: dict[str, Text] = {}
    for name, written in typed.items():
        if not name.startswith(prefix) or not written.strip():
            continue
        try:
            key, quantity = UUID(name.removeprefix(prefix)), parse_quantity(written, current_language())
        except ValueError:
            problems[name] = text("Write a quantity with at most three decimals, for example 12 or 0,5.")
            continue
        if not 0 <= quantity < MOST:
            problems[name] = text("The quantity must be zero or more, and below one million.")
        elif quantity:
            found[key] = quantity
    if problems:
        raise Invalid(ATTENTION, problems)
    return found
