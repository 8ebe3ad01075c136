"""A spreadsheet of items, from the upload to the stock that lies in a place."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.imports import uploads
from tatausaha.core.imports.uploads import ImportFile
from tatausaha.stock.service.importing import ITEMS
from tests.make import Office, drain, make_place

HEADERS = (
    "Product_ID,Product_Name,Catagory,Supplier_Name,Stock_Quantity,Reorder_Level,Unit_Price,"
    "Date_Received,Expiration_Date,Status\n"
)
MESSY = f"""{HEADERS}\
29-205,Sushi Rice,Grains,Jaxnation,22,72,$4.50 ,8/16/2024,9/19/2026,Active
40-681,Arabica Coffee,Beverages,Feedmix,45,7,$20.00 ,11-01-24,05-08-27,Discontinued
06-955,Black Rice,Grains,Vinder,30,38,$6.00 ,8/30/2024,9/22/2027,Backordered
71-594,Long Grain Rice,Grains,Brightbean,12,59,$1.50 ,12-08-24,4/17/2024,Active
57-437,Plum,Fruits,Topicstorm,many,30,€4.00 ,31-12-24,10-05-27,Lost
"""


async def imported(office: Office, content: str, name: str = "barang.csv", **choices: str) -> ImportFile:
    """Upload, check, choose, confirm; gives the import as it ended."""
    form = {"client_id": str(office.client_id)}
    answer = await office.worker.post("/stock/import", form, files={"file": (name, content.encode())})
    assert answer.status_code == 303, answer.text
    address = str(answer.headers["location"])
    await drain(office.tenant_id)
    if choices:
        assert (await office.worker.post(f"{address}/check", choices)).status_code == 303
        await drain(office.tenant_id)
    page = await office.worker.get(address)
    assert page.status_code == 200, page.text
    async with office.scope():
        file = await uploads.get(ITEMS, UUID(address.rsplit("/", 1)[-1]))
    if file.created + file.changed:
        assert (await office.worker.post(f"{address}/confirm")).status_code == 303
        await drain(office.tenant_id)
    async with office.scope():
        return await uploads.get(ITEMS, file.id)


def reasons(file: ImportFile) -> list[tuple[int, str, str, str]]:
    """Every bad cell: row, column, value, reason."""
    return [
        (bad.row, bad.problem.column.msgid, bad.problem.value, bad.problem.reason.msgid)
        for bad in file.verdict.bad_cells
    ]


async def stock(office: Office) -> dict[str, tuple[int, int]]:
    async with office.scope():
        found = await db.records(
            "select i.code, l.quantity, l.value from stock_level l join item i on i.id = l.item_id"
            " where i.client_id = $1",
            office.client_id,
        )
    return {record["code"]: (record["quantity"], record["value"]) for record in found}


async def test_a_shops_messy_list_comes_in_with_every_bad_cell_named(office: Office) -> None:
    async with office.scope():
        await make_place(office.client_id)
    refused = await imported(office, MESSY)
    assert refused.rejected == 5
    assert refused.created == 0
    assert (2, "Unit cost", "$4.50") in [bad[:3] for bad in reasons(refused)]
    again = await imported(office, MESSY + "\n", currency="USD", rate="16.250,5", rate_on="21/11/2026")
    assert (again.created, again.rejected, again.state) == (3, 2, "done"), reasons(again)
    assert again.verdict.guessed == ["category"]
    assert again.verdict.settled == {"received_on": "month", "expires_on": "month"}
    assert [bad[:3] for bad in reasons(again)] == [
        (5, "Expires on", "4/17/2024"),
        (6, "Status", "Lost"),
        (6, "Quantity", "many"),
        (6, "Unit cost", "€4.00"),
        (6, "Received on", "31-12-24"),
    ]
    # 22 × 4.50 × 16,250.5 = 1,608,799.5 and so on: converted exactly, rounded once.
    assert await stock(office) == {
        "29-205": (22_000, 1_608_800),
        "40-681": (45_000, 14_625_450),
        "06-955": (30_000, 2_925_090),
    }
    async with office.scope():
        batch = await db.records(
            "select b.expires_on, l.minimum, i.category, m.happened_on, m.reason from stock_batch b"
            " join item i on i.id = b.item_id join stock_level l on l.item_id = i.id"
            " join stock_movement m on m.item_id = i.id where i.code = any('{40-681,29-205}') order by i.code"
        )
    assert [one["expires_on"] for one in batch] == [date(2026, 9, 19), date(2027, 5, 8)]
    assert [one["happened_on"] for one in batch] == [date(2024, 8, 16), date(2024, 11, 1)]
    assert [one["minimum"] for one in batch] == [72_000, 0], "what is discontinued never runs low"
    assert "USD" in batch[0]["reason"]
    assert batch[0]["category"] == "Grains"


async def test_the_same_list_again_changes_nothing_and_stock_begins_once(office: Office) -> None:
    async with office.scope():
        await make_place(office.client_id)
        await make_place(office.client_id, name="Gudang")
    head = "Kode;Nama Barang;Satuan;Harga Jual;Gudang;Stok;Harga Beli;Kedaluwarsa;No Batch;Barcode\n"
    rows = (
        "B-1;Beras;kg;15.000;Toko;12,5;12.000;;;8991234567891\n"
        "S-1;Susu;kotak;9.000;Toko;10;7.000;01/02/2027;L1;\n"
        "S-1;Susu;kotak;9.000;Toko;5;7.500;01/03/2027;L2;\n"
        "S-1;Susu;kotak;9.000;Gudang;1;7.000;01/03/2027;L2;\n"
    )
    first = await imported(office, head + rows)
    assert (first.created, first.changed, first.rejected) == (2, 2, 0), reasons(first)
    before = await stock(office)
    assert before["B-1"] == (12_500, 150_000)
    second = await imported(office, head + rows + "\n")
    assert (second.created, second.changed, second.unchanged, second.rejected) == (0, 0, 4, 0)
    third = await imported(
        office,
        head
        + "B-1;Beras Pandan;kg;16.000;Toko;99;12.000;;;\nB-2;Gula;kg;;Pasar;1;1;;;\nB-3;Teh;kg;;Toko;1;;;;8991234567891\n",
    )
    assert (third.changed, third.rejected) == (1, 2)
    assert [bad[:2] for bad in reasons(third)] == [(3, "Place"), (4, "Unit cost"), (4, "Barcode")]
    assert await stock(office) == before, "stock begins once, however often a list tells of it"
    async with office.scope():
        item = await db.records("select name, sale_price from item where code = 'B-1'")
    assert (item[0]["name"], item[0]["sale_price"]) == ("Beras Pandan", 16_000)
