"""Files that a person takes away: checked, written down, never kept by a browser."""

from collections.abc import AsyncIterator
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Stream

from tatausaha.core.process import tools
from tatausaha.core.web.access import EVERYONE
from tatausaha.core.web.viewer import AppRequest
from tatausaha.reports import service
from tatausaha.reports.filenames import attachment


class DocumentController(Controller):
    """Documents of all kinds, by their id."""

    @get("/documents/{document_id:uuid}", name="documents.download", roles=EVERYONE)
    async def download(self, request: AppRequest, document_id: FromPath[UUID]) -> Stream:
        """The file itself. People of a client get what is shared with them; row security keeps all others away."""
        async with request.user.scope():
            document = await service.open_document(document_id, shared_only=request.user.is_portal)
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
