"""The real server, over a real line: what is too large, too slow or no HTTP at all."""

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tatausaha.local.environment import as_environment
from tatausaha.local.installation import web_command
from tatausaha.settings import Settings
from tests.make import Office

MEGABYTE = 1_000_000
GROWTH = 40 * MEGABYTE


class Server:
    """A web process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def memory(self) -> int:
        """The most memory that the process ever held, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def open_files(self) -> list[str]:
        """Files that it holds open, deleted ones too."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        return [str(link.readlink()) for link in folder.iterdir()]

    async def ask(self, head: str, pieces: int = 0) -> tuple[bytes, int]:
        """Send a head and so many megabytes, until the server answers; gives the answer and the megabytes it took."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(head.replace("\n", "\r\n").encode())
        answer, sent = asyncio.ensure_future(reader.read(65_536)), 0
        try:
            while sent < pieces and not answer.done():
                writer.write(b"%x\r\n" % MEGABYTE + b"x" * MEGABYTE + b"\r\n")
                await writer.drain()
                sent += 1
        except ConnectionError:
            pass
        async with asyncio.timeout(20):
            said = await answer
        writer.close()
        return said, sent


@pytest.fixture(scope="module")
async def server(settings: Settings) -> AsyncIterator[Server]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        web_command("127.0.0.1", port),
        env=os.environ | as_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not listens(port):
        await asyncio.sleep(0.05)
    yield Server(process, port)
    process.terminate()
    process.wait(20)


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def upload(office: Office) -> str:
    """A form on its way, with its token, in the middle of a file."""
    part = '--b\nContent-Disposition: form-data; name="{}"{}\n\n{}'
    body = part.format("_csrf", "", f"{office.worker.csrf}\n") + part.format("file", '; filename="a.csv"', "")
    size = len(body.replace("\n", "\r\n"))
    head = f"POST /people/import HTTP/1.1\nHost: x\nCookie: tata={office.worker.token}\n"
    return f"{head}Content-Type: multipart/form-data; boundary=b\nTransfer-Encoding: chunked\n\n{size:x}\n{body}\n"


async def test_two_hundred_megabytes_are_refused_on_the_way_in_little_memory(server: Server, office: Office) -> None:
    before = server.memory()
    answer, sent = await server.ask(upload(office), pieces=200)

    assert answer.startswith(b"HTTP/1.1 413")
    assert sent < 100
    assert server.memory() - before < GROWTH
    assert [name for name in server.open_files() if "deleted" in name] == []


@pytest.mark.parametrize("length", ["200000000", "99999999999999999999"])
async def test_what_announces_itself_as_too_large_is_refused_before_it_comes(server: Server, length: str) -> None:
    head = f"POST /sign-in HTTP/1.1\nHost: x\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n"
    answer, _ = await server.ask(head)

    assert answer[:12] in (b"HTTP/1.1 413", b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "head",
    [
        "\x16\x03\x01\x02nonsense\n\n",
        "GET / HTTP/1.1\nHost: x\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\n\nGET /work HTTP/1.1\n\n",
        "POST /sign-in HTTP/1.1\nHost: x\nContent-Length: -1\n\n",
        "POST /sign-in HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\nxx",
        "GET /a b HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\nHost: x\nCookie : a=b\n\n",
    ],
)
async def test_what_is_no_http_is_refused(server: Server, head: str) -> None:
    answer, _ = await server.ask(head)

    assert answer.startswith(b"HTTP/1.1 400")
