"""A spreadsheet somebody brought us, opened with care: its headers, and its rows one by one.

The content decides what a file is, never its name. Nothing in here trusts the file: whatever it holds, the answer is
rows, or an `Invalid` with a sentence.
"""

import io
import os
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import IO

import msgspec

from tatausaha.core.characters import cleaned
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.imports.cells import Cell, shown
from tatausaha.core.imports.delimited import read_delimited
from tatausaha.core.imports.workbook import read_workbook

MEGABYTE = 1024 * 1024

PICTURE = text("This is a picture. Upload the spreadsheet itself, as XLSX or CSV.")

# How files of other kinds begin. Old .xls files and workbooks with a password share one container.
SIGNATURES = {
    b"\xd0\xcf\x11\xe0": text("This is an old .xls file, or it has a password. Save it as .xlsx without a password."),
    b"%PDF": text("This is a PDF document. Upload the spreadsheet itself, as XLSX or CSV."),
    b"\x89PNG": PICTURE,
    b"GIF8": PICTURE,
    b"MZ": text("This is a program. Upload the spreadsheet itself, as XLSX or CSV."),
    b"\x7fELF": text("This is a program. Upload the spreadsheet itself, as XLSX or CSV."),
    b"\xff\xd8\xff": PICTURE,
    b"\x1f\x8b": text("This is a compressed file. Unpack it first, then upload the spreadsheet inside."),
}


class Limits(msgspec.Struct, frozen=True):
    """How much one file may hold."""

    size: int = 25 * MEGABYTE
    rows: int = 50_000
    columns: int = 200


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row with the number that a spreadsheet program shows beside it."""

    number: int
    cells: list[Cell]


class Table(msgspec.Struct, frozen=True):
    """Column names, and the rows below them, which can be walked through once."""

    headers: tuple[str, ...]
    rows: Iterator[Row]


@contextmanager
def open_table(content: bytes | IO[bytes], limits: Limits | None = None) -> Iterator[Table]:
    """The table in a CSV or XLSX file; the first row with anything in it holds the column names.

    An open file is read as its rows are walked through, and never held whole.

    Raises `Invalid`, here or while the rows are walked through, when the file cannot be accepted.
    """
    limits = limits or Limits()
    content = io.BytesIO(content) if isinstance(content, bytes) else content
    if content.seek(0, os.SEEK_END) > limits.size:
        size = limits.size // MEGABYTE
        raise Invalid(text("The file is larger than {size} MB. Split it into several files.", size=size))
    with closing(_filled_rows(content)) as rows:
        header = next(rows, None)
        if header is None:
            raise Invalid(text("The file is empty. It needs a row of column names, with rows below it."))
        yield Table(_headers(header, limits), _up_to(rows, limits.rows))


def _filled_rows(content: IO[bytes]) -> Generator[Row, None, None]:
    for number, cells in enumerate(_read(content), start=1):
        written = "".join(map(str, cells))
        if written.isprintable():
            if written:
                yield Row(number, cells)
        else:
            yield Row(number, [cleaned(cell) if isinstance(cell, str) else cell for cell in cells])


def refuse_other_kinds(content: bytes) -> None:
    """Raise `Invalid` for what begins like a file of another kind, whatever it is called."""
    for signature, message in SIGNATURES.items():
        if content.startswith(signature):
            raise Invalid(message)


def _read(content: IO[bytes]) -> Iterator[list[Cell]]:
    content.seek(0)
    begin = content.read(8)
    refuse_other_kinds(begin)
    return read_workbook(content) if begin.startswith(b"PK") else read_delimited(content)


def _headers(row: Row, limits: Limits) -> tuple[str, ...]:
    headers = [shown(cell) for cell in row.cells]
    while not headers[-1]:
        headers.pop()
    if len(headers) > limits.columns:
        raise Invalid(
            text(
                "The file has {count} columns; at most {limit} are accepted. Remove those that are not needed.",
                count=len(headers),
                limit=limits.columns,
            )
        )
    return tuple(headers)


def _up_to(rows: Iterator[Row], limit: int) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count == limit:
            raise Invalid(
                text("The file has more than {limit} rows below its header. Split it into several.", limit=limit)
            )
        yield row
