from datetime import UTC, date, datetime

import pytest

from tatausaha.core.dates import MONTHS, Period, format_day, format_moment, parse_day


@pytest.mark.parametrize(
    "written",
    ["2026-11-21", "21/11/2026", "21-11-2026", "21 November 2026", "21 Nov 2026", " 21  nopember 2026 ", "21-Nov-2026"],
)
def test_every_usual_way_to_write_a_day_is_understood(written: str) -> None:
    assert parse_day(written) == date(2026, 11, 21)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_day_that_is_shown_can_be_typed_back(language: str) -> None:
    for month in range(1, 13):
        day = date(2026, month, 9)
        assert parse_day(format_day(day, language)) == day
        assert parse_day(f"9 {MONTHS[language][month - 1][:3]} 2026") == day


@pytest.mark.parametrize(
    "written", ["", "2026-02-30", "31/04/2026", "11/21/2026", "21/11/26", "21 Foo 2026", "tomorrow"]
)
def test_days_that_do_not_exist_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_day(written)


def test_months_know_their_days_and_neighbours() -> None:
    december = Period.parse("2026-12")
    assert (december.first, december.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert (str(december.next()), str(december.previous())) == ("2027-01", "2026-11")
    assert Period(2027, 1).previous() == december < Period(2027, 1)
    assert Period(2028, 2).last.day == 29
    assert Period.of(date(2028, 2, 29)) == Period(2028, 2)


@pytest.mark.parametrize("written", ["2026-13", "2026-00", "2026-1", "11-2026", "2026-11-01", "", "0001-01", "9999-12"])
def test_months_that_do_not_exist_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Period.parse(written)


def test_a_moment_reads_in_the_clients_own_zone() -> None:
    moment = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert format_moment(moment, "Asia/Jakarta", "id") == "21 November 2026 14.30 WIB"
    assert format_moment(moment, "Asia/Makassar", "en") == "21 November 2026 15:30 WITA"
    assert format_moment(moment.replace(hour=16), "Asia/Jayapura", "id") == "22 November 2026 01.30 WIT"
