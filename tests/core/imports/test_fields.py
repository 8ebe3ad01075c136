"""Columns find their fields, and each bad cell is told with its row, column, value and reason."""

from datetime import date

import openpyxl
import pytest

from tatausaha.core.i18n import render, text, use_language
from tatausaha.core.imports import cells
from tatausaha.core.imports.fields import Field, check_rows, match_columns, missing_columns
from tatausaha.core.imports.files import write_rejects, write_template
from tatausaha.core.imports.table import open_table

FIELDS = [
    Field("name", text("Name"), cells.words(40), required=True, aliases=("Nama", "Nama karyawan"), example="Ayu"),
    Field("nik", text("NIK"), cells.digits(16), aliases=("No. KTP",), example="3273014101900001"),
    Field("salary", text("Basic salary"), cells.rupiah(), required=True, aliases=("Gaji pokok",), example="5.000.000"),
    Field("joined", text("Joined on"), cells.day(), aliases=("Tanggal masuk", "TMT"), example="2026-01-31"),
    Field("enrolled", text("BPJS"), cells.yes_no(), aliases=("Peserta BPJS",), example="ya"),
]


@pytest.fixture(autouse=True)
def english():
    with use_language("en"):
        yield


def check(content, fields=FIELDS):
    with open_table(content) as table:
        return list(check_rows(table, fields, match_columns(table.headers, fields)))


def reason(parser, cell):
    with pytest.raises(cells.CellError) as caught:
        parser(cell)
    return render(caught.value.reason)


def test_columns_are_found_by_indonesian_and_english_names_however_written():
    headers = ["no", "NAMA_KARYAWAN", "no ktp", "Gaji  Pokok", "tmt", "", "Nama"]
    assert match_columns(headers, FIELDS) == {"name": 6, "nik": 2, "salary": 3, "joined": 4, "enrolled": None}
    assert match_columns(["Basic salary", "name"], FIELDS)["salary"] == 0


def test_a_required_field_without_a_column_is_named():
    mapping = match_columns(["Nama", "NIK"], FIELDS)
    assert [field.name for field in missing_columns(FIELDS, mapping)] == ["salary"]


def test_a_good_row_gives_values():
    (row,) = check(b"Nama;NIK;Gaji pokok;TMT;BPJS\nAyu;3273 0141 0190 0001;Rp 5.250.000;17 Agustus 2025;Ya\n")
    assert row.problems == []
    assert row.values == {
        "name": "Ayu",
        "nik": "3273014101900001",
        "salary": 5_250_000,
        "joined": date(2025, 8, 17),
        "enrolled": True,
    }


def test_each_bad_cell_is_told_and_the_good_rows_stay_good():
    content = (
        b"Nama,NIK,Gaji pokok,TMT,BPJS\nAyu,3273014101900001,5250000,31/02/2025,ya\n,123,-5,,kadang\nBudi,,6000000,,\n"
    )
    first, second, third = check(content)
    assert (first.number, [str(problem) for problem in first.problems]) == (
        2,
        ["Joined on “31/02/2025”: is not a date that exists, such as 21/11/2026 or 2026-11-21"],
    )
    assert second.number == 3
    assert [problem.column.msgid for problem in second.problems] == ["Name", "NIK", "Basic salary", "BPJS"]
    assert second.values == {"joined": None}
    assert third.problems == []
    assert third.values["nik"] is None


def test_a_row_shifted_by_a_stray_comma_is_refused():
    (row,) = check(b"Nama,Gaji pokok\nAyu,5,000,000\n")
    assert "more cells than there are column names" in str(row.problems[-1])


def test_a_row_that_ends_early_has_empty_cells():
    (row,) = check(b"Nama,Gaji pokok,TMT\nAyu,5000000\n")
    assert row.problems == []
    assert row.values["joined"] is None


def test_a_failed_formula_is_never_a_value():
    (row,) = check(b"Nama,Gaji pokok\n#N/A,5000000\n")
    assert "formula that failed" in str(row.problems[0])


@pytest.mark.parametrize(
    ("parser", "cell", "value"),
    [
        (cells.rupiah(), 5_000_000.0, 5_000_000),
        (cells.rupiah(), "1.250.000,00", 1_250_000),
        (cells.rupiah(lowest=-(10**9)), "-1.000", -1_000),
        (cells.whole_number(), 12.0, 12),
        (cells.whole_number(), "12", 12),
        (cells.day(), "2026-11-21", date(2026, 11, 21)),
        (cells.day(), "21 Nov 2026", date(2026, 11, 21)),
        (cells.yes_no(), 1.0, True),
        (cells.yes_no(), False, False),
        (cells.yes_no(), "TIDAK", False),
        (cells.digits(16), "'3273014101900001".lstrip("'"), "3273014101900001"),
        (cells.account(), "123-456-7890", "1234567890"),
        (cells.account(), 1234567890.0, "1234567890"),
        (cells.email(), "Ayu@Contoh.CO.ID", "ayu@contoh.co.id"),
        (cells.words(), 42.0, "42"),
        (cells.words(), "=1+1", "=1+1"),
        (cells.words(), "'=1+1", "=1+1"),
        (cells.words(), "'t Hart", "'t Hart"),
        (cells.choice({"m": ("L", "Laki-laki", "male"), "f": ("P",)}), "laki laki", "m"),
    ],
)
def test_what_people_type_is_understood(parser, cell, value):
    assert parser(cell) == value


@pytest.mark.parametrize(
    ("parser", "cell", "says"),
    [
        (cells.rupiah(), 5_000_000.5, "whole rupiah"),
        (cells.rupiah(), "lima juta", "whole rupiah"),
        (cells.rupiah(), True, "whole rupiah"),
        (cells.rupiah(), "-1", "below 0"),
        (cells.rupiah(), "9" * 30, "above"),
        (cells.rupiah(), 1e300, "whole rupiah"),
        (cells.whole_number(highest=31), "32", "above 31"),
        (cells.whole_number(), "1.5", "whole number"),
        (cells.day(), 45_000.0, "number, not a date"),
        (cells.day(), "29/02/2025", "exists"),
        (cells.day(), "2999-01-01", "between"),
        (cells.yes_no(), "mungkin", "neither yes nor no"),
        (cells.digits(16), 3273014101900001.0, "loses digits"),
        (cells.digits(16), "3,27301E+15", "loses digits"),
        (cells.digits(16), "123", "exactly 16"),
        (cells.digits(16), "٣٢٧٣٠١٤١٠١٩٠٠٠٠١", "exactly 16"),
        (cells.account(), 12345678901234567890.0, "loses digits"),
        (cells.account(), "1,2E+15", "loses digits"),
        (cells.account(), "12AB5678", "not a bank account"),
        (cells.email(), "ayu@contoh", "not an e-mail"),
        (cells.email(), "a@b.id\r\nBcc: c@d.id", "not an e-mail"),
        (cells.words(5), "too long", "more than 5"),
        (cells.choice({1: ("TK/0",), 2: ("K/0",)}), "K/9", "TK/0, K/0"),
    ],
)
def test_what_is_not_accepted_gets_its_reason(parser, cell, says):
    assert says in reason(parser, cell)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_refused_rows_come_back_with_their_reasons_and_can_be_imported_once_mended(tmp_path, ending):
    content = b"Nama,NIK,Gaji pokok\n=Ayu,123,5000000\nBudi,3273014101900001,x\n"
    rejected = [row for row in check(content) if row.problems]
    target = tmp_path / f"rejected.{ending}"
    assert write_rejects(target, ("Nama", "NIK", "Gaji pokok"), rejected) == 2
    with open_table(target.read_bytes()) as table:
        again = list(check_rows(table, FIELDS, match_columns(table.headers, FIELDS)))
        assert table.headers == ("Row", "Reasons", "Nama", "NIK", "Gaji pokok")
    assert [[problem.column.msgid for problem in row.problems] for row in again] == [["NIK"], ["Basic salary"]]
    assert again[0].values["name"] == "=Ayu"
    assert "exactly 16 digits" in str(again[0].cells[1])


def test_the_template_can_be_imported_as_it_is(tmp_path):
    write_template(tmp_path / "template.xlsx", FIELDS)
    (row,) = check((tmp_path / "template.xlsx").read_bytes())
    assert row.problems == []
    assert row.values["nik"] == "3273014101900001"
    assert row.values["joined"] == date(2026, 1, 31)
    sheet = openpyxl.load_workbook(tmp_path / "template.xlsx").active
    assert sheet["B500"].number_format == "@" or sheet.column_dimensions["B"].number_format == "@"
