"""Tokens: made on a page, shown once, never wider than the person, ended with the person's access."""

import re
from datetime import date, timedelta

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.ids import token_hash
from tatausaha.core.web.scopes import SCOPES, scopes_of
from tatausaha.identity.tokens import CALLS_PER_MINUTE
from tests.api import Program, program_of
from tests.make import ROLES, Office, make_client

NEXT_MONTH = (date.today() + timedelta(days=30)).strftime("%d/%m/%Y")
FORM = {"name": "Sistem akuntansi", "scopes": "people:read", "expires_on": NEXT_MONTH}


async def shown_token(office: Office, role: str, **changes: str) -> str:
    """Make a token as a person does; gives what the page shows."""
    person = office.people[role]
    answer = await person.post("/account/tokens", FORM | {"scopes": ",".join(sorted(scopes_of(role)))} | changes)
    found = re.search(r"<code data-token>(tata_[^<]+)</code>", answer.text)
    assert found, answer.text
    return found[1]


@pytest.mark.parametrize("role", ROLES)
async def test_a_token_from_the_page_lets_a_program_in(office: Office, role: str) -> None:
    token = await shown_token(office, role)
    answer = await Program(office, token).get("/api/v1/me")

    assert answer.status_code == 200
    assert (answer.json()["role"], set(answer.json()["scopes"])) == (role, scopes_of(role))


async def test_a_token_is_shown_once_and_kept_only_as_a_hash(office: Office, superuser: asyncpg.Connection) -> None:
    token = await shown_token(office, "worker")
    page = await office.worker.get("/account/tokens")
    kept = await superuser.fetchrow(
        "select t.*, t::text as whole from api_token t where token_hash = $1", token_hash(token)
    )

    assert len(token) == len("tata_12345678_") + 43
    assert token not in page.text
    assert token[:13] in page.text
    assert token[14:] not in kept["whole"]


@pytest.mark.parametrize(
    "changes",
    [
        {"scopes": ""},
        {"scopes": "log:read"},
        {"scopes": "everything"},
        {"clients": "00000000-0000-0000-0000-000000000000"},
        {"expires_on": date.today().strftime("%d/%m/%Y")},
        {"expires_on": (date.today() + timedelta(days=400)).strftime("%d/%m/%Y")},
        {"expires_on": ""},
        {"name": ""},
        {"name": "a" * 101},
    ],
    ids=str,
)
async def test_a_token_that_may_not_be_is_refused_at_its_field(office: Office, changes: dict[str, str]) -> None:
    answer = await office.worker.post("/account/tokens", FORM | changes)

    assert answer.status_code == 422
    assert "data-token" not in answer.text


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic eDp5", "", "Bearer tata_12345678_" + "a" * 43, "Bearer \xff"]
)
async def test_what_is_no_token_is_refused_as_a_problem(office: Office, header: str) -> None:
    answer = await office.owner.http.get("/api/v1/me", headers={"Authorization": header.encode("latin-1")})

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_pages_refuse_tokens_and_the_api_refuses_cookies(office: Office) -> None:
    program = await program_of(office, "owner")

    assert (await program.get("/work")).status_code == 303
    assert (await program.get("/api")).status_code == 303
    assert (await program.post("/clients", {"name": "x"})).status_code == 303
    for path in ("/api/v1/me", "/api/v1/clients", "/api/v1/employees"):
        assert (await office.owner.get(path)).status_code == 401
    assert (await office.owner.post("/api/v1/employees")).status_code == 401


async def test_a_token_needs_no_form_token_because_no_browser_sends_it_unasked(office: Office) -> None:
    program = await program_of(office, "worker")
    answer = await program.post(
        "/api/v1/employees", {}, headers={"Sec-Fetch-Site": "cross-site", "Origin": "http://x.test"}
    )

    assert answer.status_code == 422


async def test_a_scope_that_is_missing_is_named(office: Office) -> None:
    program = await program_of(office, "worker", scopes=["payroll:read"])
    answer = await program.get("/api/v1/employees")

    assert (answer.status_code, "people:read" in answer.json()["title"]) == (403, True)
    assert (await program.get("/api/v1/runs")).status_code == 200


async def test_a_token_reaches_only_the_clients_that_were_chosen(office: Office) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
    program = await program_of(office, "owner", client_ids=[second])
    listed = (await program.get("/api/v1/clients")).json()["items"]

    assert [one["id"] for one in listed] == [str(second)]
    assert (await program.get(f"/api/v1/clients/{office.client_id}")).status_code == 404


async def test_a_client_taken_from_a_worker_is_taken_from_the_token_at_once(office: Office) -> None:
    program = await program_of(office, "worker", client_ids=[office.client_id])
    before = await program.get(f"/api/v1/clients/{office.client_id}")
    async with office.scope():
        await db.execute("delete from assignment where member_id = $1", office.worker.member_id)
    after = await program.get(f"/api/v1/clients/{office.client_id}")

    assert (before.status_code, after.status_code) == (200, 404)


async def test_a_lesser_role_lessens_the_scopes_at_once(office: Office) -> None:
    program = await program_of(office, "manager")
    assert (await program.get("/api/v1/me")).json()["scopes"] == sorted(scopes_of("manager"))
    async with office.scope():
        await db.execute("update member set role = 'worker' where id = $1", office.manager.member_id)

    answer = (await program.get("/api/v1/me")).json()
    assert (answer["scopes"], answer["client_ids"]) == (sorted(scopes_of("worker")), [])


async def test_ending_a_membership_ends_its_tokens_and_joining_again_brings_none_back(office: Office) -> None:
    program = await program_of(office, "worker")
    async with office.scope():
        await db.execute("update member set ended_at = now() where id = $1", office.worker.member_id)
    gone = await program.get("/api/v1/me")
    async with office.scope():
        await db.execute("update member set ended_at = null where id = $1", office.worker.member_id)

    assert (gone.status_code, (await program.get("/api/v1/me")).status_code) == (401, 401)


async def test_a_token_past_its_day_is_worth_nothing(office: Office, superuser: asyncpg.Connection) -> None:
    program = await program_of(office, "worker")
    await superuser.execute(
        "update api_token set created_at = now() - interval '2 days', expires_at = now() - interval '1 second'"
        " where token_hash = $1",
        token_hash(program.token),
    )

    assert (await program.get("/api/v1/me")).status_code == 401


async def test_people_end_their_own_tokens_and_managers_those_of_their_people(
    office: Office, superuser: asyncpg.Connection
) -> None:
    first, second = await program_of(office, "worker"), await program_of(office, "worker")
    ids = [
        await superuser.fetchval("select id from api_token where token_hash = $1", token_hash(one.token))
        for one in (first, second)
    ]
    stranger = await office.owner.post(f"/account/tokens/{ids[0]}/revoke")
    own = await office.worker.post(f"/account/tokens/{ids[0]}/revoke")
    shown = await office.manager.get(f"/team/{office.worker.member_id}")
    managed = await office.manager.post(f"/team/{office.worker.member_id}/tokens/{ids[1]}/revoke")

    assert (stranger.status_code, own.status_code, managed.status_code) == (404, 303, 303)
    assert second.token[:13] in shown.text
    assert {(await one.get("/api/v1/me")).status_code for one in (first, second)} == {401}


async def test_the_last_use_is_told_and_written_at_most_once_a_minute(
    office: Office, superuser: asyncpg.Connection
) -> None:
    program = await program_of(office, "worker")
    query = "select xmin::text, used_at, used_from from api_token where token_hash = $1"
    await program.get("/api/v1/me")
    first = await superuser.fetchrow(query, token_hash(program.token))
    await program.get("/api/v1/me")

    assert (first["used_at"] is not None, first["used_from"]) == (True, "127.0.0.1")
    assert await superuser.fetchrow(query, token_hash(program.token)) == first
    assert "127.0.0.1" in (await office.worker.get("/account/tokens")).text


async def test_a_program_that_calls_too_often_is_told_how_long_to_wait(
    office: Office, superuser: asyncpg.Connection
) -> None:
    program, other = await program_of(office, "worker"), await program_of(office, "worker")
    await program.get("/api/v1/me")
    await superuser.execute(
        "update attempt_window set attempts = $2 where key = 'token:' || (select id::text from api_token where token_hash = $1)",
        token_hash(program.token),
        CALLS_PER_MINUTE,
    )
    answer = await program.get("/api/v1/me")

    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
    assert (await other.get("/api/v1/me")).status_code == 200


def test_every_scope_is_somebodys_and_in_words() -> None:
    assert all(scope.roles and scope.label.msgid for scope in SCOPES.values())
