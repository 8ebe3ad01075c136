"""The product goes nowhere that somebody typed: it opens lines only to the servers that its operator set."""

import ast
import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tatausaha.core import db
from tatausaha.settings import PROJECT
from tests.hostile.files import BOOK, SHEET, with_part
from tests.make import Office, drain
from tests.portal import stories

# What can open a line, and who may use it: every address comes from the settings, or is a port of this machine.
MAY_CONNECT = {
    "asyncpg": {"core", "local", "demo", "workers"},
    "redis": {"local", "workers"},
    "dramatiq": {"workers"},
    "aiosmtplib": {"workers", "core/mail.py"},
    "obstore": {"core/storage.py"},
    "boto3": {"core/master_keys.py"},
    "botocore": {"core/master_keys.py"},
    "asyncio.open_connection": {"core/scanner.py"},
    "asyncio.open_unix_connection": {"core/scanner.py"},
    "socket": {"local", "demo"},
    "httpx": {"demo"},
    "stripe": {"billing/stripe_line.py"},
    "subprocess": {"cli.py", "local", "demo", "core/imports/workbook.py"},
}
NEVER = {
    "requests",
    "aiohttp",
    "urllib.request",
    "urllib3",
    "http.client",
    "ftplib",
    "smtplib",
    "telnetlib",
    "websockets",
}


def names_in(tree: ast.AST) -> Iterator[str]:
    """Everything that a module imports, and what it asks of asyncio."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("asyncio", "asyncpg"):
            yield f"{node.value.id}.{node.attr}"


def places() -> Iterator[tuple[str, set[str]]]:
    for file in sorted([*(PROJECT / "src/tatausaha").rglob("*.py"), *(PROJECT / "workers").rglob("*.py")]):
        place = str(file.relative_to(PROJECT)).removeprefix("src/tatausaha/")
        yield place, set(names_in(ast.parse(file.read_text(encoding="utf-8"))))


def is_or_in(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def test_only_named_modules_can_open_a_line() -> None:
    strays = [
        (place, module)
        for place, names in places()
        for module, allowed in (MAY_CONNECT | {name: set() for name in NEVER}).items()
        if any(is_or_in(name, module) for name in names)
        and not any(place == each or place.startswith(f"{each}/") for each in allowed)
    ]

    # Types and errors of asyncpg are spoken of elsewhere; connections are made by `asyncpg.connect` and pools alone.
    assert [stray for stray in strays if stray[1] != "asyncpg"] == []
    openers = {"asyncpg.connect", "asyncpg.create_pool", "asyncpg.pool", "asyncpg.Pool"}
    users = {place for place, names in places() if names & openers}
    assert {place.partition("/")[0] for place in users} <= MAY_CONNECT["asyncpg"]


def test_the_list_names_nothing_that_is_gone() -> None:
    used = {name for _, names in places() for name in names}

    assert [module for module in MAY_CONNECT if not any(is_or_in(name, module) for name in used)] == []


def test_the_browser_is_sent_nowhere_else_either() -> None:
    """Scripts, styles, pictures and forms of the pages are all of this origin."""
    sources = [*(PROJECT / "frontend/templates").rglob("*.html"), *(PROJECT / "frontend/src").rglob("*.*")]
    named = [
        str(file) for file in sources if any(f'{mark}="http' in file.read_text() for mark in ("src", "href", "action"))
    ]

    assert sources
    assert named == []


@pytest.fixture
async def listener() -> AsyncIterator[tuple[str, list[str]]]:
    """An address of this machine, and who came there."""
    visits: list[str] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append((await reader.read(200)).decode(errors="replace"))
        writer.close()

    async with await asyncio.start_server(note, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", visits


async def test_an_address_in_any_place_is_only_words(office: Office, listener: tuple[str, list[str]]) -> None:
    """In names, colours, pictures, letters, documents, spreadsheets with links to the outside."""
    url, visits = listener
    typst = f'#image("{url}/typst") #import "{url}/x"'
    async with office.scope():
        await db.execute("update client set name = $1", f"{typst} {url}/name")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/svg"/></svg>'.encode()
    for logo in (url.encode(), svg):
        await office.owner.post("/settings", {"name": url, "colour": f"url({url}/c)"}, files={"logo": (url, logo)})
    await office.owner.post("/settings", {"name": url, "colour": "", "logo": f"{url}/logo.png"})
    await office.manager.post(
        "/team/invite", {"name": url, "email": "a@example.test", "role": "worker", "language": "id"}
    )
    linked = with_part(BOOK, SHEET, b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "%s/dtd"><worksheet/>' % url.encode())
    relations = f'<Relationships><Relationship Id="a" Target="{url}/rel" TargetMode="External"/></Relationships>'
    for book in (linked, with_part(BOOK, "xl/worksheets/_rels/sheet1.xml.rels", relations.encode())):
        await office.worker.post("/people/import", {"client_id": str(office.client_id)}, files={"file": (url, book)})
    run_id = await stories.published_run(office, hire=1)
    await office.owner.get(f"/documents/runs/{run_id}/register/pdf")
    await office.owner.get(f"/people?client={url}&q={url}&next={url}", headers={"referer": url, "host": url[7:]})
    await drain(office.tenant_id)

    assert visits == []
