"""CSV as people's programs really write it: by Excel, Google Sheets, a bank or a cash register."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import IO

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.imports.cells import Cell

DELIMITERS = ",;\t|"
CELL_LIMIT = 32_767
"""The most characters a spreadsheet program itself puts in one cell."""

PIECE = 1024 * 1024
SAMPLE = 65_536

_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MARKUP = re.compile(r"\s*<(\?xml|!doctype|html|table)", re.IGNORECASE)

csv.field_size_limit(CELL_LIMIT)


def read_delimited(content: IO[bytes]) -> Iterator[list[Cell]]:
    """Rows of a CSV file of any usual encoding and delimiter, blank ones included; else `Invalid`.

    The file is never held whole: it is read through once for its encoding, and once for its rows.
    """
    encoding, sample = _decode(content)
    if _MARKUP.match(sample):
        raise _not_a_table()
    content.seek(0)
    return _rows(io.TextIOWrapper(content, encoding, newline=""), _delimiter(sample))


def _not_a_table() -> Invalid:
    return Invalid(text("This is not a CSV or XLSX file. Save the spreadsheet as one of these and upload it again."))


def _rows(decoded: io.TextIOWrapper, delimiter: str) -> Iterator[list[Cell]]:
    reader = csv.reader(decoded, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield list(map(str.strip, cells))
    except csv.Error:
        raise Invalid(
            text(
                "The file cannot be read from line {line} on: a quotation mark is opened and not closed, or stands"
                " inside a cell. Save the file again as XLSX, or mend that line.",
                line=reader.line_num,
            )
        ) from None
    finally:
        decoded.detach()


def _decode(content: IO[bytes]) -> tuple[str, str]:
    """The encoding in which the whole file can be read, and how it begins."""
    content.seek(0)
    for encoding in _encodings(content.read(200)):
        try:
            return encoding, _sample(content, encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(text("The letters of this file cannot be read. Save it as CSV UTF-8 or as XLSX."))


def _sample(content: IO[bytes], encoding: str) -> str:
    """Decode all of it, piece by piece; gives the first piece's beginning."""
    decoder, sample = codecs.getincrementaldecoder(encoding)(), ""
    content.seek(0)
    while True:
        piece = content.read(PIECE)
        decoded = decoder.decode(piece, final=not piece)
        if _BINARY.search(decoded):
            raise _not_a_table()
        sample = sample or decoded[:SAMPLE]
        if not piece:
            return sample


def _encodings(head: bytes) -> tuple[str, ...]:
    """What to try, in order. UTF-16 without a mark shows itself by a zero byte beside each plain letter."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if head[::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    return ("utf-8-sig", "cp1252")


def _delimiter(sample: str) -> str:
    """The candidate that parts the first rows into the most columns, all of them alike."""
    return max(DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[int, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(row) for row in islice(reader, 20) if row]
    except csv.Error:
        return 0, 0
    header = widths[0] if widths else 0
    return sum(width == header for width in widths) if header > 1 else 0, header
