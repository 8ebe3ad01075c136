"""Documents: the bytes in the storage, a row about them, and who may have them."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.documents.queries import Document

PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"


class Kept(msgspec.Struct, frozen=True):
    """A file that lies in the storage and is still to be recorded."""

    client_id: UUID
    kind: str
    subject_id: UUID
    name: str
    media_type: str
    key: str
    size: int
    sha256: bytes


async def put(
    tenant_id: UUID, client_id: UUID, kind: str, subject_id: UUID, name: str, media_type: str, content: bytes | Path
) -> Kept:
    """Lay a file into the storage, outside any scope. One of a kind for each subject: a second takes its place."""
    key = f"{tenant_id}/{client_id}/{kind}/{subject_id}"
    size, digest = await asyncio.to_thread(_measure, content) if isinstance(content, Path) else _weigh(content)
    await tools().storage.put(key, content)
    return Kept(client_id, kind, subject_id, name, media_type, key, size, digest)


async def record(kept: Sequence[Kept], *, shared: bool) -> None:
    """Write the rows of files that lie in the storage, into the open scope's transaction, in one statement."""
    await db.execute(
        "insert into document (id, client_id, kind, subject_id, name, media_type, key, size, sha256, shared)"
        " select id, client_id, kind, subject_id, name, media_type, key, size, sha256, $10 from unnest($1::uuid[],"
        " $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[])"
        " as kept (id, client_id, kind, subject_id, name, media_type, key, size, sha256)"
        " on conflict (tenant_id, key) do update set created_at = now(), name = excluded.name,"
        " media_type = excluded.media_type, size = excluded.size, sha256 = excluded.sha256, shared = excluded.shared",
        [uuid7() for _ in kept],
        *([getattr(one, field) for one in kept] for field in Kept.__struct_fields__),
        shared,
    )


async def take(document: Document) -> None:
    """Write down that a person takes a document away."""
    await audit.saw(
        "document",
        document.id,
        document.client_id,
        action="downloaded",
        subject_id=await db.value("select employee_id from slip where id = $1", document.subject_id),
        kind=document.kind,
    )


def _weigh(content: bytes) -> tuple[int, bytes]:
    return len(content), hashlib.sha256(content).digest()


def _measure(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").digest()
