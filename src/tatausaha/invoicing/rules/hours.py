"""Hours as people type and read them; kept in minutes."""

import re

from tatausaha.core.money import round_ratio

DAY = 24 * 60
_CLOCK = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d)", re.ASCII)
_PARTS = re.compile(r"(?:(?P<hours>\d{1,2})[hj])?(?:(?P<minutes>\d{1,4})m)?", re.ASCII)
_DECIMAL = re.compile(r"(?P<hours>\d{1,2})(?:[.,](?P<tenths>\d{1,2}))?", re.ASCII)


def parse_minutes(written: str) -> int:
    """The minutes in `1:30`, `1,5`, `1.5`, `90m`, `1h30m`, `1j 30m` or `2` (a bare number is hours; 0,33 is twenty minutes).

    Raises ValueError for anything else, for nothing at all, for and for more than a day.
    """
    cleaned = "".join(written.lower().split()).replace("jam", "j").replace("menit", "m").replace("min", "m")
    minutes = _minutes(cleaned)
    if minutes is None or not 0 < minutes <= DAY:
        raise ValueError(f"not a length of time: {written!r}")
    return minutes


def _minutes(cleaned: str) -> int | None:
    if match := _CLOCK.fullmatch(cleaned):
        return int(match["hours"]) * 60 + int(match["minutes"])
    if cleaned and (match := _PARTS.fullmatch(cleaned)):
        return int(match["hours"] or 0) * 60 + int(match["minutes"] or 0)
    if match := _DECIMAL.fullmatch(cleaned):
        hundredths = int(match["hours"]) * 100 + int((match["tenths"] or "").ljust(2, "0"))
        return round_ratio(hundredths * 60, 100)
    return None


def format_minutes(minutes: int) -> str:
    """`1:30`; the same in every language."""
    return f"{minutes // 60}:{minutes % 60:02}"
