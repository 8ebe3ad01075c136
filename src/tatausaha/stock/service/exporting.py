"""Items on their way out: exactly those of a filtered list, in a file that an import understands."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, outbox
from tatausaha.core.errors import NotFound
from tatausaha.core.exports import Column, Record, write_chunks
from tatausaha.core.i18n import current_language, gettext, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.files import WRITERS
from tatausaha.core.outbox import JobView
from tatausaha.core.quantities import format_quantity
from tatausaha.documents.filenames import file_name
from tatausaha.documents.queries import Document, find_document_about
from tatausaha.stock.jobs import ExportItems
from tatausaha.stock.queries import item_list
from tatausaha.stock.queries.item_list import Row
from tatausaha.stock.rules.listed import Wanted
from tatausaha.stock.spreadsheet import FIELDS, KINDS

DOCUMENT = "items_export"
_LABELS = {field.name: field.label for field in FIELDS}
COLUMNS = (
    *(Column(name, _LABELS[name]) for name in ("code", "name", "category", "unit", "kind")),
    Column("sale_price", _LABELS["sale_price"], "money"),
    Column("quantity", _LABELS["quantity"]),
    Column("value", _LABELS["total_cost"], "money"),
)


async def order(wanted: Wanted, format: str) -> UUID:
    """Have a client's filtered items written to a file; gives the file's id."""
    file_id = uuid7()
    job = ExportItems(file_id, wanted, format, current_language())
    await outbox.enqueue(job, once_key=str(file_id), client_id=wanted.client_id, link=f"/stock/items/files/{file_id}")
    return file_id


async def get(file_id: UUID) -> tuple[JobView, Document | None]:
    """The file's job and, once it is written, its document. `NotFound` when there is none."""
    job_id = await db.value("select id from job where kind = $1 and once_key = $2", ExportItems.kind, str(file_id))
    if job_id is None:
        raise NotFound(text("This file does not exist."))
    return await outbox.get_job(job_id), await find_document_about(DOCUMENT, file_id, shared_only=False)


async def write(job: ExportItems, target: Path, progress: Callable[[int, int | None], None]) -> str:
    """Write the rows by a cursor of the open scope; gives the file's name for people."""
    written = await write_chunks(partial(WRITERS[job.format], target, COLUMNS), _chunks(job.wanted, progress))
    await audit.saw("items", job.file_id, job.wanted.client_id, action="exported", count=written)
    client = await db.value("select name from client where id = $1", job.wanted.client_id)
    return file_name(gettext("Items"), str(client), suffix=job.format)


async def _chunks(wanted: Wanted, progress: Callable[[int, int | None], None]) -> AsyncIterator[list[Record]]:
    done = 0
    async for rows in item_list.stream_items(wanted):
        yield [_record(row) for row in rows]
        done += len(rows)
        progress(done, None)


def _record(row: Row) -> Record:
    quantity = format_quantity(row.quantity, current_language())
    return msgspec.structs.asdict(row) | {"quantity": quantity, "kind": KINDS[row.kind][0]}
