"""Months and days as people write them, in Indonesian and English, and the three Indonesian time zones."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

import msgspec
from babel.dates import get_month_names

MONTHS = {language: tuple(get_month_names("wide", locale=language).values()) for language in ("id", "en")}

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""What people may mean by a day or a month; beyond, the neighbours of a day may not exist at all."""

# Indonesia knows no daylight saving, so fixed offsets say all there is, without a time zone database.
ZONES = {
    "Asia/Jakarta": timezone(timedelta(hours=7), "WIB"),
    "Asia/Makassar": timezone(timedelta(hours=8), "WITA"),
    "Asia/Jayapura": timezone(timedelta(hours=9), "WIT"),
}

_ABBREVIATIONS = {"agt": 8, "ags": 8, "agu": 8, "agst": 8, "sept": 9, "nop": 11, "nopember": 11, "pebruari": 2}
_MONTH_NUMBERS = (
    {name.lower(): number for names in MONTHS.values() for number, name in enumerate(names, 1)}
    | {name[:3].lower(): number for names in MONTHS.values() for number, name in enumerate(names, 1)}
    | _ABBREVIATIONS
)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_NUMERIC = re.compile(r"(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})", re.ASCII)
_NAMED = re.compile(r"(?P<day>\d{1,2})[ -](?P<month>[A-Za-z]+)\.?[ -](?P<year>\d{4})", re.ASCII)
_PERIOD = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class Period(msgspec.Struct, frozen=True, order=True, gc=False):
    """A calendar month; written `2026-11`."""

    year: int
    month: int

    def __post_init__(self) -> None:
        date(self.year, self.month, 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def parse(cls, written: str) -> "Period":
        """The month in `2026-11`; ValueError for anything else, and for years that nobody can mean."""
        match = _PERIOD.fullmatch(written.strip())
        if match is None or not EARLIEST.year <= int(match[1]) <= LATEST.year:
            raise ValueError(f"not a month: {written!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Period":
        """The month that holds this day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def next(self) -> "Period":
        return Period(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> "Period":
        return Period(self.year, self.month - 1) if self.month > 1 else Period(self.year - 1, 12)


def parse_day(written: str) -> date:
    """The day in `2026-11-21`, `21/11/2026`, `21-11-2026`, `21 November 2026` or `21 Nov 2026`.

    Month names may be Indonesian or English, full or short. Day comes before month, as written in Indonesia.
    Raises ValueError for other forms and for days that do not exist.
    """
    cleaned = " ".join(written.split())
    match = _ISO.fullmatch(cleaned) or _NUMERIC.fullmatch(cleaned) or _NAMED.fullmatch(cleaned)
    if match is None:
        raise ValueError(f"not a date: {written!r}")
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month.lower())
    if number is None:
        raise ValueError(f"not a month name: {month!r}")
    return date(int(match["year"]), number, int(match["day"]))


def format_day(day: date, language: str) -> str:
    """`21 November 2026`, with the month named in the language."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def format_moment(moment: datetime, zone: str, language: str) -> str:
    """`21 November 2026 14.30 WIB` in Indonesian, `14:30` in English; the moment must know its own zone."""
    local = moment.astimezone(ZONES[zone])
    return f"{format_day(local, language)} {format_clock(moment, zone, language)} {local.tzname()}"


def format_clock(moment: datetime, zone: str, language: str) -> str:
    """The hour and minute alone: `14.30` in Indonesian, `14:30` in English."""
    return moment.astimezone(ZONES[zone]).strftime("%H.%M" if language == "id" else "%H:%M")
