"""Everything that begins a new piece of work, with a form or body that the house takes while the subscription holds it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.stock.forms import MoveForm
from tests.api import program_of
from tests.make import Office, Person, make_client, make_employees, make_item, make_place, make_stock, make_supplier
from tests.people.make import typed

Attempt = Callable[[int], Awaitable[httpx.Response]]
"""Sends it for the nth time, each time as something new."""
Values = Callable[[int], dict[str, Any]]
TODAY = datetime.now(UTC).date()
DAY = TODAY.isoformat()
UNIT = 1_000


async def beginnings(office: Office) -> dict[str, Attempt]:
    """By method and path of the route."""
    ids = await _furnish(office)
    return {
        **_of_clients_and_people(office, ids),
        **_of_goods(office, ids),
        **_of_money(office, ids),
        **await _of_programs(office, ids),
    }


def _form(person: Person, path: str, values: Values, file: Callable[[int], str] | None = None) -> Attempt:
    async def send(number: int) -> httpx.Response:
        given = {"files": {"file": (f"{number}.csv", file(number).encode())}} if file else {}
        return await person.post(path, values(number), **given)

    return send


async def _furnish(office: Office) -> dict[str, UUID]:
    client_id = office.client_id
    async with office.scope():
        place, target = await make_place(client_id, "Toko"), await make_place(client_id, "Gudang")
        paper = await make_item(client_id, "HVS", "Kertas HVS", kind="supply")
        coffee = await make_item(client_id, "KOPI", "Kopi")
        for item in (paper, coffee):
            await make_stock(place, item, 900 * UNIT, 900_000)
        await db.execute("update stock_level set minimum = 10000000, out_90 = 90000 where item_id = $1", coffee)
        (left,) = await make_employees(client_id, ended_on=date(2025, 5, 1))
        archived, supplier = await make_client(name="PT Lama"), await make_supplier(client_id)
        await db.execute("update client set archived_at = now() where id = $1", archived)
        customer = await db.value(
            "insert into customer (id, client_id, code, name, credit_limit) values (uuidv7(), $1, 'P-1', 'Toko', 10000000)"
            " returning id",
            client_id,
        )
    price = {"item": "KOPI", "price": "9.000", "starts_on": "2026-01-01"}
    assert (await office.worker.post(f"/purchasing/suppliers/{supplier}/prices", price)).status_code == 303
    return {
        **{"client": client_id, "place": place, "target": target, "paper": paper, "left": left, "archived": archived},
        **{"supplier": supplier, "customer": customer},
    }


def _of_clients_and_people(office: Office, ids: dict[str, UUID]) -> dict[str, Attempt]:
    manager, worker, client = office.manager, office.worker, str(ids["client"])

    async def restore(_: int) -> httpx.Response:
        async with office.scope():
            await db.execute("update client set archived_at = now() where id = $1", ids["archived"])
        return await manager.post(f"/clients/{ids['archived']}/restore")

    async def resume(_: int) -> httpx.Response:
        async with office.scope():
            await db.execute("update employee set ended_on = '2025-05-01' where id = $1", ids["left"])
        return await worker.post(f"/people/{ids['left']}/resume")

    async def confirm(number: int) -> httpx.Response:
        """A file that came while everything could be begun."""
        file = uuid7()
        preview = {"verdict": {"rows": 1, "created": 1}}
        async with office.scope():
            await db.execute(
                "insert into import_file (id, client_id, kind, name, key, sha256, state, created, actor_id, actor_name, preview)"
                " values ($1, $2, 'people', 'a.csv', 'none', $3, 'checked', 1, $1, 'Dewi', $4)",
                *(file, ids["client"], f"confirmed {number}".encode(), preview),
            )
        return await worker.post(f"/people/imports/{file}/confirm")

    facts = {"time_zone": "Asia/Jakarta", "payslip_language": "id", "payslip_password": "none"}
    invited = {"name": "Sari", "role": "worker", "language": "id", "client_id": ""}
    return {
        "POST /clients": _form(
            manager, "/clients", lambda n: {**facts, "name": f"PT {n}", "code": f"KL{n}", "difference_percent": "10"}
        ),
        "POST /clients/{client_id:uuid}/restore": restore,
        "POST /team/invite": _form(manager, "/team/invite", lambda n: {**invited, "email": f"sari{n}@example.test"}),
        "POST /people": _form(worker, "/people", lambda n: typed(office, number=f"A-{n}")),
        "POST /people/{employee_id:uuid}/resume": resume,
        "POST /people/import": _form(
            *(worker, "/people/import", lambda _: {"client_id": client}), lambda n: f"Nomor;Nama\nB-{n};Budi"
        ),
        "POST /people/imports/{import_id:uuid}/confirm": confirm,
        "POST /payroll/new": _form(worker, "/payroll/new", lambda n: {"client_id": client, "month": f"2026-{n:02}"}),
    }


def _of_goods(office: Office, ids: dict[str, UUID]) -> dict[str, Attempt]:
    worker, client, place = office.worker, str(ids["client"]), str(ids["place"])
    move = dict.fromkeys(MoveForm.__struct_fields__, "") | {"client_id": client, "place": place, "item": "KOPI"}
    move |= {"happened_on": DAY, "kind": "issue", "quantity": "1", "department": "Dapur"}
    supplies = {"client": client, "place": place, "department": "Akuntansi", f"needed-{ids['paper']}": "1"}
    transfer = {"client_id": client, "origin": place, "target": str(ids["target"]), "happened_on": DAY}
    return {
        "POST /stock/import": _form(
            *(worker, "/stock/import", lambda _: {"client_id": client}), lambda n: f"Kode;Nama\nI-{n};Gula"
        ),
        "POST /stock/moves": _form(worker, "/stock/moves", lambda _: {**move, "token": str(uuid7())}),
        "POST /stock/moves/transfer": _form(
            worker, "/stock/moves/transfer", lambda _: {**transfer, "lines": "KOPI 1", "token": str(uuid7())}
        ),
        "POST /stock/counts": _form(
            *(worker, "/stock/counts"),
            lambda _: {"client": client, "scope": "place", "place": place, "blind": "1", "percent": "20"},
        ),
        "POST /stock/supplies": _form(worker, "/stock/supplies", lambda _: supplies),
        "POST /portal/supplies": _form(office.viewer, "/portal/supplies", lambda _: supplies),
        "POST /sales/shifts": _form(
            worker, "/sales/shifts", lambda n: {"place_id": place, "day": DAY, "number": str(n), "opening_cash": "0"}
        ),
        "POST /sales/import": _form(
            *(worker, "/sales/import", lambda _: {"place_id": place}),
            lambda n: f"Tanggal;No Struk;Kode Barang;Qty;Total\n{DAY};R{n};KOPI;1;1000",
        ),
        "POST /sales/customers/{customer_id:uuid}/invoices": _form(
            *(worker, f"/sales/customers/{ids['customer']}/invoices"),
            lambda _: {"token": str(uuid7()), "issued_on": DAY, "amount": "1.000"},
        ),
    }


def _of_money(office: Office, ids: dict[str, UUID]) -> dict[str, Attempt]:
    worker, client, place, supplier = (
        *(office.worker, str(ids["client"]), str(ids["place"])),
        str(ids["supplier"]),
    )
    row = {"item-0": "KOPI", "quantity-0": "4", "unit-0": "", "price-0": "", "discount-0": ""}
    return {
        "POST /purchasing/requests": _form(
            *(worker, "/purchasing/requests"),
            lambda _: {"client_id": client, "place_id": place, "department": "Dapur", **row},
        ),
        "POST /purchasing/orders": _form(
            worker,
            "/purchasing/orders",
            lambda _: {"client_id": client, "supplier_id": supplier, "place_id": place, "expected_on": "", **row},
        ),
        "POST /purchasing/suggestions": _form(
            *(worker, "/purchasing/suggestions"),
            lambda _: {"client": client, "place": place, "days": "14", "into": "orders", **row},
        ),
        "POST /purchasing/bills": _form(
            *(worker, "/purchasing/bills"),
            lambda n: (
                {"supplier_id": supplier, "number": f"F-{n}", "billed_on": DAY, "once_key": f"b{n}"}
                | {"twice_reason": "Tiap bulan", "words-0": "Servis", "count-0": "1", "sum-0": f"{n}00.000"}
            ),
        ),
        "POST /purchasing/suppliers/import": _form(
            *(worker, "/purchasing/suppliers/import", lambda _: {"client_id": client}),
            lambda n: f"Kode;Nama\nS-{n};PT Susu",
        ),
    }


async def _of_programs(office: Office, ids: dict[str, UUID]) -> dict[str, Attempt]:
    program = await program_of(office, "worker")
    client, place, supplier = (str(ids[name]) for name in ("client", "place", "supplier"))
    sold = {"line": 1, "day": DAY, "item": "KOPI", "quantity": UNIT, "amount": 1_000}
    hired = {"name": "Sari", "ptkp": "TK/0", "joined_on": "2026-01-05", "basic": 5_000_000, "client_id": client}
    billed = {"quantity": UNIT, "description": "Servis"}
    move = {"client_id": client, "place_id": place, "kind": "issue", "item": "KOPI", "quantity": UNIT}

    def call(path: str, body: Values) -> tuple[str, Attempt]:
        async def send(number: int) -> httpx.Response:
            return await program.post(f"/api/v1{path}", body(number))

        return f"POST /api/v1{path}", send

    return dict(
        [
            call("/employees", lambda n: {**hired, "number": f"C-{n}"}),
            call(
                "/purchasing/orders",
                lambda _: {"supplier_id": supplier, "place_id": place, "lines": [{"item": "KOPI", "quantity": UNIT}]},
            ),
            call("/shifts", lambda n: {"place_id": place, "day": DAY, "number": f"P{n}"}),
            call("/sales", lambda n: {"place_id": place, "shift": f"Q{n}", "lines": [{**sold, "receipt": f"Q{n}"}]}),
            call("/stock/movements", lambda _: {**move, "happened_on": DAY, "department": "Dapur"}),
            call(
                "/supplier-bills",
                lambda n: (
                    {"supplier_id": supplier, "number": f"G-{n}", "billed_on": DAY, "twice_reason": "Tiap bulan"}
                    | {"lines": [{**billed, "amount": n * 1_000}]}
                ),
            ),
        ]
    )
