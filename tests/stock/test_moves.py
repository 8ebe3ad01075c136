"""Movements by hand, and goods that go from place to place."""

import asyncio
import re
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tatausaha.core import db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.ids import uuid7
from tatausaha.stock.forms import MoveForm, TransferForm
from tatausaha.stock.queries.levels import list_levels
from tatausaha.stock.queries.places import list_places
from tatausaha.stock.service import ledger, moves, transfers
from tatausaha.stock.service.ledger import Entry
from tests.api import program_of
from tests.make import Office, agree, make_item, make_place, make_stock

DAY = date(2026, 11, 20)


async def _lying(place: UUID, *items: UUID) -> list[tuple[int, int]]:
    levels = await list_levels(place, items)
    return [(levels[item].quantity, levels[item].value) for item in items]


async def test_goods_arrive_in_the_other_place_at_their_cost_with_their_batches(office: Office) -> None:
    async with office.scope():
        store, depot = await make_place(office.client_id), await make_place(office.client_id, "Gudang")
        milk = await make_item(office.client_id, "M1", batched=True, cost_method="fifo")
        await make_stock(depot, milk, 3_000, 1_000, number="a", expires_on=date(2026, 12, 1))
        await make_stock(depot, milk, 3_000, 2_000, number="b", expires_on=date(2027, 1, 1))
        form = TransferForm(
            client_id="",
            origin=str(depot),
            target=str(store),
            happened_on=DAY,
            lines="M1 2,5\nm1\nM1;0,5",
        )
        places = await list_places(office.client_id)
        form = msgspec.structs.replace(form, token=str(uuid7()))
        key = await transfers.by_hand(office.client_id, places, form, DAY)
        assert await transfers.by_hand(office.client_id, places, form, DAY) == key
        assert (await _lying(depot, milk), await _lying(store, milk)) == ([(2_000, 1_333)], [(4_000, 1_667)])
        lots = await db.records(
            "select number, expires_on, quantity from stock_batch where place_id = $1 order by number", store
        )
        assert [tuple(lot) for lot in lots] == [("a", date(2026, 12, 1), 3_000), ("b", date(2027, 1, 1), 1_000)]
        both = await db.records("select distinct kind from stock_movement where document_id = $1 order by kind", key)
        assert [record["kind"] for record in both] == ["transfer_in", "transfer_out"]
        wrong = msgspec.structs.replace(form, origin=str(store), lines="M1 x", token="")
        with pytest.raises(Invalid) as refused:
            await transfers.by_hand(office.client_id, places, wrong, date(2026, 11, 1))
        assert set(refused.value.fields) == {"target", "happened_on", "lines"}


async def test_transfers_that_cross_each_other_never_wait_for_ever(office: Office) -> None:
    async with office.scope():
        here, there = await make_place(office.client_id), await make_place(office.client_id, "Gudang")
        items = [await make_item(office.client_id, f"X{number}") for number in range(4)]
        for item in items:
            await make_stock(here, item, 100_000, 100_000)
            await make_stock(there, item, 100_000, 100_000)

    async def carry(number: int) -> None:
        origin, target = (here, there) if number % 2 else (there, here)
        goods = [(item, 1_000) for item in (items if number % 3 else reversed(items))]
        async with office.scope():
            await transfers.transfer(office.client_id, origin, target, goods, DAY)

    await asyncio.gather(*(carry(number) for number in range(12)))
    async with office.scope():
        assert await _lying(here, *items) == await _lying(there, *items) == [(100_000, 100_000)] * 4


def _form(place: UUID, **typed: Any) -> MoveForm:
    return MoveForm(**{"client_id": "", "place": str(place), "item": "R1", "happened_on": DAY, **typed})


async def test_what_people_write_down_is_booked_with_its_reason_or_refused_at_the_field(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice, oil = await make_item(office.client_id, "R1", "Beras"), await make_item(office.client_id, "O1", "Minyak")
        await db.execute(
            "insert into item_unit (client_id, item_id, unit, factor) values ($1, $2, 'dus', 12000)",
            *(office.client_id, rice),
        )
        places = await list_places(office.client_id)

        async def book(**typed: Any) -> UUID:
            written = await moves.by_hand(office.client_id, places, _form(place, **typed), DAY)
            return written.document_id

        await book(kind="receipt", quantity=2_000, unit="dus", value=240_000)
        token = str(uuid7())
        twice = [await book(kind="issue", quantity=1_000, department="Dapur", token=token) for _ in range(2)]
        assert twice == [UUID(token)] * 2
        await make_stock(place, rice, 1_000, 10_000)
        await book(kind="issue", quantity=4_000)
        assert await _lying(place, rice) == [(20_000, 200_000)]
        key = await book(
            kind="exchange", quantity=5_000, other_item="O1", other_quantity=2_000, reason="ditukar pemasok"
        )
        assert await _lying(place, rice, oil) == [(15_000, 150_000), (2_000, 50_000)]
        assert await db.value("select sum(value) from stock_movement where document_id = $1", key) == 0
        for typed, field in (
            ({"kind": "receipt", "quantity": 1_000}, "value"),
            ({"kind": "write_off", "quantity": 1_000}, "reason"),
            ({"kind": "issue", "quantity": 0}, "quantity"),
            ({"kind": "issue", "quantity": 1_000, "item": "nichts"}, "item"),
            ({"kind": "issue", "quantity": 1_000, "unit": "palet"}, "unit"),
            ({"kind": "issue", "quantity": 1_000, "batch": "7"}, "batch"),
            ({"kind": "issue", "quantity": 1_000, "happened_on": date(2026, 11, 21)}, "happened_on"),
        ):
            with pytest.raises(Invalid) as refused:
                await book(**typed)
            assert set(refused.value.fields) == {field}
        with pytest.raises(Conflict):
            await book(kind="issue", quantity=16_000)


async def _typed(office: Office, place: UUID, **typed: str) -> dict[str, str]:
    shown = (await office.worker.get(f"/stock/moves/new?client={office.client_id}")).text
    named = dict.fromkeys(MoveForm.__struct_fields__, "") | {
        "token": re.findall(r'name="token" value="([^"]+)"', shown)[0]
    }
    named |= {"client_id": str(office.client_id), "place": str(place), "item": "R1", "happened_on": "20/11/2026"}
    return named | typed


async def _waiting(office: Office) -> list[UUID]:
    async with office.scope():
        found = await db.records("select id from change_request where state = 'pending' order by id")
    return [row["id"] for row in found]


async def test_what_is_found_missing_or_spoiled_is_booked_once_and_only_when_somebody_else_agrees(
    office: Office,
) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "R1", "Beras")
        await make_stock(place, rice, 10_000, 100_000)

    async def lies() -> tuple[int, int]:
        async with office.scope():
            return (await _lying(place, rice))[0]

    too_many = await _typed(office, place, kind="missing", quantity="11", reason="hilang")
    assert (await office.worker.post("/stock/moves", too_many)).status_code == 409, "refused before anybody is asked"
    spoiled = await _typed(office, place, kind="write_off", quantity="4", reason="basah kena hujan")
    for _ in range(2):
        asked = await office.worker.post("/stock/moves", spoiled)
        assert (asked.status_code, asked.headers["location"]) == (303, f"/stock/moves?client={office.client_id}")
    [change] = await _waiting(office)
    shown = (await office.worker.get(asked.headers["location"])).text
    assert (f"/changes/{change}" in shown, "Beras" in shown, "Rp 40.000" in shown) == (True, True, True)
    assert "basah kena hujan" in (await office.manager.get(f"/changes/{change}")).text
    assert (await office.worker.post(f"/changes/{change}/approve")).status_code == 403
    program = await program_of(office, "worker")
    assert (await program.post(f"/api/v1/changes/{change}/approve", {})).status_code == 403
    assert await lies() == (10_000, 100_000)

    async with office.scope():
        sold = Entry("issue", place, rice, -7_000, DAY)
        await ledger.post(office.client_id, [sold])
    gone = await office.manager.post(f"/changes/{change}/approve")
    assert (gone.status_code, "Beras" in gone.text) == (409, True), "not enough is there any more"
    assert await _waiting(office) == [change]
    async with office.scope():
        await make_stock(place, rice, 7_000, 70_000)
    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 303
    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 409
    assert await lies() == (6_000, 60_000)
    again = await office.worker.post("/stock/moves", spoiled)
    assert again.headers["location"] == f"/stock/moves/{spoiled['token']}", (
        "the form sent once more shows what came of it"
    )
    booked = (await office.worker.get(again.headers["location"])).text
    assert "basah kena hujan" in booked

    refused = await _typed(office, place, kind="found", quantity="1", reason="di rak lain")
    await office.worker.post("/stock/moves", refused)
    [change] = await _waiting(office)
    await office.manager.post(f"/changes/{change}/reject", {"comment": "Hitung dulu"})
    assert (await office.worker.post("/stock/moves", refused)).status_code == 409
    assert (await _waiting(office), await lies()) == ([], (6_000, 60_000))


async def test_a_policy_lets_small_ones_through_and_a_program_is_told_which_wait(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "R1", "Beras")
        await make_stock(place, rice, 10_000, 100_000)
        await db.execute(
            "insert into change_policy (client_id, kind, asks, free_up_to) values ($1, 'stock.adjustment', 'manager', 20000)",
            office.client_id,
        )
    program = await program_of(office, "worker")
    body = {"client_id": str(office.client_id), "place_id": str(place), "item": "R1", "happened_on": "2026-11-20"}

    async def send(key: str, **more: Any) -> Any:
        sent = {**body, "reason": "pecah", **more}
        answers = [
            await program.post("/api/v1/stock/movements", sent, headers={"Idempotency-Key": key}) for _ in range(2)
        ]
        assert answers[0].json() == answers[1].json(), "sent twice, done once"
        return answers[0].status_code, answers[0].json()

    status, small = await send("a", kind="missing", quantity=2_000)
    assert (status, small["state"], small["change_id"], len(small["movements"])) == (201, "booked", None, 1)
    status, large = await send("b", kind="write_off", quantity=2_001)
    assert (status, large["state"], large["movements"]) == (202, "waiting", [])
    status, cheap = await send("c", kind="found", quantity=5_000, value=1)
    assert (status, cheap["state"]) == (202, "waiting"), "a low value does not make much into little"
    assert await _waiting(office) == [UUID(large["change_id"]), UUID(cheap["change_id"])]
    async with office.scope():
        assert await _lying(place, rice) == [(8_000, 80_000)]
    assert await agree(office) == ["stock.adjustment"] * 2
    async with office.scope():
        assert await _lying(place, rice) == [(10_999, 59_991)]
        kinds = await db.records("select kind, document_id, reason from stock_movement where quantity = -2001")
    assert [tuple(row) for row in kinds] == [("write_off", UUID(large["document_id"]), "pecah")]
