"""Suppliers: entered, changed with a second person, revealed with a reason, scored by what came, and brought in by file."""

from datetime import date, timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.purchasing.rules.score import Facts, change_percent, score
from tests.make import Office, agree, drain, make_employees, make_item, make_order, make_place, make_supplier


def test_the_score_weighs_what_is_known() -> None:
    found = score(Facts(due=4, on_time=3, ordered=1_000, received=900, answered=5, refused=1))

    assert (found.on_time, found.full, found.kept) == (75, 90, 80)
    assert found.total == (75 * 40 + 90 * 40 + 80 * 20) // 100
    assert score(Facts()).total is None
    assert score(Facts(answered=2)).total == 100
    assert change_percent([10_000, 9_000, 10_250]) == 25
    assert change_percent([10_000]) is None


async def test_a_supplier_is_entered_and_its_account_changes_when_two_agree(office: Office) -> None:
    form = {"client_id": str(office.client_id), "code": "S-01", "name": "CV Sumber", "terms_days": "14", "pkp": "1"}
    wrong = await office.worker.post("/purchasing/suppliers", form | {"email": "budi", "lead_days": "999", "npwp": "1"})
    assert wrong.status_code == 422
    for field in ("email", "lead_days", "npwp"):
        assert f'id="{field}-error"' in wrong.text
    made = await office.worker.post("/purchasing/suppliers", form | {"bank": "BCA", "bank_account": "1234567890"})
    assert made.status_code == 303, made.text
    place = made.headers["location"]
    assert (await office.worker.post("/purchasing/suppliers", form)).status_code == 422

    page = (await office.worker.get(place)).text
    assert "1234567890" not in page
    assert "7890" in page
    async with office.scope():
        assert "1234567890" not in str(await db.records("select bank_account::text from supplier"))

    changed = form | {"version": "1", "phone": "022-1", "bank": "BCA", "bank_account": "5550001111"}
    changed.pop("client_id")
    assert (await office.worker.post(place, changed)).status_code == 303
    assert (await office.worker.post(place, changed)).status_code == 422  # overtaken by itself
    assert "1111" not in facts_of((await office.worker.get(place)).text)
    assert await agree(office) == ["supplier.bank_account"]
    page = (await office.worker.get(place)).text
    assert "1111" in page

    shown = await office.worker.post(f"{place}/reveal", {"field": "bank_account", "reason": "Payment to the bank"})
    assert "5550001111" in shown.text
    async with office.scope():
        assert await db.value("select count(*) from audit_event where action = 'revealed'") == 1


async def test_an_account_of_an_employee_is_noticed(office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 1, bank_account="777888999")
        supplier = await make_supplier(office.client_id, bank_account="777888999")

    page = (await office.worker.get(f"/purchasing/suppliers/{supplier}")).text

    assert "Pegawai 00000" in page


async def test_prices_follow_each_other_and_larger_orders_are_cheaper(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id)
        await make_item(office.client_id, "GULA", "Gula")
    prices = f"/purchasing/suppliers/{supplier}/prices"
    for price in (
        {"price": "15.000", "starts_on": "01/01/2026"},
        {"price": "16.000", "starts_on": "01/06/2026"},
        {"price": "14.500", "starts_on": "01/01/2026", "minimum_quantity": "100"},
        {"price": "1", "starts_on": "01/01/2099"},
    ):
        assert (await office.worker.post(prices, {"item": "GULA", **price})).status_code == 303
    assert (await office.worker.post(prices, {"item": "X", "price": "1", "starts_on": "01/01/2026"})).status_code == 422
    async with office.scope():
        ended = await db.value("select ends_on from supplier_price where price = 15000")
    assert ended == date(2026, 5, 31)

    head = {"client_id": str(office.client_id), "supplier_id": str(supplier), "place_id": str(place)}
    lines = {"item-0": "GULA", "quantity-0": "99", "item-1": "GULA", "quantity-1": "100"}
    assert (await office.worker.post("/purchasing/orders", head | lines)).status_code == 303
    async with office.scope():
        found = await db.records("select price from purchase_order_line order by position")
        price_id = await db.value("select id from supplier_price where price = 14500")
    assert [one["price"] for one in found] == [16_000, 14_500]
    assert (await office.worker.post(f"{prices}/{price_id}/end")).status_code == 303


async def test_the_score_tells_what_really_came(office: Office) -> None:
    async with office.scope():
        place, supplier = await make_place(office.client_id), await make_supplier(office.client_id)
        item = await make_item(office.client_id, "GULA", "Gula")
        for state, received in (("received", 10_000), ("sent", 4_000), ("refused", 0)):
            order = await make_order(office.client_id, supplier, place, [(item, 10_000, 15_000)], state)
            await db.execute(
                "update purchase_order set ordered_on = current_date - 9, expected_on = current_date - 2,"
                " sent_at = now() where id = $1",
                order,
            )
            await db.execute("update purchase_order_line set received = $2 where order_id = $1", order, received)
            if received:
                await receive(office.client_id, order, supplier, place, received)

    page = (await office.worker.get(f"/purchasing/suppliers/{supplier}")).text

    # One of two orders came whole and in time, 70 % of their value, one of three was refused.
    assert "50 %" in page
    assert "70 %" in page
    assert "67 %" in page


async def receive(client: UUID, order: UUID, supplier: UUID, place: UUID, quantity: int) -> None:
    receipt = await db.value(
        "insert into goods_receipt (client_id, order_id, supplier_id, place_id, number, received_on, once_key)"
        " values ($1, $2, $3, $4, $6, $5, $6) returning id",
        *(client, order, supplier, place, date.today() - timedelta(days=3), order.hex[-12:]),
    )
    await db.execute(
        "insert into goods_receipt_line (client_id, receipt_id, order_line_id, item_id, quantity, value)"
        " select $1, $2, id, item_id, $4::bigint, $4::bigint * 15 from purchase_order_line where order_id = $3",
        *(client, receipt, order, quantity),
    )


SHEET = (
    "Kode Pemasok;Nama Pemasok;Email;PKP;Termin;No Rekening;Kode Barang;Satuan;Harga;Mulai Jumlah;Berlaku Mulai\n"
    "S-1;CV Satu;a@example.test;Ya;14;12345678;GULA;dus;180.000;;01/01/2026\n"
    "S-1;;;;;;GULA;dus;170.000;10;01/01/2026\n"
    "S-2;CV Dua;salah;Tidak;30;;;;;;\n"
    "S-3;;;;;;;;;;\n"
    "S-4;CV Empat;;Tidak;7;;TIDAK ADA;;1000;;\n"
    "S-5;CV Lima;;Tidak;7;;;;;;\n"
)


async def test_suppliers_come_in_by_file_with_their_prices_and_twice_changes_nothing(office: Office) -> None:
    async with office.scope():
        item = await make_item(office.client_id, "GULA", "Gula")
        await db.execute(
            "insert into item_unit (client_id, item_id, unit, factor) values ($1, $2, 'dus', 12000)",
            *(office.client_id, item),
        )
    page = await bring(office, SHEET)
    for reason in ("salah", "TIDAK ADA"):
        assert reason in page
    async with office.scope():
        suppliers = await db.records("select code, pkp, terms_days from supplier order by code")
        prices = await db.records("select price, minimum_quantity from supplier_price order by price")
    assert [tuple(one) for one in suppliers] == [("S-1", True, 14), ("S-5", False, 7)]
    assert [tuple(one) for one in prices] == [(170_000, 10_000), (180_000, 0)]

    await bring(office, SHEET + "\n", confirm=False)
    async with office.scope():
        counts = await db.records("select created, changed, unchanged, rejected from import_file order by id desc")
    assert tuple(counts[0]) == (0, 0, 3, 3)
    await bring(office, SHEET.replace("12345678", "87654321"))
    assert await agree(office) == ["supplier.bank_account"]


async def bring(office: Office, sheet: str, *, confirm: bool = True) -> str:
    answer = await office.worker.http.post(
        "/purchasing/suppliers/import",
        data={"_csrf": office.worker.csrf, "client_id": str(office.client_id)},
        files={"file": ("pemasok.csv", sheet.encode(), "text/csv")},
    )
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    await drain(office.tenant_id)
    page = (await office.worker.get(place)).text
    if confirm:
        assert (await office.worker.post(f"{place}/confirm")).status_code == 303, page
        await drain(office.tenant_id)
    return page


def facts_of(page: str) -> str:
    return page[page.index('<dl class="facts">') :]
