"""The pages of goods and bills, as people and programs use them: from the delivery to the bank's file."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.purchasing.queries import bills
from tests.api import program_of
from tests.make import Office, agree, make_item, make_place
from tests.purchasing.payable_records import fill_payables
from tests.purchasing.payables import make_order, make_supplier, stand


async def test_from_the_delivery_to_the_file_for_the_bank_by_the_pages_alone(office: Office) -> None:
    worker, client = office.worker, office.client_id
    async with office.scope():
        place, supplier = await make_place(client), await make_supplier(client, "CV Sumber")
        rice, milk = await make_item(client, "R5"), await make_item(client, "M1", "Susu", batched=True)
        order, (of_rice, of_milk) = await make_order(
            client, supplier, place, [(rice, "dus", 12_000, 10_000, 100_000), (milk, "pcs", 1_000, 5_000, 10_000)]
        )
    form = await worker.get(f"/purchasing/receipts/new?order={order}")
    wrong = await worker.post(
        f"/purchasing/orders/{order}/receipts",
        {"received_on": "20/11/2026", f"quantity-{of_milk}": "5", f"quantity-{of_rice}": "banyak"},
    )
    assert (form.status_code, wrong.status_code) == (200, 422)
    assert f'id="quantity-{of_rice}-error"' in wrong.text
    came = {
        f"quantity-{of_rice}": "8",
        f"quantity-{of_milk}": "3",
        f"batch-{of_milk}": "L1",
        f"quantity-{of_milk}.2": "2",
        f"batch-{of_milk}.2": "L2",
        f"expires_on-{of_milk}.2": "31/12/2026",
    }
    taken = await worker.post(f"/purchasing/orders/{order}/receipts", {"received_on": "20/11/2026", **came})
    assert taken.status_code == 303, taken.text
    assert "L2" in (await worker.get(taken.headers["location"])).text
    async with office.scope():
        assert (await stand(rice))[0] == 96_000

    suggested = await worker.get(f"/purchasing/bills/new?order={order}")
    assert 'value="800.000"' in suggested.text
    bill = {
        "supplier_id": str(supplier),
        "order_id": str(order),
        "number": "INV-9",
        "billed_on": "20/11/2026",
        "ppn": "115.500",
        f"quantity-{of_rice}": "10",
        f"amount-{of_rice}": "1.000.000",
        f"quantity-{of_milk}": "5",
    }
    entered = await worker.post("/purchasing/bills", bill)
    assert entered.status_code == 303, entered.text
    again = await worker.post("/purchasing/bills", bill)
    assert again.status_code == 422
    shown = await worker.get(entered.headers["location"])
    assert "2 dus" in shown.text
    assert (await worker.post(f"{entered.headers['location']}/accept", {"reason": "Menyusul"})).status_code == 303
    assert await agree(office) == ["supplier_bill.accept"]

    due = await worker.get(f"/purchasing/payments/new?client={client}&until=31/12/2027")
    bill_id = entered.headers["location"].rpartition("/")[2]
    assert bill_id in due.text
    proposed = await worker.post(
        "/purchasing/payments", {"client_id": str(client), "pay_on": "30/11/2026", "bills": bill_id}
    )
    assert proposed.status_code == 303, proposed.text
    payment = proposed.headers["location"]
    assert (await worker.post(f"{payment}/file", {"layout": "plain"})).status_code == 409
    assert await agree(office) == ["supplier_payment.release"]
    file = await worker.post(f"{payment}/file", {"layout": "mandiri_mcm", "debit": "1234567890123"})
    assert file.status_code == 200, file.text
    assert b",IDR,1165500,INV-9," in file.content
    async with office.scope():
        told = await db.value("select count(*) from audit_event where action = 'downloaded'")
        line = await db.value("select id from supplier_payment_line")
    assert told == 1
    kept = await worker.post(f"/purchasing/payments/lines/{line}/paid", {"paid_on": "22/11/2026", "reference": "FT1"})
    assert kept.status_code == 303, kept.text
    async with office.scope():
        assert (await bills.get_bill(UUID(bill_id))).state == "paid"


async def test_every_page_shows_what_there_is_with_few_queries(office: Office) -> None:
    async with office.scope():
        ids = await fill_payables(office.client_id, "Rahasia")
    client = office.client_id
    pages = [
        f"receipts?client={client}",
        f"receipts/{ids['receipt_id']}",
        f"returns/{ids['return_id']}",
        f"returns/new?supplier={ids['supplier_id']}&place={ids['place_id']}&why=expiring",
        f"returns/new?client={client}",
        f"bills?state=held&client={client}",
        f"bills/{ids['bill_id']}",
        f"bills/new?client={client}",
        "payments?state=released",
        f"payments/{ids['payment_id']}",
        f"payables?client={client}",
        f"payables/{ids['supplier_id']}",
    ]
    for path in pages:
        answer = await office.worker.get(f"/purchasing/{path}")
        assert answer.status_code == 200, path
        assert "Rahasia" in answer.text or "/BYR/" in answer.text, path
    saved = await office.manager.post(
        f"/purchasing/payables/settings/{client}",
        {"version": "0", "price": "2,5", "quantity": "0", "over": "10", "near_days": "3", "claims_ppn": "1"},
    )
    assert saved.status_code == 303, saved.text
    async with office.scope():
        assert await db.value("select price_rate from payable_policy") == 2_500


async def test_goods_are_exchanged_and_credited_by_the_pages_alone(office: Office) -> None:
    async with office.scope():
        ids = await fill_payables(office.client_id, "Toko")
        tea = await make_item(office.client_id, "T1", "Teh")
        lot = await db.value("select id from stock_batch where item_id = $1", ids["item_id"])
    back = {
        "supplier_id": str(ids["supplier_id"]),
        "place_id": str(ids["place_id"]),
        "why": "other",
        "kind": "exchange",
        "returned_on": "22/11/2026",
        f"quantity-{lot}": "10",
        "came-0": "2",
        "value-0": "40.000",
    }
    unknown = await office.worker.post("/purchasing/returns", {**back, "code-0": "tidak-ada"})
    assert (unknown.status_code, 'id="code-0-error"' in unknown.text) == (422, True)
    drafted = await office.worker.post("/purchasing/returns", {**back, "code-0": "T1"})
    assert drafted.status_code == 303, drafted.text
    here_is = drafted.headers["location"]
    for step in ("send", "take-in"):
        assert (await office.worker.post(f"{here_is}/{step}")).status_code == 303
    credited = await office.worker.post(
        f"{here_is}/credit", {"number": "CN-7", "noted_on": "22/11/2026", "total": "20.000"}
    )
    assert credited.status_code == 303, credited.text
    async with office.scope():
        assert await stand(tea) == (2_000, 40_000, 0)
        assert await db.value("select state from supplier_return where exchanged > 0") == "credited"


async def test_programs_take_goods_in_and_enter_bills_once(office: Office) -> None:
    program = await program_of(office, "worker")
    async with office.scope():
        client = office.client_id
        supplier, item = await make_supplier(client), await make_item(client, "R5")
        order, (line,) = await make_order(
            client, supplier, await make_place(client), [(item, "pcs", 1_000, 10_000, 1_000)], ppn_rate=0
        )
    came = {
        "order_id": str(order),
        "received_on": "2026-11-20",
        "lines": [{"order_line_id": str(line), "quantity": 10_000}],
    }
    first = await program.post("/api/v1/receipts", came, headers={"Idempotency-Key": "k"})
    second = await program.post("/api/v1/receipts", came, headers={"Idempotency-Key": "k"})
    bill = {
        "supplier_id": str(supplier),
        "order_id": str(order),
        "number": "A-1",
        "billed_on": "2026-11-20",
        "lines": [{"order_line_id": str(line), "quantity": 10_000, "amount": 11_000}],
    }
    unnamed = await program.post("/api/v1/supplier-bills", {**bill, "number": "  "})
    entered = await program.post("/api/v1/supplier-bills", bill)
    listed = await program.get(f"/api/v1/supplier-bills?client={client}")

    assert (first.status_code, first.json()) == (201, second.json())
    assert first.json()["value"] == 10_000
    assert unnamed.status_code == 422
    assert entered.json()["state"] == "held"
    assert len(entered.json()["findings"]) == 1
    assert [one["number"] for one in listed.json()["items"]] == ["A-1"]
    assert date.fromisoformat(listed.json()["items"][0]["billed_on"]) == date(2026, 11, 20)
