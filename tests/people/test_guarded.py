"""Bank account, pay and tax status of an employee change only when two agree, by whichever way they come in."""

from typing import Any
from uuid import UUID

from tatausaha.core import db
from tatausaha.people import queries
from tatausaha.people.queries import Employee
from tests.make import Office, agree, drain
from tests.people.make import employ, typed
from tests.people.test_import import counts, imported, sheet

ACCOUNT, OTHER = "1234567890", "9999888877"


async def stored(office: Office, employee_id: UUID) -> Employee:
    async with office.scope():
        return await queries.get_employee(employee_id)


async def save(office: Office, employee_id: UUID, role: str = "worker", **changes: Any) -> None:
    """The worker opens the form, changes something and saves."""
    employee = await stored(office, employee_id)
    form = {name: value for name, value in typed(office, bank="BCA", bank_account="").items() if name in FORM}
    answer = await office.people[role].post(
        f"/people/{employee_id}", form | {"version": str(employee.version), "bank_holder": "Sari"} | changes
    )
    assert answer.status_code == 303, answer.text


FORM = {
    *("number", "name", "ptkp", "joined_on", "department", "position", "bpjs_kesehatan", "bpjs_jht", "bpjs_jp"),
    *("bpjs_jkm", "jkk_class", "bank", "bank_account"),
}


async def hired(office: Office) -> UUID:
    return await employ(office, bank="BCA", bank_account=ACCOUNT, bank_holder="Sari")


async def waiting(office: Office) -> list[tuple[str, str]]:
    async with office.scope():
        found = await db.records("select kind, subject from change_request where state = 'pending' order by id")
    return [(row["kind"], row["subject"]) for row in found]


async def test_a_new_employee_comes_in_whole_since_the_months_review_shows_newcomers(office: Office) -> None:
    employee = await stored(office, await hired(office))

    assert (employee.bank_account, await waiting(office)) == (ACCOUNT, [])


async def test_a_bank_account_changes_when_a_second_person_agrees_and_the_rest_at_once(office: Office) -> None:
    employee_id = await hired(office)

    await save(office, employee_id, bank_account=OTHER, department="Gudang", reason="Pindah bank, surat 12 November")
    before = await stored(office, employee_id)
    page = (await office.manager.get(f"/people/{employee_id}")).text

    assert (before.bank_account, before.department) == (ACCOUNT, "Gudang")
    assert await waiting(office) == [("employee.bank_account", "Sari Dewi")]
    assert "••••8877" in page
    assert OTHER not in page
    async with office.scope():
        change = await db.value("select id from change_request")
    assert "Pindah bank, surat 12 November" in (await office.manager.get(f"/changes/{change}")).text
    await agree(office)
    assert (await stored(office, employee_id)).bank_account == OTHER


async def test_tax_status_and_account_wait_apart(office: Office) -> None:
    employee_id = await hired(office)

    await save(office, employee_id, bank_account=OTHER, ptkp="K/2", npwp="0912345678901234")

    assert [kind for kind, _ in await waiting(office)] == ["employee.bank_account", "employee.tax"]
    await agree(office)
    employee = await stored(office, employee_id)
    assert (employee.ptkp, employee.npwp, employee.bank_account) == ("K/2", "0912345678901234", OTHER)


async def test_a_form_saved_without_a_guarded_difference_asks_nobody(office: Office) -> None:
    employee_id = await hired(office)

    await save(office, employee_id, department="Gudang")

    assert await waiting(office) == []


async def test_of_two_wishes_about_one_account_the_second_is_void(office: Office) -> None:
    employee_id = await hired(office)
    await save(office, employee_id, bank_account=OTHER)
    await save(office, employee_id, bank_account="5555444433")

    await agree(office)

    async with office.scope():
        states = await db.records("select state from change_request order by id")
    assert [row["state"] for row in states] == ["applied", "void"]
    assert (await stored(office, employee_id)).bank_account == OTHER


async def test_an_opening_of_the_tax_year_waits_also_its_removal(office: Office) -> None:
    employee_id = await hired(office)
    form = {"year": "2026", "kind": "previous_employer", "net": "40.000.000", "withheld": "1.000.000", "months": "0"}
    await office.worker.post(f"/people/{employee_id}/openings", form)
    async with office.scope():
        assert await queries.list_openings(employee_id) == []
    await agree(office)
    async with office.scope():
        (opening,) = await queries.list_openings(employee_id)

    await office.worker.post(f"/people/{employee_id}/openings/{opening.id}/remove")
    async with office.scope():
        assert len(await queries.list_openings(employee_id)) == 1
    await agree(office)
    async with office.scope():
        assert await queries.list_openings(employee_id) == []
    assert opening.net == 40_000_000


async def test_a_file_makes_one_request_of_everything_guarded_and_lets_the_rest_in(office: Office) -> None:
    headers = "Nomor Karyawan;Nama;PTKP;Tanggal Masuk;Gaji Pokok;No Rekening;Departemen"
    await imported(
        office,
        sheet(
            "A-1;Sari Dewi;TK/0;05/01/2026;7.500.000;1234567890;Toko",
            "A-2;Budi Santoso;K/1;01/02/2026;6.000.000;9876543210;Toko",
            headers=headers,
        ),
    )
    address = await imported(
        office,
        sheet(
            "A-1;Sari Dewi;K/0;05/01/2026;8.000.000;1234567890;Gudang",
            "A-2;Budi Santoso;K/1;01/02/2026;6.000.000;5555444433;Gudang",
            "A-3;Tono;TK/0;01/03/2026;5.000.000;4444333322;Gudang",
            headers=headers,
        ),
    )
    async with office.scope():
        ids = {row["number"]: row["id"] for row in await db.records("select id, number from employee")}
    people = {number: await stored(office, key) for number, key in ids.items()}

    assert await counts(office, address) == (1, 2, 0, 0)
    assert [kind for kind, _ in await waiting(office)] == ["employee.import"]
    assert {number: one.department for number, one in people.items()} == dict.fromkeys(ids, "Gudang")
    assert (people["A-1"].ptkp, people["A-2"].bank_account) == ("TK/0", "9876543210")
    assert people["A-3"].bank_account == "4444333322"
    shown = (await office.manager.get(f"/changes/{await only_change(office)}")).text
    assert all(words in shown for words in ("Sari Dewi", "Budi Santoso", "••••4433", "8.000.000"))
    assert "Tono" not in shown
    assert f"/changes/{await only_change(office)}" in (await office.worker.get(address)).text
    assert f"/changes/{await only_change(office)}" in (await office.worker.get(f"/people/{ids['A-2']}")).text

    own = await office.worker.post(f"/changes/{await only_change(office)}/approve")
    await agree(office)

    people = {number: await stored(office, key) for number, key in ids.items()}
    assert own.status_code == 403
    assert (people["A-1"].ptkp, people["A-2"].bank_account) == ("K/0", "5555444433")
    async with office.scope():
        amounts = [one.amount for one in await queries.list_components(ids["A-1"])]
    assert amounts == [8_000_000, 7_500_000]


async def only_change(office: Office) -> UUID:
    async with office.scope():
        found: UUID = await db.value("select id from change_request where kind = 'employee.import'")
    return found


async def test_where_the_policy_asks_nobody_a_file_changes_people_at_once(office: Office) -> None:
    await imported(office, sheet("A-1;Sari Dewi;;TK/0;05/01/2026;7.500.000;;;;1234567890"))
    async with office.scope():
        for kind in ("employee.bank_account", "employee.pay"):
            await db.execute("insert into change_policy (kind, asks) values ($1, 'nobody')", kind)

    await imported(office, sheet("A-1;Sari Dewi;;K/1;05/01/2026;8.500.000;;;;5555444433"))

    async with office.scope():
        employee_id = await db.value("select id from employee")
    employee = await stored(office, employee_id)
    assert (employee.bank_account, employee.ptkp) == ("5555444433", "TK/0")
    async with office.scope():
        assert (await queries.list_components(employee_id))[0].amount == 8_500_000


async def test_no_number_of_a_waiting_change_lies_open_in_the_database(office: Office, superuser: Any) -> None:
    employee_id = await hired(office)
    await save(office, employee_id, bank_account=OTHER)
    await drain(office.tenant_id)

    for table in ("change_request", "job", "mail", "audit_event"):
        rows = await superuser.fetch(f"select t::text from {table} t where tenant_id = $1", office.tenant_id)
        assert not [row for row in rows if OTHER in row[0] or OTHER.encode().hex() in row[0]], table


async def test_who_decides_sees_the_whole_account_only_with_a_reason_that_is_kept(office: Office) -> None:
    employee_id = await hired(office)
    await save(office, employee_id, bank_account=OTHER)
    async with office.scope():
        change = await db.value("select id from change_request")
    path = f"/changes/{change}/reveal"

    asked = await office.manager.get(f"{path}?field=bank_account")
    silent = await office.manager.post(path, {"field": "bank_account", "reason": "ya"})
    shown = await office.manager.post(path, {"field": "bank_account", "reason": "Dibandingkan dengan buku tabungan"})
    other = await office.manager.post(path, {"field": "npwp", "reason": "Dibandingkan dengan buku tabungan"})

    assert [OTHER in page.text for page in (asked, silent, shown, other)] == [False, False, True, False]
    assert (silent.status_code, other.status_code) == (422, 404)
    async with office.scope():
        (line,) = await db.records(
            "select subject_id, reason, detail from audit_event where action = 'revealed' and object_id = $1", change
        )
    assert tuple(line) == (employee_id, "Dibandingkan dengan buku tabungan", {"field": "bank_account"})
