"""Employees on their way out."""

import csv
import io

import openpyxl
import pytest

from tatausaha.core import db
from tatausaha.core.process import tools
from tests.make import Office, Person, drain
from tests.people.make import NIK, employ, long_ago
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


NUMBERS = (NIK, "1111222233334444", "5556667778", "0001234567890")
WHOLE = {"whole": "1", "reason": "Tax report of the year"}


async def numbered(office: Office) -> None:
    await employ(
        office,
        nik=NUMBERS[0],
        npwp=NUMBERS[1],
        bank_account=NUMBERS[2],
        bpjs_kesehatan_number=NUMBERS[3],
    )


@pytest.mark.parametrize("who", ["worker", "manager", "owner"])
async def test_identity_numbers_leave_the_house_masked(office: Office, who: str) -> None:
    await numbered(office)
    content = (await exported(office, office.people[who])).decode()

    assert [number in content for number in NUMBERS] == [False] * 4
    assert all(f"••••{number[-4:]}" in content for number in NUMBERS)


async def test_whole_numbers_leave_with_a_manager_who_says_why_and_the_log_keeps_it(office: Office) -> None:
    await numbered(office)
    content = (await exported(office, office.manager, **WHOLE)).decode()

    assert all(number in content for number in NUMBERS)
    async with office.scope():
        told = await db.records("select reason, detail from audit_event where action = 'exported'")
    assert [tuple(one) for one in told] == [("Tax report of the year", {"whole": True})]


async def test_whole_numbers_need_a_manager_a_reason_and_somebody_who_just_proved_to_be_the_one(office: Office) -> None:
    form = {"client": str(office.client_id), "format": "csv"}
    assert (await office.worker.post("/people/export", form | WHOLE)).status_code == 403
    unsaid = await office.manager.post("/people/export", form | {"whole": "1", "reason": "abc"})
    assert unsaid.status_code == 422
    assert 'id="reason-error"' in unsaid.text
    await long_ago(office.manager)
    led = await office.manager.post("/people/export", form | WHOLE)
    assert led.status_code == 303
    assert led.headers["location"].startswith("/confirm?")
    assert await drain(office.tenant_id) == []


async def test_what_was_searched_for_stays_sealed_until_the_file_is_written(office: Office) -> None:
    await numbered(office)
    await employ(office, number="A-2", name="Budi")
    form = {"client": str(office.client_id), "format": "csv", "q": NIK}
    ordered = await office.manager.post("/people/export", form)
    async with office.scope():
        payload = await db.value("select payload::text from job where kind = 'people.export'")
    assert NIK not in payload
    await drain(office.tenant_id)
    assert (await office.manager.get(ordered.headers["location"])).status_code == 200
    async with office.scope():
        key = await db.value("select key from document order by id desc limit 1")
    assert [list(row.values())[1] for row in rows_of(await tools().storage.get(key))] == ["Sari Dewi"]


async def test_what_a_spreadsheet_would_run_as_a_formula_is_made_harmless(office: Office) -> None:
    await employ(office, name='=HYPERLINK("http://evil.example")')
    plain = await exported(office, office.manager)
    assert "'=HYPERLINK" in plain.decode()

    book = openpyxl.load_workbook(io.BytesIO(await exported(office, office.manager, format="xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(cell.value == '=HYPERLINK("http://evil.example")' or "HYPERLINK" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize("form", [{}, WHOLE], ids=["masked", "whole"])
async def test_an_export_imports_again_without_changing_anything(office: Office, form: dict[str, str]) -> None:
    await employ(
        office, nik=NIK, gender="female", born_on="07/05/1990", fixed_allowance="250.000", bank_account="12345"
    )
    await employ(office, number="A-2", contract_kind="fixed_term", contract_ends_on="31/12/2026", jkk_class="")
    address = await checked(office, await exported(office, office.manager, **form))

    assert await counts(office, address) == (0, 0, 2, 0)


async def test_a_masked_number_that_is_not_the_stored_one_refuses_its_row(office: Office) -> None:
    await employ(office, nik=NIK)
    masked = await exported(office, office.manager)
    address = await checked(office, masked.replace("••••0001".encode(), "••••0002".encode()))
    assert await counts(office, address) == (0, 0, 0, 1)

    stranger = await checked(office, masked.replace(b"A-001", b"A-002"))
    assert await counts(office, stranger) == (0, 0, 0, 1)


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
