"""Employees on their way out."""

import csv
import io

import openpyxl
import pytest

from tatausaha.core import db
from tatausaha.core.process import tools
from tests.make import Office, Person, drain
from tests.people.make import NIK, employ
from tests.people.test_import import checked, counts


async def exported(office: Office, who: Person, **form: str) -> bytes:
    """Order an export, let the workers write it; gives the file."""
    answer = await who.post("/people/export", {"client": str(office.client_id), "format": "csv", **form})
    assert answer.status_code == 303, answer.text
    await drain(office.tenant_id)
    shown = await who.get(answer.headers["location"])
    async with office.scope():
        document = (await db.records("select id, key from document order by id desc limit 1"))[0]
    assert f"/documents/{document['id']}" in shown.text
    return await tools().storage.get(document["key"])


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def test_an_export_holds_exactly_what_the_list_shows(office: Office) -> None:
    for number, name, department in (("1", "Sari", "Gudang"), ("2", "Budi", "Gudang"), ("3", "Tini", "Kantor")):
        await employ(office, number=number, name=name, department=department)
    content = await exported(office, office.manager, department="Gudang", sort="-name")

    assert [list(row.values())[1] for row in rows_of(content)] == ["Sari", "Budi"]


@pytest.mark.parametrize(("who", "whole"), [("worker", False), ("manager", True), ("owner", True)])
async def test_identity_numbers_leave_the_house_whole_only_with_those_who_manage(
    office: Office, who: str, whole: bool
) -> None:
    await employ(office, nik=NIK, npwp="1111222233334444", bank_account="5556667778")
    content = (await exported(office, office.people[who])).decode()

    assert all((number in content) == whole for number in (NIK, "1111222233334444", "5556667778"))


async def test_what_a_spreadsheet_would_run_as_a_formula_is_made_harmless(office: Office) -> None:
    await employ(office, name='=HYPERLINK("http://evil.example")')
    plain = await exported(office, office.manager)
    assert "'=HYPERLINK" in plain.decode()

    book = openpyxl.load_workbook(io.BytesIO(await exported(office, office.manager, format="xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(cell.value == '=HYPERLINK("http://evil.example")' or "HYPERLINK" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


async def test_an_export_imports_again_without_changing_anything(office: Office) -> None:
    await employ(office, nik=NIK, gender="female", born_on="07/05/1990", fixed_allowance="250.000")
    await employ(office, number="A-2", contract_kind="fixed_term", contract_ends_on="31/12/2026", jkk_class="")
    address = await checked(office, await exported(office, office.manager))

    assert await counts(office, address) == (0, 0, 2, 0)


async def test_an_export_is_recorded_with_its_number_of_rows(office: Office) -> None:
    await employ(office)
    await exported(office, office.worker)
    async with office.scope():
        event = (await db.records("select actor_name, count, detail from audit_event where action = 'exported'"))[0]

    assert tuple(event) == ("Worker", 1, {"whole": False})


async def test_an_export_needs_a_client(office: Office) -> None:
    answer = await office.worker.post("/people/export", {"format": "csv"})

    assert answer.status_code == 422
    assert 'id="client-error"' in answer.text
