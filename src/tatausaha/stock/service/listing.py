"""The lists of what is watched as files: exactly what is filtered, for one client."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, outbox
from tatausaha.core.errors import NotFound, Unavailable
from tatausaha.core.exports import Column, Record, write_chunks
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.files import WRITERS
from tatausaha.core.outbox import JobView
from tatausaha.core.quantities import format_quantity
from tatausaha.documents import queries as documents
from tatausaha.documents.queries import Document
from tatausaha.stock.jobs import ExportWatched
from tatausaha.stock.queries import watch
from tatausaha.stock.rules.cover import ENDLESS
from tatausaha.stock.rules.watched import Kind, Wanted

DOCUMENT = "stock_list"
TITLES: dict[Kind, Text] = {
    "low": text("Low stock"),
    "expiring": text("Near expiry"),
    "slow": text("Slow movers"),
}
_ITEM = (
    Column("code", text("Code")),
    Column("name", text("Item")),
    Column("category", text("Category")),
    Column("place_name", text("Place")),
    Column("quantity", text("In stock")),
    Column("unit", text("Unit")),
)
COLUMNS: dict[Kind, tuple[Column, ...]] = {
    "low": (
        *_ITEM,
        Column("minimum", text("Minimum")),
        Column("on_order", text("On order")),
        Column("suggested", text("To order")),
        Column("cover_days", text("Days of cover"), "number"),
    ),
    "expiring": (
        *_ITEM,
        Column("number", text("Lot")),
        Column("expires_on", text("Last day"), "day"),
        Column("days_left", text("Days left"), "number"),
        Column("value", text("Value"), "money"),
    ),
    "slow": (
        *_ITEM,
        Column("idle_since", text("Last out"), "day"),
        Column("idle_days", text("Days without movement"), "number"),
        Column("out_90", text("Out in 90 days")),
        Column("cover_days", text("Days of cover"), "number"),
        Column("value", text("Value"), "money"),
    ),
}
QUANTITIES = frozenset({"quantity", "minimum", "on_order", "suggested", "out_90"})


async def order(wanted: Wanted, format: str) -> UUID:
    """Have a client's filtered list written to a file; gives the file's id."""
    file_id = uuid7()
    job = ExportWatched(file_id, wanted, format, current_language())
    await outbox.enqueue(job, once_key=str(file_id), client_id=wanted.client_id, link=f"/stock/files/{file_id}")
    return file_id


async def get(file_id: UUID) -> tuple[JobView, Document | None]:
    """The file's job and, once it is written, its document. `NotFound` when there is none."""
    job_id = await db.value("select id from job where kind = $1 and once_key = $2", ExportWatched.kind, str(file_id))
    if job_id is None:
        raise NotFound(text("This file does not exist."))
    return await outbox.get_job(job_id), await documents.find_document_about(DOCUMENT, file_id, shared_only=False)


async def write(job: ExportWatched, target: Path, progress: Callable[[int, int | None], None]) -> str:
    """Write the rows by a cursor of the open scope; gives the file's name for people.

    Raises `Unavailable` when the rows that were written are not as many as a count of their own says.
    """
    expected = await watch.count_watched(job.wanted)
    written = await write_chunks(
        partial(WRITERS[job.format], target, COLUMNS[job.wanted.kind]), _chunks(job.wanted, expected, progress)
    )
    if written != expected:
        raise Unavailable(text("The list changed while it was being written; it is tried again."))
    await audit.saw("stock_list", job.file_id, job.wanted.client_id, action="exported", count=written)
    client = await db.value("select name from client where id = $1", job.wanted.client_id)
    return f"{render(TITLES[job.wanted.kind])} {client}.{job.format}"


async def _chunks(
    wanted: Wanted, expected: int, progress: Callable[[int, int | None], None]
) -> AsyncIterator[list[Record]]:
    done = 0
    async for rows in watch.stream_watched(wanted):
        yield [_record(row) for row in rows]
        done += len(rows)
        progress(done, expected)


def _record(row: watch.AnyRow) -> Record:
    values = msgspec.structs.asdict(row)
    if isinstance(row, watch.LowRow):
        values["suggested"] = row.suggested
    values |= {name: format_quantity(values[name], current_language()) for name in QUANTITIES & values.keys()}
    if values.get("cover_days") == ENDLESS:
        values["cover_days"] = None
    return values
