"""The verbs of selling on credit: issue an invoice, take money, void, remind."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, entitlements, letters, numbers
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import Change, ChangeRow
from tatausaha.core.dates import format_day
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import Rupiah
from tatausaha.core.settling import settle
from tatausaha.sales.queries import customers, receivables
from tatausaha.sales.queries.customers import Customer
from tatausaha.sales.receivable_forms import InvoiceForm, PaymentForm
from tatausaha.sales.rules.credit import beyond, due_day, instalments
from tatausaha.sales.service.customers import ATTENTION

NUMBERS = "sales_invoice"
OVER_LIMIT = "receivable.over_limit"
MOST_PARTS = 36
FIELDS = {
    "amount": changes.Field(text("Invoice"), "rupiah"),
    "owed": changes.Field(text("Owed already"), "rupiah"),
    "limit": changes.Field(text("Credit limit"), "rupiah"),
    "due_on": changes.Field(text("First due day"), "day"),
}


class Issued(msgspec.Struct, frozen=True):
    """What became of an invoice: issued under its number, or waiting because it is beyond the limit."""

    request_id: UUID
    number: str | None
    over: Rupiah


async def issue(customer: Customer, form: InvoiceForm, today: date) -> Issued:
    """Sell on credit; beyond the customer's limit it waits for a second person. `customer` must be locked.

    The same form sent twice makes one invoice. Raises `Invalid` with a sentence at each wrong field.
    """
    request_id = _request_id(form.token)
    if same := await receivables.list_parts(request_id):
        return Issued(request_id, same[0].number, 0)
    parts = _parts(customer, form, today)
    await entitlements.begin("invoice")
    owed = await customers.sum_owed(customer.id)
    over = beyond(customer.credit_limit, owed, form.amount)
    number = None if over else await numbers.take(customer.client_id, NUMBERS, form.issued_on)
    await _insert(customer, form, request_id, number, parts)
    await audit.record("created", "invoice", request_id, customer.client_id, number=number or "", amount=form.amount)
    if over:
        await changes.propose(
            OVER_LIMIT,
            subject_id=request_id,
            client_id=customer.client_id,
            subject=customer.name,
            before={"limit": customer.credit_limit, "owed": owed},
            after={
                "amount": form.amount,
                "due_on": parts[0][0].isoformat(),
                "limit": customer.credit_limit,
                "owed": owed,
            },
            reason=form.note,
            amount=over,
        )
        number = (await receivables.list_parts(request_id))[0].number
    return Issued(request_id, number, over)


async def _refused(change: Change, _comment: str = "") -> None:
    """Nobody agreed, or nobody is asked any more: it frees the limit again."""
    await _set_state(change, "refused")


def _page(change: ChangeRow) -> str | None:
    return f"/sales/invoices/{change.subject_id}"


@changes.applies(
    OVER_LIMIT,
    label=text("Sale beyond the credit limit"),
    fields=FIELDS,
    by_amount=True,
    page=_page,
    refused=_refused,
    withdrawn=_refused,
)
async def apply_over_limit(change: Change) -> None:
    """Issue the invoice that waited."""
    parts = await receivables.list_parts(_subject(change), lock=True)
    if parts[0].state != "waiting":
        raise Conflict(text("This invoice does not wait any more."))
    number = await numbers.take(parts[0].client_id, NUMBERS, parts[0].issued_on)
    await _set_state(change, "open", number)


async def receive(customer: Customer, form: PaymentForm, today: date) -> UUID:
    """Money that came: it settles the oldest due day first. `customer` must be locked. The same form sent twice is one.

    Raises `Invalid` for more than is owed, a day to come, and a reference that was entered before.
    """
    receipt_id = _request_id(form.token) if form.token else uuid7()
    if await db.value("select exists (select from customer_receipt where id = $1)", receipt_id):
        return receipt_id
    if form.received_on > today:
        raise Invalid(ATTENTION, {"received_on": text("This day is still to come.")})
    if form.reference and await _known(customer.id, form.reference):
        raise Invalid(ATTENTION, {"reference": text("A payment with this reference was entered before.")})
    debts = [(debt.id, debt.open) for debt in await receivables.list_open(customer.id, lock=True)]
    shares, rest = settle(form.amount, debts)
    if rest or not form.amount:
        owed = sum(amount for _, amount in debts)
        raise Invalid(ATTENTION, {"amount": text("{name} owes {amount} rupiah.", name=customer.name, amount=owed)})
    actor = current_actor()
    await db.execute(
        "insert into customer_receipt (id, client_id, customer_id, received_on, amount, method, reference, actor_id,"
        " actor_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(receipt_id, customer.client_id, customer.id, form.received_on, form.amount, form.method, form.reference),
        *(actor.id, actor.name),
    )
    await db.execute(
        "with paid as (insert into customer_receipt_line (client_id, receipt_id, receivable_id, amount)"
        "   select $1, $2, id, amount from unnest($3::uuid[], $4::bigint[]) as share (id, amount)"
        "   returning receivable_id, amount)"
        " update receivable r set paid = r.paid + paid.amount,"
        "   state = case when r.paid + paid.amount = r.amount then 'paid' else 'open' end"
        " from paid where r.id = paid.receivable_id",
        *(customer.client_id, receipt_id, [key for key, _ in shares], [amount for _, amount in shares]),
    )
    await audit.record("created", "payment", receipt_id, customer.client_id, amount=form.amount)
    return receipt_id


async def void(request_id: UUID, reason: str) -> None:
    """An invoice does not hold: it keeps its number, with the reason. One that was paid in part cannot be voided."""
    parts = await receivables.list_parts(request_id, lock=True)
    if not parts:
        raise NotFound(text("This invoice does not exist."))
    if not reason.strip():
        raise Invalid(ATTENTION, {"reason": text("Say why it does not hold.")})
    if any(part.state != "open" or part.paid for part in parts):
        raise Conflict(text("Only an open invoice of which nothing was paid can be voided."))
    await db.execute(
        "update receivable set state = 'void', void_reason = $2 where request_id = $1", request_id, reason.strip()[:500]
    )
    await audit.record("voided", "invoice", request_id, parts[0].client_id, reason=reason.strip())


async def remind(customer: Customer, today: date) -> None:
    """Write to the customer about what is overdue, once a day at most."""
    late = [debt for debt in await receivables.list_open(customer.id) if debt.due_on < today]
    if not late:
        raise Conflict(text("Nothing of {name} is overdue.", name=customer.name))
    if not customer.email:
        raise Conflict(text("{name} has no e-mail address; enter one first.", name=customer.name))
    lines: list[dict[str, Any]] = [
        {"number": debt.number, "due_on": format_day(debt.due_on, customer.language), "open": debt.open}
        for debt in late
    ]
    await letters.write(
        "receivable_reminder",
        customer.email,
        once_key=f"reminder:{customer.id}:{today}",
        language=customer.language,
        client_id=customer.client_id,
        company=customer.client_name,
        name=customer.name,
        lines=lines,
        total=sum(debt.open for debt in late),
    )
    await audit.record("reminded", "customer", customer.id, customer.client_id, invoices=len(late))


def _parts(customer: Customer, form: InvoiceForm, today: date) -> list[tuple[date, Rupiah]]:
    first = form.due_on or due_day(form.issued_on, customer.terms_days)
    problems = {}
    if not form.amount:
        problems["amount"] = text("An invoice has an amount.")
    if not 1 <= form.parts <= MOST_PARTS:
        problems["parts"] = text("From 1 to {limit} instalments.", limit=MOST_PARTS)
    elif form.amount < form.parts:
        problems["parts"] = text("Each instalment has at least one rupiah.")
    if form.issued_on > today:
        problems["issued_on"] = text("This day is still to come.")
    elif first < form.issued_on:
        problems["due_on"] = text("It cannot be due before it is issued.")
    elif first > form.issued_on + timedelta(days=3650):
        problems["due_on"] = text("This is more than ten years later.")
    if problems:
        raise Invalid(ATTENTION, problems)
    return instalments(form.amount, form.parts, first)


async def _insert(
    customer: Customer, form: InvoiceForm, request_id: UUID, number: str | None, parts: list[tuple[date, Rupiah]]
) -> None:
    actor = current_actor()
    await db.execute(
        "insert into receivable (id, client_id, customer_id, number, request_id, part, parts, issued_on, due_on, amount,"
        " state, note, actor_id, actor_name) select id, $1, $2, $3, $4, part, $5, $6, due_on, amount, $7, $8, $9, $10"
        " from unnest($11::uuid[], $12::date[], $13::bigint[]) with ordinality as one (id, due_on, amount, part)",
        *(customer.client_id, customer.id, number, request_id, len(parts), form.issued_on),
        *("open" if number else "waiting", form.note[:500], actor.id, actor.name),
        *([uuid7() for _ in parts], [due_on for due_on, _ in parts], [amount for _, amount in parts]),
    )


async def _set_state(change: Change, state: str, number: str | None = None) -> None:
    request_id = _subject(change)
    await db.execute("update receivable set state = $2, number = $3 where request_id = $1", request_id, state, number)
    action = "approved" if state == "open" else "rejected"
    await audit.record(action, "invoice", request_id, change.client_id, number=number or "")


async def _known(customer_id: UUID, reference: str) -> bool:
    return bool(
        await db.value(
            "select exists (select from customer_receipt where customer_id = $1 and reference = $2)",
            *(customer_id, reference),
        )
    )


def _subject(change: Change) -> UUID:
    assert change.subject_id is not None
    return change.subject_id


def _request_id(token: str) -> UUID:
    try:
        return UUID(token)
    except ValueError:
        raise Invalid(text("This form is out of date. Reload the page and try again.")) from None
