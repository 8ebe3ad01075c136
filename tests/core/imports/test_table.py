"""Any file a person may upload is either read or refused with a sentence."""

import codecs
import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from tatausaha.core.errors import Invalid
from tatausaha.core.imports.table import Limits, open_table
from tatausaha.core.imports.workbook_child import MEMORY

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def read(content, limits=None):
    with open_table(content, limits) as table:
        return table.headers, [(row.number, row.cells) for row in table.rows]


def refusal(content, limits=None):
    with pytest.raises(Invalid) as caught:
        read(content, limits)
    return caught.value.message.msgid


def workbook(fill, **options):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        fill(book)
    return target.getvalue()


def sheet_of(*rows):
    def fill(book):
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value) if isinstance(value, str) else sheet.write(
                    number, column, value
                )

    return workbook(fill)


def repacked(content, **parts):
    """The workbook with some parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return target.getvalue()


PLAIN = sheet_of(["Nama", "Gaji"], ["Ayu", 5_000_000])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_of_any_usual_encoding_and_delimiter_is_read(encoding, delimiter):
    written = f"Nama{delimiter}Kafé\r\nAyu{delimiter}5\r\n".encode(encoding)
    assert read(written) == (("Nama", "Kafé"), [(2, ["Ayu", "5"])])


def test_a_big_endian_file_with_a_mark_is_read():
    assert read(codecs.BOM_UTF16_BE + "a,b\n1,2".encode("utf-16-be")) == (("a", "b"), [(2, ["1", "2"])])


def test_quoted_line_breaks_and_delimiters_stay_inside_their_cell():
    headers, rows = read(b'Nama;Alamat\n"Ayu; Lestari";"Jl. Mawar 1\nBandung"\n\nBudi;x\n')
    assert headers == ("Nama", "Alamat")
    assert rows == [(2, ["Ayu; Lestari", "Jl. Mawar 1\nBandung"]), (4, ["Budi", "x"])]


def test_commas_in_amounts_do_not_win_over_the_real_delimiter():
    assert read(b"Nama;Gaji\nAyu;1,250,000\nBudi;2,500,000\n")[1][0] == (2, ["Ayu", "1,250,000"])


def test_a_file_with_one_column_is_read():
    assert read(b"NIK\n123\n")[0] == ("NIK",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"\n \n", "The file is empty"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old .xls file"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"a,b\n1,\x00\n", "not a CSV or XLSX"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
        (b"<html><table><tr><td>Gaji</td></tr></table>", "not a CSV or XLSX"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "not a CSV or XLSX"),
        (b'a,b\n"never closed,2\n3,4\n', "quotation mark"),
        (b'a,b\n"x"y,2\n', "quotation mark"),
        (b"a,b\n" + b"x" * 40_000 + b",2\n", "cannot be read from line"),
        (b"a,b\n\x81\x8d,2\n", "letters of this file"),
        (b"\xff\xfea\x00,", "letters of this file"),
    ],
)
def test_what_is_no_table_gets_a_sentence(content, says):
    assert says in refusal(content)


def test_too_many_rows_columns_or_bytes_are_refused():
    assert "more than {limit} rows" in refusal(b"a,b\n" + b"1,2\n" * 6, Limits(rows=5))
    assert len(read(b"a,b\n" + b"1,2\n" * 5, Limits(rows=5))[1]) == 5
    assert "columns" in refusal(b",".join(b"x" for _ in range(201)))
    assert "larger than" in refusal(b"a,b\n", Limits(size=3))


def test_a_workbook_gives_its_cells_with_the_row_numbers_that_people_see():
    def fill(book):
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(2, 1, ["Nama", "Masuk", "Gaji", "Total"])
        sheet.write_string(4, 1, "=Ayu")
        sheet.write_datetime(4, 2, datetime(2026, 11, 21), day)
        sheet.write_number(4, 3, 5_000_000)
        sheet.write_formula(4, 4, "=D5*2", None, 10_000_000)

    headers, rows = read(workbook(fill))
    assert headers == ("Nama", "Masuk", "Gaji", "Total")
    assert rows == [(5, ["=Ayu", date(2026, 11, 21).isoformat(), 5_000_000.0, 10_000_000.0])]


def test_the_first_visible_sheet_with_content_is_taken():
    def fill(book):
        book.add_worksheet("empty").activate()
        hidden = book.add_worksheet("hidden")
        hidden.write(0, 0, "secret")
        hidden.hide()
        book.add_worksheet("data").write(0, 0, "Nama")

    assert read(workbook(fill))[0] == ("Nama",)


def test_a_failed_formula_is_seen_and_not_taken_for_an_empty_cell():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 1, "Nama")
        sheet.write(0, 2, "Tunjangan")
        sheet.write(1, 1, "Ayu")
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")

    assert read(workbook(fill))[1] == [(2, ["Ayu", "#DIV/0!"])]


def test_an_empty_workbook_is_refused_as_empty():
    assert "empty" in refusal(workbook(lambda book: book.add_worksheet()))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = repacked(PLAIN, **{"xl/worksheets/sheet1.xml": b" " * 60_000_000})
    assert len(bomb) < 100_000
    assert "unpacks to more" in refusal(bomb)


def test_a_workbook_that_lies_about_its_size_is_refused():
    content = repacked(PLAIN, **{"xl/worksheets/sheet1.xml": b" " * 5_000_000})
    lie = content.replace((5_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert "damaged" in refusal(lie)


def test_two_cells_at_the_ends_of_the_sheet_do_not_take_all_memory():
    spread = SHEET.format(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert "cannot be read" in refusal(repacked(PLAIN, **{"xl/worksheets/sheet1.xml": spread}))


def test_one_long_text_repeated_endlessly_does_not_take_all_memory():
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, MEMORY // 30_000))
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + "x" * 32_000
        + "</t></si></sst>"
    )
    content = repacked(PLAIN, **{"xl/worksheets/sheet1.xml": SHEET.format(cells), "xl/sharedStrings.xml": strings})
    assert "cannot be read" in refusal(content)


@pytest.mark.parametrize(
    ("part", "data", "says"),
    [
        ("xl/sharedStrings.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst>&e;</sst>', "entities"),
        ("xl/worksheets/sheet1.xml", SHEET.format("").encode("utf-16"), "encoding"),
        ("xl/embeddings/more.bin", PLAIN, "another archive"),
        ("xl/worksheets/sheet1.xml", "<worksheet><broken", "cannot be read"),
        ("xl/workbook.xml", "<nothing/>", "cannot be read"),
    ],
)
def test_what_no_spreadsheet_program_writes_is_refused(part, data, says):
    assert says in refusal(repacked(PLAIN, **{part: data}))


def test_damaged_and_foreign_archives_are_refused():
    assert "damaged" in refusal(PLAIN[: len(PLAIN) // 2])
    assert "damaged" in refusal(b"PK\x03\x04 and nothing")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "not an XLSX workbook" in refusal(target.getvalue())


def test_an_encrypted_entry_is_refused():
    locked = bytearray(PLAIN)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = locked.find(mark)
        while place >= 0:
            locked[place + flag] |= 1
            place = locked.find(mark, place + 1)
    assert "password" in refusal(bytes(locked))


def test_leaving_a_table_early_leaves_no_process_behind():
    with open_table(sheet_of(["a"], *(["x"] for _ in range(2_000)))) as table:
        assert next(table.rows).cells == ["x"]
