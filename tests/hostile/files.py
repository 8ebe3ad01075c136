"""Files that nobody means well with."""

import io
import struct
import zipfile
import zlib

import openpyxl
from PIL import Image


def workbook(*rows: list[object]) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def with_part(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    source, target = zipfile.ZipFile(io.BytesIO(book)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.namelist():
            if entry != name:
                archive.writestr(entry, source.read(entry))
        archive.writestr(name, content)
    return target.getvalue()


def png(width: int = 8, height: int = 8) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(target, "PNG")
    return target.getvalue()


def flood() -> bytes:
    """A PNG of few bytes that says it is of 60,000 × 60,000 pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1_000_000)), (b"IEND", b""))
    packed = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


SHEET = "xl/worksheets/sheet1.xml"
HEADER = "Nomor Karyawan;Nama;PTKP;Tanggal Masuk;Gaji Pokok"
GOOD = "A-1;Sari Dewi;TK/0;05/01/2026;5000000"
BOOK = workbook(HEADER.split(";"), GOOD.split(";"))
XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="str"><v>&e;</v></c></row>
</sheetData></worksheet>"""
BILLION = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'

SPREADSHEETS: dict[str, bytes] = {
    "a zip bomb": with_part(BOOK, SHEET, b"0" * 150_000_000),
    "an archive within": with_part(BOOK, "xl/embedded.xlsx", BOOK),
    "an entity that names a file": with_part(BOOK, SHEET, XXE),
    "entities of entities": with_part(BOOK, "xl/sharedStrings.xml", BILLION),
    "a name that climbs": with_part(BOOK, "../../../../tmp/climbed.txt", b"x"),
    "half a workbook": BOOK[: len(BOOK) // 2],
    "a workbook of nothing": with_part(BOOK, "xl/workbook.xml", b""),
    "broken XML": with_part(BOOK, SHEET, b"<worksheet><sheetData><row>"),
    "a picture": png(),
    "an old or encrypted workbook": b"\xd0\xcf\x11\xe0" + b"\0" * 4_000,
    "a program": b"\x7fELF" + b"\0" * 4_000,
    "a web page": b"<!doctype html><script>alert(1)</script>",
    "bytes": bytes(range(256)) * 40,
    "NUL in text": b"Nomor Karyawan;Nama\nA\x00;B",
    "one column": b"Nama\nSari\n",
    "five hundred columns": (";".join(f"k{n}" for n in range(500)) + "\n").encode(),
    "names of columns alone": HEADER.encode(),
    "blank lines": b"\n\n;;;\n",
    "the same column thrice": f"{HEADER};Nama;Nama\n{GOOD};Lain;Lain".encode(),
    "a quotation mark that never ends": f'{HEADER}\nA;"Sari;TK/0\n'.encode() * 50,
    "a cell without end": f"{HEADER}\nA;{'x' * 1_000_000}".encode(),
    "UTF-16": f"{HEADER}\n{GOOD}".encode("utf-16"),
    "cp1252": f"{HEADER}\n{GOOD.replace('Sari', 'Renée')}".encode("cp1252"),
    "formulas": f"{HEADER}\n=1+1;\"=cmd|' /C calc'!A0\";@SUM(A1);+1;-1".encode(),
    "nonsense in each cell": f"{HEADER}\nA;;K/9;31/02/2026;NaN\nB;x;TK/0;9999-12-31;-5\nC;x;TK/0;2026-01-01;1e400".encode(),
    "numbers without end": f"{HEADER}\nA;Sari;TK/0;2026-01-01;{'9' * 5_000}".encode(),
    "control characters in a workbook": workbook(
        HEADER.split(";"), ["A", "S_x0000_a_x0008_ri", "TK/0", "2026-01-01", 1]
    ),
    "numbers that are none": workbook(HEADER.split(";"), [1e308, "Sari", "TK/0", 9e99, -1e-300]),
    "turned letters": f"{HEADER}\nA\u202e;\u202eiraS;TK/0;05/01/2026;1".encode(),
    "fifty thousand rows and one": (HEADER + "\n" + "A;B;TK/0;05/01/2026;1\n" * 50_001).encode(),
}

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PICTURES: dict[str, bytes] = {
    "an SVG with a script": SVG,
    "a flood of pixels": flood(),
    "half a picture": png()[:40],
    "a web page behind a picture's first bytes": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "a GIF": b"GIF89a" + b"\0" * 100,
    "nothing": b"",
    "a long strip": png(5_000, 1),
    "half a megabyte and more": png() + b"\0" * 600_000,
}
POLYGLOT = png() + b"<script>alert(1)</script>"

NAMES = (
    "../../../../tmp/climbed.csv",
    "..\\..\\climbed.csv",
    "/etc/passwd",
    'a"; filename="b.csv',
    "a\r\nSet-Cookie: x=y\r\n.csv",
    "a" * 1_000 + ".csv",
    "\u202evsc.exe",
    "<b data-evil=1>.csv",
    ".",
    "%00.csv",
    "CON.csv",
)
