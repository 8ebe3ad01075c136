"""Files shown to a scanner that speaks ClamAV's protocol over a real line."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tatausaha.core import db, process, scanner
from tatausaha.core.scanner import ScannerAway, describe_scanner, find_malware
from tests.hostile.files import GOOD, HEADER, png
from tests.make import Office

# The test file that every scanner knows, in two parts so that this file is none.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SHEET = f"{HEADER}\n{GOOD}".encode()


class Clamd:
    """As much of ClamAV as a client sees of it."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.answer, self.seen = answer, list[bytes]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        writer.write(self.answer or await self.reply(command, reader))
        await writer.drain()
        writer.close()

    async def reply(self, command: bytes, reader: asyncio.StreamReader) -> bytes:
        if command == b"zVERSION\0":
            return b"ClamAV 1.4.6/27500/Sat Nov 21 08:00:00 2026\0"
        assert command == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
        self.seen.append(content)
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


@asynccontextmanager
async def listening(clamd: Clamd) -> AsyncIterator[str]:
    async with await asyncio.start_server(clamd.serve, "127.0.0.1", 0) as server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_clean_file_is_clean_and_malware_is_named() -> None:
    clamd, large = Clamd(), b"a" * 1_000_000
    async with listening(clamd) as url:
        assert await find_malware(url, large) is None
        assert await find_malware(url, b"") is None
        assert await find_malware(url, large + EICAR) == "Win.Test.EICAR_HDB-1"
    assert clamd.seen == [large, b"", large + EICAR]


async def test_a_socket_in_a_folder_serves_as_well(tmp_path: Path) -> None:
    async with await asyncio.start_unix_server(Clamd().serve, tmp_path / "clamd"):
        assert await find_malware(f"unix://{tmp_path}/clamd", EICAR) == "Win.Test.EICAR_HDB-1"
        assert (await describe_scanner(f"unix://{tmp_path}/clamd")).startswith("ClamAV 1.4.6")


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK\nx FOUND ERROR\0", b"OK"]
)
async def test_an_answer_that_is_no_verdict_lets_nothing_through(answer: bytes) -> None:
    async with listening(Clamd(answer)) as url:
        with pytest.raises(ScannerAway):
            await find_malware(url, b"x" * 500_000)


async def test_a_scanner_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "PATIENCE", 0.2)
    released = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        with pytest.raises(ScannerAway):
            await find_malware(f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}", b"x")
        released.set()


@pytest.fixture
def scanned_by(monkeypatch: pytest.MonkeyPatch) -> object:
    """Has uploads scanned at an address."""

    def use(url: str) -> None:
        opened = process.tools()
        changed = msgspec.structs.replace(opened, settings=msgspec.structs.replace(opened.settings, clamav_url=url))
        monkeypatch.setattr(process, "_open", [changed])

    return use


DOORS = [
    ("/people/import", "file", SHEET),
    ("/settings", "logo", png()),
    ("/clients/{}/brand", "logo", png()),
    ("/payroll/{}/inputs/import", "file", SHEET),
]
IDS = [door for door, _, _ in DOORS]


async def address(office: Office, door: str) -> str:
    if not door.startswith("/payroll"):
        return door.format(office.client_id)
    begun = await office.owner.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})
    return door.format(begun.headers["location"].rsplit("/", 1)[-1])


def stored(office: Office) -> list[Path]:
    folder = Path(process.tools().settings.storage_url.removeprefix("file://")) / str(office.tenant_id)
    return [path for path in folder.rglob("*") if path.is_file()]


FORM = {"name": "PT", "colour": ""}


@pytest.mark.parametrize(("door", "field", "content"), DOORS, ids=IDS)
async def test_malware_comes_through_no_door_and_is_told_in_the_log(
    office: Office, scanned_by: object, door: str, field: str, content: bytes
) -> None:
    path, form = await address(office, door), {"client_id": str(office.client_id)} if field == "file" else FORM
    async with listening(Clamd()) as url:
        scanned_by(url)  # type: ignore[operator]
        bad = await office.owner.post(path, form, files={field: ("a.xlsx", content + EICAR)})
        kept = stored(office)
        good = await office.owner.post(path, form, files={field: ("a.xlsx", content)})

    assert (bad.status_code, kept, "EICAR_HDB-1" in bad.text) == (422, [], True)
    assert (good.status_code, len(stored(office))) == (303, 1)
    async with office.scope():
        told = await db.records("select action, detail from audit_event where action = 'refused_malware'")
    assert [record["detail"]["found"] for record in told] == ["Win.Test.EICAR_HDB-1"]


@pytest.mark.parametrize(("door", "field", "content"), DOORS, ids=IDS)
async def test_while_the_scanner_is_away_no_file_is_taken_in(
    office: Office, scanned_by: object, door: str, field: str, content: bytes
) -> None:
    path, form = await address(office, door), {"client_id": str(office.client_id)} if field == "file" else FORM
    scanned_by("tcp://127.0.0.1:1")  # type: ignore[operator]
    answer = await office.owner.post(path, form, files={field: ("a.xlsx", content)})

    assert (answer.status_code, stored(office), "<h1" in answer.text) == (503, [], True)
