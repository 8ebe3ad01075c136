"""Data whose time is over are destroyed by two people, wholly, with a certificate; nothing else ever is."""

import asyncio
import re
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.privacy.service import destruction
from tests.make import Office, Person, drain, make_employees
from tests.privacy.make import take_in
from tests.reports.months import publish
from workers.runtime import execute

OLD = Period(2025, 3)


def canary(office: Office) -> str:
    """A name that nobody else bears, in this test or another."""
    return f"Kenanga Surya{office.client_id.hex[-8:]}"


async def make_old_life(office: Office) -> UUID:
    """Somebody whose time is over, since this office keeps data for a year, beside a colleague who stays."""
    async with office.scope():
        for kind in ("person", "payroll"):
            await db.execute(
                "insert into retention_rule (id, kind, effective_from, months, reason, set_by)"
                " values ($1, $2, '2020-01-01', 12, 'Uji', 'Dewi')",
                *(uuid7(), kind),
            )
        person = (await make_employees(office.client_id, 1, joined_on=date(2024, 1, 8)))[0]
        await make_employees(office.client_id, 1, joined_on=date(2024, 1, 8))
        await db.execute(
            "update employee set name = $2, address = $2, bank_holder = $2 where id = $1", person, canary(office)
        )
        await db.execute(
            "insert into contract (id, client_id, employee_id, kind, starts_on, position) values ($1, $2, $3, $4, $5, $6)",
            *(uuid7(), office.client_id, person, "permanent", date(2024, 1, 8), canary(office)),
        )
    await publish(office, OLD)
    async with office.scope():
        await db.execute("update employee set ended_on = $2 where id = $1", person, OLD.last)
    return person


async def ask(office: Office, by: Person, person: UUID) -> httpx.Response:
    return await by.post(
        "/privacy/destructions",
        {"client_id": str(office.client_id), "employee_id": str(person), "reason": "Masa simpan lewat"},
    )


async def agree(office: Office, by: Person) -> httpx.Response:
    async with office.scope():
        change_id = await db.value(
            "select id from change_request where kind = 'privacy.destroy' order by id desc limit 1"
        )
    return await by.post(f"/changes/{change_id}/approve", {"comment": ""})


async def traces(superuser: asyncpg.Connection, word: str) -> list[str]:
    """Every table that still holds the word, and every file of the storage."""
    tables = await superuser.fetch("select tablename from pg_tables where schemaname = 'public'")
    found = [
        name
        for (name,) in tables
        if await superuser.fetchval(f"select exists (select from {name} t where position($1 in t::text) > 0)", word)
    ]
    root = Path(tools().settings.storage_url.removeprefix("file://"))
    return found + [str(path) for path in root.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


async def test_everything_of_the_person_is_gone_and_nothing_of_others(
    office: Office, superuser: asyncpg.Connection
) -> None:
    person = await make_old_life(office)
    await take_in(office, person, "erasure")
    assert {"employee", "slip", "contract", "privacy_request", "document"} <= set(
        await traces(superuser, canary(office))
    )

    async with office.scope():
        keys = [
            row["key"]
            for row in await db.records(
                "select key from document where subject_id in"
                " (select id from slip where employee_id = $1 union select run_id from slip)",
                person,
            )
        ]
    assert [await tools().storage.exists(key) for key in keys] == [True] * len(keys) != []

    asked = await ask(office, office.manager, person)
    assert asked.status_code == 303, asked.text
    assert (await agree(office, office.owner)).status_code == 303
    await drain(office.tenant_id)

    assert not any([await tools().storage.exists(key) for key in keys])
    async with office.scope():
        state, counts = (await db.records("select state, counts from destruction"))[0]
        left = await db.value("select count(*)::int from slip")
    page = await office.manager.get(str(asked.headers["location"]))
    certificate = await office.owner.get(re.findall(r"/documents/[0-9a-f-]{36}", page.text)[0])
    assert await traces(superuser, canary(office)) == []
    assert (state, counts["slip"], counts["employee"], left) == ("done", 1, 1, 1)
    assert certificate.content.startswith(b"%PDF")


async def test_nobody_destroys_alone(office: Office) -> None:
    person = await make_old_life(office)
    await ask(office, office.manager, person)

    refused = await agree(office, office.manager)
    await drain(office.tenant_id)

    assert refused.status_code == 403
    async with office.scope():
        assert await db.value("select count(*)::int from employee where id = $1", person) == 1


async def test_pay_records_are_kept_until_their_time_is_over_and_the_refusal_says_so(office: Office) -> None:
    async with office.scope():
        person = (await make_employees(office.client_id, 1, ended_on=date(2026, 1, 31)))[0]

    refused = await ask(office, office.manager, person)

    assert refused.status_code == 409
    async with office.scope():
        assert await db.value("select count(*)::int from destruction") == 0


async def test_a_legal_hold_is_stronger_than_two_people(office: Office) -> None:
    person = await make_old_life(office)
    await ask(office, office.manager, person)
    async with office.scope():
        number = await db.value("select number from employee where id = $1", person)
    held = await office.owner.post(
        "/privacy/holds", {"client_id": str(office.client_id), "number": number, "reason": "Sengketa"}
    )
    assert held.status_code == 303

    await agree(office, office.owner)
    await drain(office.tenant_id)

    async with office.scope():
        assert await db.value("select count(*)::int from slip where employee_id = $1", person) == 1


async def test_the_database_lets_no_row_go_that_no_agreed_destruction_names(office: Office) -> None:
    person = await make_old_life(office)
    await ask(office, office.manager, person)

    with pytest.raises(asyncpg.PostgresError, match="do not change"):
        async with office.scope():
            await db.execute("delete from slip where employee_id = $1", person)
    async with office.scope():
        assert await db.execute("delete from employee where id = $1", person) == 0
    with pytest.raises(asyncpg.CheckViolationError):
        async with office.scope():
            await db.execute("update destruction set state = 'approved', agreed_id = asked_id")


async def test_old_payroll_of_a_client_goes_and_its_sums_stay(office: Office) -> None:
    await make_old_life(office)
    await publish(office, OLD.next())
    asked = await office.manager.post(
        "/privacy/destructions",
        {"client_id": str(office.client_id), "until": OLD.first.isoformat(), "reason": "Masa simpan lewat"},
    )
    assert asked.status_code == 303, asked.text
    await agree(office, office.owner)
    await drain(office.tenant_id)

    async with office.scope():
        periods = [row["period"] for row in await db.records("select distinct period from slip")]
        totals = await db.value("select totals from pay_run where period = $1", OLD.first)
    assert periods == [OLD.next().first]
    assert totals["net_pay"] > 0


async def test_a_rule_that_an_office_sets_holds_from_its_day(office: Office) -> None:
    person = await make_old_life(office)
    await office.manager.post(
        "/privacy/retention",
        {"kind": "person", "months": "600", "effective_from": "01/01/2021", "reason": "Perintah pengadilan"},
    )

    refused = await ask(office, office.manager, person)

    assert refused.status_code == 409
    assert "600" in (await office.manager.get("/privacy/retention")).text


async def test_what_is_due_is_listed_with_whose_time_is_over(office: Office) -> None:
    await make_old_life(office)
    async with office.scope():
        await make_employees(office.client_id, 1, ended_on=date.today() - timedelta(days=40))

    page = await office.manager.get("/privacy/retention")

    assert canary(office) in page.text
    assert page.text.count("/privacy/destructions") == 2  # one person, and one stretch of payroll


async def test_a_killed_workers_destruction_is_finished_by_the_next_and_counted_once(
    office: Office, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_old_life(office)
    async with office.scope():
        for month in range(1, 40):
            await db.execute(
                "insert into pay_component (id, client_id, employee_id, code, name, amount, starts_on)"
                " values ($1, $2, $3, 'allowance', $4, 1, '2024-01-01')",
                *(uuid7(), office.client_id, person, f"Tunjangan {month}"),
            )
    await ask(office, office.manager, person)
    await agree(office, office.owner)
    async with office.scope():
        job_id = await db.value("select id from job where kind = 'privacy.destroy'")
    real, taken = destruction.Eraser.count, [0]

    async def die(self: destruction.Eraser, what: str, gone: int) -> None:
        await real(self, what, gone)
        taken[0] += 1
        if what == "pay_component":
            raise asyncio.CancelledError

    monkeypatch.setattr(destruction.Eraser, "count", die)
    with pytest.raises(asyncio.CancelledError):
        await execute(job_id)
    monkeypatch.setattr(destruction.Eraser, "count", real)
    await superuser.execute("update job set claimed_until = now() - interval '1 second' where id = $1", job_id)

    await execute(job_id)

    async with office.scope():
        state, counts = (await db.records("select state, counts from destruction"))[0]
    assert (state, counts["pay_component"], counts["contract"], counts["slip"]) == ("done", 40, 1, 1)
    assert await traces(superuser, canary(office)) == []
