"""Keys are replaced while work goes on, whatever kills the replacing."""

from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from tatausaha.core import crypto, db, process, rotation
from tatausaha.core.crypto import key_number, keyring
from tatausaha.core.db import gate_scope
from tatausaha.core.master_keys import KeysError, create_key_file, open_master_keys
from tatausaha.core.process import tools
from tatausaha.core.sealed import OF_PROVIDERS, OF_THE_HOUSE
from tatausaha.identity import keys, totp
from tatausaha.payroll import queries as payroll
from tatausaha.payroll import slip_queries
from tatausaha.people import queries
from tests.make import Office, drain, make_employees
from tests.reports.months import SARI, calculate, hire, publish

# Ends of names of columns of bytes that are no sealed values: hashes, indexes, wrapped keys, and what is no secret.
OTHER_ENDS = ("hash", "sha256", "previous", "digests", "_index", "fingerprint", "wrapped", "salt", "public_key")
OTHERS = {("passkey", "id"), ("attempt_delay", "key")}


async def test_every_sealed_column_is_in_the_list_that_rotation_walks_through(superuser: asyncpg.Connection) -> None:
    found = await superuser.fetch(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public' and (udt_name = 'bytea' or udt_name = '_bytea')"
    )
    known = {(t, c) for tables in (OF_PROVIDERS, OF_THE_HOUSE) for t, columns in tables.items() for c in columns}
    left = {(one["table_name"], one["column_name"]) for one in found} - known
    other = {(table, column) for table, column in left if column.endswith(OTHER_ENDS) or (table, column) in OTHERS}

    assert left - other == set()
    assert known <= {(one["table_name"], one["column_name"]) for one in found}


async def test_after_a_rotation_everything_is_under_the_new_key_and_the_old_one_is_retired(office: Office) -> None:
    employee_id = await hire(office, **SARI, bpjs_tk_number="123")
    run_id = await publish(office)
    async with office.scope():
        hashed = await payroll.hash_figures(run_id)
        await keys.rotate()
    await drain(office.tenant_id)

    async with office.scope():
        employee = await queries.get_employee(employee_id)
        (slip,) = await slip_queries.list_slips(run_id, (await db.value("select id from slip"),))
        stored = await db.records("select nik, npwp, bank_account, bpjs_tk_number from employee")
        sealed = [*stored[0].values(), await db.value("select bank_account from slip")]
        found = await rotation.list_keys()
        assert await payroll.hash_figures(run_id) == hashed
    assert {key_number(value) for value in sealed} == {2}
    assert (employee.nik, employee.npwp, employee.bpjs_tk_number) == (SARI["nik"], SARI["npwp"], "123")
    assert slip.bank_account == employee.bank_account == SARI["bank_account"]
    assert [(key.number, key.values >= 5, key.retired_at is None) for key in found] == [
        (2, True, True),
        (1, False, False),
    ]


async def test_a_rotation_that_is_killed_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office.scope():
        ids = await make_employees(office.client_id, 12, bpjs_tk_number="123")
        await keys.rotate()
    monkeypatch.setattr(rotation, "CHUNK", 5)
    resealed: list[UUID] = []
    renew = rotation.reseal_chunk

    async def killed_at_the_third(table: str, number: int, after: UUID) -> tuple[int, UUID | None]:
        if len(resealed) == 2:
            resealed.append(after)
            raise ConnectionResetError
        done = await renew(table, number, after)
        resealed.append(after)
        return done

    monkeypatch.setattr(rotation, "reseal_chunk", killed_at_the_third)
    await drain(office.tenant_id)

    async with office.scope():
        numbers = [key_number(one[0]) for one in await db.records("select bpjs_tk_number from employee")]
        opened = {(await queries.get_employee(one)).bpjs_tk_number for one in ids}
        attempts = await db.value("select attempt from job where kind = 'identity.rotate_keys' and state = 'done'")
    assert (numbers, opened, attempts) == ([2] * 12, {"123"}, 2)


async def test_a_new_key_seals_only_after_every_process_has_heard_of_it(office: Office) -> None:
    async with office.scope():
        await keyring()
        await rotation.begin()
    async with office.scope():
        ring = await keyring()
        assert key_number(ring.seal("nik", "1")) == 1
        assert ring.open("nik", ring.reseal("nik", ring.seal("nik", "1"), 2)) == "1"


async def test_the_account_of_a_settled_slip_can_be_sealed_anew_and_nothing_else(office: Office) -> None:
    await hire(office, **SARI)
    await calculate(office)
    async with office.scope():
        ring = await keyring()
        sealed = await db.value("select bank_account from slip")
    other = ring.seal("bank_account", "1112223334")
    for wrong in (other, None, sealed[:-1], sealed + b"x"):
        with pytest.raises(asyncpg.PostgresError, match="does not change"):
            async with office.scope():
                await db.execute("update slip set bank_account = $1", wrong)
    for column in ("bank_account_index", "net_pay", "bank"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with office.scope():
                await db.execute(f"update slip set {column} = null")


async def test_an_account_that_was_exchanged_behind_its_index_is_never_shown(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await hire(office, **SARI)
    run_id = await calculate(office)
    async with office.scope():
        other = (await keyring()).seal("bank_account", "9998887776")
        slip_id = await db.value("select id from slip where run_id = $1", run_id)
    await superuser.execute("alter table slip disable trigger slip_reseal")
    await superuser.execute("update slip set bank_account = $1 where id = $2", other, slip_id)
    await superuser.execute("alter table slip enable trigger slip_reseal")

    shown = await office.worker.get(f"/payroll/slips/{slip_id}")
    assert shown.status_code == 500
    assert "7776" not in shown.text


async def test_the_house_changes_its_key_with_all_that_it_sealed(office: Office) -> None:
    async with gate_scope():
        account_id = await db.value("select account_id from member where id = $1", office.owner.member_id)
    await totp.keep(account_id, "JBSWY3DPEHPK3PXP")
    async with gate_scope():
        before = await db.value("select secret from totp where account_id = $1", account_id)
        number = await rotation.begin_house()
        assert key_number((await crypto.house_keys()).seal("totp", "x")) == number - 1
    async with gate_scope():
        assert await rotation.reseal_house(number) >= 1
    async with gate_scope():
        after = await db.value("select secret from totp where account_id = $1", account_id)
        assert (await crypto.house_keys()).open("totp", after) == "JBSWY3DPEHPK3PXP"
    assert key_number(after) == key_number(before) + 1


async def test_data_keys_are_wrapped_anew_without_touching_what_they_seal(
    office: Office, superuser: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.scope():
        sealed = (await keyring()).seal("nik", "1")
    create_key_file(tmp_path / "keys.json")
    old, new = tools().master_keys, open_master_keys((tmp_path / "keys.json").as_uri())
    monkeypatch.setattr(process, "_open", [msgspec.structs.replace(tools(), master_keys=new)])
    async with office.scope():
        assert await rotation.rewrap("data_key", office.tenant_id, old) == 2
    async with office.scope():
        assert (await keyring()).open("nik", sealed) == "1"
    monkeypatch.undo()
    crypto.forget_keys()
    with pytest.raises(KeysError):
        async with office.scope():
            await keyring()
    await superuser.execute("delete from data_key where tenant_id = $1", office.tenant_id)


async def test_owners_replace_the_key_from_their_page_and_nobody_else_does(office: Office) -> None:
    shown = await office.owner.get("/settings/keys")
    assert shown.status_code == 200
    seen = await office.manager.get("/settings/keys")
    assert seen.status_code == 200
    assert "/settings/keys/rotate" not in seen.text
    assert (await office.worker.get("/settings/keys")).status_code == 404
    assert (await office.manager.post("/settings/keys/rotate")).status_code == 404

    assert (await office.owner.post("/settings/keys/rotate")).status_code == 303
    assert (await office.owner.post("/settings/keys/rotate")).status_code == 409
    await drain(office.tenant_id)
    async with office.scope():
        assert [key.number for key in await rotation.list_keys()] == [2, 1]
        assert await db.value("select count(*) from audit_event where action = 'rotated'") == 1
