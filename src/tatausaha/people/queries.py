"""Employees and their terms, as their pages and computations read them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db, entitlements
from tatausaha.core.crypto import keyring
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.people import secrets
from tatausaha.people.rules import today
from tatausaha.people.search import SORTS, Cursor, Sort, Wanted, Where

PAGE = 50
MOST_DEPARTMENTS = 200


class Row(msgspec.Struct, frozen=True):
    """An employee in a list."""

    id: UUID
    number: str
    name: str
    department: str
    position: str
    joined_on: date
    ended_on: date | None
    client_id: UUID
    client_name: str
    contract_kind: str | None
    contract_ends_on: date | None
    sort_value: str


class Page(msgspec.Struct, frozen=True):
    """Some rows, and the cursors of the pages around them."""

    rows: list[Row]
    next: Cursor | None
    previous: Cursor | None


class Place(msgspec.Struct, frozen=True):
    """A client company as far as its people need it."""

    id: UUID
    name: str
    time_zone: str
    departments: list[str]


class Employee(msgspec.Struct, frozen=True, kw_only=True):
    """All facts of an employee. Identity and account numbers are whole here; pages mask them."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    version: int
    number: str
    name: str
    nik: str | None
    npwp: str | None
    email: str
    phone: str
    gender: str
    born_on: date | None
    address: str
    department: str
    position: str
    ptkp: str
    tax_method: str
    tax_annualised: bool
    joined_on: date
    ended_on: date | None
    end_reason: str
    bpjs_kesehatan: bool
    bpjs_jht: bool
    bpjs_jp: bool
    bpjs_jkm: bool
    jkk_class: str | None
    bpjs_kesehatan_number: str
    bpjs_tk_number: str
    bpjs_wage: int | None
    bank: str
    bank_account: str
    bank_holder: str
    restricted_at: datetime | None = None
    restricted_reason: str = ""


class Contract(msgspec.Struct, frozen=True):
    """A contract of an employee; without an end it is permanent."""

    id: UUID
    kind: str
    number: str
    position: str
    starts_on: date
    ends_on: date | None


class Component(msgspec.Struct, frozen=True):
    """An amount of whole rupiah per month, from a day to a day (or until further notice)."""

    id: UUID
    code: str
    name: str
    amount: int
    starts_on: date
    ends_on: date | None


class Opening(msgspec.Struct, frozen=True):
    """What a tax year brought before the first payslip here, in rupiah."""

    id: UUID
    year: int
    kind: str
    months: int
    gross: int
    deductible: int
    net: int
    withheld: int


class Identity(msgspec.Struct, frozen=True, gc=False):
    """What a spreadsheet's row is recognised by."""

    id: UUID
    number: str
    nik_index: bytes | None


class Namesake(msgspec.Struct, frozen=True):
    """Another employee, as far as a warning names one."""

    id: UUID
    name: str
    number: str


class Stored(msgspec.Struct, frozen=True):
    """An employee as an import compares it: facts by column, contracts (latest first) and pay components."""

    id: UUID
    facts: dict[str, Any]
    contracts: list[Contract]
    components: list[Component]


@entitlements.counts("employee")
async def count_at_work() -> int:
    """The employees of clients that are served, but for those whose last day has passed. Needs the provider's scope."""
    count: int = await db.value(
        "select count(*) from employee e join client c on c.tenant_id = e.tenant_id and c.id = e.client_id"
        " where c.archived_at is null and (e.ended_on is null or e.ended_on >= $1)",
        today(),
    )
    return count


async def page_employees(
    wanted: Wanted, sort: Sort, today: date, *, after: Cursor | None = None, before: Cursor | None = None
) -> Page:
    """One page by key: its cost does not depend on how far down the list it lies."""
    where, cursor = Where(wanted, today, await secrets.nik_index(wanted.q.strip())), before or after
    if cursor:
        where.begin_after(sort, cursor, backwards=cursor is before)
    column, order = SORTS[sort.key][0], "desc" if sort.down != (before is not None) else "asc"
    # Which index serves best depends on the words that were typed; a generic plan would walk the whole list for a rare one.
    await db.execute("set local plan_cache_mode = force_custom_plan")
    found = await db.rows(
        Row,
        f"select e.*, e.sort_key::text as sort_value, c.name as client_name, k.kind as contract_kind,"  # noqa: S608 - typed words are arguments
        " k.ends_on as contract_ends_on"
        " from (select e.id, e.client_id, e.number, e.name, e.department, e.position, e.joined_on, e.ended_on,"
        f" e.{column} as sort_key from employee e where {where}"
        f" order by e.{column} {order}, e.id {order} limit {PAGE + 1}) e"
        " join client c on c.id = e.client_id"
        " left join lateral (select k.kind, k.ends_on from contract k where k.employee_id = e.id"
        " order by k.starts_on desc limit 1) k on true"
        f" order by e.sort_key {order}, e.id {order}",
        *where.arguments,
    )
    more, rows = len(found) > PAGE, found[:PAGE]
    if before:
        rows.reverse()
    has_next, has_previous = (True, more) if before else (more, after is not None)
    return Page(
        rows,
        _cursor(rows[-1]) if rows and has_next else None,
        _cursor(rows[0]) if rows and has_previous else None,
    )


def _cursor(row: Row) -> Cursor:
    return Cursor(row.sort_value, row.id)


async def get_place(client_id: UUID) -> Place:
    """The client with its departments, or `NotFound`. The departments are skipped through by index."""
    place = await db.row(
        Place,
        "with recursive d as ("
        " (select department from employee where client_id = $1 order by department limit 1) union all"
        " select (select e.department from employee e where e.client_id = $1 and e.department > d.department"
        "  order by e.department limit 1) from d where d.department is not null)"
        " select id, name, time_zone, array(select department from d where department <> '' limit $2) as departments"
        " from client where id = $1",
        *(client_id, MOST_DEPARTMENTS),
    )
    if place is None:
        raise NotFound(text("This client does not exist."))
    return place


async def list_clients() -> list[tuple[UUID, str]]:
    """The clients for whom one may enter people."""
    found = await db.records("select id, name from client where archived_at is null order by name")
    return [(record["id"], record["name"]) for record in found]


async def get_employee(employee_id: UUID, *, lock: bool = False) -> Employee:
    """The employee, or `NotFound`; with `lock` nobody else changes the row until the scope ends."""
    found = await db.records(
        "select e.*, c.name as client_name, c.time_zone from employee e join client c on c.id = e.client_id"  # noqa: S608
        f" where e.id = $1{' for update of e' if lock else ''}",
        employee_id,
    )
    if not found:
        raise NotFound(text("This employee does not exist."))
    return msgspec.convert(secrets.opened(await keyring(), found[0]), Employee)


async def list_same_account(employee_id: UUID) -> list[Namesake]:
    """Others of the client who are paid to the very same account; a few suffice for a warning."""
    return await db.rows(
        Namesake,
        "select o.id, o.name, o.number from employee e join employee o on o.client_id = e.client_id"
        " and o.bank_account_index = e.bank_account_index and o.id <> e.id where e.id = $1 order by o.name limit 5",
        employee_id,
    )


async def list_contracts(employee_id: UUID) -> list[Contract]:
    """The latest first."""
    return await db.rows(Contract, "select * from contract where employee_id = $1 order by starts_on desc", employee_id)


async def list_components(employee_id: UUID) -> list[Component]:
    """Basic salary first, and of each component the latest amount first."""
    return await db.rows(
        Component,
        "select * from pay_component where employee_id = $1"
        " order by code <> 'basic', code <> 'fixed_allowance', code, name, starts_on desc",
        employee_id,
    )


async def list_openings(employee_id: UUID) -> list[Opening]:
    """The latest year first."""
    return await db.rows(
        Opening, "select * from tax_opening where employee_id = $1 order by year desc, kind", employee_id
    )


async def list_identities(client_id: UUID) -> list[Identity]:
    """All employees of a client, also those who left."""
    return await db.rows(Identity, "select id, number, nik_index from employee where client_id = $1", client_id)


async def list_stored(employee_ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, Stored]:
    """These employees with their terms, in three queries however many they are; `lock` as in `get_employee`."""
    found = await db.records(
        f"select * from employee where id = any($1){' for update' if lock else ''}",  # noqa: S608
        employee_ids,
    )
    keys = await keyring()
    contracts: defaultdict[UUID, list[Contract]] = defaultdict(list)
    components: defaultdict[UUID, list[Component]] = defaultdict(list)
    for record in await db.records(
        "select * from contract where employee_id = any($1) order by starts_on desc", employee_ids
    ):
        contracts[record["employee_id"]].append(msgspec.convert(dict(record), Contract))
    for record in await db.records("select * from pay_component where employee_id = any($1)", employee_ids):
        components[record["employee_id"]].append(msgspec.convert(dict(record), Component))
    return {
        record["id"]: Stored(
            record["id"], secrets.opened(keys, record), contracts[record["id"]], components[record["id"]]
        )
        for record in found
    }
