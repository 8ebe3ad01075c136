"""Nothing that the product hands out runs in the spreadsheet program that opens it."""

import csv
import io
import zipfile

import openpyxl
import pytest

from tatausaha.core import db
from tests.make import Office, drain, make_employees
from tests.people.make import employ
from tests.portal import stories

FORMULA = '=HYPERLINK("http://evil.test","x")'
SIGNS = ("=", "+", "-", "@", "\t", "\r")


def texts(content: bytes) -> list[str]:
    """The cells with words of a CSV file, or of a workbook that holds no formula, link or program."""
    if not content.startswith(b"PK"):
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
        return [cell for cell in cells if not cell.lstrip("-").isdigit()]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not any(b"<f>" in part or b"<f " in part or b"<hyperlink" in part for part in sheets(parts))
    assert not any("external" in name.lower() or name.endswith(".bin") for name in parts)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    return [cell.value for cell in cells if isinstance(cell.value, str)]


def sheets(parts: dict[str, bytes]) -> list[bytes]:
    return [part for name, part in parts.items() if name.startswith("xl/worksheets/")]


def assert_harmless(content: bytes, *, in_it: str) -> None:
    found = texts(content)
    assert any(in_it in text for text in found), found
    if not content.startswith(b"PK"):
        assert [text for text in found if text.startswith(SIGNS)] == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
async def test_a_list_of_employees_runs_nothing(office: Office, suffix: str) -> None:
    await employ(office, name=FORMULA, department=FORMULA, number="-1", position="@x", bank_holder="+1")
    order = await office.owner.post("/people/export", {"client": str(office.client_id), "format": suffix})
    await drain(office.tenant_id)
    async with office.scope():
        document = await db.value("select id from document order by id desc limit 1")
    file = await office.owner.get(f"/documents/{document}")

    assert (order.status_code, file.status_code) == (303, 200)
    assert_harmless(file.content, in_it="HYPERLINK")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
async def test_the_reports_of_a_run_run_nothing(office: Office, suffix: str) -> None:
    async with office.scope():
        await make_employees(office.client_id, 1, department=FORMULA)
        await db.execute("update employee set name = $1", FORMULA)
        await db.execute("update client set name = $1", FORMULA)
    run_id = await stories.calculated_run(office)
    for kind in ("register", "summary"):
        file = await office.owner.get(f"/documents/runs/{run_id}/{kind}/{suffix}")

        assert file.status_code == 200
        assert_harmless(file.content, in_it="HYPERLINK")
        assert "=" not in file.headers["content-disposition"].split("''")[1]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
async def test_refused_rows_come_back_without_life(office: Office, suffix: str) -> None:
    header, row = f"Nomor Karyawan;Nama;PTKP;{FORMULA}", f"A;{FORMULA};K/9;+1"
    content = "\n".join(
        ";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line.split(";")) for line in (header, row)
    )
    answer = await office.worker.post(
        "/people/import", {"client_id": str(office.client_id)}, files={"file": ("a.csv", content.encode())}
    )
    await drain(office.tenant_id)
    file = await office.worker.get(f"{answer.headers['location']}/rejects?format={suffix}")

    assert file.status_code == 200
    assert_harmless(file.content, in_it="HYPERLINK")


async def test_templates_run_nothing(office: Office) -> None:
    await employ(office, name=FORMULA)
    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})
    people = await office.worker.get("/people/import/template")
    entries = await office.worker.get(f"{begun.headers['location']}/inputs/template")

    assert_harmless(people.content, in_it="Nama")
    assert_harmless(entries.content, in_it="HYPERLINK")
