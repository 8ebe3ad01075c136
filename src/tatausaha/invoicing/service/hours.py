"""The verbs of hours: a person enters, changes and deletes their own, until they stand behind an invoice."""

from datetime import date, timedelta
from uuid import UUID

from tatausaha.clients import queries as clients
from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.hour_forms import HourForm
from tatausaha.invoicing.queries import hours as queries
from tatausaha.invoicing.queries.hours import Hours
from tatausaha.invoicing.rules.hours import DAY, format_minutes, parse_minutes
from tatausaha.people.rules import today

ATTENTION = text("Some fields need your attention.")
LONGEST = 200
OLDEST_DAYS = 366


async def enter(form: HourForm) -> UUID:
    """Keep what the acting person worked. Raises `Invalid` with a sentence at each wrong field."""
    client_id, minutes = await _checked(form, None)
    actor, key = current_actor(), uuid7()
    await db.execute(
        "insert into work_time (id, client_id, member_id, member_name, worked_on, minutes, task, note, billable)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(key, client_id, actor.id, actor.name, form.worked_on, minutes, form.task, form.note, form.billable),
    )
    await audit.record("created", "work_time", key, client_id, minutes=minutes)
    return key


async def change(hours: Hours, form: HourForm) -> None:
    """Keep what was typed instead; `hours` must be locked. Raises what `enter` raises, and `Conflict` once it is billed."""
    _refuse_billed(hours)
    if form.version != str(hours.version):
        raise Conflict(text("This entry was changed meanwhile, perhaps in another window. Reload the page."))
    client_id, minutes = await _checked(form, hours.id)
    await db.execute(
        "update work_time set client_id = $2, worked_on = $3, minutes = $4, task = $5, note = $6, billable = $7,"
        " version = version + 1 where id = $1",
        *(hours.id, client_id, form.worked_on, minutes, form.task, form.note, form.billable),
    )
    await audit.record("changed", "work_time", hours.id, client_id, minutes=minutes, before=hours.minutes)


async def remove(hours: Hours) -> None:
    """Delete an entry, which must be locked; `Conflict` once it is billed."""
    _refuse_billed(hours)
    await db.execute("delete from work_time where id = $1", hours.id)
    await audit.record("removed", "work_time", hours.id, hours.client_id, minutes=hours.minutes)


def _refuse_billed(hours: Hours) -> None:
    if hours.billed:
        raise Conflict(
            text(
                "This entry stands behind an invoice of {client} and cannot change any more.", client=hours.client_name
            )
        )


async def _checked(form: HourForm, own_id: UUID | None) -> tuple[UUID, int]:
    """The client and the minutes."""
    problems: dict[str, Text] = {}
    client_id, day = await _client(form.client_id, problems), today()
    minutes = 0
    try:
        minutes = parse_minutes(form.time)
    except ValueError:
        problems["time"] = text("Write a time of at most a day, for example 1:30, 1,5 or 90m.")
    if form.worked_on > _latest_day():
        problems["worked_on"] = text("This day is still to come.")
    elif form.worked_on < day - timedelta(days=OLDEST_DAYS):
        problems["worked_on"] = text("This day is more than a year ago.")
    for name, written in (("task", form.task), ("note", form.note)):
        if len(written) > LONGEST:
            problems[name] = text("Use at most {limit} characters.", limit=LONGEST)
    if not problems and minutes:
        await _refuse_longer_than_a_day(form.worked_on, minutes, own_id, problems)
    if problems or client_id is None:
        raise Invalid(ATTENTION, problems)
    return client_id, minutes


async def _refuse_longer_than_a_day(day: date, minutes: int, own_id: UUID | None, problems: dict[str, Text]) -> None:
    member_id = current_actor().id
    if member_id is None:
        raise NotFound(text("This person does not exist."))
    before = await queries.sum_day(member_id, day, own_id)
    if before + minutes > DAY:
        problems["time"] = text(
            "With {time} entered already this day would have more than 24 hours.", time=format_minutes(before)
        )


async def _client(written: str, problems: dict[str, Text]) -> UUID | None:
    try:
        client_id = UUID(written)
    except ValueError:
        client_id = None
    if client_id is None or not any(one.id == client_id for one in await clients.list_names()):
        problems["client_id"] = text("Choose the client company.")
        return None
    return client_id


def _latest_day() -> date:
    """The day that it is where a day begins first."""
    return today("Asia/Jayapura")
