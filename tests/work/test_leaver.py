"""Somebody leaves: every way in ends in one step, and what is left behind and was seen is listed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar

from tatausaha.core import audit, db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.dates import Period
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import Conflict
from tatausaha.core.ids import new_token, token_hash, uuid7
from tatausaha.core.web.viewer import Viewer
from tatausaha.identity import service, tokens
from tatausaha.identity.queries import find_viewer
from tatausaha.payroll import service as payroll
from tests.make import Office, Person, make_client, make_employees
from tests.work.test_work import Stream, count_queries, make_job


async def end(office: Office, person: Person, by: Person | None = None, **form: Any) -> int:
    return (await (by or office.owner).post(f"/team/{person.member_id}/end", form)).status_code


def as_person(office: Office, role: str) -> Any:
    return acting(Actor(office.people[role].member_id, role.title(), role))


async def saw(office: Office, client_id: UUID | None, employee_id: UUID, action: Any, times: int = 1) -> None:
    with as_person(office, "worker"):
        for _ in range(times):
            async with office.scope():
                await audit.saw("employee", employee_id, client_id, action=action, subject_id=employee_id)


async def count(office: Office, query: str, *arguments: Any) -> int:
    async with gate_scope():
        found: int = await db.value(f"select count(*) from {query}", *arguments)
    return found


async def test_everything_ends_in_one_step(office: Office) -> None:
    worker = office.worker
    async with gate_scope():
        found = await find_viewer(token_hash(worker.token))
        assert found is not None
        await db.execute(
            "insert into sign_in_step (token_hash, account_id, tenant_id, member_id, need, expires_at)"
            " select $1, account_id, tenant_id, id, 'code', now() + interval '10 minutes' from member where id = $2",
            *(new_token().encode(), worker.member_id),
        )
    secret = await tokens.create(found[0], "Skrip", ["people:read"], None, datetime.now(UTC) + timedelta(days=9))
    async with office.scope():
        await db.execute(
            "insert into invitation (token_hash, email, name, role, invited_by, expires_at)"
            " values ($1, $2, 'Budi', 'worker', 'Owner', now() + interval '1 day')",
            *(uuid7().bytes, worker.email),
        )
    called = await office.manager.http.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
    assert called.status_code == 200

    assert await end(office, worker) == 303

    refused = await office.manager.http.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
    assert refused.status_code == 401
    assert (await worker.get("/work")).headers["location"].startswith("/sign-in")
    for table in ("user_session", "sign_in_step"):
        assert await count(office, f"{table} where member_id = $1", worker.member_id) == 0
    assert await count(office, "api_token where member_id = $1 and revoked_at is null", worker.member_id) == 0
    assert await count(office, "invitation where email = $1 and revoked_at is null", worker.email) == 0
    assert await count(office, "assignment where member_id = $1", worker.member_id) == 0


@asynccontextmanager
async def watching(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stream]:
    """The worker looks at a job that runs. Whatever happens, nobody looks on afterwards."""
    monkeypatch.setattr("tatausaha.work.progress.LOOK_SECONDS", 0.01)
    stream = Stream(office, f"/jobs/{await make_job(office, 'running')}/events")
    try:
        await stream.event()
        yield stream
    finally:
        stream.gone.set()
        await asyncio.wait_for(stream.task, 10)


async def test_an_open_stream_of_a_leaver_ends_with_its_next_beat(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watching(office, monkeypatch) as stream:
        await end(office, office.worker)

        while (await asyncio.wait_for(stream.messages.get(), 10)).get("more_body", True):
            pass


async def test_a_stream_ends_when_its_client_is_taken_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(office, monkeypatch) as stream:
        await office.manager.post(f"/team/{office.worker.member_id}/assignments", {"barred": str(office.client_id)})

        assert "event: close" in await stream.event()


async def test_open_work_is_listed_before_anything_ends(office: Office) -> None:
    await make_job(office, "running")
    async with office.scope():
        await make_employees(office.client_id)
        await db.execute("update job set actor_id = $1", office.worker.member_id)
    with as_person(office, "worker"):
        async with office.scope():
            await payroll.create_run(office.client_id, Period(2026, 10))

    page = await office.manager.get(f"/team/{office.worker.member_id}/end")

    for part in ("PT Maju Bersama", "Oktober 2026", "Menghitung bintang", 'id="served"', 'id="left-runs"'):
        assert part in page.text, part
    assert (await office.worker.get("/work")).status_code == 200


async def test_an_approver_leaves_behind_the_months_that_wait_for_the_client(office: Office) -> None:
    with as_person(office, "worker"):
        async with office.scope():
            run_id = await payroll.create_run(office.client_id, Period(2026, 10))
            await db.execute("update pay_run set state = 'reviewed' where id = $1", run_id)

    page = await office.manager.get(f"/team/{office.approver.member_id}/end")

    assert 'id="waiting-runs"' in page.text
    assert str(run_id) in page.text


async def test_clients_are_handed_over_in_the_same_step(office: Office) -> None:
    heir = await office.hire("worker", name="Heri")
    async with office.scope():
        second = await make_client(name="PT Kedua")
        await db.execute(
            "insert into assignment (member_id, client_id) values ($1, $2)", office.worker.member_id, second
        )
    page = await office.manager.get(f"/team/{office.worker.member_id}/end")
    assert f'value="{second}:{heir.member_id}"' in page.text

    assert await end(office, office.worker, heir=["", f"{second}:{heir.member_id}"]) == 303

    assert (await heir.get(f"/clients/{second}")).status_code == 200
    await heir.http.aclose()


async def test_a_barred_or_foreign_heir_is_refused_and_nothing_has_ended(office: Office, other_office: Office) -> None:
    heir = await office.hire("worker", name="Heri")
    await office.manager.post(f"/team/{heir.member_id}/assignments", {"barred": str(office.client_id)})
    pairs = {
        f"{office.client_id}:{heir.member_id}": 409,
        f"{office.client_id}:{other_office.worker.member_id}": 404,
        f"{other_office.client_id}:{heir.member_id}": 404,
        f"{office.client_id}:{office.viewer.member_id}": 404,
        "x:y": 404,
        "x": 404,
    }

    assert {pair: await end(office, office.worker, heir=pair) for pair in pairs} == pairs
    assert (await office.worker.get("/work")).status_code == 200
    await heir.http.aclose()


async def test_secrets_that_were_seen_are_counted_by_client_and_kind(office: Office) -> None:
    async with office.scope():
        first, second = await make_employees(office.client_id, 2)
    await saw(office, office.client_id, first, "revealed", times=3)
    await saw(office, office.client_id, second, "revealed")
    await saw(office, office.client_id, first, "saw")
    await end(office, office.worker)

    page = (await office.manager.get(f"/team/{office.worker.member_id}/end")).text
    file = await office.manager.get(f"/team/{office.worker.member_id}/seen?format=csv")

    cells = page.split('id="seen-table"')[1]
    assert [cells.count(f'">{number}</td>') for number in (2, 4)] == [1, 1]
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert any("PT Maju Bersama" in line and "Pegawai 00000" in line and ",3,3," in line for line in lines)
    assert "attachment" in file.headers["content-disposition"]
    assert (await office.manager.get(f"/team/{office.worker.member_id}/seen")).content[:2] == b"PK"
    taken = "audit_event where action = 'exported' and object_kind = 'leaver' and object_id = $1"
    async with office.scope():
        assert await db.value(f"select count(*) from {taken}", office.worker.member_id) == 2


async def test_the_last_owner_stays_also_when_two_end_each_other(office: Office) -> None:
    second = await office.hire("owner", name="Dua")
    async with gate_scope():
        first_view, second_view = [await find_viewer(token_hash(one.token)) for one in (office.owner, second)]
    assert first_view is not None
    assert second_view is not None

    both = asyncio.Barrier(2)

    async def end_other(by: Viewer, member_id: UUID) -> str:
        try:
            async with office.scope():
                await both.wait()
                await service.end_membership(by, member_id)
        except Conflict as refused:
            return str(refused)
        return ""

    answers = await asyncio.gather(
        end_other(first_view[0], second.member_id), end_other(second_view[0], office.owner.member_id)
    )

    assert sorted(bool(answer) for answer in answers) == [False, True]
    async with office.scope():
        assert await db.value("select count(*) from member where role = 'owner' and ended_at is null") == 1
    await second.http.aclose()


async def test_the_page_asks_the_database_the_same_number_of_times_however_much_there_is(office: Office) -> None:
    path = f"/team/{office.worker.member_id}/end"
    await office.manager.get(path)
    few = await count_queries(office, path)
    for name in ("PT A", "PT B", "PT C"):
        async with office.scope():
            await db.execute(
                "insert into assignment (member_id, client_id) values ($1, $2)",
                *(office.worker.member_id, await make_client(name=name)),
            )
    assert await count_queries(office, path) == few


@pytest.mark.parametrize("role", ["worker", "approver", "viewer"])
async def test_only_managers_end_access(app: Litestar, office: Office, role: str) -> None:
    path = f"/team/{office.viewer.member_id}"

    assert (await office.people[role].get(f"{path}/end")).status_code == 404
    assert (await office.people[role].get(f"{path}/seen")).status_code == 404
    assert await end(office, office.viewer, by=office.people[role]) == 404
