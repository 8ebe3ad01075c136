"""Reads of documents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text


class Document(msgspec.Struct, frozen=True):
    """A kept file, without its bytes."""

    id: UUID
    created_at: datetime
    client_id: UUID
    kind: str
    subject_id: UUID | None
    name: str
    media_type: str
    key: str
    size: int
    shared: bool


OF_MANAGERS = ("service_invoice", "service_invoice_work")
"""What the provider bills its clients: of its own people only managers read it."""

_DOCUMENT = "select id, created_at, client_id, kind, subject_id, name, media_type, key, size, shared from document"


async def get_document(document_id: UUID, *, shared_only: bool, but: Sequence[str] = ()) -> Document:
    """The document, or `NotFound`; people of a client see what is shared with them alone, nobody a kind named in `but`."""
    document = await db.row(
        Document,
        f"{_DOCUMENT} where id = $1 and (shared or not $2) and kind <> all($3)",
        *(document_id, shared_only, list(but)),
    )
    if document is None:
        raise NotFound(text("This document does not exist."))
    return document


async def find_document_about(kind: str, subject_id: UUID, *, shared_only: bool) -> Document | None:
    """The document of a kind about a subject, if it has been made."""
    return await db.row(
        Document,
        f"{_DOCUMENT} where subject_id = $1 and kind = $2 and (shared or not $3)",
        subject_id,
        kind,
        shared_only,
    )


async def get_document_about(kind: str, subject_id: UUID, *, shared_only: bool) -> Document:
    """The document of a kind about a subject, or `NotFound`."""
    document = await find_document_about(kind, subject_id, shared_only=shared_only)
    if document is None:
        raise NotFound(text("This document does not exist, or has not been made yet."))
    return document


async def list_documents(
    subject_ids: Sequence[UUID], kinds: Sequence[str] | None = None, *, shared_only: bool = False
) -> list[Document]:
    """The documents about some subjects (runs, slips), all kinds or some."""
    return await db.rows(
        Document,
        f"{_DOCUMENT} where subject_id = any($1) and ($2::text[] is null or kind = any($2)) and (shared or not $3)"
        " order by subject_id, kind",
        *(list(subject_ids), list(kinds) if kinds else None, shared_only),
    )


async def page_documents(
    client_id: UUID | None, *, shared_only: bool, but: Sequence[str] = (), after: UUID | None, limit: int
) -> list[Document]:
    """Documents of all clients one may see or of one, the newest first, without the kinds named in `but`.

    `after` continues behind a page's last id.
    """
    return await db.rows(
        Document,
        f"{_DOCUMENT} where ($1::uuid is null or client_id = $1) and (shared or not $2)"
        " and ($3::uuid is null or id < $3) and kind <> all($5) order by id desc limit $4",
        *(client_id, shared_only, after, limit, list(but)),
    )
