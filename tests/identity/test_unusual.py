"""Unusual access: found by the hour, told in words, judged once by somebody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.i18n import render, use_language
from tatausaha.core.ids import uuid7
from tatausaha.identity import access_watch
from tatausaha.identity.access_watch import Unusual
from tests.make import Office, Person

NOON = datetime(2026, 11, 18, 5, 30, tzinfo=UTC)
"""A Wednesday, half past twelve in Jakarta."""


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


async def happened(
    superuser: asyncpg.Connection, office: Office, who: Person, at: datetime, times: int = 1, **facts: Any
) -> None:
    """Lines of the log from another time: only a superuser can make them."""
    line = {"action": "saw", "count": 1, "address": "203.0.113.7", "actor_role": "worker", **facts}
    await superuser.execute(
        "insert into audit_event (tenant_id, id, created_at, client_id, actor_id, actor_name, actor_role, address, action,"
        " object_kind, count) select $1, uuidv7($2 - clock_timestamp()), $2, $3, $4, $5, $6, $7, $8, 'employee', $9"
        " from generate_series(1, $10::int)",
        *(office.tenant_id, at, office.client_id, who.member_id, who.name),
        *(line["actor_role"], line["address"], line["action"], line["count"], times),
    )


async def found(office: Office, *rules: str) -> list[Unusual]:
    """What a look at the hours that are over has noted, of some rules."""
    async with office.scope():
        await access_watch.watch()
        noted = await access_watch.list_unusual(open_only=True, before=None)
    return [one for one in noted if one.rule in rules]


async def test_far_more_records_than_usual_are_noted_with_the_figures(
    office: Office, superuser: asyncpg.Connection
) -> None:
    for day in range(2, 12):
        await happened(superuser, office, office.worker, hours_ago(24 * day), count=50)
    await happened(superuser, office, office.worker, hours_ago(2), times=40, count=50)
    (one,) = await found(office, "many")

    assert (one.actor_name, one.grave) == ("Worker", False)
    with use_language("en"):
        assert render(one.reason) == "2000 records on pages in one hour; usually 50"


@pytest.mark.parametrize(("usual", "now"), [(50, 1400), (600, 1600)], ids=["below the bound", "usual for this person"])
async def test_what_is_little_or_usual_is_not_noted(
    office: Office, superuser: asyncpg.Connection, usual: int, now: int
) -> None:
    for day in range(2, 12):
        await happened(superuser, office, office.worker, hours_ago(24 * day), count=usual)
    await happened(superuser, office, office.worker, hours_ago(2), count=now)

    assert await found(office, "many") == []


@pytest.mark.parametrize(("action", "times"), [("revealed", 21), ("exported", 16), ("downloaded", 16)])
async def test_many_numbers_or_files_are_noted(
    office: Office, superuser: asyncpg.Connection, action: str, times: int
) -> None:
    await happened(superuser, office, office.worker, hours_ago(2), times=times, action=action)

    assert len(await found(office, "many")) == 1


async def test_the_gravest_is_told_to_the_owners_by_letter_once(office: Office, superuser: asyncpg.Connection) -> None:
    await happened(superuser, office, office.worker, hours_ago(2), times=120, action="revealed")
    await found(office)
    await found(office)
    async with office.scope():
        letters = await db.records("select recipient, data from mail where template = 'unusual_access'")

    assert [letter["recipient"] for letter in letters] == [office.owner.email]
    assert "120" in letters[0]["data"]["why"]


async def test_a_place_that_was_never_seen_of_the_person_is_noted_once(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await happened(superuser, office, office.worker, hours_ago(24 * 80))
    await happened(superuser, office, office.worker, hours_ago(3), address="198.51.100.9")
    await happened(superuser, office, office.worker, hours_ago(2), address="198.51.100.9")
    (one,) = await found(office, "place")

    assert one.hour == hours_ago(3)
    assert one.figures["addresses"] == ["198.51.100.9"]
    assert not one.grave


async def test_a_new_place_from_which_something_was_taken_is_grave(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await happened(superuser, office, office.worker, hours_ago(24 * 3))
    await happened(superuser, office, office.worker, hours_ago(3), address="198.51.100.9", action="exported")
    (one,) = await found(office, "place")

    assert one.grave


@pytest.mark.parametrize("before", [24 * 89, 30], ids=["seen 89 days ago", "seen yesterday"])
async def test_a_place_that_is_known_is_not_noted(office: Office, superuser: asyncpg.Connection, before: int) -> None:
    await happened(superuser, office, office.worker, hours_ago(before))
    await happened(superuser, office, office.worker, hours_ago(3))

    assert await found(office, "place") == []


async def test_the_first_place_of_a_new_person_is_no_new_place(office: Office, superuser: asyncpg.Connection) -> None:
    await happened(superuser, office, office.worker, hours_ago(3))

    assert await found(office, "place") == []


@pytest.mark.parametrize(
    ("hour", "zone", "noted"),
    [
        (datetime(2026, 11, 18, 4), "Asia/Jakarta", False),
        (datetime(2026, 11, 18, 14), "Asia/Jakarta", True),
        (datetime(2026, 11, 18, 12), "Asia/Jakarta", False),
        (datetime(2026, 11, 18, 12), "Asia/Jayapura", True),
        (datetime(2026, 11, 15, 4), "Asia/Jakarta", True),
    ],
    ids=["eleven in the morning", "nine in the evening", "seven in the evening", "the same, further east", "Sunday"],
)
async def test_work_outside_of_the_usual_hours_is_noted_by_the_clients_own_clock(
    office: Office, superuser: asyncpg.Connection, hour: datetime, zone: str, noted: bool
) -> None:
    await superuser.execute("update client set time_zone = $2 where id = $1", office.client_id, zone)
    await happened(superuser, office, office.worker, hour.replace(tzinfo=UTC), times=6)
    async with office.scope():
        # The look is taken as if it were the day after; what is over is told by the database's own clock.
        hits = await access_watch.watch(hour.replace(tzinfo=UTC) + timedelta(hours=5))
        rules = [one.rule for one in await access_watch.list_unusual(open_only=True, before=None)]

    assert ("hours" in rules) == noted == bool(hits)


async def test_a_client_that_reads_its_own_data_at_night_is_its_own_affair(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await happened(
        superuser, office, office.viewer, datetime(2026, 11, 18, 18, tzinfo=UTC), times=9, actor_role="viewer"
    )
    async with office.scope():
        assert await access_watch.watch(datetime(2026, 11, 18, 20, tzinfo=UTC)) == 0


async def noted_one(office: Office, actor_id: UUID) -> UUID:
    key = uuid7()
    async with office.scope():
        await db.execute(
            "insert into unusual_access (id, rule, actor_id, actor_name, hour, figures, grave)"
            " values ($1, 'hours', $2, 'Somebody', now(), $3, false)",
            *(key, actor_id, {"records": 9, "opens": 6, "closes": 20}),
        )
    return key


async def test_a_manager_says_what_it_was_and_it_is_kept(office: Office) -> None:
    key = await noted_one(office, office.worker.member_id)
    form = {"verdict": "expected", "note": "Closing the year."}
    assert (await office.manager.get(f"/access/unusual/{key}")).status_code == 200
    assert (
        await office.manager.post(f"/access/unusual/{key}", {"verdict": "expected", "note": " "})
    ).status_code == 422
    assert (await office.manager.post(f"/access/unusual/{key}", form)).status_code == 303
    assert (await office.owner.post(f"/access/unusual/{key}", form)).status_code == 409
    page = await office.owner.get(f"/access/unusual/{key}")

    assert "Closing the year." in page.text
    assert "Manager" in page.text


async def test_nobody_judges_what_they_did_themself(office: Office) -> None:
    key = await noted_one(office, office.manager.member_id)
    answer = await office.manager.post(f"/access/unusual/{key}", {"verdict": "expected", "note": "It was me."})

    assert answer.status_code == 409
    async with office.scope():
        assert await db.value("select verdict from unusual_access where id = $1", key) == ""


async def test_approvers_get_one_letter_a_week_with_the_counts_and_the_head(
    office: Office, superuser: asyncpg.Connection
) -> None:
    monday = date(2026, 11, 16)
    await happened(superuser, office, office.worker, NOON, times=3)
    await happened(superuser, office, office.manager, NOON, action="revealed", actor_role="manager")
    await happened(superuser, office, office.viewer, NOON, times=7, actor_role="viewer")
    for day in (7, 8, 9):
        async with office.scope():
            await access_watch.write_digests(monday + timedelta(days=day))
    async with office.scope():
        letters = await db.records("select recipient, client_id, data from mail where template = 'access_digest'")

    assert [(one["recipient"], one["client_id"]) for one in letters] == [(office.approver.email, office.client_id)]
    told = letters[0]["data"]
    assert (told["people"], told["looked"], told["revealed"], told["taken"]) == (2, 3, 1, 0)
    assert (told["first"], told["last"]) == ("2026-11-16", "2026-11-22")


async def test_a_client_that_wants_no_letter_gets_none(office: Office, superuser: asyncpg.Connection) -> None:
    await happened(superuser, office, office.worker, NOON)
    answer = await office.manager.post(f"/access/settings/{office.client_id}", {"shows_names": "1", "weekly": ""})
    assert answer.status_code == 303
    async with office.scope():
        await access_watch.write_digests(date(2026, 11, 23))
        assert await db.value("select count(*) from mail where template = 'access_digest'") == 0
