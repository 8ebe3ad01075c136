"""The entries of a month from a spreadsheet, from the upload to the run."""

import io
from datetime import date
from uuid import UUID

import openpyxl
import pytest

from tatausaha.core import db
from tatausaha.core.errors import Invalid
from tatausaha.core.imports import uploads
from tatausaha.core.imports.uploads import ImportFile
from tatausaha.core.process import tools
from tatausaha.payroll.input_import import INPUTS
from tatausaha.payroll.input_sheet import fields_for
from tests.make import Office, drain, make_employees

HEADERS = "Nomor Karyawan;Nama;Lembur;Bonus;Potongan koperasi;Potongan pinjaman;Hari tanpa upah"
Standing = dict[tuple[str, str, str], int]


async def begin(office: Office, month: str = "2026-06") -> str:
    """A run with Sari (S-1) and Budi (B-2), who are employed, and Tono (T-3), who left in January; gives its address."""
    async with office.scope():
        ids = await make_employees(office.client_id, 3)
        for key, number, name in zip(ids, ("S-1", "B-2", "T-3"), ("Sari Dewi", "Budi Santoso", "Tono"), strict=True):
            await db.execute("update employee set number = $2, name = $3 where id = $1", key, number, name)
        await db.execute("update employee set ended_on = $1 where number = 'T-3'", date(2026, 1, 31))
    answer = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": month})
    return str(answer.headers["location"])


def sheet(*rows: str, headers: str = HEADERS) -> bytes:
    return "\n".join([headers, *rows]).encode()


async def checked(office: Office, run: str, content: bytes) -> str:
    """Upload, and let the workers check; gives the import's address."""
    answer = await office.worker.post(f"{run}/inputs/import", files={"file": ("lembur.csv", content)})
    assert answer.status_code == 303, answer.text
    await drain(office.tenant_id)
    return str(answer.headers["location"])


async def imported(office: Office, run: str, content: bytes) -> str:
    address = await checked(office, run, content)
    assert (await office.worker.post(f"{address}/confirm")).status_code == 303
    await drain(office.tenant_id)
    return address


async def state(office: Office, address: str) -> ImportFile:
    async with office.scope():
        return await uploads.get(INPUTS, UUID(address.rsplit("/", 1)[-1]))


async def counts(office: Office, address: str) -> tuple[int, int, int, int]:
    file = await state(office, address)
    return file.created, file.changed, file.unchanged, file.rejected


async def problems(office: Office, address: str) -> list[tuple[int, str, str]]:
    """Row, column and value of each bad cell."""
    found = (await state(office, address)).verdict.bad_cells
    return [(bad.row, str(bad.problem.column), bad.problem.value) for bad in found]


async def standing(office: Office) -> Standing:
    """What is entered, by employee number, component and name."""
    async with office.scope():
        found = await db.records(
            "select e.number, i.code, i.name, i.amount + i.days as value from pay_input i"
            " join employee e on e.id = i.employee_id"
        )
    return {(one["number"], one["code"], one["name"]): one["value"] for one in found}


async def test_a_spreadsheet_becomes_entries_and_its_importer_a_maker(office: Office) -> None:
    run = await begin(office)
    rows = ("S-1;Sari;Rp 350.000;1.000.000;50.000;;", "B-2;;;;;250000;2")
    address = await checked(office, run, sheet(*rows))
    assert await counts(office, address) == (2, 0, 0, 0)
    assert await standing(office) == {}

    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)
    assert (await state(office, address)).state == "done"
    assert await standing(office) == {
        ("S-1", "overtime", ""): 350_000,
        ("S-1", "bonus", ""): 1_000_000,
        ("S-1", "deduction", "Potongan koperasi"): 50_000,
        ("B-2", "deduction", "Potongan pinjaman"): 250_000,
        ("B-2", "unpaid_days", ""): 2,
    }
    async with office.scope():
        makers = await db.records("select actor_id from pay_step where action = 'entered'")
        logged = await db.value("select detail from audit_event where action = 'imported'")
    assert [one["actor_id"] for one in makers] == [office.worker.member_id]
    assert logged["created"] == 2


async def test_the_same_rows_in_another_file_change_nothing(office: Office) -> None:
    run = await begin(office)
    rows = ("S-1;Sari Dewi;350000;;50000;;", "B-2;Budi Santoso;;;;;2")
    await imported(office, run, sheet(*rows))
    headers = HEADERS.replace("koperasi", "KOPERASI")
    again = await checked(office, run, sheet(*reversed(rows), headers=headers))

    assert await counts(office, again) == (0, 0, 2, 0)
    assert (await office.worker.post(f"{again}/confirm")).status_code == 409


async def test_a_column_written_in_other_letters_is_the_same_component(office: Office) -> None:
    run = await begin(office)
    await imported(office, run, sheet("S-1;;;;50000;;"))
    await imported(office, run, sheet("S-1;;;;60000;;", headers=HEADERS.upper()))

    assert await standing(office) == {("S-1", "deduction", "Potongan koperasi"): 60_000}


async def test_the_very_same_file_leads_to_its_first_import_but_not_to_that_of_another_month(office: Office) -> None:
    run, content = await begin(office), sheet("S-1;;1000;;;;")
    first = await imported(office, run, content)
    assert await checked(office, run, content) == first

    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-07"})
    other = await checked(office, begun.headers["location"], content)
    assert other.rsplit("/", 1)[-1] != first.rsplit("/", 1)[-1]
    assert await counts(office, other) == (1, 0, 0, 0)


async def test_an_empty_cell_leaves_what_stands_zero_removes_it_and_a_number_sets_it(office: Office) -> None:
    run = await begin(office)
    await imported(office, run, sheet("S-1;;100000;200000;;;3", "B-2;;100000;;;;"))
    address = await imported(office, run, sheet("S-1;;;0;;;1", "B-2;;0;;;;0"))

    assert await counts(office, address) == (0, 2, 0, 0)
    assert await standing(office) == {("S-1", "overtime", ""): 100_000, ("S-1", "unpaid_days", ""): 1}


async def test_each_bad_cell_is_named_with_its_row_column_and_reason_and_can_be_downloaded(office: Office) -> None:
    run = await begin(office)
    address = await checked(
        office,
        run,
        sheet(
            "S-1;;1000;;;;",
            "X-9;Siapa;1000;;;;",
            "T-3;Tono;1000;;;;",
            "S-1;;2000;;;;",
            "B-2;Sari Dewi;1000;;;;",
            ";;-5;1.5x;;;32",
        ),
    )

    assert await counts(office, address) == (1, 0, 0, 5)
    assert await problems(office, address) == [
        (3, "Nomor karyawan", "X-9"),
        (4, "Nomor karyawan", "T-3"),
        (5, "Nomor karyawan", "S-1"),
        (6, "Nama", "Sari Dewi"),
        *((7, column, value) for column, value in (("Nomor karyawan", ""), ("Lembur", "-5"), ("Bonus", "1.5x"))),
        (7, "Hari tanpa upah", "32"),
    ]
    page = (await office.worker.get(address)).text
    assert "Budi Santoso" in page
    assert "<td" in page
    refused = await office.worker.get(f"{address}/rejects?format=csv")
    assert "X-9" in refused.text
    assert "S-1;;1000" not in refused.text


@pytest.mark.parametrize(("name", "refused"), [("SARI", 0), ("Ibu Sari Dewi, S.E.", 0), ("Joko", 1), ("Sari Putri", 1)])
async def test_a_name_may_be_written_freely_unless_it_is_somebody_elses(
    office: Office, name: str, refused: int
) -> None:
    run = await begin(office)
    async with office.scope():
        (other,) = await make_employees(office.client_id, 1)
        await db.execute("update employee set name = 'Sari Putri' where id = $1", other)
    address = await checked(office, run, sheet(f"S-1;{name};1000;;;;"))

    assert (await state(office, address)).rejected == refused


async def test_nothing_is_taken_in_while_the_run_is_not_a_draft(office: Office) -> None:
    run = await begin(office)
    waiting = await checked(office, run, sheet("S-1;;1000;;;;"))
    await office.worker.post(f"{run}/calculate")
    await drain(office.tenant_id)

    upload = await office.worker.post(f"{run}/inputs/import", files={"file": ("b.csv", sheet("S-1;;2;;;;"))})
    answers = [upload, *[await office.worker.post(f"{waiting}/{step}") for step in ("check", "confirm")]]
    assert [answer.status_code for answer in answers] == [409] * 3
    shown = await office.worker.get(f"{run}/inputs/import")
    assert 'type="file"' not in shown.text
    assert f'action="{waiting}' not in (await office.worker.get(waiting)).text
    assert await standing(office) == {}


async def test_a_run_that_is_calculated_before_the_worker_comes_keeps_its_figures(office: Office) -> None:
    run = await begin(office)
    address = await checked(office, run, sheet("S-1;;1000;;;;"))
    await office.worker.post(f"{address}/confirm")
    async with office.scope():
        await db.execute("update pay_run set state = 'calculated'")
    await drain(office.tenant_id)

    assert await standing(office) == {}
    shown = (await office.worker.get(address)).text
    assert "Angka hanya dapat dimasukkan selama penggajian berstatus draf" in shown.split('class="panel job"')[1]


async def test_a_form_without_a_file_is_shown_again_with_a_sentence_at_its_field(office: Office) -> None:
    run = await begin(office)
    for content in (b"", b"x" * (25 * 1024 * 1024 + 1)):
        answer = await office.worker.post(f"{run}/inputs/import", files={"file": ("a.csv", content)})
        assert answer.status_code == 422
        assert 'id="file-error"' in answer.text


async def test_the_first_rows_show_amounts_however_large_but_no_long_numbers(office: Office) -> None:
    run = await begin(office)
    address = await checked(office, run, sheet("S-1;10.250.000;3171014705900001", headers="NIP;THR;KTP"))
    shown = (await office.worker.get(address)).text

    assert "10.250.000" in shown
    assert "3171014705900001" not in shown


async def test_an_import_that_fails_midway_leaves_nothing_behind(office: Office) -> None:
    run = await begin(office)
    address = await checked(office, run, sheet("S-1;;1000;;;;"))
    file = await state(office, address)
    await tools().storage.put(file.key, sheet("S-1;;1000;;;;") + b'\nB-2;"never closed')
    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)

    assert await standing(office) == {}


async def test_an_import_of_another_run_is_not_found_under_this_one(office: Office) -> None:
    address = await checked(office, await begin(office), sheet("S-1;;1000;;;;"))
    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-07"})
    astray = f"{begun.headers['location']}/inputs/imports/{address.rsplit('/', 1)[-1]}"

    assert (await office.worker.get(astray)).status_code == 404
    assert (await office.worker.post(f"{astray}/confirm")).status_code == 404


async def test_a_correction_takes_only_its_person(office: Office) -> None:
    run = await begin(office)
    async with office.scope():
        sari = await db.value("select id from employee where number = 'S-1'")
        correction: UUID = await db.value(
            "insert into pay_run (client_id, period, kind, corrects_id, employee_id)"
            " values ($1, '2026-06-01', 'correction', $2, $3) returning id",
            *(office.client_id, UUID(run.rsplit("/", 1)[-1]), sari),
        )
    address = await checked(office, f"/payroll/{correction}", sheet("S-1;;1000;;;;", "B-2;;1000;;;;"))
    assert await problems(office, address) == [(3, "Nomor karyawan", "B-2")]

    template = await office.worker.get(f"/payroll/{correction}/inputs/template")
    assert [row[0] for row in rows_of(template.content)][1:] == ["S-1"]


def rows_of(content: bytes) -> list[list[str]]:
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[str(cell.value or "") for cell in row] for row in page.iter_rows()]


async def test_the_template_lacks_only_the_amounts(office: Office) -> None:
    run = await begin(office)
    content = (await office.worker.get(f"{run}/inputs/template")).content
    assert [row[:2] for row in rows_of(content)[1:]] == [["B-2", "Budi Santoso"], ["S-1", "Sari Dewi"]]

    book = openpyxl.load_workbook(io.BytesIO(content))
    headers = [cell.value for cell in book.worksheets[0][1]]
    for column in range(3, len(headers) + 1):
        book.worksheets[0].cell(2, column, str(column))
    filled = io.BytesIO()
    book.save(filled)
    address = await imported(office, run, filled.getvalue())
    assert await counts(office, address) == (1, 0, 1, 0)
    assert sorted((await standing(office)).values()) == list(range(3, len(headers) + 1))


async def test_a_column_with_another_name_is_pointed_out_and_can_be_chosen(office: Office) -> None:
    run = await begin(office)
    address = await checked(office, run, sheet("S-1;1000", headers="NIP;Insentif"))
    assert await counts(office, address) == (0, 0, 1, 0)
    assert "Insentif</" not in (await state(office, address)).name
    assert "Insentif" in (await office.worker.get(address)).text.split("row-of-cards")[1].split("<form")[0]

    await office.worker.post(f"{address}/check", {"column:number": "0", "column:bonus": "1"})
    await drain(office.tenant_id)
    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)
    assert await standing(office) == {("S-1", "bonus", ""): 1000}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Bonus penjualan", "bonus:Bonus penjualan"),
        ("Uang Makan", "allowance:Uang Makan"),
        ("Tunjangan kehadiran", None),
        ("Attendance allowance", None),
        ("THR Idul Fitri", "thr:THR Idul Fitri"),
        ("Rapel", "other_income:Rapel"),
        ("Lembur (jam)", None),
        ("Potongan PPh 21", None),
        ("Potongan BPJS", None),
        ("Tunjangan tetap", None),
        ("Keterangan", None),
    ],
)
def test_a_column_that_says_what_it_is_keeps_its_name_on_the_payslip(header: str, field: str | None) -> None:
    known = {one.name for one in fields_for(())}

    assert [one.name for one in fields_for(("NIP", header)) if one.name not in known] == ([field] if field else [])


@pytest.mark.parametrize("pair", [("Lembur", "Uang lembur"), ("Potongan Koperasi", "potongan koperasi")])
def test_two_columns_that_mean_the_same_are_refused_by_name(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        fields_for(("NIP", *pair))

    assert set(pair) <= set(refused.value.message.params.values())
