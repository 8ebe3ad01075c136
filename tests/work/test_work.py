"""What waits today, and what the workers do."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tests.make import Office, make_client, make_employees

SENTENCE = '{"msgid": "Menghitung bintang", "params": {}}'


async def make_job(office: Office, state: str, client_id: UUID | None = None, error: str | None = None) -> UUID:
    job_id = uuid7()
    async with office.scope():
        await db.execute(
            "insert into job (id, client_id, kind, queue, payload, title, unit, once_key, state, done, total, error)"
            " values ($1, $2, 'test', 'default', '{}', $3, $3, $4, $5, 3, 7, $6)".replace(
                "done, total", "progress, total"
            ),
            *(job_id, client_id or office.client_id, SENTENCE, str(job_id), state, error),
        )
    return job_id


async def make_run(office: Office, state: str, maker: UUID | None = None, client_id: UUID | None = None) -> UUID:
    run_id, client_id = uuid7(), client_id or office.client_id
    async with office.scope():
        await db.execute(
            "insert into pay_run (id, client_id, period, state) values ($1, $2, '2026-11-01', $3)",
            run_id,
            client_id,
            state,
        )
        await db.execute(
            "insert into pay_step (client_id, run_id, action, revision, actor_id, actor_name, actor_role)"
            " values ($1, $2, 'calculated', 1, $3, 'Dewi', 'worker')",
            *(client_id, run_id, maker),
        )
    return run_id


def between(page: str, start: str, end: str) -> str:
    return page.partition(f'id="{start}"')[2].partition(f'id="{end}"')[0]


async def test_a_calculated_run_waits_for_everybody_but_the_one_who_calculated_it(office: Office) -> None:
    run_id = await make_run(office, "calculated", maker=office.worker.member_id)

    own, second = await office.worker.get("/work"), await office.manager.get("/work")

    assert str(run_id) in own.text.partition('id="others"')[2]
    assert str(run_id) in second.text.partition('id="mine"')[2]
    assert "PT Maju Bersama" in second.text


async def test_a_worker_sees_only_the_work_of_assigned_clients(office: Office) -> None:
    async with office.scope():
        hidden = await make_client(name="PT Lain Sekali")
    run_id = await make_run(office, "draft", client_id=hidden)
    job_id = await make_job(office, "failed", hidden)

    seen = await office.worker.get("/work")
    jobs = await office.worker.get("/jobs")

    assert str(run_id) not in seen.text
    assert "PT Lain Sekali" not in jobs.text
    assert (await office.worker.get(f"/jobs/{job_id}")).status_code == 404
    assert str(run_id) in (await office.manager.get("/work")).text


async def test_an_empty_office_is_told_that_nothing_waits(office: Office) -> None:
    await office.manager.post("/preferences", {"language": "en"})

    assert "Nothing waits for you" in (await office.manager.get("/work")).text


async def test_what_needs_a_person_is_on_the_work_page(office: Office) -> None:
    job_id = await make_job(office, "failed", error='{"msgid": "The server was away.", "params": {}}')
    employee_id = uuid7()
    async with office.scope():
        await db.execute(
            "insert into employee (id, client_id, number, name, ptkp, joined_on) values ($1, $2, '1', 'Sari', 'TK/0',"
            " '2020-01-01')",
            *(employee_id, office.client_id),
        )
        await db.execute(
            "insert into contract (client_id, employee_id, kind, starts_on, ends_on) values"
            " ($1, $2, 'fixed_term', '2020-01-01', current_date + 10)",
            *(office.client_id, employee_id),
        )
        await db.execute(
            "insert into import_file (client_id, kind, name, key, sha256, state, actor_id, actor_name)"
            " values ($1, 'employees', 'karyawan.xlsx', 'k', '', 'checked', $2, 'Dewi')",
            *(office.client_id, office.worker.member_id),
        )

    seen = (await office.worker.get("/work")).text

    assert f"/jobs/{job_id}" in seen
    assert "The server was away." in seen
    assert f"/people/{employee_id}" in seen
    assert "karyawan.xlsx" in seen


@pytest.mark.parametrize(
    ("tab", "shown"),
    [("waiting", {"queued", "sent"}), ("running", {"running", "waiting"}), ("failed", {"failed", "partly"})],
)
async def test_jobs_are_listed_by_their_state(office: Office, tab: str, shown: set[str]) -> None:
    states = ("queued", "sent", "running", "waiting", "failed", "partly", "done", "cancelled")
    made = {state: await make_job(office, state) for state in states}

    page = (await office.worker.get(f"/jobs?state={tab}")).text

    assert {state for state in states if str(made[state]) in page} == shown


async def test_a_page_of_jobs_continues_behind_its_last(office: Office) -> None:
    made = sorted([await make_job(office, "done") for _ in range(51)])

    first = await office.worker.get("/jobs")
    second = await office.worker.get(f"/jobs?after={made[1]}")

    assert (str(made[50]) in first.text, str(made[0]) in first.text) == (True, False)
    assert f"after={made[1]}" in first.text
    assert str(made[0]) in second.text


async def test_a_running_job_shows_its_progress_in_the_top_bar_and_can_be_cancelled(office: Office) -> None:
    job_id = await make_job(office, "queued")
    assert "Menghitung bintang" in (await office.worker.get("/jobs/running")).text

    cancelled = await office.worker.post(f"/jobs/{job_id}/cancel")
    again = await office.worker.post(f"/jobs/{job_id}/cancel")

    assert (cancelled.status_code, again.status_code) == (303, 409)
    assert "Menghitung bintang" not in (await office.worker.get("/jobs/running")).text


async def test_a_failed_job_is_tried_again(office: Office) -> None:
    job_id = await make_job(office, "failed", error='{"msgid": "The server was away.", "params": {}}')

    await office.worker.post(f"/jobs/{job_id}/retry")

    async with office.scope():
        assert await db.value("select state from job where id = $1", job_id) == "queued"


async def test_the_page_of_a_job_names_the_parts_that_failed(office: Office) -> None:
    job_id = await make_job(office, "partly")
    part = await make_job(office, "failed", error='{"msgid": "Budi has no wage.", "params": {}}')
    async with office.scope():
        await db.execute("update job set parent_id = $1 where id = $2", job_id, part)

    assert "Budi has no wage." in (await office.worker.get(f"/jobs/{job_id}")).text


class Stream:
    """A browser that reads events as they come, and may go away."""

    def __init__(self, office: Office, path: str) -> None:
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        cookie = f"tata={office.worker.token}".encode()
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"cookie", cookie), (b"host", b"testserver")],
            "scheme": "http",
            "server": ("testserver", 80),
            "client": ("127.0.0.1", 1),
            "http_version": "1.1",
        }
        self.task = asyncio.create_task(office.app(scope, self.receive, self.messages.put))  # type: ignore[arg-type]

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def event(self) -> str:
        """The next event."""
        while True:
            message = await asyncio.wait_for(self.messages.get(), 10)
            if message.get("body"):
                return str(message["body"].decode())


async def test_progress_is_streamed_until_the_job_has_ended(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tatausaha.work.progress.LOOK_SECONDS", 0.01)
    job_id = await make_job(office, "running")
    stream = Stream(office, f"/jobs/{job_id}/events")
    assert 'max="7" value="3"' in await stream.event()

    async with office.scope():
        await db.execute("update job set progress = 4 where id = $1", job_id)
    assert 'value="4"' in await stream.event()

    async with office.scope():
        await db.execute("update job set state = 'done', progress = 7, done_at = now() where id = $1", job_id)
    assert 'value="7"' in await stream.event()
    assert "event: close" in await stream.event()
    stream.gone.set()
    await stream.task


async def test_a_stream_ends_when_the_browser_goes_away(office: Office) -> None:
    stream = Stream(office, f"/jobs/{await make_job(office, 'running')}/events")
    await stream.event()

    stream.gone.set()

    await asyncio.wait_for(stream.task, 10)


async def test_the_palette_finds_clients_and_people_by_how_their_names_begin(office: Office) -> None:
    async with office.scope():
        for client_id, name in ((office.client_id, "Sari Dewi"), (await make_client(name="PT Lain"), "Sari Asing")):
            (employee_id,) = await make_employees(client_id)
            await db.execute("update employee set name = $2 where id = $1", employee_id, name)

    found = (await office.worker.get("/search?q=sar")).text

    assert "Sari Dewi" in found
    assert "Sari Asing" not in found
    assert "PT Maju Bersama" in (await office.worker.get("/search?q=maju")).text
    assert "PT Lain" not in (await office.worker.get("/search?q=lain")).text
    assert (await office.worker.get("/search")).status_code == 200


async def test_pages_of_work_ask_the_database_the_same_number_of_times_however_much_there_is(office: Office) -> None:
    await office.manager.get("/work")
    few = await count_queries(office, "/work"), await count_queries(office, "/jobs")
    for _ in range(5):
        await make_job(office, "failed")
    many = await count_queries(office, "/work"), await count_queries(office, "/jobs")

    assert few == many
    assert max(many) <= 14


async def count_queries(office: Office, path: str) -> int:
    """How many statements a page sends, those that find the session among them."""
    seen: list[str] = []

    def note(record: object) -> None:
        seen.append(str(record))

    connections = [holder._con for holder in db.DB.pool._holders if holder._con]
    for connection in connections:
        connection.add_query_logger(note)
    answer = await office.manager.get(path)
    for connection in connections:
        connection.remove_query_logger(note)
    assert answer.status_code == 200
    return len(seen)
