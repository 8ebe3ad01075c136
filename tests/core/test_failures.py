"""What a person sees when something goes wrong."""

import asyncpg

from tests.make import Office


async def test_a_lost_database_line_is_a_moment_to_wait_and_the_next_page_works(
    office: Office, superuser: asyncpg.Connection, database: str
) -> None:
    await superuser.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'tata_app'", database
    )

    answers = [await office.worker.get("/payroll") for _ in range(12)]

    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
    assert answers[-1].status_code == 200


async def test_a_body_that_is_no_form_is_refused_with_a_sentence(office: Office) -> None:
    headers = {"x-csrf-token": office.worker.csrf, "content-type": "application/json"}

    for body in (b"\xff\xfe{", b"[" * 5000, b'{"a": "\\u0000"}', b""):
        answer = await office.worker.http.post("/payroll/new", content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (body[:10], answer.status_code)


async def test_a_form_with_characters_no_column_can_hold_is_refused(office: Office) -> None:
    answer = await office.worker.post("/payroll/new", {"client_id": "a\x00b", "month": "2026-06"})

    assert answer.status_code == 422


async def test_a_program_gets_a_problem_in_json(office: Office) -> None:
    answer = await office.worker.get("/nowhere", headers={"accept": "application/json"})

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == 404
