"""XLSX reports made to be read and printed: title, heading, money format, totals."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from pathlib import Path

import msgspec
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tatausaha.core.dates import ZONES
from tatausaha.core.exports import FORMATS, WIDTHS, Column, Kind, Record, typed
from tatausaha.core.i18n import Text, render

INK, MUTED, RULE, SHADE = "#182433", "#6c7a91", "#c8d0da", "#f1f4f8"


class Report(msgspec.Struct, frozen=True):
    """What stands around the rows; `totals` holds an amount by column key, counted by the caller."""

    title: Text | str
    subtitles: Sequence[Text | str]
    columns: Sequence[Column]
    totals: Mapping[str, int] = {}


def write_report_xlsx(target: Path, report: Report, rows: Iterable[Record], zone: str = "Asia/Jakarta") -> int:
    """Write a styled report for A4 landscape, its heading repeated on each page; gives the number of rows written."""
    with xlsxwriter.Workbook(str(target), {"constant_memory": True, "remove_timezone": True}) as book:
        sheet = book.add_worksheet()
        page = _Page(book, sheet, report)
        page.head()
        for row in rows:
            page.line([typed(row[column.key], ZONES[zone], column.kind) for column in report.columns])
        count = page.row - page.first
        if report.totals:
            page.foot()
    return count


class _Page:
    """The sheet and the row that is written next."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet, report: Report) -> None:
        self.sheet, self.report = sheet, report
        self.row = self.first = 0
        self._title = book.add_format({"bold": True, "font_size": 16, "font_color": INK})
        self._muted = book.add_format({"font_color": MUTED})
        heading = {
            "bold": True,
            "bg_color": SHADE,
            "bottom": 1,
            "bottom_color": RULE,
            "text_wrap": True,
            "valign": "top",
        }
        self._heading: dict[Kind, Format] = {
            kind: book.add_format(heading | {"align": _align(kind)}) for kind in FORMATS
        }
        self._cell: dict[Kind, Format] = {
            kind: book.add_format({"num_format": form, "align": _align(kind)}) for kind, form in FORMATS.items()
        }
        total = {"bold": True, "top": 1, "top_color": INK}
        self._total: dict[Kind, Format] = {
            kind: book.add_format(total | {"num_format": form}) for kind, form in FORMATS.items()
        }

    def head(self) -> None:
        """Title, subtitles and headings, and how the sheet is shown and printed."""
        for index, column in enumerate(self.report.columns):
            self.sheet.set_column(index, index, max(WIDTHS[column.kind], len(render(column.label)) * 0.6))
        self._write(0, self.report.title, self._title)
        for subtitle in self.report.subtitles:
            self.row += 1
            self._write(0, subtitle, self._muted)
        self.row += 2
        for index, column in enumerate(self.report.columns):
            self._write(index, column.label, self._heading[column.kind])
        self._set_up_print()
        self.row += 1
        self.first = self.row

    def line(self, values: Sequence[object]) -> None:
        """One row of the report."""
        for index, (column, value) in enumerate(zip(self.report.columns, values, strict=True)):
            self._write(index, value, self._cell[column.kind])
        self.row += 1

    def foot(self) -> None:
        """The totals, as values: they were counted where the figures are kept, not in the sheet."""
        for index, column in enumerate(self.report.columns):
            total = typed(self.report.totals.get(column.key), UTC, column.kind)
            self._write(index, total, self._total[column.kind])
        self.row += 1

    def _set_up_print(self) -> None:
        self.sheet.freeze_panes(self.row + 1, 1)
        self.sheet.repeat_rows(self.row)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&R&P / &N")
        self.sheet.hide_gridlines(2)

    def _write(self, column: int, value: object, style: Format) -> None:
        if isinstance(value, str | Text):
            self.sheet.write_string(self.row, column, render(value), style)
        elif value is None:
            self.sheet.write_blank(self.row, column, None, style)
        else:
            self.sheet.write(self.row, column, value, style)


def _align(kind: Kind) -> str:
    return "right" if kind in {"money", "number", "quantity", "rate"} else "left"
