"""The requests desk: taken in, identity checked, answered in time; the state in which a person's data rest."""

from datetime import UTC, datetime
from uuid import UUID

from tatausaha.core import audit, changes, db, letters, outbox
from tatausaha.core.actor import current_actor
from tatausaha.core.dates import format_moment
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Language, current_language, render, text, use_language
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.privacy.forms import AnswerForm, IdentityForm
from tatausaha.privacy.jobs import MakeCopy
from tatausaha.privacy.queries import desk
from tatausaha.privacy.queries.desk import Request, Subject
from tatausaha.privacy.rules import clock

ATTENTION = text("Some fields need your attention.")
LANGUAGE: Language = "id"
"""Of letters to the office's managers; which language an account prefers is known only where it signs in."""
LIFT = "privacy.lift_restriction"


async def take_in(client_id: UUID, number: str, kind: str, channel: str, wish: str) -> UUID:
    """Enter a request about the client's employee of this number; the clock starts now. `Invalid` for nobody's number."""
    employee_id = await desk.find_by_number(client_id, number)
    if employee_id is None:
        raise Invalid(ATTENTION, {"number": text("This client has no employee with this number.")})
    subject = await desk.get_subject(employee_id)
    request_id, now = uuid7(), datetime.now(UTC)
    await db.execute(
        "insert into privacy_request (id, client_id, subject_id, subject_name, kind, channel, received_at, due_at, wish,"
        " asked_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *(request_id, subject.client_id, subject.id, subject.name, kind, channel, now, clock.due(now), wish[:4000]),
        current_actor().name,
    )
    await audit.record("entered", "privacy_request", request_id, client_id, subject_id=subject.id, kind=kind)
    return request_id


async def load_open(request_id: UUID) -> Request:
    """The request, locked, as long as it waits for an answer."""
    request = await desk.get_request(request_id, lock=True)
    if request.state != "open":
        raise Conflict(text("{name} has answered this request already.", name=request.answered_by))
    return request


async def confirm_identity(request: Request, form: IdentityForm) -> None:
    """Write down who made sure, and how, that the request comes from the person."""
    await db.execute(
        "update privacy_request set identity_method = $2, identity_by = $3, identity_at = now() where id = $1",
        *(request.id, form.method, current_actor().name),
    )
    await _record("identity_checked", request, method=form.method)


async def order_copy(request: Request) -> UUID | None:
    """Have everything of the person gathered; a second order replaces the first copy."""
    _need_identity(request)
    key = f"{request.id} {datetime.now(UTC):%Y%m%d%H%M%S}"
    await _record("copy_ordered", request)
    job = MakeCopy(request.id, current_language())
    return await outbox.enqueue(job, once_key=key, client_id=request.client_id, link=f"/privacy/requests/{request.id}")


async def list_copy_jobs(request_id: UUID) -> list[outbox.JobView]:
    """The job that makes the copy, while it runs or when it failed."""
    found = await db.records(
        "select id from job where kind = $1 and payload @> jsonb_build_object('request_id', $2::text)"
        " and state not in ('done', 'cancelled') order by id desc limit 1",
        *(MakeCopy.kind, str(request_id)),
    )
    return [await outbox.get_job(record["id"]) for record in found]


async def answer(request: Request, form: AnswerForm) -> None:
    """End the request with what the person was told."""
    if form.outcome == "done":
        _need_identity(request)
    await db.execute(
        "update privacy_request set state = $2, answer = $3, answered_by = $4, answered_at = now() where id = $1",
        *(request.id, form.outcome, form.answer[:4000], current_actor().name),
    )
    await _record("answered", request, outcome=form.outcome)


async def restrict(subject: Subject, reason: str) -> None:
    """From now on the person's data are kept and not used: no new runs, no exports. Conflict when they rest already."""
    changed = await db.execute(
        "update employee set restricted_at = now(), restricted_reason = $2, version = version + 1"
        " where id = $1 and restricted_at is null",
        *(subject.id, reason[:500]),
    )
    if not changed:
        raise Conflict(text("The use of this person's data is restricted already."))
    await audit.record("restricted", "employee", subject.id, subject.client_id, reason=reason)


async def ask_to_lift(subject: Subject, reason: str) -> bool:
    """Ask a second person to let the data be used again; gives True when that happened at once."""
    if subject.restricted_at is None:
        raise Conflict(text("The use of this person's data is not restricted."))
    proposed = await changes.propose(
        LIFT,
        subject_id=subject.id,
        client_id=subject.client_id,
        before={"restricted": True},
        after={"restricted": False},
        subject=subject.name,
        reason=reason,
    )
    return proposed.applied


async def _restricted_now(change: changes.Change) -> dict[str, bool]:
    assert change.subject_id is not None
    subject = await desk.find_subject(change.subject_id)
    return {"restricted": subject is not None and subject.restricted_at is not None}


@changes.applies(
    LIFT,
    label=text("Use of a person's data again"),
    choices=("manager",),
    fields={"restricted": changes.Field(text("Restricted"), "yes")},
    page=lambda change: f"/people/{change.subject_id}",
    present=_restricted_now,
)
async def apply_lift(change: changes.Change) -> None:
    """The data are used again."""
    await db.execute(
        "update employee set restricted_at = null, restricted_reason = '', version = version + 1 where id = $1",
        change.subject_id,
    )
    assert change.subject_id is not None
    await audit.record("restriction_lifted", "employee", change.subject_id, change.client_id, reason=change.reason)


async def warn() -> int:
    """Write once to the managers about each request that has waited for 48 hours; gives how many."""
    warned = await db.records(
        "update privacy_request set alarmed_at = now() where state = 'open' and alarmed_at is null"
        " and due_at <= now() + $1 returning id, client_id, due_at",
        clock.LIMIT - clock.ALARM,
    )
    for record in warned:
        await _write_alarm(record["id"], record["client_id"])
    return len(warned)


async def _write_alarm(request_id: UUID, client_id: UUID) -> None:
    request = await desk.get_request(request_id)
    with use_language(LANGUAGE):
        what = render(request.label)
    for address in await desk.list_recipients():
        await letters.write(
            "privacy_deadline",
            address,
            once_key=f"privacy-deadline {request_id} {address}",
            language=LANGUAGE,
            client_id=client_id,
            client=request.client_name,
            what=what,
            due=format_moment(request.due_at, request.time_zone, LANGUAGE),
            link=f"{tools().settings.base_url}/privacy/requests/{request_id}",
        )


def _need_identity(request: Request) -> None:
    if request.identity_at is None:
        raise Conflict(text("First confirm that the request comes from the person: write down how you made sure."))


async def _record(action: str, request: Request, **detail: str) -> None:
    await audit.record(
        action, "privacy_request", request.id, request.client_id, subject_id=request.subject_id, **detail
    )
