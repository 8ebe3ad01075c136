"""What a person asks about their own data is answered, by somebody, in three days."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import msgspec
import pypdfium2

from tatausaha.core import db
from tatausaha.core.outbox import enqueue
from tatausaha.privacy.jobs import WatchDeadlines
from tatausaha.privacy.rules import clock
from tests.make import Office, drain
from tests.privacy.make import employ, identified, take_in


async def test_a_worker_takes_a_request_in_and_its_answer_is_due_after_three_days(office: Office) -> None:
    address = await take_in(office, await employ(office))

    async with office.scope():
        received, due = (await db.records("select received_at, due_at from privacy_request"))[0]
    page = await office.worker.get(address)

    assert due - received == timedelta(hours=72)
    assert page.status_code == 200
    assert "Mohon salinan" in page.text


async def test_nobody_hands_out_data_before_making_sure_who_asks(office: Office) -> None:
    address = await take_in(office, await employ(office))

    refused = await office.manager.post(f"{address}/copy")
    answered = await office.manager.post(f"{address}/answer", {"outcome": "done", "answer": "Ini datanya"})

    assert (refused.status_code, answered.status_code) == (409, 409)
    assert "privacy.make_copy" not in await drain(office.tenant_id)


async def test_a_copy_holds_everything_of_the_person_and_nothing_of_others(office: Office) -> None:
    person, other = await employ(office, address="Jl. Kenari 7"), await employ(office, address="Jl. Rahasia 1")
    address = await identified(office, person)

    await office.manager.post(f"{address}/copy")
    await drain(office.tenant_id)
    answer = await office.manager.get(f"{address}/copy")

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    data = msgspec.json.decode(archive.read("data.json"))
    assert data["employee"][0]["address"] == "Jl. Kenari 7"
    assert data["pay_component"][0]["amount"] == 10_000_000
    assert [event["action"] for event in data["audit_event"]] != []
    paper = pypdfium2.PdfDocument(archive.read("data.pdf"))
    said = "".join(page.get_textpage().get_text_range() for page in paper)
    assert "Jl. Kenari 7" in said
    assert "10.000.000" in said
    assert "Jl. Rahasia" not in said
    assert b"Rahasia" not in archive.read("data.json")
    assert str(other).encode() not in archive.read("data.json")


async def test_fetching_a_copy_is_written_down_and_a_worker_cannot(office: Office) -> None:
    person = await employ(office)
    address = await identified(office, person)
    await office.manager.post(f"{address}/copy")
    await drain(office.tenant_id)

    assert (await office.worker.get(f"{address}/copy")).status_code == 404
    await office.manager.get(f"{address}/copy")

    async with office.scope():
        found = await db.records(
            "select actor_name from audit_event where action = 'downloaded' and subject_id = $1", person
        )
    assert [record["actor_name"] for record in found] == ["Manager"]


async def test_managers_get_one_letter_when_two_of_three_days_have_passed(office: Office) -> None:
    address = await take_in(office, await employ(office))
    await drain(office.tenant_id)
    async with office.scope():
        await db.execute("update privacy_request set due_at = now() + interval '23 hours'")
        for number in range(2):
            await enqueue(WatchDeadlines(), once_key=f"tick {number}")
    await drain(office.tenant_id)

    async with office.scope():
        letters = await db.records("select recipient, data from mail where template = 'privacy_deadline'")
    assert sorted(record["recipient"] for record in letters) == sorted([office.owner.email, office.manager.email])
    assert letters[0]["data"]["link"].endswith(address)


async def test_a_copy_that_was_not_fetched_is_forgotten_after_two_weeks(office: Office) -> None:
    address = await identified(office, await employ(office))
    await office.manager.post(f"{address}/copy")
    await drain(office.tenant_id)
    async with office.scope():
        await db.execute("update privacy_request set copy_until = now() - interval '1 hour'")
        await enqueue(WatchDeadlines(), once_key="tick")
    await drain(office.tenant_id)

    assert (await office.manager.get(f"{address}/copy")).status_code == 404
    async with office.scope():
        assert await db.value("select copy_key from privacy_request") is None


async def test_an_answered_request_is_closed_for_good(office: Office) -> None:
    address = await identified(office, await employ(office), "correction")
    await office.manager.post(f"{address}/answer", {"outcome": "done", "answer": "Sudah dibetulkan"})

    again = await office.manager.post(f"{address}/answer", {"outcome": "refused", "answer": "Tidak"})

    assert again.status_code == 409
    assert "Sudah dibetulkan" in (await office.manager.get(address)).text


def test_the_clock_counts_hours_and_tells_a_day_before() -> None:
    begun = datetime(2026, 11, 20, 9, tzinfo=UTC)
    due = clock.due(begun)

    assert due == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert clock.urgency(due, begun + timedelta(hours=47)) == "calm"
    assert clock.urgency(due, begun + timedelta(hours=48)) == "soon"
    assert clock.urgency(due, begun + timedelta(hours=72)) == "late"
