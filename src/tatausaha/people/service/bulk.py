"""Rows in and out by the thousand, and by the one: the same statements serve a form and a spreadsheet."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.crypto import keyring
from tatausaha.people import secrets

Values = Mapping[str, Any]

FACTS = (
    "number", "name", "nik", "npwp", "email", "phone", "gender", "born_on", "address", "department",
    "position", "ptkp", "tax_method", "tax_annualised", "joined_on", "ended_on", "end_reason",
    "bpjs_kesehatan", "bpjs_jht", "bpjs_jp", "bpjs_jkm", "jkk_class", "bpjs_kesehatan_number",
    "bpjs_tk_number", "bpjs_wage", "bank", "bank_account", "bank_holder",
)  # fmt: skip
"""The columns of an employee that people fill in."""

STORED = (*FACTS, *secrets.INDEXED.values())

CONTRACT = ("id", "client_id", "employee_id", "kind", "number", "starts_on", "ends_on", "position")
COMPONENT = ("id", "client_id", "employee_id", "code", "name", "amount", "starts_on")


async def insert_employees(rows: Sequence[Values]) -> int:
    """Insert employees; each row must name `id`, `client_id` and every column of FACTS."""
    names = ", ".join(("id", "client_id", *STORED))
    return await db.execute(
        f"insert into employee ({names}) select {names} from jsonb_populate_recordset(null::employee, $1)",  # noqa: S608
        await _stored(rows),
    )


async def update_employees(rows: Sequence[Values]) -> int:
    """Set all facts of employees by id; each row must name every column of FACTS."""
    return await _update(rows, STORED)


async def set_facts(employee_id: UUID, facts: Values) -> None:
    """Set some facts of one employee, numbers in plain; they are sealed here."""
    columns = [*facts, *(column for name, column in secrets.INDEXED.items() if name in facts)]
    await _update([{"id": employee_id, **facts}], columns)


async def _update(rows: Sequence[Values], columns: Sequence[str]) -> int:
    values = ", ".join(f"n.{column}" for column in columns)
    return await db.execute(
        f"update employee e set version = e.version + 1, ({', '.join(columns)}) = row({values})"  # noqa: S608
        " from jsonb_populate_recordset(null::employee, $1) n where e.id = n.id",
        await _stored(rows),
    )


async def _stored(rows: Sequence[Values]) -> list[Values]:
    """The rows as JSON from which the database reads bytes: numbers sealed and written in hexadecimal."""
    keys = await keyring()
    return [
        {name: rf"\x{value.hex()}" if isinstance(value, bytes) else value for name, value in row.items()}
        for row in (secrets.closed(keys, row) for row in rows)
    ]


async def put_contracts(rows: Sequence[Values]) -> int:
    """Insert contracts, or change those that begin on the same day. Overlaps are the caller's to refuse."""
    names = ", ".join(CONTRACT)
    return await db.execute(
        f"insert into contract ({names}) select {names} from jsonb_populate_recordset(null::contract, $1)"  # noqa: S608
        " on conflict on constraint contract_start_key do update set kind = excluded.kind, ends_on = excluded.ends_on,"
        " number = excluded.number, position = excluded.position",
        list(rows),
    )


async def put_components(rows: Sequence[Values]) -> int:
    """Pay amounts from a day on: what was paid before ends the day before, what is planned for later stays."""
    await db.execute(
        "update pay_component p set ends_on = n.starts_on - 1 from jsonb_populate_recordset(null::pay_component, $1) n"
        " where p.employee_id = n.employee_id and p.code = n.code and p.name = n.name and p.starts_on < n.starts_on"
        " and (p.ends_on is null or p.ends_on >= n.starts_on)",
        list(rows),
    )
    names = ", ".join(COMPONENT)
    return await db.execute(
        f"insert into pay_component ({names}, ends_on) select {', '.join('n.' + name for name in COMPONENT)},"  # noqa: S608
        " (select min(l.starts_on) - 1 from pay_component l where l.employee_id = n.employee_id and l.code = n.code"
        "   and l.name = n.name and l.starts_on > n.starts_on)"
        " from jsonb_populate_recordset(null::pay_component, $1) n"
        " on conflict on constraint pay_component_start_key do update set amount = excluded.amount",
        list(rows),
    )
