"""Tills that talk: the lines of a program and of a file are the same lines."""

from typing import Any
from uuid import UUID

from tatausaha.core import db
from tests.api import Program, program_of
from tests.make import Office, make_client, make_place
from tests.sales.test_import import MONTH, books, furnish, imported, sheet

SOLD: list[dict[str, Any]] = [
    {"receipt": "A-1", "line": 1, "day": "2026-11-01", "item": "KOPI", "quantity": 2_000, "amount": 20_000},
    {"receipt": "A-1", "line": 2, "day": "2026-11-01", "item": "KOPI", "quantity": 2_000, "price": 10_000},
    {"receipt": "A-2", "line": 1, "day": "2026-11-01", "item": "8991234567890", "quantity": 1_000, "price": 5_000,
     "discount": 500, "method": "QRIS"},
]  # fmt: skip


async def send(program: Program, place: UUID, lines: list[dict[str, Any]], **headers: str) -> tuple[int, Any]:
    body = {"place_id": str(place), "till": "k1", "shift": "1", "cashier": "Sari", "lines": lines}
    answer = await program.post("/api/v1/sales", body, headers=headers)
    return answer.status_code, answer.json()


async def test_what_a_file_and_a_program_tell_of_the_same_receipts_is_booked_once(office: Office) -> None:
    place, program = await furnish(office), await program_of(office, "worker")
    assert await send(program, place, SOLD) == (200, {"new": 3, "late": 0, "known": 0})
    assert await send(program, place, SOLD[1:]) == (200, {"new": 0, "late": 0, "known": 2})
    file = await imported(office, place, sheet(*MONTH))
    assert (file.created, file.unchanged, file.rejected) == (2, 4, 0)
    after = await books(office, place)
    assert (await send(program, place, SOLD))[1]["known"] == 3
    assert await books(office, place) == after


async def test_the_same_call_acts_once_and_a_wrong_line_stops_all_of_them(office: Office) -> None:
    place, program = await furnish(office), await program_of(office, "worker")
    wrong = [SOLD[0], {**SOLD[1], "item": "TIDAK ADA"}, {**SOLD[2], "quantity": 900_000_000}]
    status, problem = await send(program, place, wrong)
    assert (status, list(problem["errors"])) == (422, ["lines.1.item"])
    status, problem = await send(program, place, [SOLD[0], wrong[2]])
    assert (status, list(problem["errors"])) == (422, ["lines.1"])
    assert (await books(office, place))["lines"] == []
    first = await send(program, place, SOLD, **{"Idempotency-Key": "sekali"})
    assert await send(program, place, SOLD, **{"Idempotency-Key": "sekali"}) == first == (200, first[1])
    assert first[1]["new"] == 3


async def test_a_shift_is_opened_once_read_and_listed(office: Office) -> None:
    place, program = await furnish(office), await program_of(office, "worker")
    body = {"place_id": str(place), "day": "2026-11-01", "till": "K1", "number": "1", "opening_cash": 500_000}
    made, again = [await program.post("/api/v1/shifts", body) for _ in range(2)]
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    await send(program, place, [*SOLD[:2], {**SOLD[0], "receipt": "B", "kind": "refund"}])
    read = (await program.get(f"/api/v1/shifts/{made.json()['id']}")).json()
    assert (read["taken"], read["lines"], read["state"], read["opening_cash"]) == (20_000, 3, "open", 500_000)
    listed = (await program.get(f"/api/v1/shifts?client={office.client_id}")).json()
    assert [one["id"] for one in listed["items"]] == [read["id"]]


async def test_places_of_other_clients_or_given_up_do_not_exist_for_a_program(office: Office) -> None:
    async with office.scope():
        foreign = await make_place(await make_client())
        given_up = await make_place(office.client_id, "Toko lama")
        await db.execute("update place set archived_at = now() where id = $1", given_up)
    program = await program_of(office, "worker")
    for place in (foreign, given_up):
        assert (await send(program, place, SOLD))[0] == 404
        opened = await program.post("/api/v1/shifts", {"place_id": str(place), "day": "2026-11-01"})
        assert opened.status_code == 404
    refused = await office.worker.post("/sales/shifts", {"place_id": str(given_up), "day": "20/11/2026"})
    assert refused.status_code == 422
