"""Rows in and out by the thousand, and by the one: the same statements serve a form and a spreadsheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from tatausaha.core import db

Values = Mapping[str, Any]

FACTS = (
    "number", "name", "nik", "npwp", "email", "phone", "gender", "born_on", "address", "department",
    "position", "ptkp", "tax_method", "tax_annualised", "joined_on", "ended_on", "end_reason",
    "bpjs_kesehatan", "bpjs_jht", "bpjs_jp", "bpjs_jkm", "jkk_class", "bpjs_kesehatan_number",
    "bpjs_tk_number", "bpjs_wage", "bank", "bank_account", "bank_holder",
)  # fmt: skip
"""The columns of an employee that people fill in."""

CONTRACT = ("id", "client_id", "employee_id", "kind", "number", "starts_on", "ends_on", "position")
COMPONENT = ("id", "client_id", "employee_id", "code", "name", "amount", "starts_on")


async def insert(table: str, columns: Sequence[str], rows: Sequence[Values]) -> int:
    """Insert rows given as mappings; COPY is refused under row security, and this needs one statement."""
    names = ", ".join(columns)
    return await db.execute(
        f"insert into {table} ({names}) select {names} from jsonb_populate_recordset(null::{table}, $1)",  # noqa: S608
        list(rows),
    )


async def update_employees(rows: Sequence[Values]) -> int:
    """Set all facts of employees by id; each row must name every column of FACTS."""
    columns = ", ".join(FACTS)
    values = ", ".join(f"n.{column}" for column in FACTS)
    return await db.execute(
        f"update employee e set version = e.version + 1, ({columns}) = row({values})"  # noqa: S608
        " from jsonb_populate_recordset(null::employee, $1) n where e.id = n.id",
        list(rows),
    )


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
