"""Files that a person takes away: checked, written down, never kept by a browser."""

from collections.abc import AsyncIterator
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Stream

from tatausaha.core.process import tools
from tatausaha.core.web.access import EVERYONE
from tatausaha.core.web.viewer import AppRequest
from tatausaha.reports import queries, service
from tatausaha.reports.filenames import attachment
from tatausaha.reports.queries import Document


class DocumentController(Controller):
    """Documents of all kinds, by their id."""

    @get("/documents/{document_id:uuid}", name="documents.download", roles=EVERYONE)
    async def download(self, request: AppRequest, document_id: FromPath[UUID]) -> Stream:
        """The file itself. People of a client get what is shared with them; row security keeps all others away."""
        async with request.user.scope():
            document = await queries.get_document(document_id, shared_only=request.user.is_portal)
            await service.take(document)
        return await send(document)

    @get("/documents/payslips/{slip_id:uuid}", name="documents.payslip", roles=EVERYONE)
    async def payslip(self, request: AppRequest, slip_id: FromPath[UUID]) -> Stream:
        """The PDF of a payslip, by the slip's own id."""
        async with request.user.scope():
            document = await queries.get_document_about("payslip", slip_id, shared_only=request.user.is_portal)
            await service.take(document)
        return await send(document)


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
