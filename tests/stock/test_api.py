"""What programs do with the ledger of stock."""

from tests.api import program_of
from tests.make import Office, make_item, make_place


async def test_a_program_books_once_and_reads_what_follows(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "R1", batched=True)
    program = await program_of(office, "worker")
    body = {
        **{"client_id": str(office.client_id), "place_id": str(place), "kind": "receipt", "item": "R1"},
        **{
            "quantity": 12_500,
            "value": 125_000,
            "happened_on": "2026-11-03",
            "batch": "B7",
            "expires_on": "2027-01-01",
        },
    }
    first = await program.post("/api/v1/stock/movements", body, headers={"Idempotency-Key": "k1"})
    assert first.status_code == 201, first.text
    again = await program.post("/api/v1/stock/movements", body, headers={"Idempotency-Key": "k1"})
    assert again.json() == first.json(), "sent twice, booked once"
    too_many = await program.post(
        "/api/v1/stock/movements", {**body, "kind": "issue", "quantity": 12_501, "value": None, "batch": ""}
    )
    assert (too_many.status_code, too_many.json()["type"]) == (409, "about:blank")
    refused = await program.post("/api/v1/stock/movements", {**body, "value": None})
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"value"})

    [level] = (await program.get(f"/api/v1/stock/levels?client={office.client_id}")).json()["items"]
    assert (level["item_id"], level["quantity"], level["value"]) == (str(rice), 12_500, 125_000)
    listed = (await program.get(f"/api/v1/stock/movements?client={office.client_id}&from=2026-11-03")).json()
    assert [one["batch_number"] for one in listed["items"]] == ["B7"]
    assert (await program.get(f"/api/v1/stock/movements?item={rice}&to=2026-11-02")).json()["items"] == []
