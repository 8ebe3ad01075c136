"""Twenty at once: the effect exactly once, the others told so, never a fault. `TATA_TEST_ROUNDS=50` for a release."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import token_hash, uuid7
from tatausaha.identity import recovery_codes
from tests.hostile.files import GOOD, HEADER
from tests.hostile.visiting import visitor
from tests.make import Office, make_office
from tests.portal import stories

ROUNDS = int(os.environ.get("TATA_TEST_ROUNDS", "1"))
TIMES = 20
PASSWORD = "empat kata yang panjang"

Answers = Sequence[httpx.Response]
Race = Callable[[Litestar, Office], Awaitable[None]]


async def at_once(ask: Callable[[], Awaitable[httpx.Response]]) -> Answers:
    """The same request from twenty sides, each on a line of its own."""
    answers = await asyncio.gather(*(ask() for _ in range(TIMES)))
    assert max(answer.status_code for answer in answers) < 500, Counter(answer.status_code for answer in answers)
    return answers


async def count(office: Office, query: str, *values: Any) -> int:
    async with office.scope():
        return int(await db.value(query, *values))


def accepted(answers: Answers) -> int:
    return sum(answer.status_code == 303 for answer in answers)


async def approve_a_run(app: Litestar, office: Office) -> None:
    run_id, figures = await stories.waiting_run(office, hire=1)
    path = f"/portal/approvals/{run_id}/approve"
    await at_once(lambda: office.approver.post(path, {"figures_hash": figures}))

    assert await count(office, "select count(*) from pay_step where action = 'approved'") == 1
    assert await stories.state_of(office, run_id) == "approved"


async def accept_an_invitation(app: Litestar, office: Office) -> None:
    token = uuid7().hex
    async with office.scope():
        await db.execute(
            "insert into invitation (token_hash, email, name, role, invited_by, expires_at)"
            " values ($1, $2, 'Budi', 'worker', 'Dewi', now() + interval '1 day')",
            *(token_hash(token), f"{token}@example.test"),
        )
    async with visitor(app) as browser:
        answers = await at_once(lambda: browser.post(f"/invitations/{token}", data={"password": PASSWORD}))

    assert accepted(answers) == 1
    assert await count(office, "select count(*) from member where name = 'Budi'") == 1


async def begin_a_month(app: Litestar, office: Office) -> None:
    form = {"client_id": str(office.client_id), "month": "2026-06"}
    answers = await at_once(lambda: office.worker.post("/payroll/new", form))

    assert accepted(answers) == 1
    assert await count(office, "select count(*) from pay_run") == 1


async def publish_a_run(app: Litestar, office: Office) -> None:
    run_id, figures = await stories.waiting_run(office, hire=1)
    await office.approver.post(f"/portal/approvals/{run_id}/approve", {"figures_hash": figures})
    await at_once(lambda: office.manager.post(f"/payroll/{run_id}/publish"))

    assert await count(office, "select count(*) from pay_step where action = 'published'") == 1
    assert await count(office, "select count(*) from job where kind = 'reports.make_run_documents'") == 1


async def import_a_file(app: Litestar, office: Office) -> None:
    form, file = {"client_id": str(office.client_id)}, {"file": ("a.csv", f"{HEADER}\n{GOOD}".encode())}
    answers = await at_once(lambda: office.worker.post("/people/import", form, files=file))

    assert len({answer.headers.get("location") for answer in answers}) == 1
    assert await count(office, "select count(*) from import_file") == 1
    assert await count(office, "select count(*) from job where kind like 'people.%'") == 1


async def retry_a_job(app: Litestar, office: Office) -> None:
    async with office.scope():
        job_id = await db.value(
            "insert into job (client_id, kind, queue, payload, title, unit, once_key, state, attempt) values"
            " ($1, 'test', 'default', '{}', '{\"msgid\": \"x\"}', '{\"msgid\": \"x\"}', 'x', 'failed', 3) returning id",
            office.client_id,
        )
    answers = await at_once(lambda: office.manager.post(f"/jobs/{job_id}/retry"))

    assert accepted(answers) == 1
    assert await count(office, "select count(*) from audit_event where action = 'retried'") == 1


async def change_one_version(app: Litestar, office: Office) -> None:
    form = {"code": "SATU", "time_zone": "Asia/Jakarta", "payslip_language": "id", "payslip_password": "none"}
    version = str(await count(office, "select version from client where id = $1", office.client_id))
    names = iter(range(TIMES))

    def change() -> Awaitable[httpx.Response]:
        changed = form | {"name": f"PT {next(names)}", "difference_percent": "10", "version": version}
        return office.owner.post(f"/clients/{office.client_id}", changed)

    assert accepted(await at_once(change)) == 1
    assert await count(office, "select version from client where id = $1", office.client_id) == int(version) + 1


async def use_a_reset_link(app: Litestar, office: Office) -> None:
    token = uuid7().hex
    async with gate_scope():
        await db.execute(
            "insert into password_reset (account_id, token_hash, expires_at)"
            " select account_id, $2, now() + interval '1 hour' from member where id = $1",
            *(office.worker.member_id, token_hash(token)),
        )
    async with visitor(app) as browser:
        answers = await at_once(lambda: browser.post(f"/reset/{token}", data={"password": f"{PASSWORD} {token}"}))

    assert accepted(answers) == 1
    assert await count(office, "select count(*) from mail where template = 'password_changed'") == 1


async def use_a_recovery_code(app: Litestar, office: Office) -> None:
    async with gate_scope():
        account_id = await db.value("select account_id from member where id = $1", office.owner.member_id)
    code = (await recovery_codes.make(account_id))[0]
    used = await asyncio.gather(*(recovery_codes.use(account_id, code) for _ in range(TIMES)))

    assert sum(used) == 1


RACES: tuple[Race, ...] = (
    approve_a_run,
    accept_an_invitation,
    begin_a_month,
    publish_a_run,
    import_a_file,
    retry_a_job,
    change_one_version,
    use_a_reset_link,
    use_a_recovery_code,
)


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
async def test_what_twenty_do_at_once_happens_once(app: Litestar, race: Race) -> None:
    for _ in range(ROUNDS):
        office = await make_office(app)
        await race(app, office)
        await office.leave()
