"""Kept files as answers to a browser."""

from collections.abc import AsyncIterator

from litestar.response import Stream

from tatausaha.core.process import tools
from tatausaha.documents.filenames import attachment
from tatausaha.documents.queries import Document


async def send(document: Document) -> Stream:
    """A kept file as an answer: saved under its name, streamed, kept by no browser."""
    size = await tools().storage.size(document.key)
    return Stream(
        _bytes(document.key),
        media_type=document.media_type,
        headers={
            "Content-Disposition": attachment(document.name),
            "Content-Length": str(size),
            "Cache-Control": "no-store",
        },
    )


async def _bytes(key: str) -> AsyncIterator[bytes]:
    async for piece in tools().storage.stream(key):
        yield piece
