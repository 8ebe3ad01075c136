"""Kept files as answers to a browser."""

from collections.abc import AsyncIterator, Sequence

from litestar.response import Stream

from tatausaha.core.process import tools
from tatausaha.core.web.viewer import Viewer
from tatausaha.documents.filenames import attachment
from tatausaha.documents.queries import OF_MANAGERS, Document


def kept_from(viewer: Viewer) -> Sequence[str]:
    """The kinds of documents that are not this person's to read, even where the client's others are."""
    return () if viewer.is_portal or viewer.manages else OF_MANAGERS


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
