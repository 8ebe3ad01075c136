"""CSV and XLSX files that go out: any number of rows in little memory, and nothing in them that a program would run."""

import asyncio
import csv
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

import msgspec
import rustpy_xlsxwriter

from tatausaha.core.dates import ZONES
from tatausaha.core.formulas import guarded
from tatausaha.core.i18n import Text, render
from tatausaha.core.quantities import THOUSANDTHS

Kind = Literal["text", "money", "day", "number", "moment", "quantity", "rate"]
Record = Mapping[str, object]

EXCEL_LONGEST = 32_767
EXCEL_EXACT = 2**53
"""Whole numbers beyond this lose digits in a spreadsheet, so they are written as text."""

FORMATS: dict[Kind, str] = {
    "text": "@",
    "money": "#,##0",
    "number": "0",
    "quantity": "General",
    "rate": "0.0%",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
WIDTHS: dict[Kind, float] = {"text": 24, "money": 18, "number": 12, "day": 13, "moment": 18, "quantity": 12, "rate": 10}
SCALES: dict[Kind, int] = {"quantity": THOUSANDTHS, "rate": 100_000}
"""What one is, in quantities (thousandths of a unit) and in rates (parts per 100,000)."""


class Column(msgspec.Struct, frozen=True):
    """One column: the key of its value in a row, its heading, and what it holds. Moments must know their zone."""

    key: str
    label: Text | str
    kind: Kind = "text"


def write_csv(
    target: Path, columns: Sequence[Column], rows: Iterable[Record], zone: str = "Asia/Jakarta", delimiter: str = ","
) -> int:
    """Write rows as CSV in UTF-8 with the mark that Excel needs; gives the number of rows written.

    Days are ISO, amounts plain digits, quantities and rates decimals with a point, moments local to `zone`. Text that
    a spreadsheet would run as a formula gets an apostrophe in front.
    """
    count = 0
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([guarded(render(column.label)) for column in columns])
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the result
            writer.writerow([_plain(row[column.key], ZONES[zone], column.kind) for column in columns])
    return count


def write_xlsx(
    target: Path, columns: Sequence[Column], rows: Iterable[Record], zone: str = "Asia/Jakarta", sheet: str = "Data"
) -> int:
    """Write rows as a plain XLSX sheet with headings; gives the number of rows written. Text is never a formula."""
    labels = _distinct([render(column.label) for column in columns])
    keyed = [(label, column.key, column.kind) for label, column in zip(labels, columns, strict=True)]
    count = 0

    def records() -> Iterator[Record]:
        nonlocal count
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the result
            yield {label: typed(row[key], ZONES[zone], kind) for label, key, kind in keyed}
        if not count:
            # The headings are taken from the first record, so an empty export needs one without values.
            yield dict.fromkeys(labels)

    rustpy_xlsxwriter.write_worksheet(
        records(),
        str(target),
        sheet_name=sheet,
        freeze_row=1,
        bold_headers=True,
        column_widths=[WIDTHS[column.kind] for column in columns],
        column_formats=[rustpy_xlsxwriter.Format().set_num_format(FORMATS[column.kind]) for column in columns],
    )
    return count


async def write_chunks(write: Callable[[Iterator[Record]], int], chunks: AsyncIterable[Sequence[Record]]) -> int:
    """Run a writer in a thread on rows that arrive in chunks, a few chunks ahead at most; gives what it returns.

    `write` takes the rows alone: `partial(write_csv, target, columns)`. The chunks are awaited in the caller's task,
    as the database demands. When they fail, the writer fails with them, so that no short file passes for a whole one.
    """
    queue: SimpleQueue[Sequence[Record] | BaseException | None] = SimpleQueue()
    loop, room = asyncio.get_running_loop(), asyncio.Semaphore(2)
    rows = chain.from_iterable(_taken(queue, partial(loop.call_soon_threadsafe, room.release)))
    writing = asyncio.ensure_future(asyncio.to_thread(write, rows))
    writing.add_done_callback(lambda _: room.release())
    try:
        async for chunk in chunks:
            await room.acquire()
            if writing.done():
                break
            queue.put(chunk)
        queue.put(None)
    except BaseException as error:
        queue.put(error)
        await asyncio.wait({writing})
        writing.exception()
        raise
    return await writing


def _taken(
    queue: "SimpleQueue[Sequence[Record] | BaseException | None]", done: Callable[[], object]
) -> Iterator[Sequence[Record]]:
    while (chunk := queue.get()) is not None:
        if isinstance(chunk, BaseException):
            raise RuntimeError("the rows to write broke off") from chunk
        yield chunk
        done()


def typed(value: object, zone: tzinfo, kind: Kind = "text") -> object:
    """The value as a spreadsheet can hold it: local moments, short enough text, long numbers as text, whole units."""
    if isinstance(value, int) and kind in SCALES:
        return value / SCALES[kind]  # a spreadsheet knows no other numbers
    if isinstance(value, str):
        return value if len(value) <= EXCEL_LONGEST else value[: EXCEL_LONGEST - 1] + "…"
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None)
    if isinstance(value, int) and abs(value) > EXCEL_EXACT:
        return str(value)
    return render(value) if isinstance(value, Text) else value


def _plain(value: object, zone: tzinfo, kind: Kind) -> object:
    if isinstance(value, int) and kind in SCALES:
        return format((Decimal(value) / SCALES[kind]).normalize(), "f")
    if isinstance(value, str | Text):
        return guarded(render(value))
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else value


def _distinct(labels: Sequence[str]) -> list[str]:
    """Headings are keys here: a second one of the same name gets a number."""
    return [
        label if label not in labels[:index] else f"{label} ({labels[:index].count(label) + 1})"
        for index, label in enumerate(labels)
    ]
