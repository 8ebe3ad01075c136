"""Counts: blind, movements allowed for, counted twice when in doubt, booked when a second person agrees."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.ids import first_id
from tatausaha.people.rules import today
from tatausaha.stock.queries import counts
from tatausaha.stock.rules.counting import in_doubt
from tatausaha.stock.service import ledger
from tatausaha.stock.service.ledger import Entry
from tests.make import Office, Person, agree, drain, make_item, make_place, make_stock

UNIT = 1000


@given(expected=st.integers(1, 10**9), counted=st.integers(0, 10**9), percent=st.integers(0, 1000))
def test_a_line_is_doubted_exactly_beyond_its_share(expected: int, counted: int, percent: int) -> None:
    assert in_doubt(expected, counted, percent) == (abs(counted - expected) / expected > percent / 100)


async def begin(office: Office, person: Person, **form: str) -> str:
    answer = await person.post(
        "/stock/counts", {"client": str(office.client_id), "scope": "place", "blind": "1", "percent": "20", **form}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def lines(office: Office, count: str) -> dict[str, counts.Line]:
    async with office.scope():
        return {line.code + line.batch_number: line for line in await counts.page_lines(UUID(count[14:]), "all", None)}


async def level(office: Office, item_id: UUID) -> tuple[int, int]:
    async with office.scope():
        (found,) = await db.records("select quantity, value from stock_level where item_id = $1", item_id)
    return tuple(found)


async def test_what_was_counted_is_booked_when_somebody_agrees_who_counted_nothing(office: Office) -> None:
    worker = office.worker
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "BR5", "Beras 5 kg")
        milk = await make_item(office.client_id, "SUSU", "Susu", batched=True)
        await make_stock(place, rice, 9 * UNIT, 90_000)
        await make_stock(place, milk, 5 * UNIT, 50_000, number="A")
        await make_stock(place, milk, 5 * UNIT, 50_000, number="B")
    count = await begin(office, worker, place=str(place))
    found = await lines(office, count)
    assert set(found) == {"BR5", "SUSUA", "SUSUB"}

    # Blind: nobody who counts is told what should be there.
    for address in (count, f"{count}?view=apart", f"{count}/lines/{found['BR5'].id}", f"{count}/sheet"):
        page = (await worker.get(address)).text
        assert "Beras 5 kg" in page
        assert "Seharusnya ada" not in page
        assert "Should be there" not in page

    # One is sold between the beginning and the counting of its line.
    async with office.scope():
        await ledger.post(office.client_id, [Entry("sale", place, rice, -UNIT, today())])
    assert (await worker.post(f"{count}/lines/{found['BR5'].id}", {"counted": "7"})).status_code == 303
    assert (await worker.post(f"{count}/scan", {"code": "SUSU", "counted": "5"})).status_code == 422  # which lot?
    await worker.post(f"{count}/scan", {"code": "SUSU", "counted": "6", "lot": "A"})
    assert (await worker.post(f"{count}/finish")).status_code == 409  # a line is left
    await worker.post(f"{count}/scan", {"code": "SUSU", "counted": "1", "lot": "B"})
    await worker.post(f"{count}/finish")
    doubted = await lines(office, count)
    assert (doubted["SUSUB"].counted, doubted["SUSUB"].first_counted) == (None, UNIT)
    await worker.post(f"{count}/scan", {"code": "SUSU", "counted": "4", "lot": "B"})
    await worker.post(f"{count}/finish")

    # One more is sold before anybody agreed: the difference is that of the moment of counting.
    async with office.scope():
        await ledger.post(office.client_id, [Entry("sale", place, rice, -UNIT, today())])
    assert (await worker.post(f"{count}/ask", {"reason": ""})).status_code == 422
    await worker.post(f"{count}/ask", {"reason": "pecah"})
    async with office.scope():
        (change,) = await db.records("select id, amount from change_request where state = 'pending'")
    assert change["amount"] == 10_000 + 10_000 + 10_000
    shown = (await office.manager.get(f"/changes/{change['id']}")).text
    assert "Beras 5 kg" in shown
    assert "8 pcs" in shown
    assert "7 pcs" in shown

    assert (await worker.post(f"/changes/{change['id']}/approve")).status_code == 403
    assert await level(office, rice) == (7 * UNIT, 70_000)
    assert (await office.manager.post(f"/changes/{change['id']}/approve")).status_code == 303
    assert await level(office, rice) == (6 * UNIT, 60_000)
    async with office.scope():
        booked = await db.records(
            "select b.number, m.quantity, m.reason from stock_movement m left join stock_batch b on b.id = m.batch_id"
            " where m.kind = 'count' order by b.number nulls first"
        )
    assert [tuple(row) for row in booked] == [(None, -UNIT, "pecah"), ("A", UNIT, "pecah"), ("B", -UNIT, "pecah")]
    assert (await worker.post(f"{count}/scan", {"code": "BR5", "counted": "1"})).status_code == 409


async def test_a_second_counter_does_not_approve_either_and_a_refusal_opens_the_differences_again(
    office: Office,
) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "BR5")
        await make_stock(place, rice, 9 * UNIT, 90_000)
    count = await begin(office, office.worker, place=str(place), percent="1000")
    await office.manager.post(f"{count}/scan", {"code": "BR5", "counted": "8"})
    await office.worker.post(f"{count}/finish")
    await office.worker.post(f"{count}/ask", {"reason": "hilang"})
    async with office.scope():
        change = await db.value("select id from change_request where state = 'pending'")

    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 403
    assert (await office.owner.post(f"/changes/{change}/reject", {"comment": "Hitung lagi"})).status_code == 303
    assert "Hitung lagi" in (await office.worker.get(count)).text
    assert await level(office, rice) == (9 * UNIT, 90_000)
    assert (await office.worker.post(f"{count}/reopen")).status_code == 303
    await office.worker.post(f"{count}/scan", {"code": "BR5", "counted": "9"})
    await office.worker.post(f"{count}/finish")
    async with office.scope():
        assert await db.value("select state from stock_count") == "done"


async def test_what_lies_outside_all_lots_is_counted_apart_from_them(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        milk = await make_item(office.client_id, "SUSU", "Susu", batched=True)
        await make_stock(place, milk, 5 * UNIT, 50_000)
        await make_stock(place, milk, 5 * UNIT, 50_000, number="A")
    for counted in (2, 4):
        count = await begin(office, office.worker, place=str(place), percent="1000")
        for name, line in (await lines(office, count)).items():
            saved = await office.worker.post(
                f"{count}/lines/{line.id}", {"counted": "5" if name == "SUSUA" else str(counted)}
            )
            assert saved.status_code == 303, saved.text
        assert (await office.worker.post(f"{count}/finish")).status_code == 303
        assert (await office.worker.post(f"{count}/ask", {"reason": "dihitung"})).status_code == 303
        assert await agree(office) == ["stock.count"]
        async with office.scope():
            assert await db.value("select quantity from stock_batch where item_id = $1", milk) == 5 * UNIT
        assert (await level(office, milk))[0] == (5 + counted) * UNIT


async def test_a_sheet_comes_back_filled_and_says_when_it_was_counted(
    office: Office, superuser: asyncpg.Connection
) -> None:
    async with office.scope():
        place = await make_place(office.client_id, code="T1")
        rice = await make_item(office.client_id, "BR5", "Beras 5 kg")
        oil = await make_item(office.client_id, "MG2", "Minyak 2 l")
        new = await make_item(office.client_id, "GULA", "Gula")
        await make_stock(place, rice, 9 * UNIT, 90_000)
        await make_stock(place, oil, 4 * UNIT, 40_000)
    # They came before the day's counting, and not in this very second.
    before = first_id(datetime.now(UTC) - timedelta(hours=2))
    await superuser.execute("update stock_movement set id = $2 where item_id = $1", rice, before)
    count = await begin(office, office.worker, place=str(place), percent="1000")
    assert (await office.worker.get(f"{count}/template")).content.startswith(b"PK")
    async with office.scope():
        await db.execute("update stock_count set created_at = now() - interval '3 hours'")
        at = await db.value(
            "select to_char((now() - interval '1 hour') at time zone 'Asia/Jakarta', 'DD/MM/YYYY HH24.MI')"
        )
        await ledger.post(office.client_id, [Entry("sale", place, rice, -2 * UNIT, today())])
    sheet = (
        f"Kode;Nama;Tempat;Jumlah;Dihitung pada\nBR5;Beras;T1;9;{at}\nMG2;;T1;;\nGULA;;T1;2,5;\nXX;;T1;1;\nBR5;;T9;1;\n"
    )
    answer = await office.worker.post(f"{count}/import", files={"file": ("hitung.csv", sheet.encode())})
    address = str(answer.headers["location"])
    await drain(office.tenant_id)
    checked = (await office.worker.get(address)).text
    assert "XX" in checked
    assert "T9" in checked
    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)

    found = await lines(office, count)
    assert (found["BR5"].expected, found["BR5"].counted) == (9 * UNIT, 9 * UNIT)
    assert found["MG2"].counted is None
    assert (found["GULA"].expected, found["GULA"].counted) == (0, 2500)
    assert new == found["GULA"].item_id


async def test_a_cycle_takes_what_was_not_counted_for_longest(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        for code in ("A", "B", "C"):
            await make_stock(place, await make_item(office.client_id, code), UNIT, 1000)
    seen = []
    for _ in range(3):
        count = await begin(office, office.worker, scope="cycle", number="1")
        (line,) = (await lines(office, count)).values()
        await office.worker.post(f"{count}/lines/{line.id}", {"counted": "1"})
        seen.append(line.code)

    assert sorted(seen) == ["A", "B", "C"]
