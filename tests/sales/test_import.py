"""A till's file, from the upload to stock and sums; and that whatever is told again changes nothing."""

import asyncio
import contextlib
import io
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.imports import uploads
from tatausaha.core.imports.cells import CellError
from tatausaha.core.imports.uploads import ImportFile
from tatausaha.sales.service.importing import SALES
from tatausaha.sales.spreadsheet import clock, moment
from tests.make import Office, drain, make_item, make_place, make_stock
from workers.runtime import execute

HEADERS = "Tanggal;Jam;No Struk;Kode Barang;Qty;Harga;Diskon;Total;Pembayaran;Kasir;Shift;Mesin;Jenis"
MONTH = [
    "01/11/2026;08.15;A-1;KOPI;2;10.000;0;20.000;Tunai;Sari;1;K1;Jual",
    "01/11/2026;08.15;A-1;KOPI;2;10.000;0;20.000;Tunai;Sari;1;K1;Jual",
    "01/11/2026;08.20;A-2;8991234567890;1;5.000;500;4.500;QRIS;Sari;1;K1;Jual",
    "02/11/2026;09.00;A-1;kopi;1;10.000;0;10.000;Kartu Debit;Budi;2;K1;Jual",
    "02/11/2026;09.30;A-9;KOPI;1;10.000;0;10.000;Tunai;Budi;2;K1;Retur",
    "02/11/2026;09.40;A-10;KOPI;7;10.000;0;70.000;Tunai;Budi;2;K1;Batal",
]


def sheet(*rows: str, headers: str = HEADERS) -> bytes:
    return "\n".join([headers, *rows]).encode()


async def furnish(office: Office) -> UUID:
    async with office.scope():
        place = await make_place(office.client_id)
        coffee = await make_item(office.client_id, "KOPI", "Kopi Bubuk")
        tea = await make_item(office.client_id, "TEH", "Teh Celup")
        await db.execute(
            "insert into item_barcode (client_id, item_id, barcode) values ($1, $2, '8991234567890')",
            *(office.client_id, tea),
        )
        for item in (coffee, tea):
            await make_stock(place, item, 100_000, 300_000)
    return place


async def checked(office: Office, place: UUID, content: bytes, name: str = "kasir.csv") -> str:
    """Upload, and let the workers check; gives the import's address."""
    answer = await office.worker.post("/sales/import", {"place_id": str(place)}, files={"file": (name, content)})
    assert answer.status_code == 303, answer.text
    await drain(office.tenant_id)
    return str(answer.headers["location"])


async def imported(office: Office, place: UUID, content: bytes, name: str = "kasir.csv") -> ImportFile:
    address = await checked(office, place, content, name)
    if (await state(office, address)).created:
        assert (await office.worker.post(f"{address}/confirm")).status_code == 303
        await drain(office.tenant_id)
    return await state(office, address)


async def state(office: Office, address: str) -> ImportFile:
    async with office.scope():
        return await uploads.get(SALES, UUID(address.rsplit("/", 1)[-1]))


async def books(office: Office, place: UUID) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that sales have left in a place."""
    queries = {
        "lines": "select id, sold_on, receipt, line, quantity, amount, cost, method from sale_line where place_id = $1"
        " order by id",
        "days": "select i.code, d.sold_on, d.quantity, d.amount, d.cost, d.refunds from sale_day d"
        " join item i on i.id = d.item_id where d.place_id = $1 order by 1, 2",
        "methods": "select s.day, s.number, s.cashier, m.method, m.sales, m.refunds, m.lines from shift s"
        " join shift_method m on m.shift_id = s.id where s.place_id = $1 order by 1, 2, 3, 4",
        "stock": "select i.code, l.quantity, l.value from stock_level l join item i on i.id = l.item_id"
        " where l.place_id = $1 order by 1",
    }
    async with office.scope():
        return {name: [tuple(row) for row in await db.records(query, place)] for name, query in queries.items()}


async def test_a_month_of_a_till_becomes_shifts_sums_and_less_stock(office: Office) -> None:
    place = await furnish(office)
    file = await imported(office, place, sheet(*MONTH))
    assert (file.state, file.created, file.unchanged, file.rejected) == ("done", 5, 1, 0)
    found = await books(office, place)
    first, second = date(2026, 11, 1), date(2026, 11, 2)
    assert found["days"] == [
        ("KOPI", first, 4_000, 40_000, 12_000, 0),
        ("KOPI", second, 0, 0, 0, -10_000),
        ("TEH", first, 1_000, 4_500, 3_000, 0),
    ]
    assert found["methods"] == [
        (first, "1", "Sari", "cash", 40_000, 0, 2),
        (first, "1", "Sari", "qris", 4_500, 0, 1),
        (second, "2", "Budi", "cash", 0, -10_000, 1),
        (second, "2", "Budi", "debit", 10_000, 0, 1),
    ]
    assert found["stock"] == [("KOPI", 96_000, 288_000), ("TEH", 99_000, 297_000)]
    shown = await office.worker.get(f"/sales?client={office.client_id}")
    assert "Sari" not in shown.text
    assert "K1" in shown.text


async def test_the_same_lines_in_other_files_or_pieces_are_booked_once(office: Office) -> None:
    place = await furnish(office)
    first = await imported(office, place, sheet(*MONTH))
    once = await books(office, place)
    assert (await checked(office, place, sheet(*MONTH))).endswith(str(first.id))
    for rows in ([*MONTH, ""], MONTH[:3], MONTH[3:], [*MONTH[3:], *MONTH[:3]]):
        file = await imported(office, place, sheet(*rows))
        assert (file.created, file.rejected) == (0, 0), file.verdict.bad_cells
        assert await books(office, place) == once
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (HEADERS, *MONTH):
        book.active.append(row.split(";"))
    target = io.BytesIO()
    book.save(target)
    assert (await imported(office, place, target.getvalue(), "kasir.xlsx")).created == 0
    other = await imported(office, place, sheet(MONTH[0].replace(";2;", ";3;").replace("20.000", "30.000")))
    assert (other.created, other.rejected) == (0, 1)
    assert await books(office, place) == once


@pytest.mark.parametrize("seed", range(2))
async def test_however_a_month_is_cut_into_files_the_books_are_the_same(office: Office, seed: int) -> None:
    """Cut between receipts, with overlaps, in any order."""
    receipts = [MONTH[:2], MONTH[2:3], MONTH[3:4], MONTH[4:5], MONTH[5:]]
    whole, pieces = await furnish(office), None
    async with office.scope():
        pieces = await make_place(office.client_id, "Cabang")
        for code in ("KOPI", "TEH"):
            item = await db.value("select id from item where client_id = $1 and code = $2", office.client_id, code)
            await make_stock(pieces, item, 100_000, 300_000)
    await imported(office, whole, sheet(*MONTH))
    cuts = {0: [(3, 5), (0, 2), (1, 4)], 1: [(0, 1), (0, 3), (2, 5), (4, 5)]}[seed]
    for first, last in cuts:
        await imported(office, pieces, sheet(*(row for receipt in receipts[first:last] for row in receipt)))
    one, many = await books(office, whole), await books(office, pieces)
    assert one["days"] == many["days"]
    assert one["methods"] == many["methods"]
    assert one["stock"] == many["stock"]


async def test_two_imports_of_one_place_at_once_book_everything_once(office: Office) -> None:
    place = await furnish(office)
    first = await checked(office, place, sheet(*MONTH))
    second = await checked(
        office, place, sheet(*MONTH, "03/11/2026;08.00;B-1;TEH;1;5.000;0;5.000;Tunai;Sari;1;K1;Jual")
    )
    for address in (first, second):
        assert (await office.worker.post(f"{address}/confirm")).status_code == 303
    async with office.scope():
        waiting = "select id from job where kind = 'sales.run_import' and state in ('queued', 'sent')"
        jobs = [row["id"] for row in await db.records(waiting)]
    await asyncio.gather(*(execute(job) for job in jobs))
    files = [await state(office, address) for address in (first, second)]
    assert [file.state for file in files] == ["done", "done"]
    found = await books(office, place)
    assert len(found["lines"]) == 6
    assert found["stock"] == [("KOPI", 96_000, 288_000), ("TEH", 98_000, 294_000)]


async def test_what_a_till_calls_otherwise_is_asked_once_and_remembered(office: Office) -> None:
    place = await furnish(office)
    headers = "Kapan;Nota;Apa;Berapa;Uang"
    address = await checked(office, place, sheet("01/11/2026;N-1;Kopi Susu;1;8000", headers=headers))
    assert "day" in (await state(office, address)).verdict.missing
    chosen = {
        "column:day": "0",
        "column:receipt": "1",
        "column:item": "2",
        "column:quantity": "3",
        "column:amount": "4",
    }
    assert (await office.worker.post(f"{address}/check", chosen)).status_code == 303
    await drain(office.tenant_id)
    shown = await office.worker.get(address)
    assert "Kopi Susu" in shown.text
    assert f"{address}/match" in shown.text
    unknown = await office.worker.post(f"{address}/match", {"written": "Kopi Susu", "item": "tidak ada"})
    assert unknown.status_code == 422
    matched = await office.worker.post(f"{address}/match", {"written": "Kopi Susu", "item": "KOPI"})
    assert matched.status_code == 303, matched.text
    await drain(office.tenant_id)
    assert (await state(office, address)).created == 1

    later = await checked(office, place, sheet("02/11/2026;N-2;KOPI SUSU;1;8000", headers=headers))
    assert (await state(office, later)).created == 1
    memory = await office.worker.get(f"/sales/tills?client={office.client_id}")
    for kind in ("layouts", "items"):
        forget = f"/sales/tills/{kind}/" + memory.text.split(f"/sales/tills/{kind}/")[1].split('"')[0]
        assert (await office.worker.post(forget)).status_code == 303
        assert (await office.worker.post(forget)).status_code == 404
    again = await checked(office, place, sheet("03/11/2026;N-3;KOPI SUSU;1;8000", headers=headers))
    assert (await state(office, again)).verdict.missing


async def test_every_row_that_cannot_be_booked_is_named_and_the_others_are_booked(office: Office) -> None:
    place = await furnish(office)
    rows = [
        "31/02/2026;;R-1;KOPI;1;1;;;;;;;",
        "01/11/2026;;R-2;8990000000001;1;1;;;;;;;",
        "01/11/2026;;R-3;KOPI;0;1;;;;;;;",
        "01/11/2026;;R-4;KOPI;1;;;;;;;;",
        "01/11/2026;;R-5;KOPI;1000;1;;;;;;;",
        "01/11/2026;25.00;R-6;KOPI;1;1;;;;;;;",
        "01/11/2026;;R-7;KOPI;1;10;20;;;;;;",
        "01/11/2026 10:15:00;;R-8;KOPI;1;10;;;;;;;",
        "01/11/2026;;R-9;KOPI;1;;;-10.000;;;;;Jual",
        "01/11/2106;;R-10;KOPI;1;10;;;;;;;",
        "01/11/2026;;R-11;KOPI;-900.000.000;900.000.000.000;;;;;;;",
        "2026-10-31T23:30:00Z;;R-12;KOPI;1;10;;;;;;;",
        "01/11/2026;;R-13;KOPI;1;;;-10.000;;;;;Retur",
    ]
    file = await imported(office, place, sheet(*rows))
    assert (file.created, file.rejected) == (3, 10)
    assert [bad.row for bad in file.verdict.bad_cells] == [2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    rejects = await office.worker.get(f"/sales/imports/{file.id}/rejects?format=csv")
    assert "8990000000001" in rejects.text
    shown = await office.worker.get(f"/sales/imports/{file.id}")
    assert "8990000000001" in shown.text, "a barcode is nobody's identity number"
    assert "R-8" not in rejects.text
    # What a till told in its own hour is of the client's day, and what came back costs less than nothing.
    booked = (await books(office, place))["lines"]
    assert {(line[1], line[2], line[5]) for line in booked} == {
        (date(2026, 11, 1), "R-8", 10),
        (date(2026, 11, 1), "R-12", 10),
        (date(2026, 11, 1), "R-13", -10_000),
    }


async def test_a_till_may_write_day_and_hour_in_one_cell_or_two() -> None:
    read = moment()
    assert str(read("21/11/2026 14.30")) == "2026-11-21 14:30:00"
    assert str(read("2026-11-21T14:30:00+07:00")) == "2026-11-21 14:30:00+07:00"
    assert str(read("21 November 2026 7:05")) == "2026-11-21 07:05:00"
    assert read("21/11/2026") == date(2026, 11, 21)
    assert str(clock()("14:30:15")) == "14:30:15"
    for wrong in ("31/02/2026 10:00", "21/11/2026 25:00", "kemarin", "2026-11-21T14:30+99:00"):
        with pytest.raises(CellError):
            read(wrong)


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_cell_is_a_moment_or_a_reason(written: str) -> None:
    with contextlib.suppress(CellError):
        assert isinstance(moment()(written), date)
