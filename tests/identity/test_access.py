"""The access log as managers read it."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from tatausaha.core import audit, audit_queries, db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.audit_queries import Wanted
from tatausaha.core.ids import uuid7
from tests.make import Office, Person, drain, make_client, make_employees


async def lines(who: Person, query: str = "") -> list[str]:
    """The kinds of record in the list, newest first."""
    answer = await who.get(f"/access{query}")
    assert answer.status_code == 200, answer.text
    return re.findall(r'data-label="Data"><span>([^<]+)<', answer.text) or re.findall(
        r'data-label="Record"><span>([^<]+)<', answer.text
    )


async def english(office: Office) -> None:
    for person in office.people.values():
        await person.post("/preferences", {"language": "en"})


async def did(
    office: Office, who: str, address: str, action: audit.Seen = "saw", times: int = 1, **facts: object
) -> None:
    """Somebody looks at employees of the client, from an address."""
    person = office.people[who]
    with acting(Actor(person.member_id, person.name, who, address)):
        async with office.scope():
            for _ in range(times):
                await audit.saw("employee", uuid7(), office.client_id, action=action, **facts)  # type: ignore[arg-type]


async def test_the_log_is_found_by_person_client_action_day_and_address(office: Office) -> None:
    await english(office)
    await did(office, "worker", "203.0.113.7")
    await did(office, "viewer", "198.51.100.9", "revealed")
    async with office.scope():
        other = await make_client(name="PT Lain")
        await audit.saw("slip", uuid7(), other)
    today = datetime.now(UTC) + timedelta(hours=7)

    assert set(await lines(office.manager, f"?person={office.worker.member_id}")) == {"employee"}
    assert set(await lines(office.manager, f"?client={other}")) == {"payslip"}
    assert set(await lines(office.manager, "?action=revealed")) == {"employee"}
    assert len(await lines(office.manager, "?address=198.51.100.9")) == 1
    assert len(await lines(office.manager, f"?from={today:%Y-%m-%d}&to={today:%Y-%m-%d}&address=203.0.113.7")) == 1
    assert await lines(office.manager, f"?to={today - timedelta(days=1):%Y-%m-%d}") == []
    assert await lines(office.manager, f"?from={today + timedelta(days=1):%Y-%m-%d}") == []


async def test_nonsense_in_an_address_is_ignored(office: Office) -> None:
    await english(office)
    await did(office, "worker", "::1")
    for query in ("?person=1", "?client=x", "?action=zz", "?from=32", "?to=0001-01-01", "?after=zz", "?address=%00"):
        assert await lines(office.manager, query), query


async def test_every_page_of_the_log_shows_each_line_once(office: Office) -> None:
    await did(office, "worker", "203.0.113.7", times=120)
    async with office.scope():
        wanted, seen = Wanted(address="203.0.113.7"), []
        page = await audit_queries.page_events(wanted)
        while page:
            seen += [event.id for event in page[: audit_queries.PAGE]]
            page = await audit_queries.page_events(wanted, seen[-1]) if len(page) > audit_queries.PAGE else []

    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


async def test_reading_the_log_stands_in_the_log(office: Office) -> None:
    await english(office)
    await office.manager.get("/access")

    assert "access log" in await lines(office.owner, f"?person={office.manager.member_id}")


async def test_whoever_does_not_manage_finds_no_log(office: Office) -> None:
    for role in ("worker", "approver", "viewer"):
        for path in ("/access", "/access/unusual", "/access/settings", "/access/export"):
            assert (await office.people[role].get(path)).status_code == 404


@pytest.mark.parametrize("format", ["csv", "xlsx"])
async def test_the_lines_of_a_client_are_taken_along_as_a_file(office: Office, format: str) -> None:
    await did(office, "worker", "203.0.113.7", "revealed", reason="=SUM(A1)")
    form = {"client": str(office.client_id), "format": format, "action": "revealed"}
    answer = await office.manager.post("/access/export", form)
    assert answer.status_code == 303, answer.text
    await drain(office.tenant_id)
    shown = await office.manager.get(answer.headers["location"])
    document = re.search(r"/documents/([0-9a-f-]{36})", shown.text)
    assert document
    file = await office.manager.get(document[0])

    assert file.status_code == 200
    if format == "csv":
        (line,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
        assert "203.0.113.7" in line.values()
        assert "'=SUM(A1)" in line.values()
    async with office.scope():
        assert await db.value("select count from audit_event where action = 'exported'") == 1


async def test_an_export_of_the_log_needs_a_client_of_ones_own(office: Office, other_office: Office) -> None:
    assert (await office.manager.post("/access/export", {"format": "csv"})).status_code == 422
    foreign = await office.manager.post("/access/export", {"client": str(other_office.client_id), "format": "csv"})
    assert foreign.status_code == 404


async def test_who_saw_a_persons_data_is_told_for_that_person_alone(office: Office) -> None:
    async with office.scope():
        first, second = await make_employees(office.client_id, 2)
    await office.worker.get(f"/people/{first}")
    await office.worker.get(f"/people/{second}")
    page = await office.manager.get(f"/people/{first}/access")
    async with office.scope():
        told = await audit_queries.list_of_subject(first)

    assert page.status_code == 200
    assert page.text.count('data-label="Tindakan"') == 1, "the manager's own look is written when the page is made"
    assert [event.actor_name for event in told] == ["Manager", "Worker"]
    assert (await office.worker.get(f"/people/{first}/access")).status_code == 404


async def test_a_page_of_the_log_asks_the_database_the_same_number_of_times_however_much_there_is(
    office: Office,
) -> None:
    few = await asked(office)
    await did(office, "worker", "203.0.113.7", times=80)

    assert await asked(office) == few <= 9


async def asked(office: Office) -> int:
    count = 0

    def counted(_: object) -> None:
        nonlocal count
        count += 1

    async with office.scope() as scope:
        scope.connection.add_query_logger(counted)
        await audit_queries.page_events(Wanted())
        await audit_queries.list_doers()
        scope.connection.remove_query_logger(counted)
    return count


async def test_rules_of_the_log_are_kept_and_told(office: Office) -> None:
    assert (
        await office.owner.post("/access/settings", {"months": "11", "opens": "6", "closes": "20"})
    ).status_code == 422
    assert (
        await office.owner.post("/access/settings", {"months": "36", "opens": "20", "closes": "6"})
    ).status_code == 422
    kept = await office.owner.post("/access/settings", {"months": "36", "opens": "7", "closes": "19"})
    assert kept.status_code == 303
    async with office.scope():
        policy = await db.records("select months, opens, closes from log_policy")
        told = await db.value("select detail from audit_event where object_kind = 'log_policy'")

    assert [tuple(one) for one in policy] == [(36, 7, 19)]
    assert told == {"months": 36, "opens": 7, "closes": 19}


async def test_people_see_where_a_request_came_from(office: Office) -> None:
    await office.worker.get("/people")
    async with office.scope():
        address = await db.value("select address from audit_event where object_kind = 'employees' limit 1")

    assert address == "127.0.0.1"
