"""Files shown to ClamAV before they are kept, where `TATA_CLAMAV_URL` names one.

A client of our own, of one command. Of the packages for it, aioclamd is kept and has a time limit, but speaks TCP alone,
while ClamAV listens on a local socket by default; clamav-client blocks its thread; clamd was last released in 2014.
"""

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO
from urllib.parse import urlsplit

from tatausaha.core.errors import Unavailable
from tatausaha.core.i18n import text

PATIENCE = 30.0
"""Seconds for one file, from the first byte to the verdict."""

CHUNK = 65_536
PORT = 3310
LONGEST_ANSWER = 4_096

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ScannerAway(Unavailable):
    """Nobody looked at the file, so it is not taken in."""


async def find_malware(url: str, content: bytes | IO[bytes]) -> str | None:
    """The name of what ClamAV found, or None for a clean file. Raises `ScannerAway` when it gives no verdict."""
    answer = await _ask(url, b"zINSTREAM\0", io.BytesIO(content) if isinstance(content, bytes) else content)
    if answer == "stream: OK":
        return None
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerAway(text("The file could not be checked for malware, so it was not taken in. Try again later."))


async def describe_scanner(url: str) -> str:
    """What answers there, with the age of what it knows. Raises `ScannerAway`."""
    return await _ask(url, b"zVERSION\0")


async def _ask(url: str, command: bytes, content: IO[bytes] | None = None) -> str:
    try:
        async with asyncio.timeout(PATIENCE), _connected(url) as (reader, writer):
            writer.write(command)
            if content is not None:
                await _stream(writer, content)
            said = await reader.read(LONGEST_ANSWER)
    except (OSError, TimeoutError) as error:
        raise ScannerAway(
            text("The malware scanner does not answer, so the file was not taken in. Try again later.")
        ) from error
    return said.rstrip(b"\0\n").decode(errors="replace")


async def _stream(writer: asyncio.StreamWriter, content: IO[bytes]) -> None:
    """Pieces with their lengths, and a length of zero for the end. ClamAV cuts off what is larger than it was told."""
    content.seek(0)
    while piece := content.read(CHUNK):
        writer.write(struct.pack("!I", len(piece)) + piece)
        await writer.drain()
    writer.write(struct.pack("!I", 0))
    await writer.drain()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Line]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        reader, writer = await asyncio.open_unix_connection(parts.path)
    else:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port or PORT)
    try:
        yield reader, writer
    finally:
        writer.close()
