"""The process that opens somebody's workbook: the file on standard input, lines of JSON on standard output."""

import io
import math
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

import msgspec
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tatausaha.core.errors import Invalid
from tatausaha.core.imports.cells import Cell
from tatausaha.core.imports.package import Package
from tatausaha.core.imports.workbook import UNREADABLE, Part

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
ROWS_PER_LINE = 500


def main() -> None:
    """Read, check and print the workbook; a refusal is printed as well, and anything worse ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        for rows in _chunks(sys.stdin.buffer.read()):
            _print(Part(rows=rows))
        _print(Part(end=True))
    except Invalid as error:
        _print(Part(refusal=error.message))
    except CalamineError:
        _print(Part(refusal=UNREADABLE))


def _print(part: Part) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(part) + b"\n")


def _chunks(content: bytes) -> Iterator[list[list[Cell]]]:
    package = Package(content)
    sheet = _sheet(CalamineWorkbook.from_filelike(io.BytesIO(content)))
    if sheet is None or sheet.start is None:
        return
    broken = package.broken_formulas(sheet.name)
    # The reader begins with the first row of the sheet, but with the first column that holds anything.
    rows = (
        [broken.get((row, column)) or _cell(value) for column, value in enumerate(cells, sheet.start[1])]
        for row, cells in enumerate(sheet.iter_rows())
    )
    while chunk := list(islice(rows, ROWS_PER_LINE)):
        yield chunk


def _sheet(workbook: CalamineWorkbook) -> CalamineSheet | None:
    """The first sheet that a person sees and that holds anything."""
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            candidate = workbook.get_sheet_by_index(index)
            if candidate.height:
                return candidate
    return None


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, datetime) and value.time().replace(microsecond=0).isoformat() == "00:00:00":
        return value.date().isoformat()
    return value.isoformat(sep=" ") if isinstance(value, datetime) else _iso(value)


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    main()
