"""What an XLSX file is on disk: a zip of XML parts. What is dangerous about that is refused before it is unpacked."""

import io
import re
import zipfile
from posixpath import join, normpath
from xml.etree import ElementTree

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text

MEGABYTE = 1024 * 1024
ENTRIES = 2_000
UNPACKED = 200 * MEGABYTE
RATIO = 250
"""Real sheets pack 10 to 100 times; a bomb packs close to deflate's limit of 1032."""

CHUNK = MEGABYTE
DAMAGED = text("The workbook is damaged. Open it in a spreadsheet program and save it again.")

_BROKEN = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)


class Package:
    """A checked XLSX file. Raises `Invalid` when made from one that cannot be accepted."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            _refuse_bombs(self._zip.infolist())
            for entry in self._zip.infolist():
                self._check(entry)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
            raise Invalid(DAMAGED) from error
        if "xl/workbook.xml" not in self._zip.namelist():
            raise Invalid(text("This archive is not an XLSX workbook. Save the spreadsheet as XLSX and upload that."))

    def _check(self, entry: zipfile.ZipInfo) -> None:
        """Read one part through, so that a size or checksum that lies is found, and look for what XLSX never needs."""
        tail = b""
        with self._zip.open(entry) as part:
            while chunk := part.read(CHUNK):
                if not tail:
                    _refuse_start(chunk)
                if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
                    raise Invalid(text("The workbook defines XML entities, which no spreadsheet program writes."))
                tail = chunk[-16:]

    def broken_formulas(self, sheet: str) -> dict[tuple[int, int], str]:
        """Zero-based row and column of each cell whose formula failed, with its error (`#N/A`)."""
        try:
            xml = self._zip.read(self._part(sheet))
        except (KeyError, ElementTree.ParseError) as error:
            raise Invalid(DAMAGED) from error
        if b't="e"' not in xml:
            return {}
        return {(int(row) - 1, _column(letters)): error.decode() for letters, row, error in _BROKEN.findall(xml)}

    def _part(self, sheet: str) -> str:
        """The path of a sheet's part, by the workbook's list of sheets and its relations."""
        targets = {
            relation.get("Id"): relation.get("Target", "") for relation in self._tree("xl/_rels/workbook.xml.rels")
        }
        for element in self._tree("xl/workbook.xml").iterfind(".//{*}sheet"):
            if element.get("name") == sheet:
                relation = next(value for key, value in element.items() if key.endswith("}id"))
                return normpath(join("/xl", targets[relation])).lstrip("/")
        raise KeyError(sheet)

    def _tree(self, part: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._zip.read(part))  # noqa: S314 - entities were refused when it was opened


def _refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES or unpacked > UNPACKED or unpacked > max(MEGABYTE, packed * RATIO):
        raise Invalid(
            text(
                "The workbook unpacks to more than is accepted. Copy the rows into a new workbook, without pictures"
                " and formats, and upload that."
            )
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid(text("The workbook has a password. Save it without one and upload it again."))


def _refuse_start(chunk: bytes) -> None:
    if chunk.startswith(b"PK\x03\x04"):
        raise Invalid(text("The workbook holds another archive. Remove embedded files and upload it again."))
    if chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0<" in chunk[:4] or b"<\0" in chunk[:4]:
        raise Invalid(text("The workbook is written in an unusual encoding. Save it again in a spreadsheet program."))


def _column(letters: bytes) -> int:
    """Zero-based column of spreadsheet letters: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
