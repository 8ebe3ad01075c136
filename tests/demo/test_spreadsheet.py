"""The list that the demo's client sends: what the product makes of it is what was put in."""

from pathlib import Path

from tatausaha.core.dates import Period
from tatausaha.core.imports.fields import check_rows, match_columns, missing_columns
from tatausaha.core.imports.table import open_table
from tatausaha.demo.companies import PROVIDERS
from tatausaha.demo.spreadsheet import MISTAKES, Sheet, write_sheet
from tatausaha.people.spreadsheet import fields_for

COMPANY = PROVIDERS[0].companies[0]


def written(folder: Path, name: str = "list.xlsx") -> Sheet:
    return write_sheet(folder / name, COMPANY, Period(2026, 11))


def test_the_same_list_is_the_same_file_so_that_sending_it_twice_changes_nothing(tmp_path: Path) -> None:
    assert written(tmp_path).content == written(tmp_path, "again.xlsx").content


def test_every_mistake_in_the_list_is_told_and_nothing_else(tmp_path: Path) -> None:
    sheet = written(tmp_path)

    with open_table(sheet.content) as table:
        fields = fields_for(table.headers)
        mapping = match_columns(table.headers, fields)
        rows = list(check_rows(table, fields, mapping))

    assert missing_columns(fields, mapping) == []
    assert len(rows) == sheet.rows
    assert sum(bool(row.problems) for row in rows) == len(MISTAKES)
    assert len({str(row.values.get("number")) for row in rows}) == len(rows) - 1, "one stands there twice"
