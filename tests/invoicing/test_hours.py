"""Hours: one's own week, entered in seconds, only for one's own clients, and fixed once they are billed."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.invoicing.queries import hours as queries
from tatausaha.invoicing.queries.hours import Hours, Wanted
from tatausaha.invoicing.rules.hours import DAY, format_minutes, parse_minutes
from tatausaha.people.rules import today
from tests.api import program_of
from tests.invoicing.month import note_hours
from tests.invoicing.prices import make_prices
from tests.make import Office, Person, make_client

TODAY = today()


async def enter(person: Person, client_id: UUID, time: str, task: str = "Rekonsiliasi", **more: str) -> httpx.Response:
    typed = {"client_id": str(client_id), "worked_on": TODAY.isoformat(), "time": time, "task": task, "billable": "1"}
    return await person.post("/hours", typed | more)


async def all_hours(office: Office) -> list[Hours]:
    async with office.scope():
        return await queries.page_hours(Wanted(), None, 50)


async def test_one_enters_changes_and_deletes_ones_own_hours_and_nobody_elses(office: Office) -> None:
    assert (await enter(office.worker, office.client_id, "1,5")).status_code == 303
    assert (await enter(office.manager, office.client_id, "90m", "Rapat", billable="")).status_code == 303
    mine = next(one for one in await all_hours(office) if one.member_id == office.worker.member_id)
    week = (await office.worker.get("/hours")).text
    assert ("1:30" in week, "Rekonsiliasi" in week, "Rapat" in week) == (True, True, False)
    form = (await office.worker.get(f"/hours?edit={mine.id}")).text
    assert f'action="/hours/{mine.id}"' in form

    typed = {"client_id": str(office.client_id), "worked_on": TODAY.isoformat(), "time": "2:00", "task": "Jurnal"}
    change = await office.worker.post(f"/hours/{mine.id}", typed | {"version": "1"})
    overtaken = await office.worker.post(f"/hours/{mine.id}", typed | {"version": "1", "time": "3:00"})
    of_another = await office.manager.post(f"/hours/{mine.id}", typed | {"version": "2"})
    assert [one.status_code for one in (change, overtaken, of_another)] == [303, 409, 404]
    everybody = (await office.manager.get(f"/hours/all?client={office.client_id}&month={Period.of(TODAY)}")).text
    assert ("Jurnal" in everybody, "Rapat" in everybody, "3:30" in everybody) == (True, True, True)
    file = (await office.manager.get("/hours/file?format=csv")).text
    assert f"{TODAY},Worker,PT Maju Bersama,Jurnal,,120" in file
    assert (await office.worker.get("/hours/all")).status_code == 404

    assert (await office.manager.post(f"/hours/{mine.id}/delete")).status_code == 404
    assert (await office.worker.post(f"/hours/{mine.id}/delete")).status_code == 303
    assert [one.task for one in await all_hours(office)] == ["Rapat"]


async def test_what_cannot_be_is_refused_with_a_sentence_at_its_field(office: Office) -> None:
    async with office.scope():
        foreign = await make_client(name="PT Bukan Kliennya")
    assert (await enter(office.worker, office.client_id, "23:00")).status_code == 303
    wrong = (
        await enter(office.worker, foreign, "1:00"),
        await enter(office.worker, office.client_id, "1:30"),
        await enter(office.worker, office.client_id, "kemarin"),
        await enter(office.worker, office.client_id, "1:00", worked_on=(TODAY + timedelta(2)).isoformat()),
        await enter(office.worker, office.client_id, "1:00", worked_on=(TODAY - timedelta(400)).isoformat()),
        await enter(office.worker, office.client_id, "1:00", task=""),
    )
    assert [one.status_code for one in wrong] == [422] * len(wrong)
    assert "23:00" in wrong[1].text
    assert len(await all_hours(office)) == 1


async def test_hours_behind_an_invoice_or_waived_stay_as_they_are(office: Office) -> None:
    async with office.scope():
        await make_prices(office.client_id)
        billed, waived = [await note_hours(office, 90, TODAY, task) for task in ("Ditagih", "Dihapus")]
        draft = await db.value(
            "insert into client_invoice (client_id, period, price_list_id) select client_id, $1, id from price_list"
            " returning id",
            Period.of(TODAY).first,
        )
        line = await db.value(
            "insert into client_invoice_line (client_id, invoice_id, position, kind, label, quantity, amount, ppn_kind)"
            " values ($1, $2, 1, 'hour', 'Jam', 90, 1, 'none') returning id",
            *(office.client_id, draft),
        )
        await db.execute(
            "insert into billed_item (client_id, kind, item_id, label, finished_on, quantity, invoice_id, line_id)"
            " values ($1, 'hour', $2, 'x', $3, 90, $4, $5)",
            *(office.client_id, billed, TODAY, draft, line),
        )
        await db.execute(
            "insert into billed_item (client_id, kind, item_id, label, finished_on, quantity, waived_reason)"
            " values ($1, 'hour', $2, 'x', $3, 90, 'salah kami')",
            *(office.client_id, waived, TODAY),
        )
    typed = {"client_id": str(office.client_id), "worked_on": TODAY.isoformat(), "time": "9:00", "task": "Lain"}
    for key in (billed, waived):
        assert (await office.worker.post(f"/hours/{key}", typed | {"version": "1"})).status_code == 409
        assert (await office.worker.post(f"/hours/{key}/delete")).status_code == 409
    assert {one.minutes for one in await all_hours(office)} == {90}
    async with office.scope():
        await db.execute("delete from client_invoice where id = $1", draft)
    assert (await office.worker.post(f"/hours/{billed}/delete")).status_code == 303, "a draft given up gives hours back"


async def test_programs_enter_and_read_hours_of_their_person(office: Office) -> None:
    worker, manager = await program_of(office, "worker"), await program_of(office, "manager")
    body = {"client_id": str(office.client_id), "worked_on": TODAY.isoformat(), "minutes": 45, "task": "Impor"}
    made = [await worker.post("/api/v1/hours", body, headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert (await worker.post("/api/v1/hours", body | {"minutes": 1441})).status_code in (400, 422)
    assert (await manager.post("/api/v1/hours", body | {"task": "Rapat"})).status_code == 201

    assert [one["task"] for one in (await worker.get("/api/v1/hours")).json()["items"]] == ["Impor"]
    assert {one["task"] for one in (await manager.get("/api/v1/hours")).json()["items"]} == {"Impor", "Rapat"}
    narrow = await program_of(office, "worker", scopes=["hours:read"])
    assert (await narrow.post("/api/v1/hours", body)).status_code == 403


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("1:30", 90), ("1,5", 90), ("1.25", 75), ("90m", 90), ("90 menit", 90), ("1j30m", 90), ("2", 120), ("0,33", 20)],
)
def test_times_are_read_as_people_write_them(written: str, minutes: int) -> None:
    assert parse_minutes(written) == minutes


@pytest.mark.parametrize("written", ["", "0", "0:00", "24:01", "25", "1:60", "-1", "1,5,5", "m", "h", "\u0661", "1e3"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        parse_minutes(written)


@given(st.integers(1, DAY))
def test_a_written_time_reads_back(minutes: int) -> None:
    assert parse_minutes(format_minutes(minutes)) == minutes
