"""Files made on the spot or kept for a while: saved under their name, kept by no browser."""

from collections.abc import AsyncIterator

from litestar.response import Stream

from tatausaha.core.process import tools
from tatausaha.documents.filenames import attachment

ZIP = "application/zip"


async def send_kept(key: str, name: str, media_type: str) -> Stream:
    """A file of the storage."""
    size = await tools().storage.size(key)
    headers = _headers(name) | {"Content-Length": str(size)}
    return Stream(_pieces(key), media_type=media_type, headers=headers)


def send_made(content: bytes, name: str, media_type: str) -> Stream:
    """A file that was just made."""
    return Stream(_once(content), media_type=media_type, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}


async def _pieces(key: str) -> AsyncIterator[bytes]:
    async for piece in tools().storage.stream(key):
        yield piece


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
