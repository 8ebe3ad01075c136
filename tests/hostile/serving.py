"""A web process of its own, over a real line."""

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx

from tatausaha.core.web.patience import PatientProtocol
from tatausaha.local.environment import as_environment
from tatausaha.local.installation import PROTOCOL, web_command
from tatausaha.settings import PROJECT, Settings

NOWHERE = Path("/dev/null")
MEGABYTE = 1_000_000


class Hasty(PatientProtocol):
    """The same with less patience, so that tests need not have it."""

    look_seconds = 0.2
    head_seconds = 2.0
    stall_seconds = 2.0
    most_connections = 250
    most_at_work = 20


class Server:
    """A web process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def browser(self, **cookies: str) -> httpx.AsyncClient:
        """A browser that is at it, with a line for each request: one kept open may be closed while it begins the next."""
        lines = httpx.Limits(max_keepalive_connections=0)
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", cookies=cookies, limits=lines)

    def memory(self) -> int:
        """The most memory that the process ever held, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def connections(self) -> int:
        """How many clients it holds a line to."""
        table = Path("/proc/net/tcp").read_text().splitlines()[1:]
        return sum(row.split()[1].endswith(f":{self.port:04X}") and row.split()[3] == "01" for row in table)

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


@asynccontextmanager
async def serving(settings: Settings, protocol: str = PROTOCOL, log: Path = NOWHERE) -> AsyncIterator[Server]:
    """The server as it is started by the product, with the patience of `protocol`; `log` gets what it writes."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [protocol if part == PROTOCOL else part for part in web_command("127.0.0.1", port)]
    with log.open("ab") as written:
        process = subprocess.Popen(
            command,
            env=os.environ | as_environment(settings) | {"PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}"},
            stdout=written,
            stderr=written,
        )
    while process.poll() is None and not listens(port):
        await asyncio.sleep(0.05)
    yield Server(process, port)
    process.terminate()
    process.wait(20)


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
