"""How long data are kept, what must stay, and what two people agree to destroy."""

from datetime import date, timedelta
from uuid import UUID

from tatausaha.core import audit, changes, db, outbox
from tatausaha.core.actor import current_actor
from tatausaha.core.dates import Period, format_day
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.ids import uuid7
from tatausaha.people.rules import today
from tatausaha.privacy.forms import DestructionForm, HoldForm, RuleForm
from tatausaha.privacy.jobs import Destroy
from tatausaha.privacy.queries import desk
from tatausaha.privacy.queries import retention as queries
from tatausaha.privacy.queries.desk import Subject
from tatausaha.privacy.queries.retention import Destruction, Hold
from tatausaha.privacy.rules.retention import kept_from

ATTENTION = text("Some fields need your attention.")
DESTROY = "privacy.destroy"
MOST_MONTHS = 1200


async def set_rule(form: RuleForm) -> None:
    """Keep a kind for so many months from a day on. Raises Invalid."""
    if not form.months.isdecimal() or not 1 <= int(form.months) <= MOST_MONTHS:
        raise Invalid(ATTENTION, {"months": text("Write a number of months between 1 and {most}.", most=MOST_MONTHS)})
    made = await db.value(
        "insert into retention_rule (id, kind, effective_from, months, reason, set_by) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (tenant_id, kind, effective_from) do nothing returning id",
        *(uuid7(), form.kind, form.effective_from, int(form.months), form.reason, current_actor().name),
    )
    if made is None:
        raise Invalid(ATTENTION, {"effective_from": text("A rule that begins on this day exists already.")})
    await audit.record("set", "retention_rule", made, kind=form.kind, months=int(form.months))


async def place_hold(client_id: UUID, form: HoldForm) -> UUID:
    """From now on nothing of this client, or of this employee, may be destroyed."""
    subject: Subject | None = None
    if form.number:
        employee_id = await desk.find_by_number(client_id, form.number)
        if employee_id is None:
            raise Invalid(ATTENTION, {"number": text("This client has no employee with this number.")})
        subject = await desk.get_subject(employee_id)
    hold_id = uuid7()
    await db.execute(
        "insert into legal_hold (id, client_id, subject_id, subject_name, reason, placed_by)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(hold_id, client_id, subject and subject.id, subject.name if subject else "", form.reason),
        current_actor().name,
    )
    await audit.record("placed", "legal_hold", hold_id, client_id, subject_id=subject.id if subject else None)
    return hold_id


async def release_hold(hold: Hold) -> None:
    """What was held may be destroyed again when its time is over."""
    released = await db.execute(
        "update legal_hold set released_at = now(), released_by = $2 where id = $1 and released_at is null",
        *(hold.id, current_actor().name),
    )
    if not released:
        raise Conflict(text("{name} has released this hold already.", name=hold.released_by))
    await audit.record("released", "legal_hold", hold.id, hold.client_id, subject_id=hold.subject_id)


async def ask_to_destroy(client_id: UUID, form: DestructionForm, employee_id: UUID | None) -> UUID:
    """Ask a second person to destroy what is named. Conflict, with the sentence why, for what must still be kept."""
    rules = await queries.rules_on(today())
    if (employee_id is None) == (form.until is None):
        raise Invalid(text("Name either a person or a last month."))
    if employee_id is not None:
        subject = await desk.get_subject(employee_id)
        await _refuse_kept(subject, rules["person"].months)
        return await _ask(client_id, "person", subject, None, form.reason)
    assert form.until is not None
    until = Period.of(form.until).first
    if until >= (limit := kept_from(today(), rules["payroll"].months)):
        raise Invalid(ATTENTION, {"until": _too_young(limit)})
    return await _ask(client_id, "payroll", None, until, form.reason)


async def _refuse_kept(subject: Subject, months: int) -> None:
    limit = kept_from(today(subject.time_zone), months)
    ended = await db.value("select ended_on from employee where id = $1", subject.id)
    last = await queries.last_payslip(subject.id)
    if await desk.is_held(subject.client_id, subject.id):
        raise Conflict(text("A legal hold stands on this person's data; nothing of them may be destroyed."))
    if ended is None or ended >= limit or (last is not None and last >= limit):
        raise Conflict(_instead(limit))


def _too_young(limit: date) -> Text:
    day = format_day(limit - timedelta(days=1), current_language())
    return text("Pay and tax records are kept by law: only what ended by {day} may be destroyed now.", day=day)


def _instead(limit: date) -> Text:
    day = format_day(limit - timedelta(days=1), current_language())
    return text(
        "Pay and tax records are kept by law: only people who left by {day} may be destroyed now. Restrict the use of the"
        " data instead, and tell the person why.",
        day=day,
    )


async def _ask(client_id: UUID, scope: str, subject: Subject | None, until: date | None, reason: str) -> UUID:
    actor = current_actor()
    # What its maker withdrew, or what lost its ground, leaves no trace here by itself.
    await db.execute(
        "update destruction d set state = 'dropped' where state = 'waiting' and client_id = $1 and not exists (select"
        " from change_request c where c.tenant_id = d.tenant_id and c.subject_id = d.id and c.state = 'pending')",
        client_id,
    )
    destruction_id: UUID | None = await db.value(
        "insert into destruction (id, client_id, scope, subject_id, subject_name, until, reason, asked_id, asked_by)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id",
        *(uuid7(), client_id, scope, subject and subject.id, subject.name if subject else "", until, reason[:1000]),
        *(actor.id, actor.name),
    )
    if destruction_id is None:
        raise Conflict(text("The destruction of this person's data was asked for already."))
    await audit.record("asked", "destruction", destruction_id, client_id, subject_id=subject.id if subject else None)
    await changes.propose(
        DESTROY,
        subject_id=destruction_id,
        client_id=client_id,
        before={"state": "waiting"},
        after={"state": "approved", "until": until and until.isoformat(), "person": subject and subject.number},
        subject=str(Period.of(until)) if until else str(text("Data of a former employee")),
        reason=reason,
    )
    return destruction_id


async def _present(change: changes.Change) -> dict[str, str]:
    assert change.subject_id is not None
    found = await queries.get_destruction(change.subject_id, lock=True)
    held = found.scope == "person" and found.subject_id and await desk.is_held(found.client_id, found.subject_id)
    return {"state": "held" if held else found.state}


async def _dropped(change: changes.Change, _comment: str) -> None:
    await db.execute("update destruction set state = 'dropped' where id = $1 and state = 'waiting'", change.subject_id)


@changes.applies(
    DESTROY,
    label=text("Destruction of data"),
    choices=("manager",),
    fields={
        "person": changes.Field(text("Employee number")),
        "until": changes.Field(text("Payroll up to"), "day"),
    },
    seen_by=frozenset({"owner", "manager"}),
    page=lambda change: f"/privacy/destructions/{change.subject_id}",
    present=_present,
    refused=_dropped,
)
async def apply_destruction(change: changes.Change) -> None:
    """The second person agreed: the way is open, and a job goes it."""
    actor = current_actor()
    await db.execute(
        "update destruction set state = 'approved', agreed_id = $2, agreed_by = $3, agreed_at = now() where id = $1",
        *(change.subject_id, actor.id, actor.name),
    )
    assert change.subject_id is not None
    await outbox.enqueue(
        Destroy(change.subject_id), once_key=str(change.subject_id), link=f"/privacy/destructions/{change.subject_id}"
    )
    await audit.record("agreed", "destruction", change.subject_id, change.client_id)


async def find_change(found: Destruction) -> UUID | None:
    """The request by which a second person decides about this destruction."""
    change_id: UUID | None = await db.value(
        "select id from change_request where subject_id = $1 and kind = $2 order by id desc limit 1", found.id, DESTROY
    )
    return change_id
