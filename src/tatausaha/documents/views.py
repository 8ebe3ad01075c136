"""Files that a person takes away: checked, written down, never kept by a browser."""

from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Stream

from tatausaha.core.web.access import EVERYONE
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents import queries, service
from tatausaha.documents.sending import kept_from, send


class DocumentController(Controller):
    """Documents of all kinds, by their id."""

    @get("/documents/{document_id:uuid}", name="documents.download", roles=EVERYONE)
    async def download(self, request: AppRequest, document_id: FromPath[UUID]) -> Stream:
        """The file itself. People of a client get what is shared with them; row security keeps all others away."""
        async with request.user.scope():
            document = await queries.get_document(
                document_id, shared_only=request.user.is_portal, but=kept_from(request.user)
            )
            await service.take(document)
        return await send(document)

    @get("/documents/payslips/{slip_id:uuid}", name="documents.payslip", roles=EVERYONE)
    async def payslip(self, request: AppRequest, slip_id: FromPath[UUID]) -> Stream:
        """The PDF of a payslip, by the slip's own id."""
        async with request.user.scope():
            document = await queries.get_document_about("payslip", slip_id, shared_only=request.user.is_portal)
            await service.take(document)
        return await send(document)
