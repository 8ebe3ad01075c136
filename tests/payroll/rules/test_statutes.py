from datetime import date, timedelta
from itertools import pairwise

import pytest

from tatausaha.core.dates import Period
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.statutes import ends_on, read_table, starts_on, statutes_of

TABLES = (
    "ter_monthly",
    "pasal17",
    "ptkp",
    "bpjs",
    "biaya_jabatan",
    "retirement_age",
    "minimum_wage",
    "policies",
)


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_complete_dated_and_tells_its_source(table: str) -> None:
    for row in read_table(table):
        assert None not in row
        assert None not in row.values()
        assert starts_on(row) <= ends_on(row)
        assert row["source"] or row["confidence"] == "unsourced"


@pytest.mark.parametrize(
    ("category", "count", "sum_of_bounds", "sum_of_rates"),
    [
        ("A", 44, 5_836_750_000, 609_250),
        ("B", 40, 5_975_750_000, 600_500),
        ("C", 41, 6_093_950_000, 601_000),
    ],
)
def test_the_ter_table_is_whole_and_without_gaps(
    category: str, count: int, sum_of_bounds: int, sum_of_rates: int
) -> None:
    rows = [row for row in read_table("ter_monthly") if row["category"] == category]
    assert len(rows) == count
    assert [row["lower_exclusive"] for row in rows] == ["0", *(row["upper_inclusive"] for row in rows[:-1])]
    assert rows[-1]["upper_inclusive"] == ""
    rates = [int(row["rate"]) for row in rows]
    bounds = [int(row["lower_exclusive"]) for row in rows]
    assert rates == sorted(set(rates))
    assert bounds == sorted(set(bounds))
    assert (rates[0], rates[-1]) == (0, 34_000)
    # Sums over the regulation's own table: one mistyped digit changes them.
    assert (sum(bounds), sum(rates)) == (sum_of_bounds, sum_of_rates)


def test_dated_rows_follow_one_another_without_gap_or_overlap() -> None:
    ceilings = [row for row in read_table("bpjs") if row["program"] == "jp"]
    for before, after in pairwise(ceilings):
        assert starts_on(after) == ends_on(before) + timedelta(days=1)
    ages = read_table("retirement_age")
    for before, after in pairwise(ages):
        assert starts_on(after) == ends_on(before) + timedelta(days=1)
        assert int(after["age"]) == int(before["age"]) + 1


def test_the_pension_ceiling_steps_in_march() -> None:
    caps = {n: statutes_of(Period(2026, n)).programs["jp"].cap for n in (2, 3)}
    assert caps == {2: 10_547_400, 3: 11_086_300}


def test_the_labour_intensive_discount_ends_with_january_2026() -> None:
    assert statutes_of(Period(2026, 1)).jkk["III", True].employer_rate == 445
    assert ("III", True) not in statutes_of(Period(2026, 2)).jkk
    assert ("III", True) not in statutes_of(Period(2025, 1)).jkk


def test_months_before_the_tables_are_refused() -> None:
    statutes_of(Period(2024, 1))
    with pytest.raises(RuleError, match="2023-12"):
        statutes_of(Period(2023, 12))


def test_every_working_status_has_a_category() -> None:
    categories = {status: row.category for status, row in statutes_of(Period(2026, 1)).ptkp.items() if row.category}
    assert "".join(categories[f"{group}/{n}"] for group in ("TK", "K") for n in range(4)) == "AABBABBC"
    assert len(categories) == 8


def test_the_law_of_a_day_long_ago_has_an_end() -> None:
    assert ends_on({"effective_to": ""}) == date.max
