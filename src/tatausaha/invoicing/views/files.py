"""What lists over all clients share: the client that is chosen, and short lists as files that are written at once."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from litestar import Response

from tatausaha.clients import queries as clients
from tatausaha.core.exports import Column, Record, write_csv, write_xlsx
from tatausaha.core.web.pages import CurrentClient
from tatausaha.documents.filenames import attachment, file_name
from tatausaha.documents.service import CSV, XLSX

MEDIA = {"csv": CSV, "xlsx": XLSX}
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


async def chosen(client_id: UUID | None) -> CurrentClient | None:
    """The client that the address names, if it is this person's to see. Needs the scope."""
    name = await clients.find_name(client_id) if client_id else None
    return CurrentClient(client_id, name) if client_id and name else None


async def send_rows(name: str, wanted: str, columns: Sequence[Column], rows: Sequence[Record]) -> Response[bytes]:
    """The rows as CSV where `wanted` says so, else as XLSX. Call it after the scope is closed."""
    kind = "csv" if wanted == "csv" else "xlsx"
    with TemporaryDirectory(prefix="tata-list-") as folder:
        target = Path(folder) / f"list.{kind}"
        await asyncio.to_thread(partial(WRITERS[kind], target, columns, rows))
        content = await asyncio.to_thread(target.read_bytes)
    headers = {"Content-Disposition": attachment(file_name(name, suffix=kind)), "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA[kind], headers=headers)
