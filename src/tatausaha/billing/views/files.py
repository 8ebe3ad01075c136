"""Small files of the owner's pages, written at once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from litestar import Response

from tatausaha.core.exports import Column, Record, write_csv


async def csv_of(name: str, columns: Sequence[Column], rows: Sequence[Record]) -> Response[bytes]:
    """The rows as a CSV file to keep."""
    with TemporaryDirectory(prefix="tata-billing-") as folder:
        target = Path(folder) / f"{name}.csv"
        await asyncio.to_thread(write_csv, target, columns, rows)
        content = await asyncio.to_thread(target.read_bytes)
    attached = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=attached)
