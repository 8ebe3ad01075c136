"""What a provider may begin, by a subscription that is paid, has lapsed a little or long ago, or holds only so many."""

import asyncio
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core import db, entitlements
from tatausaha.core.db import client_scope
from tatausaha.core.entitlements import COUNTED, STOPPED_IN_GRACE, Standing
from tatausaha.core.errors import Lapsed
from tatausaha.settings import PROJECT
from tests.make import Office, make_client, make_employees, make_standing

NOW = datetime(2026, 11, 22, tzinfo=UTC)
THINGS = (*COUNTED, "run", "order", "import")
days = st.integers(-40, 40).map(lambda count: NOW + timedelta(count))


@settings(max_examples=60, deadline=None)
@given(
    what=st.sampled_from(THINGS),
    begins=st.none() | days,
    length=st.none() | st.integers(0, 20),
    most=st.none() | st.integers(0, 3),
    used=st.integers(0, 4),
    more=st.integers(0, 3),
)
def test_what_is_refused_depends_on_the_day_the_thing_and_the_plan_alone(
    what: str, begins: datetime | None, length: int | None, most: int | None, used: int, more: int
) -> None:
    grace = begins + timedelta(length) if begins and length is not None else None
    plan: dict[str, int] = {} if most is None or what not in COUNTED else {what: most}
    standing = Standing("tumbuh", "card", begins, grace, plan, {what: used})

    lapsed = begins is not None and begins <= NOW
    over = grace is None or grace <= NOW
    stopped = lapsed and (over or what in STOPPED_IN_GRACE)
    assert (standing.refusal(what, more, NOW) is not None) == (stopped or bool(plan and used + more > plan[what]))
    assert standing.state(NOW) == ("open" if not lapsed else "closed" if over else "grace")


async def test_a_house_of_its_own_begins_what_it_likes_and_no_row_comes_of_it(office: Office) -> None:
    async with office.scope():
        for what in THINGS:
            await entitlements.begin(what, 1_000)
            await entitlements.ask(what, 1_000)
        await entitlements.ended("client")

        assert await entitlements.find() is None
        assert await entitlements.recount() == {"client": 1, "employee": 0, "seat": 3}
        assert await db.value("select count(*) from entitlement") == 0


async def test_what_is_counted_are_clients_that_are_served_people_at_work_and_seats(office: Office) -> None:
    async with office.scope():
        await make_standing()
        archived = await make_client(name="PT Lama")
        await make_employees(archived, 4)
        await db.execute("update client set archived_at = now() where id = $1", archived)
        await make_employees(office.client_id, 3)
        await make_employees(office.client_id, 2, ended_on=date(2024, 5, 1))
        await make_employees(office.client_id, 1, ended_on=date(2099, 5, 1))
        for role, client_id, days in (("worker", None, 1), ("manager", None, -1), ("viewer", office.client_id, 1)):
            await _invite(role, client_id, days)
        await db.execute("update member set ended_at = now() where role = 'worker'")

        assert await entitlements.recount() == {"client": 1, "employee": 4, "seat": 3}
        standing = await entitlements.find()
    assert standing is not None
    assert standing.used == {"client": 1, "employee": 4, "seat": 3}


async def _invite(role: str, client_id: Any, days: int) -> None:
    await db.execute(
        "insert into invitation (token_hash, email, name, role, client_id, invited_by, expires_at)"
        " values ($1, $2, 'Sari', $3, $4, 'Dewi', now() + make_interval(days => $5))",
        *(f"{role}{days}{client_id}".encode(), f"{role}@example.test", role, client_id, days),
    )


async def test_of_twenty_who_want_the_last_place_at_once_one_gets_it(office: Office) -> None:
    async with office.scope():
        await make_standing(client=2)

    async def enter(number: int) -> bool:
        try:
            async with office.scope():
                await entitlements.begin("client")
                await make_client(name=f"PT Nomor {number}")
        except Lapsed:
            return False
        return True

    won = await asyncio.gather(*(enter(number) for number in range(20)))

    assert won.count(True) == 1
    async with office.scope():
        standing = await entitlements.find()
        assert await db.value("select count(*) from client") == 2
    assert standing is not None
    assert standing.used["client"] == 2


async def test_who_sees_some_clients_goes_by_the_count_that_is_kept_and_who_sees_all_counts_anew(
    office: Office,
) -> None:
    async with office.scope():
        await make_standing(employee=3)
        await make_employees(office.client_id, 1)
        await make_employees(await make_client(name="PT Kedua"), 1)
        await entitlements.recount()
    some = office.client_id
    async with client_scope(office.tenant_id, [some]):
        await entitlements.begin("employee")
        await make_employees(some, 1)
    with pytest.raises(Lapsed, match="3"):
        async with client_scope(office.tenant_id, [some]):
            await entitlements.begin("employee")

    async with office.scope():
        await db.execute("update employee set ended_on = '2025-01-01' where client_id <> $1", some)
    with pytest.raises(Lapsed):
        async with client_scope(office.tenant_id, [some]):
            await entitlements.begin("employee")
    async with office.scope():
        await entitlements.begin("employee")
        await make_employees(some, 1)
    async with client_scope(office.tenant_id, [some]):
        await entitlements.ended("employee", 2)
        await entitlements.begin("employee", 2)


async def test_after_a_lapse_clients_and_seats_stop_at_once_and_everything_new_after_the_grace(office: Office) -> None:
    refused: dict[int, set[str]] = {}
    for days_ago in (-1, 1, 15):
        async with office.scope():
            await make_standing(timedelta(days_ago))
            refused[days_ago] = {what for what in THINGS if await _is_refused(what)}

    assert refused == {-1: set(), 1: {"client", "seat"}, 15: set(THINGS)}


async def _is_refused(what: str) -> bool:
    try:
        await entitlements.begin(what)
    except Lapsed:
        return True
    return False


def test_workers_and_pages_can_count_everything_that_is_counted() -> None:
    for what in ("import tatausaha.main", "from workers.runtime import register_handlers; register_handlers()"):
        script = f"{what}\nfrom tatausaha.core import entitlements\nprint(*sorted(entitlements._counters))"
        ran = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
        assert ran.stdout.split() == sorted(COUNTED), what
