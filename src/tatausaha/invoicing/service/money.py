"""The verbs of money: it came, a slip of PPh 23 came, something was entered wrongly.

A client withholds PPh 23 of 2 % from services (PMK 141/PMK.03/2015) and hands over a slip for it; until then the invoice
is short by that sum. Money and slip together settle it.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tatausaha.core import audit, changes, db
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import MANAGERS, Change
from tatausaha.core.errors import Conflict, Forbidden, Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.money_forms import MoneyForm, SlipForm
from tatausaha.invoicing.queries import receivables as queries
from tatausaha.invoicing.queries.receivables import Entry, Issued
from tatausaha.invoicing.rules.settling import share_out
from tatausaha.people.rules import today

SLIP = "client_invoice.slip"
ATTENTION = text("Some fields need your attention.")
LONGEST = 200
FIELDS = {
    "number": changes.Field(text("Number of the slip")),
    "slip_on": changes.Field(text("Day"), "day"),
    "slip_amount": changes.Field(text("Amount"), "rupiah"),
    "note": changes.Field(text("Why it differs")),
}


async def receive(invoices: Sequence[Issued], form: MoneyForm) -> UUID:
    """Money that came for one invoice or several of a client, in the order given; they must be locked.

    Each gets first what a client transfers that withholds the expected tax. The same form sent twice is one receipt. Raises
    `Invalid` for more than is open (with what is), a day to come, and a reference that was entered before.
    """
    receipt_id = _receipt(form.token)
    if await db.value("select exists (select from client_payment where receipt_id = $1)", receipt_id):
        return receipt_id
    owed = [one for one in invoices if one.state == "approved"]
    shares, rest = share_out(form.amount, [(str(one.id), one) for one in owed])
    await _check(
        "money", invoices[0] if invoices else None, form.received_on, "received_on", form.reference, "reference"
    )
    if rest or not form.amount:
        open_sum = sum(one.open for one in owed)
        raise Invalid(ATTENTION, {"amount": text("Open are {amount} rupiah.", amount=open_sum)})
    entered = [(one, shares[str(one.id)]) for one in owed if shares.get(str(one.id))]
    await _enter("money", receipt_id, entered, form.received_on, form.reference, "")
    await audit.record(
        "paid", "client_payment", receipt_id, owed[0].client_id, amount=form.amount, invoices=len(entered)
    )
    return receipt_id


async def keep_slip(invoice: Issued, form: SlipForm) -> UUID:
    """A slip of PPh 23 stands for a part of the invoice, which must be locked. Sent twice, it is one.

    Raises `Invalid` for more than is open, a number that was entered before, and an amount that differs from what was
    expected without a reason.
    """
    receipt_id = _receipt(form.token)
    if await db.value("select exists (select from client_payment where receipt_id = $1)", receipt_id):
        return receipt_id
    await check_slip(invoice, form)
    note = form.note.strip()[:LONGEST]
    await _enter("pph23", receipt_id, [(invoice, form.slip_amount)], form.slip_on, form.number, note)
    await audit.record("withheld", "client_invoice", invoice.id, invoice.client_id, amount=form.slip_amount)
    return receipt_id


async def check_slip(invoice: Issued, form: SlipForm) -> None:
    """`Invalid` where a slip cannot stand for a part of this invoice."""
    await _check("pph23", invoice, form.slip_on, "slip_on", form.number, "number")
    if invoice.state != "approved":
        raise Conflict(text("Nothing of invoice {number} is open.", number=invoice.number))
    if not 0 < form.slip_amount <= invoice.open:
        raise Invalid(ATTENTION, {"slip_amount": text("Open are {amount} rupiah.", amount=invoice.open)})
    if form.slip_amount != (missing := invoice.slip_missing) and not form.note.strip():
        sentence = text("A slip of {amount} rupiah was expected. Say why it differs.", amount=missing)
        raise Invalid(ATTENTION, {"note": sentence})


async def propose_slip(invoice: Issued, form: SlipForm) -> None:
    """The client names its slip; it counts once a manager of the provider has agreed."""
    await check_slip(invoice, form)
    await changes.propose(
        SLIP,
        subject_id=invoice.id,
        client_id=invoice.client_id,
        subject=invoice.number,
        amount=form.slip_amount,
        asks="manager",
        before={},
        after={
            "number": form.number,
            "slip_on": form.slip_on.isoformat(),
            "slip_amount": form.slip_amount,
            "note": form.note,
        },
    )


@changes.applies(
    SLIP,
    label=text("PPh 23 slip of a client"),
    choices=("manager",),
    fields=FIELDS,
    seen_by=MANAGERS,
    page=lambda change: f"/invoices/{change.subject_id}/money",
)
async def apply_slip(change: Change) -> None:
    """Keep the slip that the client named, as far as the invoice still stands open for it."""
    assert change.subject_id is not None
    invoice = await queries.get_issued(change.subject_id, lock=True)
    said = change.after
    form = SlipForm(
        token=str(change.id),
        number=said["number"],
        slip_on=date.fromisoformat(said["slip_on"]),
        slip_amount=said["slip_amount"],
        note=said["note"],
    )
    await keep_slip(invoice, form)


async def void(entry_id: UUID, reason: str) -> Entry:
    """Something was entered wrongly: with all shares of the same transfer it does not count any more.

    Raises `Forbidden` for who entered it: another manager looks, so that nobody makes money vanish alone.
    """
    entry = await get_entry(entry_id)
    if entry.actor_id is not None and entry.actor_id == current_actor().id:
        raise Forbidden(text("You entered this yourself. Another manager has to say that it does not hold."))
    if not reason.strip():
        raise Invalid(ATTENTION, {"void_reason": text("Say why it does not hold.")})
    await db.execute(
        "select from client_invoice where id in (select invoice_id from client_payment where receipt_id = $1)"
        " order by due_on, id for update",
        entry.receipt_id,
    )
    voided = await db.records(
        "update client_payment set voided_at = now(), void_reason = $2, voided_name = $3"
        " where receipt_id = $1 and voided_at is null returning invoice_id, kind, amount",
        *(entry.receipt_id, reason.strip()[:LONGEST], current_actor().name),
    )
    if not voided:
        raise Conflict(text("{name} said already that this does not hold.", name=entry.voided_name or "–"))
    for row in voided:
        await _settle(row["invoice_id"], row["kind"], -row["amount"])
    await audit.record("voided", "client_payment", entry.receipt_id, entry.client_id, reason=reason.strip()[:LONGEST])
    return entry


async def get_entry(entry_id: UUID) -> Entry:
    """Money or a slip by its id, or `NotFound`."""
    invoice_id = await db.value("select invoice_id from client_payment where id = $1", entry_id)
    for entry in await queries.list_entries(invoice_id) if invoice_id else ():
        if entry.id == entry_id:
            return entry
    raise NotFound(text("This payment does not exist."))


async def _check(kind: str, invoice: Issued | None, day: date, day_field: str, reference: str, field: str) -> None:
    problems: dict[str, Text] = {}
    if invoice is not None and day > today(invoice.time_zone):
        problems[day_field] = text("This day is still to come.")
    if len(reference) > LONGEST:
        problems[field] = text("Use at most {limit} characters.", limit=LONGEST)
    elif invoice is not None and reference and await _known(invoice.client_id, kind, reference):
        problems[field] = _KNOWN[kind]
    if problems:
        raise Invalid(ATTENTION, problems)


_KNOWN = {
    "money": text("A payment with this reference was entered before."),
    "pph23": text("A slip with this number was entered before."),
}


async def _known(client_id: UUID, kind: str, reference: str) -> bool:
    return bool(
        await db.value(
            "select exists (select from client_payment where client_id = $1 and kind = $2 and reference = $3"
            " and voided_at is null)",
            *(client_id, kind, reference),
        )
    )


async def _enter(
    kind: str, receipt_id: UUID, shares: Sequence[tuple[Issued, Rupiah]], day: date, reference: str, note: str
) -> None:
    actor = current_actor()
    for part, (invoice, amount) in enumerate(shares, start=1):
        entered = await db.execute(
            "insert into client_payment (client_id, invoice_id, kind, received_on, amount, reference, note, receipt_id,"
            " part, actor_id, actor_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
            *(invoice.client_id, invoice.id, kind, day, amount, reference, note, receipt_id, part),
            *(actor.id, actor.name),
        )
        if not entered:
            raise Conflict(text("Somebody else entered the same in this moment. Reload the page."))
        await _settle(invoice.id, kind, amount)


async def _settle(invoice_id: UUID, kind: str, amount: Rupiah) -> None:
    """Bring what came for an invoice, and whether that is all, up to date with an entry."""
    column = {"money": "paid", "pph23": "withheld"}[kind]
    await db.execute(
        f"update client_invoice set {column} = {column} + $2, version = version + 1,"  # noqa: S608 - own names
        " state = case when paid + withheld + $2 = total then 'paid' else 'approved' end where id = $1",
        *(invoice_id, amount),
    )


def _receipt(token: str) -> UUID:
    try:
        return UUID(token)
    except ValueError:
        raise Invalid(text("This form is out of date. Reload the page and try again.")) from None
