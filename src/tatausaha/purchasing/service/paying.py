"""Bills are paid together: proposed by one person, released by another, told to the bank by a file, and answered bill by bill.

A bill is in one payment at a time that is not over (the database's own rule), so that what failed can be paid again and
nothing is paid twice. An account that changes, or that somebody asked to change, stops the file.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from tatausaha.core import audit, bank_files, changes, db, numbers, sealed
from tatausaha.core.actor import current_actor
from tatausaha.core.bank_files import LAYOUTS, PLAIN, Transfer
from tatausaha.core.change_kinds import Change, Item, Line
from tatausaha.core.crypto import keyring
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.formulas import guarded
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import format_rupiah
from tatausaha.purchasing.queries import payments as queries
from tatausaha.purchasing.queries.payments import Payment, PaymentLine
from tatausaha.purchasing.service import settling

RELEASE = "supplier_payment.release"
ATTENTION = text("Some fields need your attention.")
LONGEST_REMARK = 100


async def propose(client_id: UUID, pay_on: date, bill_ids: Sequence[UUID], note: str = "") -> UUID:
    """Put bills into one payment and ask a second person to release it; gives the payment.

    Raises Invalid (`bills`) when one is not to be paid now, and Conflict that names the supplier whose account is missing,
    or waits for a change.
    """
    # Held until it is told how much: nothing is set off against a bill, and none made void, in the same moment.
    await db.execute("select from supplier_bill where id = any($1) order by id for update", list(bill_ids))
    due = await queries.list_due(client_id, date.max, bill_ids)
    if not bill_ids or {one.id for one in due} != set(bill_ids):
        raise Invalid(ATTENTION, {"bills": text("Choose bills that are approved, open, and in no other payment.")})
    if barred := next((one.barred for one in due if one.barred), None):
        raise Conflict(barred)
    payment_id, actor, total = uuid7(), current_actor(), sum(one.open for one in due)
    number = await numbers.take(client_id, "supplier_payment", pay_on)
    await db.execute(
        "insert into supplier_payment (id, client_id, number, pay_on, state, total, note, actor_id, actor_name)"
        " values ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8)",
        *(payment_id, client_id, number, pay_on, total, note, actor.id, actor.name),
    )
    taken = await db.execute(
        # Whoever proposed the same bill in this moment was first.
        "insert into supplier_payment_line (client_id, payment_id, bill_id, supplier_id, amount, account_index)"
        " select b.client_id, $1, b.id, b.supplier_id, b.open, s.bank_account_index from supplier_bill b"
        " join supplier s on s.tenant_id = b.tenant_id and s.id = b.supplier_id where b.id = any($2) order by b.id"
        " on conflict (tenant_id, bill_id) where state = 'open' do nothing",
        *(payment_id, list(bill_ids)),
    )
    if taken != len(due):
        raise Conflict(text("Somebody else just put one of these bills into a payment. Reload the page."))
    await audit.record(
        "proposed", "supplier_payment", payment_id, client_id, number=number, bills=len(due), total=total
    )
    await ask_release(await queries.get_payment(payment_id))
    return payment_id


async def ask_release(payment: Payment) -> None:
    """Ask a second person to release a payment; also again, when the first request was withdrawn or became void."""
    if payment.state != "waiting":
        raise Conflict(text("Payment {number} is not waiting to be released.", number=payment.number))
    lines = await queries.list_lines(payment.id)
    await changes.propose(
        RELEASE,
        subject_id=payment.id,
        client_id=payment.client_id,
        subject=payment.number,
        amount=payment.total,
        reason=payment.note,
        before={"lines": _kept(lines)},
        after={"total": payment.total, "pay_on": payment.pay_on.isoformat()},
    )


def _kept(lines: Sequence[PaymentLine]) -> list[dict[str, Any]]:
    return [
        {
            "supplier": line.supplier_name,
            "bill": line.number,
            "amount": line.amount,
            "bank": line.bank,
            "sound": line.same_account and not line.account_waits,
        }
        for line in lines
    ]


async def _present(change: Change) -> Mapping[str, Any]:
    assert change.subject_id is not None
    await queries.get_payment(change.subject_id, lock=True)
    lines = await queries.list_lines(change.subject_id)
    _refuse_other_accounts(lines)
    return {"lines": _kept(lines)}


def _show(change: Change) -> list[Item]:
    language = current_language()
    return [
        Item(
            change.subject,
            change.page,
            [
                Line(text("Pay on"), "–", change.after["pay_on"]),
                *(
                    Line(
                        f"{one['supplier']} · {one['bill']}",
                        one["bank"],
                        format_rupiah(one["amount"], language),
                    )
                    for one in change.before["lines"]
                ),
                Line(text("Total"), "", format_rupiah(change.after["total"], language)),
            ],
        )
    ]


async def _refused(change: Change, _: str) -> None:
    assert change.subject_id is not None
    # Asked for twice and released by the other request, it may be at the bank: its bills must not become payable again.
    if (await queries.get_payment(change.subject_id, lock=True)).state == "waiting":
        await _end(change.subject_id, "cancelled")


async def _makers(change: Change) -> set[UUID]:
    """Who chose the bills, also where somebody else asked for the release once more."""
    chose = await db.value("select actor_id from supplier_payment where id = $1", change.subject_id)
    return {chose} if chose else set()


@changes.applies(
    RELEASE,
    label=text("Payment to suppliers"),
    choices=("colleague", "manager", "client"),
    by_amount=True,
    page=lambda change: f"/purchasing/payments/{change.subject_id}",
    present=_present,
    show=_show,
    makers=_makers,
    refused=_refused,
)
async def apply_release(change: Change) -> None:
    """The payment may go to the bank."""
    assert change.subject_id is not None
    await changes.overtake(RELEASE, change.subject_id)
    await db.execute(
        "update supplier_payment set state = 'released', released_at = now() where id = $1 and state = 'waiting'",
        change.subject_id,
    )


async def cancel(payment: Payment) -> None:
    """Give a payment up of which nothing was told to the bank. `payment` must be locked."""
    if payment.state not in ("waiting", "released") or payment.filed_at:
        raise Conflict(
            text("Payment {number} went to the bank already: say of each bill what came of it.", number=payment.number)
        )
    await changes.overtake(RELEASE, payment.id)
    await _end(payment.id, "cancelled")
    await audit.record("cancelled", "supplier_payment", payment.id, payment.client_id, number=payment.number)


async def _end(payment_id: UUID, state: str) -> None:
    await db.execute(
        "update supplier_payment_line set state = 'dropped' where payment_id = $1 and state = 'open'", payment_id
    )
    await db.execute("update supplier_payment set state = $2 where id = $1", payment_id, state)


# The file for the bank ----------------------------------------------------------------------------------------------------


async def write_file(payment: Payment, layout: str, debit: str) -> tuple[str, bytes]:
    """The file of a released payment by a layout of `bank_files`, or "plain"; gives its name and content.

    Account numbers are opened here and nowhere else. Raises Conflict when it is not released, or when an account is
    another than the one that was released; Invalid where the layout cannot carry a transfer. `payment` must be locked.
    """
    if payment.state != "released":
        raise Conflict(text("Payment {number} is not released.", number=payment.number))
    lines = [line for line in await queries.list_lines(payment.id) if line.state == "open"]
    _refuse_other_accounts(lines)
    transfers = await _transfers(lines)
    if layout == "plain":
        content = _plain_list(payment.pay_on, transfers)
    elif layout in LAYOUTS:
        content = bank_files.write(LAYOUTS[layout], debit, payment.pay_on, transfers)
    else:
        raise Invalid(ATTENTION, {"layout": text("Choose one of the given values.")})
    await db.execute(
        "update supplier_payment set filed_at = coalesce(filed_at, $2) where id = $1", payment.id, datetime.now(UTC)
    )
    await audit.saw(
        *("supplier_payment", payment.id, payment.client_id),
        action="downloaded",
        count=len(transfers),
        layout=layout,
        number=payment.number,
    )
    name = payment.number.replace("/", "-")
    return f"{name}-{layout}.csv", content


def _refuse_other_accounts(lines: Sequence[PaymentLine]) -> None:
    for line in lines:
        if line.account_waits:
            raise Conflict(text("A change of {name}'s bank account waits for approval.", name=line.supplier_name))
        if not line.same_account:
            sentence = text(
                "The bank account of {name} changed since this payment was proposed. Cancel it and propose it again.",
                name=line.supplier_name,
            )
            raise Conflict(sentence)


async def _transfers(lines: Sequence[PaymentLine]) -> list[Transfer]:
    """One for each supplier, with the numbers of its bills as the remark."""
    found = await db.records(
        "select id, bank_account, email from supplier where id = any($1)", list({line.supplier_id for line in lines})
    )
    keys = await keyring()
    opened = {one["id"]: sealed.opened(keys, one, sealed.SUPPLIER) for one in found}
    transfers = []
    for supplier_id, group in groupby(
        sorted(lines, key=lambda line: str(line.supplier_id)), lambda line: line.supplier_id
    ):
        own = list(group)
        transfers.append(
            Transfer(
                account=opened[supplier_id]["bank_account"],
                holder=own[0].bank_holder or own[0].supplier_name,
                bank=own[0].bank,
                amount=sum(line.amount for line in own),
                remark=" ".join(line.number for line in own)[:LONGEST_REMARK],
                email=opened[supplier_id]["email"],
            )
        )
    return transfers


def _plain_list(pay_on: date, transfers: Sequence[Transfer]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([render(column.label) for column in PLAIN])
    for transfer in transfers:
        values = [pay_on.isoformat() if column.key == "pay_on" else getattr(transfer, column.key) for column in PLAIN]
        writer.writerow([guarded(value) if isinstance(value, str) else value for value in values])
    return file.getvalue().encode("utf-8-sig")


# What came of it ----------------------------------------------------------------------------------------------------------


async def keep_paid(line_id: UUID, paid_on: date, reference: str) -> None:
    """A bill was paid: `reference` is the bank's own. Raises Conflict when that was said already."""
    payment, line = await _open_line(line_id)
    await db.execute(
        "update supplier_payment_line set state = 'paid', paid_on = $2, reference = $3 where id = $1",
        *(line_id, paid_on, reference),
    )
    await settling.settle(line.bill_id, paid=line.amount)
    await audit.record(
        "paid", "supplier_bill", line.bill_id, payment.client_id, number=line.number, reference=reference
    )
    await _close(payment.id)


async def keep_failed(line_id: UUID, failure: str) -> None:
    """The bank did not pay a bill: it may stand in the next payment. Raises Invalid without a reason (`failure`)."""
    if not failure.strip():
        raise Invalid(ATTENTION, {"failure": text("Say what the bank answered.")})
    payment, line = await _open_line(line_id)
    await db.execute(
        "update supplier_payment_line set state = 'failed', failure = $2 where id = $1", line_id, failure.strip()
    )
    await audit.record("failed", "supplier_bill", line.bill_id, payment.client_id, number=line.number)
    await _close(payment.id)


async def _open_line(line_id: UUID) -> tuple[Payment, PaymentLine]:
    payment_id, _ = await queries.get_line(line_id)
    payment = await queries.get_payment(payment_id, lock=True)
    _, line = await queries.get_line(line_id)
    if payment.state != "released" or line.state != "open":
        raise Conflict(
            text("What came of bill {number} is known already, or it was never released.", number=line.number)
        )
    return payment, line


async def _close(payment_id: UUID) -> None:
    await db.execute(
        "update supplier_payment set state = 'done' where id = $1 and not exists"
        " (select from supplier_payment_line l where l.payment_id = $1 and l.state = 'open')",
        payment_id,
    )
