"""CSV as people's programs really write it: by Excel, Google Sheets, a bank or a cash register."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.imports.cells import Cell

DELIMITERS = ",;\t|"
CELL_LIMIT = 32_767
"""The most characters a spreadsheet program itself puts in one cell."""

_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MARKUP = re.compile(r"\s*<(\?xml|!doctype|html|table)", re.IGNORECASE)

csv.field_size_limit(CELL_LIMIT)


def read_delimited(content: bytes) -> Iterator[list[Cell]]:
    """Rows of a CSV file of any usual encoding and delimiter, blank ones included; else `Invalid`."""
    decoded = _decode(content)
    if _BINARY.search(decoded) or _MARKUP.match(decoded):
        raise Invalid(text("This is not a CSV or XLSX file. Save the spreadsheet as one of these and upload it again."))
    return _rows(decoded, _delimiter(decoded))


def _rows(decoded: str, delimiter: str) -> Iterator[list[Cell]]:
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield [cell.strip() for cell in cells]
    except csv.Error:
        raise Invalid(
            text(
                "The file cannot be read from line {line} on: a quotation mark is opened and not closed, or stands"
                " inside a cell. Save the file again as XLSX, or mend that line.",
                line=reader.line_num,
            )
        ) from None


def _decode(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(text("The letters of this file cannot be read. Save it as CSV UTF-8 or as XLSX."))


def _encodings(content: bytes) -> tuple[str, ...]:
    """What to try, in order. UTF-16 without a mark shows itself by a zero byte beside each plain letter."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    head = content[:200]
    if head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if head[::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    return ("utf-8-sig", "cp1252")


def _delimiter(decoded: str) -> str:
    """The candidate that parts the first rows into the most columns, all of them alike."""
    return max(DELIMITERS, key=lambda delimiter: _agreement(decoded[:65_536], delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[int, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(row) for row in islice(reader, 20) if row]
    except csv.Error:
        return 0, 0
    header = widths[0] if widths else 0
    return sum(width == header for width in widths) if header > 1 else 0, header
