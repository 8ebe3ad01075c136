"""A spreadsheet of employees, from the upload to the people."""

import io
import re
from datetime import date
from uuid import UUID

import httpx
import openpyxl
import pytest

from tatausaha.core import db
from tatausaha.core.crypto import keyring
from tatausaha.core.imports import uploads
from tatausaha.core.process import tools
from tatausaha.people import queries, secrets
from tatausaha.people.service.importing import EMPLOYEES
from tests.make import Office, Person, agree, drain, make_client
from tests.people.make import NIK, employ

HEADERS = (
    "Nomor Karyawan;Nama;NIK;PTKP;Tanggal Masuk;Gaji Pokok;Tunjangan Jabatan;Jenis Kontrak;Akhir Kontrak;No Rekening"
)
GOOD = [
    f"A-1;Sari Dewi;{NIK};TK/0;05/01/2026;Rp 7.500.000;500.000;PKWTT;;1234567890",
    "A-2;Budi Santoso;3171010203850002;K/1;2026-02-01;6000000;;PKWT;31 Januari 2027;9876543210",
]


def sheet(*rows: str, headers: str = HEADERS) -> bytes:
    return "\n".join([headers, *rows]).encode()


async def upload(
    office: Office, content: bytes, name: str = "karyawan.csv", who: Person | None = None
) -> httpx.Response:
    form = {"client_id": str(office.client_id)}
    return await (who or office.worker).post("/people/import", form, files={"file": (name, content)})


async def checked(office: Office, content: bytes) -> str:
    """Upload, and let the workers check; gives the import's address."""
    answer = await upload(office, content)
    assert answer.status_code == 303, answer.text
    await drain(office.tenant_id)
    return str(answer.headers["location"])


async def imported(office: Office, content: bytes) -> str:
    address = await checked(office, content)
    assert (await office.worker.post(f"{address}/confirm")).status_code == 303
    await drain(office.tenant_id)
    return address


async def state(office: Office, address: str) -> uploads.ImportFile:
    async with office.scope():
        return await uploads.get(EMPLOYEES, UUID(address.rsplit("/", 1)[-1]))


async def counts(office: Office, address: str) -> tuple[int, int, int, int]:
    file = await state(office, address)
    return file.created, file.changed, file.unchanged, file.rejected


async def number_of_employees(office: Office) -> int:
    async with office.scope():
        return int(await db.value("select count(*) from employee"))


async def test_a_spreadsheet_becomes_employees_with_contracts_and_pay(office: Office) -> None:
    address = await checked(office, sheet(*GOOD))
    shown = await office.worker.get(address)
    assert await counts(office, address) == (2, 0, 0, 0)
    assert NIK not in shown.text
    assert await number_of_employees(office) == 0

    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)
    async with office.scope():
        people = await db.records(
            "select e.number, e.nik, e.joined_on, k.kind, k.ends_on, e.bank_account, (select array_agg(array[p.name,"
            " p.amount::text] order by p.name) from pay_component p where p.employee_id = e.id) as pay"
            " from employee e join contract k on k.employee_id = e.id order by e.number"
        )
        keys = await keyring()
    assert [tuple(secrets.opened(keys, one).values()) for one in people] == [
        (
            "A-1",
            NIK,
            date(2026, 1, 5),
            "permanent",
            None,
            "1234567890",
            [["", "7500000"], ["Tunjangan Jabatan", "500000"]],
        ),
        ("A-2", "3171010203850002", date(2026, 2, 1), "fixed_term", date(2027, 1, 31), "9876543210", [["", "6000000"]]),
    ]
    assert (await state(office, address)).state == "done"


async def test_a_workbook_with_real_dates_and_numbers_is_read_like_text(office: Office) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["Employee number", "Full name", "National ID", "Tax status", "Join date", "Basic salary", "JKK"])
    page.append([17, "Sari Dewi", NIK, "tk0", date(2026, 1, 5), 7_500_000, "kelas II"])
    page.append([18, "Budi", 3171010203850002, "K/1", 46023, 6_000_000.5, "VI"])
    content = io.BytesIO()
    book.save(content)
    address = await imported(office, content.getvalue())

    assert await counts(office, address) == (1, 0, 0, 1)
    bad = [str(one.problem.column) for one in (await state(office, address)).verdict.bad_cells]
    assert len(bad) == 4
    async with office.scope():
        kept = (await db.records("select number, joined_on, ptkp, jkk_class from employee"))[0]
    assert tuple(kept) == ("17", date(2026, 1, 5), "TK/0", "II")


async def test_the_same_rows_in_another_file_change_nothing(office: Office) -> None:
    await imported(office, sheet(*GOOD))
    again = await checked(office, sheet(*reversed(GOOD)))

    assert await counts(office, again) == (0, 0, 2, 0)
    assert (await office.worker.post(f"{again}/confirm")).status_code == 409


async def test_the_very_same_file_leads_to_its_first_import(office: Office) -> None:
    first = await imported(office, sheet(*GOOD))
    again = await upload(office, sheet(*GOOD))

    assert again.headers["location"] == first
    assert await drain(office.tenant_id) == []


async def test_each_bad_cell_is_named_with_its_row_column_and_reason_and_can_be_downloaded(office: Office) -> None:
    bad = [
        "A-3;;123;K/9;31/02/2026;-5;;PKWT;;",
        f"A-1;Orang Lain;{NIK};TK/0;05/01/2026;1;;;;",
    ]
    address = await checked(office, sheet(*GOOD, *bad))
    assert await counts(office, address) == (2, 0, 0, 2)
    problems = [(one.row, str(one.problem)) for one in (await state(office, address)).verdict.bad_cells]
    assert [row for row, _ in problems] == [4] * 5 + [5] * 2
    assert any("A-1" in said and "2" in said for row, said in problems if row == 5)
    shown = (await office.worker.get(address)).text
    assert shown.count('<tr><th scope="row" class="num">4</th>') == 5

    refused = await office.worker.get(f"{address}/rejects?format=csv")
    assert refused.status_code == 200
    assert "Orang Lain" in refused.text
    assert "Sari Dewi" not in refused.text
    book = openpyxl.load_workbook(io.BytesIO((await office.worker.get(f"{address}/rejects?format=xlsx")).content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [4, 5]


async def test_a_mended_rejects_file_can_be_imported_as_it_is(office: Office) -> None:
    address = await imported(office, sheet(GOOD[0], GOOD[1].replace("K/1", "K/9")))
    mended = (await office.worker.get(f"{address}/rejects?format=csv")).content.replace(b"K/9", b"K/1")
    again = await imported(office, mended[3:])

    assert await counts(office, again) == (1, 0, 0, 0)
    assert await number_of_employees(office) == 2


async def test_columns_that_bear_other_names_are_chosen_by_hand(office: Office) -> None:
    address = await checked(
        office, sheet("A-9;Tini;TK/0;05/01/2026;5000000", headers="Kode;Siapa;PTKP;Tanggal Masuk;Upah")
    )
    assert (await state(office, address)).verdict.missing == ["number", "name"]
    assert (await office.worker.post(f"{address}/confirm")).status_code == 409

    chosen = {
        "column:number": "0",
        "column:name": "1",
        "column:ptkp": "2",
        "column:joined_on": "3",
        "column:basic": "4",
    }
    assert (await office.worker.post(f"{address}/check", chosen)).status_code == 303
    await drain(office.tenant_id)
    assert await counts(office, address) == (1, 0, 0, 0)
    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)
    assert await number_of_employees(office) == 1


async def test_empty_cells_leave_what_is_stored_and_a_new_salary_ends_the_old_one(office: Office) -> None:
    employee_id = await employ(office, number="A-1", nik=NIK, joined_on="05/01/2024")
    rows = sheet("A-1;Sari Dewi;6000000;01/03/2026;", headers="Nomor;Nama;Gaji Pokok;Berlaku Mulai;Email")
    address = await imported(office, rows)

    assert await counts(office, address) == (0, 1, 0, 0)
    assert await agree(office) == ["employee.import"]
    async with office.scope():
        assert (await queries.get_employee(employee_id)).nik == NIK
        pay = await db.records("select amount, starts_on, ends_on from pay_component order by starts_on")
    assert [tuple(one) for one in pay] == [
        (5_000_000, date(2024, 1, 5), date(2026, 2, 28)),
        (6_000_000, date(2026, 3, 1), None),
    ]


async def test_somebody_with_a_new_number_is_recognised_by_nik(office: Office) -> None:
    await employ(office, number="LAMA-1", nik=NIK)
    address = await imported(office, sheet(f"BARU-1;Sari Dewi;{NIK}", headers="Nomor;Nama;NIK"))

    assert await counts(office, address) == (0, 1, 0, 0)
    async with office.scope():
        assert await db.value("select number from employee") == "BARU-1"


async def test_a_nik_of_somebody_else_refuses_the_row_and_names_the_column(office: Office) -> None:
    await employ(office, number="A-1", nik=NIK)
    await employ(office, number="A-2")
    address = await checked(office, sheet(f"A-2;Budi;{NIK}", headers="Nomor;Nama;NIK"))

    assert await counts(office, address) == (0, 0, 0, 1)


async def test_a_file_that_is_no_spreadsheet_is_refused_at_once_with_a_sentence(office: Office) -> None:
    for content in (b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n...."):
        refused = await upload(office, content)

        assert refused.status_code == 422
        assert re.search(r'id="file-error">.*?<span>[A-Z][^<]{20,}</span>', refused.text)
    assert await number_of_employees(office) == 0


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"a\x00\x01b"])
async def test_a_file_that_cannot_be_read_gets_a_sentence(office: Office, content: bytes) -> None:
    address = await checked(office, content)
    file = await state(office, address)

    assert file.state == "failed"
    assert file.problem is not None
    assert str(file.problem) in (await office.worker.get(address)).text.replace("&#39;", "'")
    assert await number_of_employees(office) == 0


async def test_a_file_beyond_25_mb_is_refused_at_once(office: Office) -> None:
    just_above = await upload(office, b"x" * (25 * 1024 * 1024 + 1))
    assert just_above.status_code == 422
    assert 'id="file-error"' in just_above.text

    far_above = await upload(office, b"x" * (27 * 1024 * 1024))
    assert far_above.status_code == 413
    assert await drain(office.tenant_id) == []


async def test_another_clients_people_are_never_touched(office: Office) -> None:
    async with office.scope():
        other = await make_client(name="PT Lain")
    await office.owner.post("/people", {"client_id": str(other)})
    refused = await office.worker.post(
        "/people/import", {"client_id": str(other)}, files={"file": ("a.csv", sheet(*GOOD))}
    )

    assert refused.status_code == 404


async def test_an_import_that_fails_midway_leaves_nothing_behind(office: Office) -> None:
    address = await checked(office, sheet(*GOOD))
    file = await state(office, address)
    await tools().storage.put(file.key, sheet(*GOOD) + b'\nA-3;"never closed')
    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)

    assert await number_of_employees(office) == 0
    assert re.search("tone-attention", (await office.worker.get(address)).text)
