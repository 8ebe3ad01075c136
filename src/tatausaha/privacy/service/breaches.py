"""The breach register: entered, looked into, told within three days, learnt from."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, letters
from tatausaha.core.actor import current_actor
from tatausaha.core.dates import EARLIEST, LATEST, ZONES, format_moment
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, render, text, use_language
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.privacy.forms import BreachForm
from tatausaha.privacy.queries import breaches as queries
from tatausaha.privacy.queries import desk
from tatausaha.privacy.queries.breaches import Breach, Concerned
from tatausaha.privacy.rules import clock, notices
from tatausaha.privacy.rules.kinds import KINDS
from tatausaha.privacy.rules.notices import Facts
from tatausaha.privacy.service.desk import LANGUAGE

ATTENTION = text("Some fields need your attention.")
RELEASE = "privacy.release_breach"
ZONE = "Asia/Jakarta"
FORM = "%d/%m/%Y %H:%M"


class Draft(msgspec.Struct, frozen=True):
    """A breach as typed, its moments read."""

    title: str
    noticed_at: datetime
    began_at: datetime
    ended_at: datetime | None
    what: str
    how: str
    done: str
    contact: str
    kinds: list[str]
    actor_id: UUID | None
    lessons: str


def read(form: BreachForm) -> Draft:
    """The form with its moments as instants (WIB). Raises Invalid with a sentence at each."""
    problems: dict[str, Text] = {}
    noticed, began = (_moment(form, name, problems) for name in ("noticed_at", "began_at"))
    ended = _moment(form, "ended_at", problems) if form.ended_at else None
    if noticed and noticed > datetime.now(UTC):
        problems["noticed_at"] = text("This lies in the future.")
    if began and ended and ended < began:
        problems["ended_at"] = text("The end must not be before the beginning.")
    if problems or noticed is None or began is None:
        raise Invalid(ATTENTION, problems)
    kinds = [word for word in form.kinds.split(",") if word in KINDS]
    actor = _id(form.actor_id)
    return Draft(
        form.title[:200],
        noticed,
        began,
        ended,
        form.what,
        form.how,
        form.done,
        form.contact,
        kinds,
        actor,
        form.lessons,
    )


async def enter(draft: Draft) -> UUID:
    """Enter a breach; the clock runs from when it was noticed."""
    breach_id = uuid7()
    await db.execute(
        "insert into breach (id, title, noticed_at, due_at, began_at, ended_at, what, how, done, contact, kinds, actor_id,"
        " lessons, entered_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        *(breach_id, draft.title, draft.noticed_at, clock.due(draft.noticed_at), draft.began_at, draft.ended_at),
        *(draft.what, draft.how, draft.done, draft.contact, draft.kinds, draft.actor_id, draft.lessons),
        current_actor().name,
    )
    await audit.record("entered", "breach", breach_id)
    return breach_id


async def change(breach: Breach, draft: Draft) -> None:
    """What is known by now. Conflict once it is closed."""
    if breach.state == "closed":
        raise Conflict(text("This breach is closed; what is learnt later goes into a note."))
    await db.execute(
        "update breach set title = $2, noticed_at = $3, due_at = $4, began_at = $5, ended_at = $6, what = $7, how = $8,"
        " done = $9, contact = $10, kinds = $11, actor_id = $12, lessons = $13 where id = $1",
        *(breach.id, draft.title, draft.noticed_at, clock.due(draft.noticed_at), draft.began_at, draft.ended_at),
        *(draft.what, draft.how, draft.done, draft.contact, draft.kinds, draft.actor_id, draft.lessons),
    )
    await audit.record("changed", "breach", breach.id)


async def add_note(breach: Breach, note: str) -> None:
    """Keep a piece of evidence; it is never changed."""
    await db.execute(
        "insert into breach_note (id, breach_id, note, actor_name) values ($1, $2, $3, $4)",
        *(uuid7(), breach.id, note[:4000], current_actor().name),
    )
    await audit.record("noted", "breach", breach.id)


async def name_clients(breach: Breach, client_ids: list[UUID]) -> None:
    """Say which clients the breach concerns; how many people is counted. What was released stays."""
    await db.execute(
        "delete from breach_client where breach_id = $1 and released_at is null and not client_id = any($2)",
        *(breach.id, client_ids),
    )
    for client_id in client_ids:
        persons = len(await queries.list_affected(breach, client_id))
        await db.execute(
            "insert into breach_client (id, breach_id, client_id, persons) select $1, $2, id, $4 from client where id = $3"
            " on conflict (tenant_id, breach_id, client_id) do update set persons = excluded.persons"
            " where breach_client.released_at is null",
            *(uuid7(), breach.id, client_id, persons),
        )
    await audit.record("clients_named", "breach", breach.id, clients=len(client_ids))


async def confirm(breach: Breach) -> None:
    """It is a breach, and is to be told."""
    await _step(breach, "draft", "confirmed")


async def close(breach: Breach) -> None:
    """Everyone was told, and something was learnt. Conflict until then."""
    if breach.state == "confirmed" and not breach.told:
        raise Conflict(text("First tell the persons and the authority, and write down when."))
    if not breach.lessons.strip():
        raise Conflict(text("First write down what was learnt."))
    await _step(breach, breach.state if breach.state != "closed" else "confirmed", "closed")


async def mark_told(breach: Breach, whom: str) -> None:
    """Write down that the persons, or the authority, were told now."""
    column = {"subjects": "subjects_told_at", "authority": "authority_told_at"}[whom]
    await db.execute(f"update breach set {column} = coalesce({column}, now()) where id = $1", breach.id)  # noqa: S608
    await audit.record("told", "breach", breach.id, whom=whom)


async def _step(breach: Breach, before: str, after: str) -> None:
    done = await db.execute("update breach set state = $3 where id = $1 and state = $2", breach.id, before, after)
    if not done:
        raise Conflict(text("This breach has moved on meanwhile. Reload the page."))
    await audit.record(after, "breach", breach.id)


async def ask_to_release(breach: Breach, one: Concerned) -> None:
    """Ask a second person to show a client what concerns it."""
    if one.released_at:
        raise Conflict(text("{client} has been told already.", client=one.client_name))
    notice = notices.to_person(await facts_for(breach, one))
    await changes.propose(
        RELEASE,
        subject_id=one.id,
        client_id=one.client_id,
        before={"notice": ""},
        after={"notice": notice},
        subject=f"{breach.title} · {one.client_name}",
    )


async def _present(change: changes.Change) -> dict[str, str]:
    notice = await db.value("select notice from breach_client where id = $1 for update", change.subject_id)
    return {"notice": notice or ""}


@changes.applies(
    RELEASE,
    label=text("Telling a client of a breach"),
    choices=("manager",),
    fields={"notice": changes.Field(text("Notice"))},
    seen_by=frozenset({"owner", "manager"}),
    page=lambda change: "/privacy/breaches",
    present=_present,
)
async def apply_release(change: changes.Change) -> None:
    """The client's portal shows the notice from now on."""
    await db.execute(
        "update breach_client set notice = $2, released_at = now() where id = $1",
        *(change.subject_id, change.after["notice"]),
    )
    await audit.record("released", "breach_client", change.subject_id, change.client_id)


async def facts_for(breach: Breach, one: Concerned | None) -> Facts:
    """What the notices are filled from: for one client, or for all of them together."""
    concerned = [one] if one else await queries.list_concerned(breach.id)
    with use_language("id"):
        data = ", ".join(render(KINDS[word].label) for word in breach.kinds if word in KINDS)
    return Facts(
        provider=await db.value("select name from provider"),
        company=", ".join(each.client_name for each in concerned) or notices.OPEN,
        data=data,
        persons=sum(each.persons for each in concerned),
        began_at=breach.began_at,
        ended_at=breach.ended_at,
        noticed_at=breach.noticed_at,
        zone=one.time_zone if one else ZONE,
        what=breach.what,
        how=breach.how,
        done=breach.done,
        contact=breach.contact,
    )


async def warn() -> int:
    """Write once about each breach that nobody has been told of after 48 hours."""
    warned = await db.records(
        "update breach set alarmed_at = now() where state <> 'closed' and alarmed_at is null and due_at <= now() + $1"
        " and (subjects_told_at is null or authority_told_at is null) returning id, title, due_at",
        clock.LIMIT - clock.ALARM,
    )
    for record in warned:
        for address in await desk.list_recipients():
            await letters.write(
                "breach_deadline",
                address,
                once_key=f"breach-deadline {record['id']} {address}",
                language=LANGUAGE,
                title=record["title"],
                due=format_moment(record["due_at"], ZONE, LANGUAGE),
                link=f"{tools().settings.base_url}/privacy/breaches/{record['id']}",
            )
    return len(warned)


def typed_from(breach: Breach) -> dict[str, str]:
    """A breach as its form shows it."""
    moments = {name: getattr(breach, name) for name in ("noticed_at", "began_at", "ended_at")}
    return {
        **{name: value.astimezone(ZONES[ZONE]).strftime(FORM) if value else "" for name, value in moments.items()},
        **{name: getattr(breach, name) for name in ("title", "what", "how", "done", "contact", "lessons")},
        "kinds": ",".join(breach.kinds),
        "actor_id": str(breach.actor_id or ""),
    }


def _moment(form: BreachForm, name: str, problems: dict[str, Text]) -> datetime | None:
    try:
        read = datetime.strptime(getattr(form, name).strip(), FORM).replace(tzinfo=ZONES[ZONE])
        if not EARLIEST.year < read.year < LATEST.year:
            raise ValueError(read.year)
        return read
    except ValueError:
        problems[name] = text("Write day and time (WIB), for example 21/11/2026 14:30.")
        return None


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
