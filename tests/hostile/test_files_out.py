"""Every file that the product hands out, found by walking through its routes: saved and not shown, and nothing in it runs."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
from litestar import Litestar

from tatausaha.core import db
from tests.hostile.files import png
from tests.hostile.test_takeaways import FORMULA, assert_harmless
from tests.make import ROLES, Office, drain
from tests.portal import stories
from tests.test_isolation import Case, Ids, cases, furnish

# Shown inside our own pages, or read by our own scripts; nothing in them was typed.
SHOWN = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/json",
    "application/problem+json",
    "text/event-stream",
)
TABLES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
FORMATS = ("", "?format=csv", "?format=xlsx")
NAMED = {"client": ("name", "legal_name"), "employee": ("name", "department", "position"), "member": ("name",)}


async def test_whatever_is_a_file_is_saved_and_not_shown_and_can_run_nothing(
    app: Litestar, office: Office, superuser: asyncpg.Connection
) -> None:
    found = {case: file async for case, file in files(app, office, superuser)}

    for known in ("/people/import/template", "/settings/logo", "/documents/payslips/", "/rejects", "/register/xlsx"):
        assert any(known in case for case in found), known
    for case, file in found.items():
        assert file.headers["content-disposition"].startswith("attachment"), case
        assert file.headers["x-content-type-options"] == "nosniff", case
        assert "sandbox" in file.headers["content-security-policy"].split("; "), case


async def test_no_table_of_any_route_holds_a_formula(
    app: Litestar, office: Office, superuser: asyncpg.Connection
) -> None:
    found = {case: file async for case, file in files(app, office, superuser)}
    tables = {case: file for case, file in found.items() if file.headers["content-type"].startswith(TABLES)}

    assert len(tables) >= 3
    for file in tables.values():
        assert_harmless(file.content, in_it="")


async def files(
    app: Litestar, office: Office, superuser: asyncpg.Connection
) -> AsyncIterator[tuple[str, httpx.Response]]:
    """Each route's files, for a house in which every name is a formula."""
    own = await furnish(office, office.client_id)
    own["run_id"] = await stories.published_run(office, hire=1)
    for table, columns in NAMED.items():
        for column in columns:
            await superuser.execute(f"update {table} set {column} = $1 where tenant_id = $2", FORMULA, office.tenant_id)
    async with office.scope():
        own["slip_id"] = await db.value("select id from slip where run_id = $1", own["run_id"])
    await office.owner.post("/settings", {"name": FORMULA, "colour": ""}, files={"logo": ("a.png", png())})
    await office.worker.post(
        "/people/import", {"client_id": str(office.client_id)}, files={"file": ("a.csv", rejects())}
    )
    await drain(office.tenant_id)
    async with office.scope():
        own["import_id"] = await db.value("select id from import_file where rejected > 0")
    for case in cases(app):
        if (
            case.method == "GET"
            and own.keys() >= set(case.names)
            and not case.path.startswith("/static")
            and not case.path.endswith("/events")
        ):
            for address in addresses(case, own):
                async for found in tried(office, set(case.roles & set(ROLES)), address):
                    yield found


def addresses(case: Case, own: Ids) -> list[str]:
    address = case.address(own)
    return [address.replace("/pdf", suffix) for suffix in ("/pdf", "/csv", "/xlsx")] if "/pdf" in address else [address]


async def tried(office: Office, roles: set[str], address: str) -> AsyncIterator[tuple[str, httpx.Response]]:
    for role in sorted(roles)[:1]:
        for format in FORMATS:
            answer = await office.people[role].get(address + format)
            kind = answer.headers.get("content-type", "")
            if answer.status_code == 200 and kind and not kind.startswith(SHOWN):
                yield address + format, answer


def rejects() -> bytes:
    return f'Nomor Karyawan;Nama;PTKP;Tanggal Masuk;Gaji Pokok\nA;"{FORMULA.replace(chr(34), chr(34) * 2)}";K/9;x;y\n'.encode()
