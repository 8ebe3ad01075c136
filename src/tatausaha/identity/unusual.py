"""What is unusual in the access log: much at once, from a new place, outside of working hours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from tatausaha.core import db
from tatausaha.core.audit_keep import get_policy
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import first_id

Rule = Literal["many", "place", "hours"]

USUAL_DAYS, PLACE_DAYS = 30, 90
LOOK_BACK = timedelta(hours=26)
"""So far a late look reaches; an hour that was looked at before gives nothing new."""
BOUNDS = {"seen": 1500, "taken": 15, "revealed": 20}
"""In one hour, per person: records on pages, files, numbers revealed. Below them nothing counts as much."""
TIMES_USUAL, TIMES_GRAVE = 3, 5
LINES_AT_NIGHT, RECORDS_AT_NIGHT = 5, 500


class Finding(msgspec.Struct, frozen=True):
    """One person's one hour against one rule."""

    rule: Rule
    actor_id: UUID
    actor_name: str
    hour: datetime
    figures: dict[str, Any]
    grave: bool


def reason(rule: Rule, figures: dict[str, Any]) -> Text:
    """Why it is unusual, in words."""
    if rule == "many":
        return text(MANY[figures["what"]].msgid, count=figures["count"], usual=figures["usual"])
    if rule == "place":
        return text(
            "from {address}, never seen of this person in {days} days; {taken} files or numbers were taken",
            address=", ".join(figures["addresses"]),
            days=PLACE_DAYS,
            taken=figures["taken"],
        )
    return text(
        "{records} records outside of the usual hours ({opens}–{closes}, Monday to Friday)",
        records=figures["records"],
        opens=f"{figures['opens']:02}:00",
        closes=f"{figures['closes']:02}:00",
    )


MANY = {
    "seen": text("{count} records on pages in one hour; usually {usual}"),
    "taken": text("{count} files exported or downloaded in one hour; usually {usual}"),
    "revealed": text("{count} numbers revealed in one hour; usually {usual}"),
}

_PEOPLE = "e.actor_id is not null and e.actor_role in ('owner', 'manager', 'worker', 'approver', 'viewer')"
_TAKEN = "count(*) filter (where e.action in ('exported', 'downloaded'))"
_REVEALED = "count(*) filter (where e.action = 'revealed')"
_AMOUNTS = f"""
select e.actor_id, min(e.actor_name) as actor_name, date_trunc('hour', e.created_at) as hour,
  coalesce(sum(e.count) filter (where e.action in ('saw', 'searched')), 0)::int as seen,
  {_TAKEN}::int as taken, {_REVEALED}::int as revealed
from audit_event e where e.id >= $1 and e.created_at < date_trunc('hour', now()) and {_PEOPLE} and not e.detail ? 'of'
group by e.actor_id, hour
"""  # noqa: S608 - our own words
# One pass over the known places of everybody, since to ask for each hour anew takes seconds where people are many.
_PLACES = f"""
with known as (select e.actor_id, e.address, min(e.created_at) as since from audit_event e
    where e.id >= $2 and e.address <> '' and {_PEOPLE} group by e.actor_id, e.address),
  person as (select actor_id, min(since) as since from known group by actor_id),
  recent as (select e.actor_id, min(e.actor_name) as actor_name, date_trunc('hour', e.created_at) as hour, e.address,
      ({_TAKEN} + {_REVEALED})::int as taken
    from audit_event e where e.id >= $1 and e.created_at < date_trunc('hour', now()) and e.address <> '' and {_PEOPLE}
    group by e.actor_id, hour, e.address)
select r.* from recent r join known k on k.actor_id = r.actor_id and k.address = r.address
join person p on p.actor_id = r.actor_id where k.since >= r.hour and p.since < r.hour
"""  # noqa: S608 - our own words
_NIGHTS = """
select e.actor_id, min(e.actor_name) as actor_name, date_trunc('hour', e.created_at) as hour, sum(e.count)::int as records
from audit_event e left join client c on c.tenant_id = e.tenant_id and c.id = e.client_id
cross join lateral (select e.created_at at time zone coalesce(c.time_zone, 'Asia/Jakarta') as at) l
where e.id >= $1 and e.created_at < date_trunc('hour', now()) and not e.detail ? 'of'
  and e.actor_id is not null and e.actor_role in ('owner', 'manager', 'worker')
  and (extract(isodow from l.at) > 5 or extract(hour from l.at) < $2 or extract(hour from l.at) >= $3)
group by e.actor_id, hour having count(*) >= $4
"""


async def find_unusual(now: datetime) -> list[Finding]:
    """All that was unusual in the hours that are over, as far back as a look reaches. Needs the provider's scope."""
    recent = first_id(now - LOOK_BACK)
    amounts = await db.records(_AMOUNTS, first_id(now - timedelta(days=USUAL_DAYS)))
    places = await db.records(_PLACES, recent, first_id(now - timedelta(days=PLACE_DAYS)))
    policy = await get_policy()
    nights = await db.records(_NIGHTS, recent, policy.opens, policy.closes, LINES_AT_NIGHT)
    hours = {"opens": policy.opens, "closes": policy.closes}
    return [
        *_much(amounts, now - LOOK_BACK),
        *_new_places(places),
        *(
            Finding(
                "hours",
                *(night["actor_id"], night["actor_name"], night["hour"]),
                {"records": night["records"], **hours},
                night["records"] >= RECORDS_AT_NIGHT,
            )
            for night in nights
        ),
    ]


def _much(amounts: Iterable[asyncpg.Record], since: datetime) -> Iterator[Finding]:
    """Hours with more than the bound and far more than the person's other hours."""
    of_person = defaultdict(list)
    for amount in amounts:
        of_person[amount["actor_id"]].append(amount)
    for hours in of_person.values():
        sums = {what: sum(hour[what] for hour in hours) for what in BOUNDS}
        for hour in hours:
            over = list(_over(hour, sums, len(hours) - 1)) if hour["hour"] >= since else []
            if over:  # the one that goes furthest beyond its bound speaks for the hour
                what, count, usual = max(over, key=lambda one: one[1] / BOUNDS[one[0]])
                figures = {"what": what, "count": count, "usual": usual}
                grave = count >= TIMES_GRAVE * BOUNDS[what]
                yield Finding("many", hour["actor_id"], hour["actor_name"], hour["hour"], figures, grave)


def _over(hour: asyncpg.Record, sums: dict[str, int], others: int) -> Iterator[tuple[str, int, int]]:
    for what, bound in BOUNDS.items():
        usual = (sums[what] - hour[what]) // max(others, 1)
        if hour[what] >= bound and hour[what] > TIMES_USUAL * usual:
            yield what, hour[what], usual


def _new_places(places: Iterable[asyncpg.Record]) -> Iterator[Finding]:
    together = defaultdict(list)
    for place in places:
        together[place["actor_id"], place["hour"]].append(place)
    for (actor_id, hour), found in together.items():
        taken = sum(place["taken"] for place in found)
        figures = {"addresses": sorted(place["address"] for place in found), "taken": taken}
        yield Finding("place", actor_id, found[0]["actor_name"], hour, figures, taken > 0)
