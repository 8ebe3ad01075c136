"""The access log as a file: of one client, so that it stays behind that client's wall."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from tatausaha.core import audit, db, outbox
from tatausaha.core.audit_keep import get_share
from tatausaha.core.audit_queries import Wanted, stream_events
from tatausaha.core.audit_words import action_words, kind_words, role_words
from tatausaha.core.errors import NotFound
from tatausaha.core.exports import Column, Record, write_chunks
from tatausaha.core.i18n import current_language, gettext, render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.files import WRITERS
from tatausaha.core.outbox import JobView
from tatausaha.identity.access_jobs import ExportLog, Format

CHUNK = 1000
SHARED = (
    Column("when", text("When"), "moment"),
    Column("who", text("Who")),
    Column("role", text("Role")),
    Column("what", text("Action")),
    Column("kind", text("Record")),
    Column("subject", text("Employee")),
    Column("count", text("Records shown"), "number"),
    Column("reason", text("Reason")),
)
OWN = (*SHARED, Column("address", text("Address")), Column("id", text("Event")))


class Exported(msgspec.Struct, frozen=True):
    """A finished export's document."""

    id: UUID
    name: str
    size: int


async def order(wanted: Wanted, format: Format, *, for_client: bool, home: str) -> UUID:
    """Have the lines of one client written to a file; gives the export's id. `home` is the page that exports lie under."""
    export_id = uuid7()
    job = ExportLog(export_id, wanted, format, for_client, current_language())
    await outbox.enqueue(job, once_key=str(export_id), client_id=wanted.client_id, link=f"{home}/{export_id}")
    return export_id


async def get(export_id: UUID, *, shared_only: bool = False) -> tuple[JobView, Exported | None]:
    """The export's job and, once it is done, its document. `NotFound` when there is none, or none for the client."""
    job_id = await db.value(
        "select id from job where kind = $1 and once_key = $2 and ((payload->>'for_client')::boolean or not $3)",
        *(ExportLog.kind, str(export_id), shared_only),
    )
    if job_id is None:
        raise NotFound(text("This export does not exist."))
    document = await db.row(Exported, "select id, name, size from document where subject_id = $1", export_id)
    return await outbox.get_job(job_id), document


async def write(job: ExportLog, target: Path, progress: Callable[[int, int | None], None]) -> str:
    """Write the lines to `target` by a cursor of the open scope; gives the file's name for people."""
    client_id = job.wanted.client_id
    assert client_id is not None
    client = await db.value("select name from client where id = $1", client_id)
    names = not job.for_client or (await get_share(client_id)).shows_names
    columns = SHARED if job.for_client else OWN
    writer = partial(WRITERS[job.format], target, columns)
    written = await write_chunks(writer, _chunks(job.wanted, names, lambda done: progress(done, None)))
    await audit.saw("access_log", job.export_id, client_id, action="exported", count=written)
    return f"{gettext('Access log')} {client}.{job.format}"


async def _chunks(wanted: Wanted, names: bool, tell: Callable[[int], None]) -> AsyncIterator[list[Record]]:
    chunk: list[Record] = []
    done = 0
    async for event in stream_events(wanted):
        chunk.append(_row(event, names))
        if len(chunk) == CHUNK:
            done += CHUNK
            yield chunk
            tell(done)
            chunk = []
    yield chunk
    tell(done + len(chunk))


def _row(event: asyncpg.Record, names: bool) -> Record:
    role = render(role_words(event["actor_role"]))
    return {
        "when": event["created_at"],
        "who": event["actor_name"] if names else role,
        "role": role,
        "what": render(action_words(event["action"])),
        "kind": render(kind_words(event["object_kind"])),
        "subject": event["subject_name"] or "",
        "count": event["count"],
        "reason": event["reason"],
        "address": event["address"],
        "id": str(event["id"]),
    }
