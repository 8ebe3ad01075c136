"""Tabular reports as files: PDF, XLSX and CSV with the figures of the page. Small ones at once, others by a job."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, figures, outbox
from tatausaha.core.errors import NotFound, Unavailable
from tatausaha.core.exports import Column, Kind, write_chunks, write_csv
from tatausaha.core.figures import COUNT
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import format_rupiah, round_ratio
from tatausaha.core.outbox import JobView
from tatausaha.core.process import tools
from tatausaha.core.quantities import format_quantity
from tatausaha.core.report_sheets import Report as Sheet
from tatausaha.core.report_sheets import write_report_xlsx
from tatausaha.core.typesetting import typeset
from tatausaha.documents import queries as documents
from tatausaha.documents import service
from tatausaha.documents.filenames import file_name
from tatausaha.documents.queries import Document
from tatausaha.reports.jobs import MakeReport
from tatausaha.reports.shop import tabular
from tatausaha.reports.shop.asked import Asked, Client, Format, get_client
from tatausaha.reports.shop.tabular import Record, Report

TEMPLATE = "reports/register.typ"
MEDIA: dict[Format, str] = {"pdf": service.PDF, "xlsx": service.XLSX, "csv": service.CSV}
AT_ONCE: dict[Format, int] = {"pdf": 300, "xlsx": 2_000, "csv": 5_000}
MOST_PRINTED = 3_000
FEW = 7
"""Up to so many columns share the width of a printed page evenly; with more, the first takes what is left."""
RIGHT: tuple[Kind, ...] = ("money", "number", "quantity", "rate")
Progress = Callable[[int, int | None], None]


class Written(msgspec.Struct, frozen=True):
    """A file's name for people; `data` is what its PDF is still to be set from."""

    name: str
    rows: int
    data: dict[str, Any] | None = None


async def order(report: Report, asked: Asked, format: Format, file_id: UUID, *, shared: bool, home: str) -> None:
    """Have the report made in the background; the same `file_id` again orders nothing more."""
    job = MakeReport(file_id, report.name, asked, format, shared, current_language())
    await outbox.enqueue(job, once_key=str(file_id), client_id=asked.client_id, link=f"{home}/{file_id}")
    await audit.record("reports.make", "report", file_id, asked.client_id, name=report.name, format=format)


async def get(file_id: UUID, *, shared_only: bool) -> tuple[JobView, Document | None]:
    """A report's job and, once it is done, its file. `NotFound` when there is none, or none for a client's people."""
    job_id = await db.value(
        "select id from job where kind = $1 and once_key = $2 and (not $3 or (payload->>'shared')::boolean)",
        *(MakeReport.kind, str(file_id), shared_only),
    )
    if job_id is None:
        raise NotFound(text("This report does not exist."))
    return await outbox.get_job(job_id), await documents.find_document_about("report", file_id, shared_only=shared_only)


async def write(report: Report, asked: Asked, format: Format, target: Path, progress: Progress) -> Written:
    """Write the rows to `target`, or read what its PDF is set from. Needs the scope; `set_pdf` comes after it.

    What was written is added up anew and compared with the totals: a short file never passes for a whole one.
    """
    client = await get_client(asked.client_id)
    totals = await tabular.read_totals(report, asked)
    count = totals.pop(COUNT)
    name = file_name(render(report.title), client.name, tabular.period_of(report, asked), suffix=format)
    await audit.saw("report", None, client.id, action="exported", count=count, name=report.name, format=format)
    sheet = await _sheet(report, client, asked, count, totals)
    if format == "pdf":
        rows = await figures.first_rows(report.figures(asked), MOST_PRINTED)
        return Written(name, count, _printed(report, client, asked, sheet, [report.derive(row) for row in rows]))
    sums = dict.fromkeys(report.sums, 0)
    if format == "csv":
        writer = partial(write_csv, target, sheet.columns, zone=client.time_zone)
    else:
        writer = partial(write_report_xlsx, target, sheet, zone=client.time_zone)
    written = await write_chunks(writer, _chunks(report, asked, sums, lambda done: progress(done, count)))
    if (written, sums) != (count, {key: totals[key] for key in report.sums}):
        raise Unavailable(text("The figures changed while they were being written; try again."))
    return Written(name, count)


async def set_pdf(written: Written, target: Path) -> None:
    """Set what `write` read; nothing to do for other formats. Needs no scope."""
    if written.data is not None:
        content = await typeset(tools().typesetter.render_rows, TEMPLATE, written.data)
        await asyncio.to_thread(target.write_bytes, content)


def printed(kind: Kind, value: Any) -> str:
    """A value as people read it, in the current language; empty for none."""
    language = current_language()
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if kind == "quantity":
        return format_quantity(value, language)
    if kind == "rate":
        tenths = round_ratio(value, 100)
        sign, mark = "-" if tenths < 0 else "", "," if language == "id" else "."
        return f"{sign}{abs(tenths) // 10}{mark}{abs(tenths) % 10}\u202f%"
    if kind in ("money", "number"):
        return format_rupiah(value, language).replace("Rp ", "")
    return render(value) if isinstance(value, str | Text) else str(value)


async def _sheet(report: Report, client: Client, asked: Asked, count: int, totals: Record) -> Sheet:
    """Title, what was asked, columns and totals."""
    options = await tabular.read_options(report, asked)
    said = tabular.said_parameters(report, asked, options)
    subtitles = [
        f"{client.company} · {tabular.period_of(report, asked)}",
        *said,
        render(text("{count} rows", count=count)),
        render(report.method),
    ]
    columns = report.columns(asked)
    adding = {column.key: totals[column.key] for column in columns if totals.get(column.key) is not None}
    return Sheet(report.title, subtitles, columns, adding)


def _printed(report: Report, client: Client, asked: Asked, sheet: Sheet, rows: Sequence[Record]) -> dict[str, Any]:
    """The data that `register.typ` sets, as told at its top."""
    period = tabular.period_of(report, asked)
    subtitles = [render(line) for line in sheet.subtitles[1:-1]]
    if len(rows) == MOST_PRINTED:
        subtitles.append(
            render(text("The first {count} of them; the Excel and CSV files hold all.", count=MOST_PRINTED))
        )
    return {
        "language": current_language(),
        "title": render(report.title),
        "client": client.company,
        "period": period,
        "subtitles": subtitles,
        "color": client.brand_colour,
        "columns": [
            _head(column, wide=index == 0 or len(sheet.columns) <= FEW) for index, column in enumerate(sheet.columns)
        ],
        "rows": [[printed(column.kind, row[column.key]) for column in sheet.columns] for row in rows],
        "totals": _foot(sheet) if sheet.totals else None,
        "empty": render(text("There is nothing to show.")),
        "note": render(report.method),
        "page": render(text("Page {page}", page="{page}")),
        "page_of": render(text("Page {page} of {pages}", page="{page}", pages="{pages}")),
        "footer": f"{client.company} · {period}",
    }


def _head(column: Column, *, wide: bool) -> dict[str, Any]:
    return {"label": render(column.label), "align": "right" if column.kind in RIGHT else "left", "wide": wide}


def _foot(sheet: Sheet) -> list[str]:
    cells = [printed(column.kind, sheet.totals.get(column.key)) for column in sheet.columns]
    return [cells[0] or render(text("Total")), *cells[1:]]


async def _chunks(
    report: Report, asked: Asked, sums: dict[str, int], tell: Callable[[int], None]
) -> AsyncIterator[list[Record]]:
    """The rows by a cursor of the scope, added up as they pass."""
    done = 0
    async for chunk in figures.stream_rows(report.figures(asked)):
        for key in sums:
            sums[key] += sum(row[key] for row in chunk)
        yield [report.derive(row) for row in chunk]
        done += len(chunk)
        tell(done)
