"""The verbs of a shift: open it, count its drawer, close it, with a second person where the count is off."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tatausaha.core import audit, changes, db, entitlements
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import Change, ChangeRow
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import Rupiah
from tatausaha.sales.queries import shifts as queries
from tatausaha.sales.queries.shifts import Shift
from tatausaha.sales.rules.drawer import Counted, Taken, compare
from tatausaha.sales.rules.lines import till_code
from tatausaha.sales.rules.methods import CASH
from tatausaha.sales.service.tills import ATTENTION
from tatausaha.stock.queries.places import Place
from tatausaha.stock.service import months

CLOSE = "shift.close"
LONGEST_REASON = 500
LONGEST = {"till": 40, "number": 60, "cashier": 200}
FIELDS = {
    "total": changes.Field(text("Expected, and what was counted"), "rupiah"),
    "difference": changes.Field(text("Difference"), "rupiah"),
    "opening_cash": changes.Field(text("Opening cash"), "rupiah"),
}


async def open_shift(
    place: Place, day: date, till: str = "", number: str = "", cashier: str = "", opening_cash: Rupiah = 0
) -> tuple[UUID, bool]:
    """Open a drawer; gives the shift, and whether it is new: one of this till, day and number exists only once."""
    code = till_code(till)
    _refuse_long(till=code, number=number, cashier=cashier)
    if code:
        await db.execute(
            "insert into till (client_id, place_id, code) values ($1, $2, $3) on conflict do nothing",
            *(place.client_id, place.id, code),
        )
    till_id: UUID | None = await db.value("select id from till where place_id = $1 and code = $2", place.id, code)
    shift_id, session = uuid7(), number or cashier[:60]
    made = await db.execute(
        "insert into shift (id, client_id, place_id, till_id, day, number, cashier, opening_cash)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        *(shift_id, place.client_id, place.id, till_id, day, session, cashier, opening_cash),
    )
    if made:
        await entitlements.begin("shift")
        await audit.record("opened", "shift", shift_id, place.client_id, opening_cash=opening_cash)
        return shift_id, True
    found = await queries.find_shift(place.id, till_id, day, session)
    assert found is not None
    return found, False


def _refuse_long(**typed: str) -> None:
    long = {
        name: text("At most {limit} characters.", limit=LONGEST[name])
        for name in typed
        if len(typed[name]) > LONGEST[name]
    }
    if long:
        raise Invalid(ATTENTION, long)


async def count(shift: Shift, opening_cash: Rupiah, counted: Mapping[str, Rupiah], reason: str) -> list[Counted]:
    """Close a shift by what was counted; one whose count is off needs a reason and waits for a second person.

    So does another opening cash than was said before: it could hide whatever is missing. `shift` must be locked.
    Raises `Invalid` without a reason for a difference, `Conflict` for one that is closed.
    """
    if not shift.countable:
        raise Conflict(text("This shift is closed already."))
    if shift.state == "waiting":
        await changes.overtake(CLOSE, shift.id)
        await _take_in_late(shift.id)
    found = compare(opening_cash, await _taken(shift.id), counted)
    difference = sum(one.difference for one in found)
    said = shift.opening_cash or opening_cash
    off = sum(abs(one.difference) for one in found) + abs(opening_cash - said)
    if off and not reason.strip():
        raise Invalid(ATTENTION, {"reason": _why(difference, opening_cash - said, off)})
    await _keep_count(shift, said, found, reason.strip()[:LONGEST_REASON] if off else "")
    await audit.record("counted", "shift", shift.id, shift.client_id, difference=difference, opening_cash=opening_cash)
    if off:
        await _ask(shift, found, reason, off, {"opening_cash": said}, {"opening_cash": opening_cash})
    else:
        await _close(shift.id, shift.client_id)
    return found


async def see_late(shift: Shift, shown: str) -> None:
    """A person has looked at the sales that came after the count: at as many as were shown, not at later ones."""
    seen = min(int(shown[:9]), shift.late_lines) if shown.isascii() and shown.isdigit() else shift.late_lines
    await db.execute("update shift set late_seen = greatest(late_seen, $2) where id = $1", shift.id, seen)
    await audit.record("looked_through", "shift", shift.id, shift.client_id, lines=seen)


def _why(difference: Rupiah, opening: Rupiah, off: Rupiah) -> Text:
    if opening:
        return text("Say why the opening cash differs by {amount} rupiah from what was said before.", amount=opening)
    return text("Say why the count differs by {amount} rupiah.", amount=difference or off)


async def _taken(shift_id: UUID) -> list[Taken]:
    return [Taken(one.method, one.sales, one.refunds) for one in await queries.list_methods(shift_id)]


async def _keep_count(shift: Shift, opening_cash: Rupiah, found: list[Counted], reason: str) -> None:
    await db.execute(
        "insert into shift_method (client_id, shift_id, method, expected, counted)"
        " select $1, $2, c.method, c.expected, c.counted from unnest($3::text[], $4::bigint[], $5::bigint[])"
        " c (method, expected, counted) on conflict (tenant_id, shift_id, method)"
        " do update set expected = excluded.expected, counted = excluded.counted",
        *(shift.client_id, shift.id, [one.method for one in found]),
        *([one.expected for one in found], [one.counted for one in found]),
    )
    cash = next(one.counted for one in found if one.method == CASH)
    await db.execute(
        "update shift set opening_cash = $2, counted_cash = $3, difference = $4, reason = $5, state = 'waiting',"
        " version = version + 1 where id = $1",
        *(shift.id, opening_cash, cash, sum(one.difference for one in found), reason),
    )


async def _ask(
    shift: Shift,
    found: list[Counted],
    reason: str,
    off: Rupiah,
    before: Mapping[str, Rupiah],
    after: Mapping[str, Rupiah],
) -> None:
    await changes.propose(
        CLOSE,
        subject_id=shift.id,
        client_id=shift.client_id,
        subject=f"{shift.place_name} {shift.till_code} {shift.day:%d/%m/%Y} {shift.number}",
        before={**before, "total": sum(one.expected for one in found), "difference": 0},
        after={
            **after,
            "total": sum(one.counted for one in found),
            "difference": sum(one.difference for one in found),
        },
        reason=reason,
        amount=off,
    )


async def _close(shift_id: UUID, client_id: UUID) -> None:
    actor = current_actor()
    await db.execute(
        "update shift set state = 'closed', closed_at = now(), closed_by = $2, closed_name = $3, version = version + 1"
        " where id = $1",
        *(shift_id, actor.id, actor.name),
    )
    await audit.record("closed", "shift", shift_id, client_id)


async def _take_in_late(shift_id: UUID) -> None:
    """The drawer will be counted again: what came meanwhile is part of the count."""
    await db.execute("update sale_line set late = false where shift_id = $1 and late", shift_id)
    await db.execute(
        "update shift_method m set late = 0, late_lines = 0, lines = m.lines + m.late_lines,"
        " sales = l.sales, refunds = l.refunds"
        " from (select method, coalesce(sum(amount) filter (where quantity > 0), 0) as sales,"
        "  coalesce(sum(amount) filter (where quantity < 0), 0) as refunds from sale_line where shift_id = $1 group by method) l"
        " where m.shift_id = $1 and m.method = l.method and m.late_lines > 0",
        shift_id,
    )
    await db.execute("update shift set late_seen = 0 where id = $1", shift_id)


async def _present(change: Change) -> Mapping[str, Any]:
    assert change.subject_id is not None
    shift = await queries.get_shift(change.subject_id, lock=True)
    methods = await queries.list_methods(change.subject_id)
    total = sum(one.expected or 0 for one in methods)
    return {"opening_cash": shift.opening_cash, "total": total, "difference": 0}


async def _back(change: Change, _comment: str = "") -> None:
    """Nobody agreed, or nobody is asked any more: it is to be counted again."""
    assert change.subject_id is not None
    await queries.get_shift(change.subject_id, lock=True)
    await _take_in_late(change.subject_id)
    await db.execute("update shift set state = 'counted', version = version + 1 where id = $1", change.subject_id)


def _page(change: ChangeRow) -> str | None:
    return f"/sales/shifts/{change.subject_id}"


@changes.applies(
    CLOSE,
    label=text("Closing of a shift whose count is off"),
    fields=FIELDS,
    by_amount=True,
    page=_page,
    present=_present,
    refused=_back,
    withdrawn=_back,
)
async def apply_close(change: Change) -> None:
    """Close the shift with the difference that was agreed on."""
    assert change.subject_id is not None
    assert change.client_id is not None
    await db.execute(
        "update shift set opening_cash = $2 where id = $1", change.subject_id, change.after["opening_cash"]
    )
    await _close(change.subject_id, change.client_id)


@months.waits_on
async def _open_shifts(client_id: UUID, last: date) -> list[Text]:
    """A month of stock is not closed while drawers of its days are."""
    count = await db.value(
        "select count(*)::int from shift where client_id = $1 and state <> 'closed' and day <= $2", client_id, last
    )
    return [text("{count} shifts are not closed.", count=count)] if count else []
