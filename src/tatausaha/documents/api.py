"""Documents, for programs."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import EVERYONE
from tatausaha.core.web.operations import Page, cursor, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents import queries, service
from tatausaha.documents.queries import Document
from tatausaha.documents.sending import kept_from, send

GROUP = text("Documents")
SCOPE = "reports:read"
PAGE = 50


class DocumentOut(msgspec.Struct, frozen=True):
    """A kept file: a report, a list, a payslip. `size` in bytes; `about` is the run or payslip it belongs to."""

    id: UUID
    created_at: datetime
    client_id: UUID
    kind: str
    about: UUID | None
    name: str
    media_type: str
    size: int


class DocumentApi(Controller):
    """Files that were made; people of a client get what is shared with them."""

    path = "/api/v1/documents"

    @read("/", name="api.documents", says=text("List documents"), group=GROUP, scope=SCOPE, roles=EVERYONE)
    async def list_documents(
        self, request: AppRequest, client: FromQuery[UUID | None] = None, after: FromQuery[str | None] = None
    ) -> Page[DocumentOut]:
        """The newest first."""
        async with request.user.scope():
            found = await queries.page_documents(
                client,
                shared_only=request.user.is_portal,
                but=kept_from(request.user),
                after=cursor(UUID, after),
                limit=PAGE + 1,
            )
            await audit.saw_list("documents", client, len(found[:PAGE]))
        shown, following = paged(found, PAGE, lambda document: document.id)
        return Page([_told(document) for document in shown], following)

    @read(
        "/{document_id:uuid}",
        name="api.document",
        says=text("Get what is known of a document"),
        group=GROUP,
        scope=SCOPE,
        roles=EVERYONE,
    )
    async def get_document(self, request: AppRequest, document_id: FromPath[UUID]) -> DocumentOut:
        async with request.user.scope():
            document = await queries.get_document(
                document_id, shared_only=request.user.is_portal, but=kept_from(request.user)
            )
            await audit.saw("document", document_id, document.client_id)
        return _told(document)

    @read(
        "/{document_id:uuid}/file",
        name="api.document_file",
        says=text("Download a document"),
        group=GROUP,
        scope=SCOPE,
        roles=EVERYONE,
        responses={
            200: ResponseSpec(
                bytes,
                media_type="*/*",
                description="The file itself, as an attachment.",
                generate_examples=False,
            )
        },
    )
    async def download(self, request: AppRequest, document_id: FromPath[UUID]) -> Stream:
        """The file itself, as an attachment."""
        async with request.user.scope():
            document = await queries.get_document(
                document_id, shared_only=request.user.is_portal, but=kept_from(request.user)
            )
            await service.take(document)
        return await send(document)


def _told(document: Document) -> DocumentOut:
    return DocumentOut(
        document.id,
        document.created_at,
        document.client_id,
        document.kind,
        document.subject_id,
        document.name,
        document.media_type,
        document.size,
    )
