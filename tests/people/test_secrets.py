"""Numbers of people lie sealed in the database, masked on pages, and are shown to who says why."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.web import reveal
from tatausaha.people import queries
from tatausaha.people.secrets import SECRETS
from tatausaha.people.views.secrets import LABELS
from tests.make import Office, drain
from tests.people.make import NIK, employ, long_ago, typed
from tests.people.test_import import checked, upload
from tests.reports.months import correct, publish

# No other value of any table can hold these by chance.
CANARIES = {
    "nik": "3171014705907731",
    "npwp": "0987650123457732",
    "bank_account": "88776655447733",
    "bpjs_kesehatan_number": "00098765437734",
    "bpjs_tk_number": "98765437735",
}
REASON = {"reason": "Payment to the bank"}


@pytest.mark.parametrize("field", CANARIES)
async def test_a_number_is_masked_until_somebody_says_why(office: Office, field: str) -> None:
    employee_id = await employ(office, **CANARIES)
    page = f"/people/{employee_id}"
    shown = await office.worker.get(page)
    assert not [number for number in CANARIES.values() if number in shown.text]
    assert f"{page}/reveal?field={field}" in shown.text

    asked = await office.worker.get(f"{page}/reveal?field={field}")
    assert asked.status_code == 200
    assert CANARIES[field] not in asked.text
    revealed = await office.worker.post(f"{page}/reveal", {"field": field, **REASON})
    assert [name for name, number in CANARIES.items() if number in revealed.text] == [field]
    assert revealed.headers["cache-control"] == "no-store"
    async with office.scope():
        (event,) = await db.records(
            "select actor_id, object_id, subject_id, client_id, reason, detail from audit_event"
            " where action = 'revealed'"
        )
    assert tuple(event) == (
        *(office.worker.member_id, employee_id, employee_id, office.client_id, REASON["reason"]),
        {"field": field},
    )


async def test_in_an_open_page_only_the_dialog_is_filled(office: Office) -> None:
    employee_id = await employ(office, **CANARIES)
    swap = {"hx-request": "true"}
    address = f"/people/{employee_id}/reveal"
    asked = await office.worker.get(f"{address}?field=nik", headers=swap)
    revealed = await office.worker.post(address, {"field": "nik", **REASON}, headers=swap)
    unsaid = await office.worker.post(address, {"field": "nik", "reason": " "}, headers=swap)

    assert [answer.status_code for answer in (asked, revealed, unsaid)] == [200, 200, 422]
    assert all("<html" not in answer.text for answer in (asked, revealed, unsaid))
    assert 'id="reason-error"' in unsaid.text
    assert CANARIES["nik"] in revealed.text


@pytest.mark.parametrize("reason", ["", "abcd", "x" * 201])
async def test_without_a_reason_nothing_is_shown_and_nothing_logged(office: Office, reason: str) -> None:
    employee_id = await employ(office, **CANARIES)
    answer = await office.owner.post(f"/people/{employee_id}/reveal", {"field": "nik", "reason": reason})

    assert answer.status_code == 422
    assert CANARIES["nik"] not in answer.text
    async with office.scope():
        assert await db.value("select count(*) from audit_event where action = 'revealed'") == 0


async def test_who_has_not_proved_lately_to_be_the_one_is_led_to_do_so(office: Office) -> None:
    employee_id = await employ(office, **CANARIES)
    await long_ago(office.worker)
    for answer in (
        await office.worker.get(f"/people/{employee_id}/reveal?field=nik"),
        await office.worker.post(f"/people/{employee_id}/reveal", {"field": "nik", **REASON}),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/confirm?")


@pytest.mark.parametrize("field", ["", "name", "nik_index", "version", "__class__"])
async def test_only_numbers_are_shown_this_way(office: Office, field: str) -> None:
    employee_id = await employ(office, **CANARIES)

    assert (await office.owner.post(f"/people/{employee_id}/reveal", {"field": field, **REASON})).status_code == 404


async def test_so_many_numbers_an_hour_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reveal, "MOST_AN_HOUR", 2)
    employee_id = await employ(office, **CANARIES)
    answers = [await office.worker.post(f"/people/{employee_id}/reveal", {"field": "nik", **REASON}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert CANARIES["nik"] not in answers[2].text
    assert (await office.owner.post(f"/people/{employee_id}/reveal", {"field": "nik", **REASON})).status_code == 200


async def test_the_account_of_a_payslip_is_shown_with_a_reason(office: Office) -> None:
    employee_id = await employ(office, **CANARIES, joined_on="05/01/2024")
    run_id = await publish(office)
    async with office.scope():
        slip_id = await db.value("select id from slip where run_id = $1", run_id)
    shown = await office.worker.get(f"/payroll/slips/{slip_id}")
    assert CANARIES["bank_account"] not in shown.text
    assert f"/payroll/slips/{slip_id}/reveal" in shown.text
    assert (await office.worker.post(f"/payroll/slips/{slip_id}/reveal", {})).status_code == 422
    revealed = await office.worker.post(f"/payroll/slips/{slip_id}/reveal", REASON)

    assert CANARIES["bank_account"] in revealed.text
    async with office.scope():
        event = await db.value("select (subject_id, reason) from audit_event where action = 'revealed'")
    assert tuple(event) == (employee_id, REASON["reason"])


async def test_two_people_with_one_account_are_pointed_out(office: Office) -> None:
    first = await employ(office, name="Sari Dewi", bank_account="1234567890")
    second = await employ(office, number="A-2", name="Budi Santoso", bank_account="1234567890")
    await employ(office, number="A-3", name="Tini", bank_account="1234567891")

    assert "Budi Santoso" in (await office.worker.get(f"/people/{first}")).text
    assert "Sari Dewi" in (await office.worker.get(f"/people/{second}")).text
    assert "Tini" not in (await office.worker.get(f"/people/{second}")).text


async def test_every_number_has_its_name() -> None:
    assert set(LABELS) == set(SECRETS) == set(CANARIES)


async def test_two_people_of_a_client_never_share_a_nik_whatever_way_it_is_entered(office: Office) -> None:
    await employ(office, nik=NIK)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with office.scope():
            await db.execute(
                "insert into employee (client_id, number, name, ptkp, joined_on, nik, nik_index)"
                " select client_id, 'B', 'B', 'TK/0', now(), nik, nik_index from employee"
            )


@pytest.mark.parametrize("field", CANARIES)
async def test_the_database_itself_takes_no_number_in_plain(office: Office, field: str) -> None:
    employee_id = await employ(office, **CANARIES)
    with pytest.raises(asyncpg.CheckViolationError, match="employee_sealed"):
        async with office.scope():
            await db.execute(f"update employee set {field} = $1 where id = $2", CANARIES[field].encode(), employee_id)


HEADERS = "Nomor;Nama;NIK;NPWP;Rekening;No BPJS Kesehatan;No KPJ;PTKP;Tanggal Masuk;Gaji Pokok"


async def test_after_a_whole_month_no_table_holds_a_number_in_plain(
    office: Office, superuser: asyncpg.Connection
) -> None:
    employee_id = await through_a_month(office)
    async with office.scope():
        stored = await queries.get_employee(employee_id)
    assert {name: getattr(stored, name) for name in CANARIES} == CANARIES

    found = await places_of(superuser, CANARIES.values())
    assert found == []
    async with office.scope():
        await db.execute("update employee set phone = $1 where id = $2", CANARIES["nik"], employee_id)
    assert await places_of(superuser, CANARIES.values()) == [("employee", "phone", CANARIES["nik"])]


async def through_a_month(office: Office) -> UUID:
    """Import, bad rows, changes, searches, exports, payroll, corrections, documents and reveals, with known numbers."""
    row = f"A-001;Sari Dewi;{';'.join(CANARIES.values())};TK/0;05/01/2024;5000000"
    wrong = f"A-002;Budi;{CANARIES['nik']}0;{CANARIES['npwp']}1;{CANARIES['bank_account']}x;;;TK/0;05/01/2024;5000000"
    twice = f"A-003;Tini;{CANARIES['nik']};;;;;TK/0;05/01/2024;5000000"
    address = await checked(office, "\n".join([HEADERS, row, wrong, twice]).encode())
    await office.worker.post(f"{address}/confirm")
    await drain(office.tenant_id)
    async with office.scope():
        employee_id: UUID = await db.value("select id from employee where number = 'A-001'")
        await db.execute("update employee set born_on = '1990-05-07' where id = $1", employee_id)
        await db.execute("update client set payslip_password = 'birth_nik'")
    await office.worker.get(f"/people?q={CANARIES['nik']}")
    await office.worker.post("/people", typed(office, number="B-1", nik=CANARIES["nik"]))
    await office.worker.post(f"/people/{employee_id}/reveal", {"field": "nik", **REASON})
    form: dict[str, Any] = {"client": str(office.client_id), "format": "csv", "q": CANARIES["nik"]}
    await office.manager.post("/people/export", form | {"whole": "1", **REASON})
    await drain(office.tenant_id)
    run_id = await publish(office, Period(2026, 6))
    await correct(office, run_id, employee_id, 100_000)
    await office.worker.get(f"/people/{employee_id}")
    return employee_id


async def places_of(superuser: asyncpg.Connection, numbers: Any) -> list[tuple[str, str, str]]:
    """Every column of every table that holds one of the numbers: as text, inside JSON, or as bytes."""
    columns = await superuser.fetch(
        "select table_name, column_name, udt_name from information_schema.columns where table_schema = 'public'"
        " and udt_name in ('text', 'varchar', 'jsonb', 'json', 'bytea', '_text', '_bytea')"
    )
    assert len(columns) > 100
    found = []
    for one in columns:
        table, column = one["table_name"], one["column_name"]
        text = f"encode({column}, 'escape')" if one["udt_name"] == "bytea" else f"{column}::text"
        for number in numbers:
            if await superuser.fetchval(
                f"select exists (select from {table} where position($1 in {text}) > 0)", number
            ):
                found.append((table, column, number))
    return found


async def test_what_is_wrong_with_a_number_is_told_without_most_of_it(office: Office) -> None:
    wrong = f"{HEADERS}\nA-002;Budi;{NIK}5;;;;;TK/0;05/01/2024;5000000".encode()
    address = (await upload(office, wrong)).headers["location"]
    await drain(office.tenant_id)
    shown = await office.worker.get(address)

    assert f"••••{NIK[-3:]}5" in shown.text
    assert NIK not in shown.text
