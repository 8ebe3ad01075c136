"""Exports hold every row, open in a spreadsheet, and run nothing there."""

import asyncio
import csv
from datetime import UTC, date, datetime
from functools import partial

import openpyxl
import pytest

from tatausaha.core.exports import Column, write_chunks, write_csv, write_xlsx
from tatausaha.core.formulas import unguarded
from tatausaha.core.i18n import text
from tatausaha.core.report_sheets import Report, write_report_xlsx

COLUMNS = [
    Column("name", text("Name")),
    Column("nik", "NIK"),
    Column("pay", "Gaji", "money"),
    Column("joined", "Masuk", "day"),
    Column("seen", "Dilihat", "moment"),
]
ROW = {
    "name": "Ayu",
    "nik": "3273014101900001",
    "pay": 5_000_000,
    "joined": date(2026, 11, 21),
    "seen": datetime(2026, 11, 21, 7, 30, tzinfo=UTC),
}
FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.test")', "\n=1", "＝1＋1"]


def csv_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def xlsx_rows(path):
    return [list(row) for row in openpyxl.load_workbook(path).active.iter_rows()]


def test_a_csv_holds_plain_amounts_iso_days_and_local_moments(tmp_path):
    assert write_csv(tmp_path / "x.csv", COLUMNS, [ROW, ROW | {"joined": None}], zone="Asia/Makassar") == 2
    assert csv_rows(tmp_path / "x.csv")[1:] == [
        ["Ayu", "3273014101900001", "5000000", "2026-11-21", "2026-11-21 15:30"],
        ["Ayu", "3273014101900001", "5000000", "", "2026-11-21 15:30"],
    ]
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_xlsx_holds_typed_cells_and_all_digits(tmp_path):
    assert write_xlsx(tmp_path / "x.xlsx", COLUMNS, iter([ROW])) == 1
    head, row = xlsx_rows(tmp_path / "x.xlsx")
    assert [cell.value for cell in head][1:] == ["NIK", "Gaji", "Masuk", "Dilihat"]
    assert [cell.value for cell in row] == [
        "Ayu",
        "3273014101900001",
        5_000_000,
        datetime(2026, 11, 21),
        datetime(2026, 11, 21, 14, 30),
    ]
    assert row[2].number_format == "#,##0"


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_becomes_a_formula(tmp_path, formula):
    columns = [Column("a", formula), Column("b", "B")]
    write_csv(tmp_path / "x.csv", columns, [{"a": formula, "b": -5}])
    write_xlsx(tmp_path / "x.xlsx", columns, [{"a": formula, "b": -5}])
    write_report_xlsx(tmp_path / "r.xlsx", Report(formula, [formula], columns), [{"a": formula, "b": -5}])
    for text_cell, plain in csv_rows(tmp_path / "x.csv"):
        assert (text_cell[:1], unguarded(text_cell), plain in ("B", "-5")) == ("'", formula, True)
    for name in ("x.xlsx", "r.xlsx"):
        cells = [cell for row in xlsx_rows(tmp_path / name) for cell in row if isinstance(cell.value, str)]
        assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("hidden", ["Budi;=1+1", 'Budi;"=1+1"', "Budi\t=1+1", "Budi;＝1", "Budi;;@x;-1"])
def test_no_formula_hides_behind_the_mark_by_which_another_program_parts_cells(tmp_path, hidden):
    write_csv(tmp_path / "x.csv", [Column("a", "A"), Column("b", "B")], [{"a": "Ali", "b": hidden}])
    for mark in ";\t":
        with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
            cells = [cell.lstrip('"') for row in csv.reader(file, delimiter=mark) for cell in row]
        assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells), cells
    assert unguarded(csv_rows(tmp_path / "x.csv")[1][1]) == hidden


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_an_empty_export_still_has_its_headings(tmp_path, write):
    target = tmp_path / "x.xlsx"
    assert write(target, COLUMNS, iter([])) == 0
    head = csv_rows(target)[0] if write is write_csv else [cell.value for cell in xlsx_rows(target)[0]]
    assert head[1:] == ["NIK", "Gaji", "Masuk", "Dilihat"]


def test_two_columns_of_one_name_are_both_written(tmp_path):
    columns = [Column("a", "Bonus", "money"), Column("b", "Bonus", "money")]
    write_xlsx(tmp_path / "x.xlsx", columns, [{"a": 1, "b": 2}])
    assert [[cell.value for cell in row] for row in xlsx_rows(tmp_path / "x.xlsx")] == [["Bonus", "Bonus (2)"], [1, 2]]


def test_numbers_too_long_for_a_spreadsheet_stay_exact(tmp_path):
    write_xlsx(tmp_path / "x.xlsx", [Column("a", "A", "number")], [{"a": 2**53 + 1}])
    assert xlsx_rows(tmp_path / "x.xlsx")[1][0].value == str(2**53 + 1)


def test_a_report_has_title_rows_and_totals(tmp_path):
    report = Report("Register gaji", ["PT Kopi Senja", "November 2026"], COLUMNS[:3], {"pay": 10_000_000})
    assert write_report_xlsx(tmp_path / "r.xlsx", report, [ROW, ROW]) == 2
    values = [[cell.value for cell in row] for row in xlsx_rows(tmp_path / "r.xlsx")]
    assert values[0][0] == "Register gaji"
    assert [row[2] for row in values[-4:]] == ["Gaji", 5_000_000, 5_000_000, 10_000_000]


async def chunks(count, fail_at=None):
    task = asyncio.current_task()
    for number in range(count):
        if number == fail_at:
            raise ConnectionError("the database went away")
        assert asyncio.current_task() is task
        yield [ROW | {"name": f"{number}-{index}"} for index in range(100)]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
async def test_rows_that_arrive_in_chunks_are_all_written(tmp_path, write):
    assert await write_chunks(partial(write, tmp_path / "x", COLUMNS), chunks(30)) == 3_000


async def test_a_broken_off_source_never_leaves_a_file_that_passes_for_whole(tmp_path):
    with pytest.raises(ConnectionError):
        await write_chunks(partial(write_xlsx, tmp_path / "x.xlsx", COLUMNS), chunks(30, fail_at=7))
    assert not (tmp_path / "x.xlsx").exists()


async def test_a_writer_that_fails_stops_the_source(tmp_path):
    with pytest.raises(OSError, match="missing"):
        await write_chunks(partial(write_csv, tmp_path / "missing" / "x.csv", COLUMNS), chunks(1_000_000))


def test_quantities_and_rates_are_decimals_that_a_spreadsheet_can_add(tmp_path):
    columns = [Column("amount", "Jumlah", "quantity"), Column("margin", "Margin", "rate")]
    rows = [{"amount": 1_250_500, "margin": 23_500}, {"amount": -3_000, "margin": None}]
    write_csv(tmp_path / "x.csv", columns, rows)
    write_xlsx(tmp_path / "x.xlsx", columns, rows)
    write_report_xlsx(tmp_path / "y.xlsx", Report("Stok", [], columns, {"amount": 1_247_500}), rows)

    assert csv_rows(tmp_path / "x.csv")[1:] == [["1250.5", "0.235"], ["-3", ""]]
    assert [cell.value for cell in xlsx_rows(tmp_path / "x.xlsx")[1]] == [1250.5, 0.235]
    assert xlsx_rows(tmp_path / "y.xlsx")[-1][0].value == 1247.5
