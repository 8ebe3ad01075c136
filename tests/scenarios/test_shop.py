"""A month of a shop, from its opening stock to the closed month, as its workers and their colleagues live it."""

import re
from datetime import timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.people.rules import today
from tests.hostile.visiting import visitor
from tests.make import Office, agree, drain
from tests.purchasing.conftest import Inbox, inbox

__all__ = ["inbox"]

TODAY = today()
MONTH = Period.of(TODAY).previous()
OPENING = """Kode,Nama barang,Kategori,Satuan,Metode biaya,Tempat,Stok,Biaya satuan,Minimum,Jumlah pesan,Lot,Kedaluwarsa
BRS,Beras 5 kg,Sembako,sak,Rata-rata,Toko,20,"60.000",10,20,,
SUS,Susu UHT 1 l,Minuman,kotak,FIFO,Toko,24,"15.000",6,24,L1,{expires}
SBN,Sabun,Rumah tangga,pcs,Rata-rata,Toko,10,"4.000",,,,
"""


def on(day: int) -> str:
    """A day of the month under test, as people type it."""
    return MONTH.first.replace(day=day).strftime("%d/%m/%Y")


async def post(office: Office, path: str, data: dict[str, str], role: str = "worker") -> str:
    """Send a form; gives the address that follows."""
    answer = await office.people[role].post(path, data)
    assert answer.status_code == 303, (path, re.findall(r"error-summary.*?</section>", answer.text, re.DOTALL))
    return str(answer.headers["location"])


async def bring(office: Office, path: str, name: str, content: str, **form: str) -> None:
    """Upload a spreadsheet, wait for the check, and import what was accepted."""
    answer = await office.worker.post(path, form, files={"file": (name, content.encode())})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    await drain(office.tenant_id)
    await post(office, f"{address}/confirm", {})
    await drain(office.tenant_id)


async def number(office: Office, query: str, *arguments: object) -> int:
    async with office.scope():
        return int(await db.value(query, *arguments) or 0)


async def stock(office: Office) -> dict[str, tuple[int, int]]:
    """What is there by code: thousandths and rupiah."""
    async with office.scope():
        rows = await db.records(
            "select i.code, l.quantity, l.value from stock_level l join item i on i.id = l.item_id order by i.code"
        )
    return {row["code"]: (row["quantity"], row["value"]) for row in rows}


async def test_a_month_of_a_shop_adds_up_to_the_rupiah(office: Office, inbox: Inbox) -> None:
    client = str(office.client_id)
    place = await open_shop(office)
    order = await order_rice(office, place, inbox)
    await receive_and_pay(office, order)
    await sell(office, place)
    await close_shifts(office)
    await count_soap(office, place)
    await look_back(office, client)


async def open_shop(office: Office) -> str:
    """A place, and what lay there when the provider took the shop on."""
    client = str(office.client_id)
    await post(office, "/stock/places", {"client_id": client, "code": "T1", "name": "Toko", "kind": "store"})
    expires = (TODAY + timedelta(days=20)).strftime("%d/%m/%Y")
    await bring(office, "/stock/import", "stok.csv", OPENING.format(expires=expires), client_id=client)

    assert await stock(office) == {"BRS": (20_000, 1_200_000), "SBN": (10_000, 40_000), "SUS": (24_000, 360_000)}
    async with office.scope():
        return str(await db.value("select id from place"))


async def order_rice(office: Office, place: str, inbox: Inbox) -> str:
    """Ordered by one, released by another, sent once, confirmed by the supplier without an account."""
    client = str(office.client_id)
    supplier = await post(
        office,
        "/purchasing/suppliers",
        {"client_id": client, "code": "SP", "name": "CV Sumber Pangan", "email": "sales@sumber.example"}
        | {"terms_days": "14", "bank": "BCA", "bank_account": "1234567890", "bank_holder": "CV Sumber Pangan"},
    )
    await agree(office)
    supplier_id = supplier.rsplit("/", 1)[1]
    line = {"item-0": "BRS", "quantity-0": "10", "price-0": "64.000"}
    order = await post(
        office, "/purchasing/orders", {"client_id": client, "supplier_id": supplier_id, "place_id": place} | line
    )
    await post(office, f"{order}/submit", {})
    assert await agree(office) == ["purchase_order.release"]
    await drain(office.tenant_id)
    (mail,) = inbox.received
    body = mail.get_body(("plain",))
    assert body is not None
    link = re.search(r"http://testserver(/order/[\w-]+)", str(body.get_content()))
    assert link is not None
    async with visitor(office.app) as supplier_browser:
        answered = await supplier_browser.post(link[1], data={"kind": "confirmed", "name": "Rini"})
        assert answered.status_code == 303, answered.text
    assert await number(office, "select count(*) from purchase_order where state = 'confirmed'") == 1
    return order


async def receive_and_pay(office: Office, order: str) -> None:
    """Eight of ten come; a bill over ten is held, the right one is paid."""
    order_id = UUID(order.rsplit("/", 1)[1])
    async with office.scope():
        line = await db.value("select id from purchase_order_line where order_id = $1", order_id)
        supplier = str(await db.value("select supplier_id from purchase_order"))
    await post(
        office,
        f"{order}/receipts",
        {"received_on": TODAY.strftime("%d/%m/%Y"), "rest": "cancelled", f"quantity-{line}": "8", "once_key": "a"},
    )
    assert (await stock(office))["BRS"] == (28_000, 1_200_000 + 512_000)
    paper = {"supplier_id": supplier, "order_id": str(order_id), "billed_on": TODAY.strftime("%d/%m/%Y")}
    ten = paper | {"number": "F-1", f"quantity-{line}": "10", f"amount-{line}": "640.000", "once_key": "b"}
    held = await post(office, "/purchasing/bills", ten)
    assert await number(office, "select count(*) from supplier_bill where state = 'held'") == 1
    await post(office, f"{held}/void", {"reason": "Delapan yang datang"})
    eight = paper | {"number": "F-2", f"quantity-{line}": "8", f"amount-{line}": "512.000", "once_key": "c"}
    bill = await post(office, "/purchasing/bills", eight)
    await post(office, f"{bill}/approve", {})
    payment = await post(
        office,
        "/purchasing/payments",
        {"client_id": str(office.client_id), "pay_on": TODAY.strftime("%d/%m/%Y"), "bills": bill.rsplit("/", 1)[1]},
    )
    assert await agree(office) == ["supplier_payment.release"]
    file = await office.manager.post(f"{payment}/file", {"layout": "plain"})
    assert b"1234567890" in file.content
    async with office.scope():
        paid_line = await db.value("select id from supplier_payment_line")
    await post(
        office,
        f"/purchasing/payments/lines/{paid_line}/paid",
        {"paid_on": TODAY.strftime("%d/%m/%Y"), "reference": "TRX-9"},
    )
    assert await number(office, "select sum(total - paid) from supplier_bill where state <> 'void'") == 0


async def sell(office: Office, place: str) -> None:
    """A till's file, the same file again, a count that is off, and a sale that came late."""
    client = str(office.client_id)
    rows = [f'{on(day)},S{day},R-{day}1,BRS,1,"75.000",Tunai' for day in (2, 3)]
    rows += [f'{on(2)},S2,R-29,SUS,3,"18.000",QRIS', f'{on(3)},S3,R-39,SUS,-1,"18.000",Tunai']
    file = "\n".join(["Tanggal,Shift,Struk,Kode,Jumlah,Harga,Metode", *rows])
    await bring(office, "/sales/import", "kasir.csv", file, client_id=client, place_id=place)
    again = await office.worker.post(
        "/sales/import", {"client_id": client, "place_id": place}, files={"file": ("k.csv", file.encode())}
    )
    assert again.status_code == 303
    assert await number(office, "select count(*) from sale_line") == 4
    assert await stock(office) == {
        "BRS": (26_000, 1_712_000 - round(1_712_000 * 2 / 28)),
        "SBN": (10_000, 40_000),
        "SUS": (22_000, 330_000),
    }


async def close_shifts(office: Office) -> None:
    """One drawer is short by five thousand and wants a reason and a second person; a late sale is booked openly."""
    async with office.scope():
        first, second = [row["id"] for row in await db.records("select id from shift order by day")]
    short = {"opening_cash": "500.000", "counted.cash": "570.000", "counted.qris": "54.000"}
    assert (await office.worker.post(f"/sales/shifts/{first}/count", short)).status_code == 422
    await post(office, f"/sales/shifts/{first}/count", short | {"reason": "Kembalian salah"})
    assert await agree(office) == ["shift.close"]
    await post(office, f"/sales/shifts/{second}/count", {"opening_cash": "0", "counted.cash": "57.000"})
    late = {
        "kind": "sale",
        "method": "cash",
        "receipt": "SUSULAN-1",
        "item.0": "SBN",
        "quantity.0": "1",
        "amount.0": "6.000",
    }
    await post(office, f"/sales/shifts/{first}/lines", late)
    async with office.scope():
        states = [row["state"] for row in await db.records("select state from shift")]
        (line,) = await db.records("select late, amount, cost from sale_line where receipt = 'SUSULAN-1'")
    assert states == ["closed", "closed"]
    assert tuple(line) == (True, 6_000, 4_000)


async def count_soap(office: Office, place: str) -> None:
    """Eight where nine should be: explained, agreed to by another, and booked."""
    begun = {"client": str(office.client_id), "scope": "category", "category": "Rumah tangga", "percent": "100"}
    count = await post(office, "/stock/counts", begun)
    async with office.scope():
        line = await db.value("select id from stock_count_line")
    await post(office, f"{count}/lines/{line}", {"counted": "8"})
    await post(office, f"{count}/finish", {})
    await post(office, f"{count}/ask", {"reason": "Satu pecah"})
    assert (await stock(office))["SBN"] == (9_000, 36_000)
    assert await agree(office) == ["stock.count"]
    assert (await stock(office))["SBN"] == (8_000, 32_000)


async def look_back(office: Office, client: str) -> None:
    """What came in less what was sold and lost is what is there, in the ledger, the levels and the reports."""
    opening, bought = 1_200_000 + 40_000 + 360_000, 512_000
    sold = await number(office, "select sum(cost) from sale_line")
    lost = 4_000
    there = sum(value for _, value in (await stock(office)).values())

    assert sold == round(1_712_000 * 2 / 28) + 2 * 15_000 + 4_000
    assert there == opening + bought - sold - lost
    assert await number(office, "select sum(value) from stock_movement") == there
    assert await number(office, "select sum(amount) - sum(cost) from sale_day") == 192_000 - sold
    margin = await office.worker.get(f"/reports/tables/margin?client={client}&from={MONTH.first}&to={MONTH.last}")
    value = await office.worker.get(f"/reports/tables/stock-value?client={client}")
    for page, amount in ((margin, 192_000 - sold), (value, there)):
        assert page.status_code == 200
        assert f"{amount:,}".replace(",", ".") in page.text
    low = (await office.worker.get(f"/stock/expiring?client={client}")).text
    assert "Susu UHT" in low
