"""The two files that an import gives back: a template to fill in, and the rows that were refused."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import xlsxwriter

from tatausaha.core.exports import Column, Record, write_csv, write_xlsx
from tatausaha.core.i18n import render, text
from tatausaha.core.imports.cells import shown
from tatausaha.core.imports.fields import CheckedRow, Field

WRITERS: dict[str, Callable[[Path, Sequence[Column], Iterator[Record]], int]] = {"csv": write_csv, "xlsx": write_xlsx}


def write_rejects(target: Path, headers: Sequence[str], rejected: Iterable[CheckedRow]) -> int:
    """Write refused rows as they came, with their row numbers and reasons in front; gives their number.

    The ending of `target`, .csv or .xlsx, decides the format. Once mended, the file can be imported as it is.
    """
    columns = [
        Column("number", text("Row"), "number"),
        Column("reasons", text("Reasons")),
        *(Column(str(index), header) for index, header in enumerate(headers)),
    ]
    return WRITERS[target.suffix.removeprefix(".")](target, columns, (_record(row, len(headers)) for row in rejected))


def write_template(target: Path, fields: Sequence[Field], rows: Iterable[Sequence[str]] | None = None) -> None:
    """Write an XLSX file with a heading for each field, required ones marked by colour, over `rows` or one example.

    All cells are formatted as text, so that identity numbers and dates stay as they are typed.
    """
    with xlsxwriter.Workbook(str(target)) as book:
        sheet = book.add_worksheet("Data")
        plain = book.add_format({"num_format": "@"})
        optional = book.add_format({"bold": True, "bg_color": "#f1f4f8", "bottom": 1})
        required = book.add_format({"bold": True, "bg_color": "#d6e4f7", "bottom": 1})
        for index, field in enumerate(fields):
            label = render(field.label)
            sheet.set_column(index, index, max(14, len(label) + 4, len(field.example) + 2), plain)
            sheet.write_string(0, index, label, required if field.required else optional)
        for number, row in enumerate([[field.example for field in fields]] if rows is None else rows, start=1):
            for index, written in enumerate(row):
                sheet.write_string(number, index, written, plain)
        sheet.freeze_panes(1, 0)


def _record(row: CheckedRow, width: int) -> Record:
    cells: Iterator[str] = (shown(cell) for cell in row.cells[:width])
    reasons = "; ".join(str(problem) for problem in row.problems)
    blank = {str(index): "" for index in range(width)}
    return blank | {"number": row.number, "reasons": reasons} | {str(i): cell for i, cell in enumerate(cells)}
