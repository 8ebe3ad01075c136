"""The verbs of reminding: clients are written to about what is past its due day, at the days that the provider chose."""

from collections.abc import Sequence
from datetime import date

from tatausaha.core import audit, db, letters
from tatausaha.core.dates import format_day
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.invoicing.queries import receivables as queries
from tatausaha.invoicing.queries.profile import Profile, get_profile
from tatausaha.invoicing.queries.receivables import Issued
from tatausaha.invoicing.rules.settling import step_due, waits_for_slip
from tatausaha.people.rules import today

TEMPLATE = "invoice_reminder"
FIRMEST = 3
EARLIEST_ZONE = "Asia/Jayapura"
"""Where a day begins first; each client's own day decides then."""
LONGEST = 200


async def remind_late() -> int:
    """Write about every invoice whose next reminder is due; gives how many letters left. Needs the provider's scope."""
    profile, written = await get_profile(), 0
    for invoice in await queries.list_late(today(EARLIEST_ZONE)):
        day = today(invoice.time_zone)
        step = step_due((day - invoice.due_on).days, profile.reminder_days, invoice.reminders)
        if step is not None and invoice.reminded_on != day:
            await _write(invoice, profile, step, f"{step}", day)
            await db.execute("update client_invoice set reminders = $2 where id = $1", invoice.id, step)
            written += 1
    return written


async def remind(invoice: Issued) -> None:
    """Write about one invoice because a person wishes so, once a day at most. It must be locked."""
    day = today(invoice.time_zone)
    if invoice.state != "approved" or invoice.due_on >= day:
        raise Conflict(text("Invoice {number} is not overdue.", number=invoice.number))
    if waits_for_slip(invoice):
        raise Conflict(text("The money came; only the slip of PPh 23 is missing. Ask the client for it."))
    if invoice.hold_reason:
        raise Conflict(text("Reminders of this invoice are stopped: {reason}", reason=invoice.hold_reason))
    if invoice.sent_at is None or not recipients(invoice.sent_to):
        raise Conflict(text("Invoice {number} was not sent yet.", number=invoice.number))
    if invoice.reminded_on == day:
        raise Conflict(text("The client was reminded today already."))
    profile = await get_profile()
    step = step_due((day - invoice.due_on).days, profile.reminder_days, 0) or 1
    await _write(invoice, profile, step, day.isoformat(), day)


async def hold(invoice: Issued, reason: str) -> None:
    """Stop reminding of one invoice, for a reason. Raises `Invalid` without one."""
    if not reason.strip():
        raise Invalid(
            text("Some fields need your attention."), {"hold_reason": text("Say why the client is not reminded.")}
        )
    await _hold(invoice, reason.strip()[:LONGEST])


async def release(invoice: Issued) -> None:
    """Remind of it again."""
    await _hold(invoice, "")


def recipients(written: str) -> list[str]:
    """The addresses that an invoice went to."""
    return written.replace(",", " ").replace(";", " ").split()


async def _hold(invoice: Issued, reason: str) -> None:
    await db.execute("update client_invoice set hold_reason = $2 where id = $1", invoice.id, reason)
    await audit.record("held" if reason else "resumed", "client_invoice", invoice.id, invoice.client_id, reason=reason)


async def _write(invoice: Issued, profile: Profile, step: int, name: str, day: date) -> None:
    for place, recipient in enumerate(recipients(invoice.sent_to)):
        await letters.write(
            TEMPLATE,
            recipient,
            once_key=f"remind {invoice.id} {name} {place}",
            language=invoice.language,
            client_id=invoice.client_id,
            step=min(step, FIRMEST),
            number=invoice.number,
            company=invoice.client_name,
            due_on=format_day(invoice.due_on, invoice.language),
            late=(day - invoice.due_on).days,
            total=invoice.total,
            came=invoice.paid + invoice.withheld,
            due=invoice.money_due,
            slip=invoice.slip_missing,
            account=_account(profile),
        )
    await db.execute("update client_invoice set reminded_on = $2 where id = $1", invoice.id, day)
    await audit.record("reminded", "client_invoice", invoice.id, invoice.client_id, step=step)


def _account(profile: Profile) -> Sequence[str]:
    return [one for one in (profile.bank, profile.bank_account, profile.bank_holder) if one]
