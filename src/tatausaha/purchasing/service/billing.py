"""Suppliers' bills: entered once, matched, approved or accepted by a second person, set off and made void."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, entitlements
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import Change, Item, Line
from tatausaha.core.changes import Proposed
from tatausaha.core.dates import EARLIEST, LATEST
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import format_rupiah, round_ratio
from tatausaha.core.taxes import SERVICES, ServiceAmount, pph23, pph23_rate
from tatausaha.purchasing.queries import bills, payable_policy, receipts
from tatausaha.purchasing.queries.bills import Bill, Supplier
from tatausaha.purchasing.queries.receipts import ReceivableLine
from tatausaha.purchasing.rules.matching import Finding, find_same
from tatausaha.purchasing.rules.totals import UNIT
from tatausaha.purchasing.service import matching
from tatausaha.purchasing.service.settling import under_way

ACCEPT = "supplier_bill.accept"
ATTENTION = text("Some fields need your attention.")
MOST = 10_000_000_000_000


class Asked(msgspec.Struct, frozen=True):
    """A line as the supplier wrote it: `amount` in rupiah without PPN, `quantity` in thousandths of its unit.

    It is of a line of the order, or has words of its own; `service` names one that bears PPh 23.
    """

    quantity: int
    amount: int
    order_line_id: UUID | None = None
    description: str = ""
    service: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The bill as it lies on the desk. Without `due_on` the supplier's terms count; `ppn` in rupiah."""

    number: str
    billed_on: date
    due_on: date | None = None
    ppn: int = 0
    tax_invoice: str = ""
    twice_reason: str = ""
    note: str = ""
    once_key: str


async def enter(supplier: Supplier, order_id: UUID | None, paper: Paper, asked: Sequence[Asked]) -> UUID:
    """Take a bill in and match it; gives its id, the same one for a form sent twice.

    Raises Invalid: `number` or `twice_reason` when it may be here already, `lines`, `billed_on`, `due_on`.
    """
    order = await receipts.get_order(order_id, lock=True) if order_id else None
    if made := await bills.find_bill(supplier.client_id, paper.once_key):
        return made
    if order and order.supplier_id != supplier.id:
        raise Invalid(ATTENTION, {"order_id": text("This order went to another supplier.")})
    lines = {line.id: line for line in await receipts.list_order_lines(order.id)} if order else {}
    _refuse_wrong(lines, paper, asked)
    if order is None:
        await entitlements.begin("bill")
    subtotal = sum(line.amount for line in asked)
    await _refuse_twice(supplier, paper, subtotal + paper.ppn)
    withheld = pph23((ServiceAmount(line.amount, line.service) for line in asked), has_npwp=supplier.has_npwp)
    bill_id, actor = uuid7(), current_actor()
    due_on = paper.due_on or paper.billed_on + timedelta(days=supplier.terms_days)
    await db.execute(
        "insert into supplier_bill (id, client_id, supplier_id, order_id, number, billed_on, due_on, subtotal, ppn, pph23,"
        " total, tax_invoice, twice_reason, note, once_key, actor_id, actor_name)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        *(
            bill_id,
            supplier.client_id,
            supplier.id,
            order_id,
            paper.number,
            paper.billed_on,
            due_on,
            subtotal,
            paper.ppn,
        ),
        *(withheld, subtotal + paper.ppn, paper.tax_invoice, paper.twice_reason, paper.note, paper.once_key),
        *(actor.id, actor.name),
    )
    await _insert_lines(bill_id, supplier, lines, asked)
    await _count(asked_of(asked), 1)
    await audit.record("entered", "supplier_bill", bill_id, supplier.client_id, number=paper.number)
    await matching.match(bill_id)
    return bill_id


def asked_of(lines: Sequence[Asked] | Sequence[bills.BillLine]) -> dict[UUID, int]:
    """What the lines count of each line of the order."""
    sums: dict[UUID, int] = {}
    for line in lines:
        if line.order_line_id:
            sums[line.order_line_id] = sums.get(line.order_line_id, 0) + line.quantity
    return sums


def _refuse_wrong(lines: Mapping[UUID, ReceivableLine], paper: Paper, asked: Sequence[Asked]) -> None:
    problems: dict[str, Text] = {}
    if not asked or not sum(line.amount for line in asked) or sum(line.amount for line in asked) + paper.ppn >= MOST:
        problems["lines"] = text("Write what the supplier bills, line by line.")
    if any(line.quantity <= 0 or line.amount < 0 for line in asked):
        problems["lines"] = text("Every line needs a quantity above zero and an amount.")
    if any(line.order_line_id and line.order_line_id not in lines for line in asked):
        problems["lines"] = text("A line of this form is not of this order. Reload the page and type it again.")
    if any(not line.order_line_id and not line.description for line in asked):
        problems["lines"] = text("Say in words what each further line is for.")
    if any(line.service and line.service not in SERVICES for line in asked):
        problems["lines"] = text("Choose one of the given values.")
    if not all(EARLIEST <= day <= LATEST for day in (paper.billed_on, paper.due_on or paper.billed_on)):
        problems["billed_on"] = text("Write a date between {first} and {last}.", first=EARLIEST.year, last=LATEST.year)
    if paper.due_on and paper.due_on < paper.billed_on:
        problems["due_on"] = text("A bill cannot be due before it was written.")
    if problems:
        raise Invalid(ATTENTION, problems)


async def _refuse_twice(supplier: Supplier, paper: Paper, total: int) -> None:
    # Two who enter the same bill in one moment come one after the other.
    await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"bills {supplier.id}")
    days = (await payable_policy.get_policy(supplier.client_id)).near_days
    known = await bills.list_same(supplier.id, paper.number, total, paper.billed_on, days)
    found = find_same(paper.number, paper.billed_on, total, known, days)
    for bill in known:
        if bill.number == paper.number:
            raise Invalid(ATTENTION, {"number": found[bill.id]})
    if found and not paper.twice_reason:
        said = " ".join(render(one) for one in found.values())
        raise Invalid(ATTENTION, {"twice_reason": text("{said} If yours is another one, say why.", said=said)})


async def _insert_lines(
    bill_id: UUID, supplier: Supplier, lines: Mapping[UUID, ReceivableLine], asked: Sequence[Asked]
) -> None:
    ordered = [lines[one.order_line_id] if one.order_line_id else None for one in asked]
    await db.execute(
        "insert into supplier_bill_line (id, client_id, bill_id, order_line_id, item_id, description, unit, quantity, price,"
        " amount, service, pph23_rate) select l.id, $1, $2, l.order_line_id, l.item_id, l.description, l.unit, l.quantity,"
        " l.price, l.amount, l.service, l.rate from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],"
        " $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::int[]) as"
        " l (id, order_line_id, item_id, description, unit, quantity, price, amount, service, rate)",
        *(supplier.client_id, bill_id, [uuid7() for _ in asked], [one.order_line_id for one in asked]),
        [line.item_id if line else None for line in ordered],
        [line.item_name if line else one.description for line, one in zip(ordered, asked, strict=True)],
        [line.unit if line else "" for line in ordered],
        [one.quantity for one in asked],
        [round_ratio(one.amount * UNIT, one.quantity) for one in asked],
        [one.amount for one in asked],
        [one.service for one in asked],
        [pph23_rate(one.service, has_npwp=supplier.has_npwp) for one in asked],
    )


async def _count(billed: Mapping[UUID, int], sign: int) -> None:
    await db.execute(
        "update purchase_order_line l set billed = l.billed + $3 * c.quantity from unnest($1::uuid[], $2::bigint[])"
        " as c (id, quantity) where l.id = c.id",
        *(list(billed), list(billed.values()), sign),
    )


# Approved, or accepted although it does not fit ---------------------------------------------------------------------------


async def approve(bill_id: UUID) -> None:
    """Let a bill that fits be paid. Raises Conflict for one that does not, or that is approved already."""
    found = await matching.match(bill_id)
    bill = await bills.get_bill(bill_id)
    if bill.state != "draft":
        raise Conflict(
            found[0].sentence if found else text("Bill {number} is not to be approved now.", number=bill.number)
        )
    await _set_state(bill_id, "approved" if bill.open else "paid")
    await audit.record("approved", "supplier_bill", bill_id, bill.client_id, number=bill.number)


async def misfits(bill: Bill) -> list[str]:
    """What of a bill does not fit, in the reader's language."""
    return [render(one.sentence) for one in await matching.find_misfits(bill, await bills.list_bill_lines(bill.id))]


async def accept(bill_id: UUID, reason: str) -> Proposed:
    """Ask a second person to let a held bill be paid as it is. Raises Conflict for one that is not held, Invalid (`reason`)."""
    found = await matching.match(bill_id)
    bill = await bills.get_bill(bill_id)
    if bill.state != "held":
        raise Conflict(text("Bill {number} is not held.", number=bill.number))
    if not reason.strip():
        raise Invalid(ATTENTION, {"reason": text("Say why it should be paid as it is.")})
    return await changes.propose(
        ACCEPT,
        subject_id=bill_id,
        client_id=bill.client_id,
        subject=f"{bill.supplier_name} {bill.number}",
        reason=reason,
        amount=bill.total,
        before={"state": "held", "findings": _kept(found)},
        after={"state": "approved", "total": bill.total, "findings": _kept(found)},
    )


def _kept(found: Sequence[Finding]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(one) for one in found]


async def _present(change: Change) -> Mapping[str, Any]:
    assert change.subject_id is not None
    bill = await bills.get_bill(change.subject_id, lock=True)
    found = await matching.find_misfits(bill, await bills.list_bill_lines(bill.id))
    return {"state": bill.state, "findings": _kept(found)}


def _show(change: Change) -> list[Item]:
    language, after = current_language(), change.after
    lines = [Line(text("To be paid"), "–", format_rupiah(after["total"], language))]
    found = [msgspec.convert(one, Finding) for one in after["findings"]]
    return [
        Item(change.subject, change.page, [*lines, *(Line(text("Does not fit"), one.sentence, "") for one in found)])
    ]


@changes.applies(
    ACCEPT,
    label=text("Bill that does not fit"),
    by_amount=True,
    page=lambda change: f"/purchasing/bills/{change.subject_id}",
    present=_present,
    show=_show,
)
async def apply_accept(change: Change) -> None:
    """The bill may be paid as it is."""
    assert change.subject_id is not None
    bill = await bills.get_bill(change.subject_id)
    await _set_state(bill.id, "approved" if bill.open else "paid")


async def _set_state(bill_id: UUID, state: str) -> None:
    await db.execute("update supplier_bill set state = $2, version = version + 1 where id = $1", bill_id, state)


# Made void -----------------------------------------------------------------------------------------------------------------


async def void(bill_id: UUID, reason: str) -> None:
    """A bill that should not have been entered. Raises Conflict when something of it is paid, set off or on its way."""
    bill = await bills.get_bill(bill_id)
    if bill.order_id:
        await receipts.get_order(bill.order_id, lock=True)
    bill = await bills.get_bill(bill_id, lock=True)
    if bill.state not in bills.UNPAID or bill.paid or bill.credited or await under_way(bill_id):
        raise Conflict(text("Bill {number} is paid, set off or on its way to the bank already.", number=bill.number))
    if not reason.strip():
        raise Invalid(ATTENTION, {"reason": text("Say why this bill is void.")})
    await changes.overtake(ACCEPT, bill_id)
    await _count(asked_of(await bills.list_bill_lines(bill_id)), -1)
    await _set_state(bill_id, "void")
    await audit.record("voided", "supplier_bill", bill_id, bill.client_id, reason=reason, number=bill.number)
    if bill.order_id:
        await matching.match_again(bill.order_id)
