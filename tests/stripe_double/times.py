"""Months as Stripe counts them, and parts of a period to the second."""

import calendar
from datetime import UTC, datetime

MONTHS = {"month": 1, "year": 12}
HOUR = 3600
DAY = 24 * HOUR


def add_months(moment: int, months: int) -> int:
    """The same day and time so many months on, or the last day of a month that has no such day."""
    at = datetime.fromtimestamp(moment, UTC)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return int(at.replace(year=year, month=month + 1, day=min(at.day, last)).timestamp())


def next_end(anchor: int, interval: str, after: int) -> int:
    """The first end of a period, counted from the anchor, that lies after a moment."""
    step = MONTHS[interval]
    count = 1
    while add_months(anchor, count * step) <= after:
        count += 1
    return add_months(anchor, count * step)


def rounded(numerator: int, denominator: int) -> int:
    """A fraction to the nearest whole, halves away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def part(amount: int, start: int, end: int, now: int) -> int:
    """What of an amount for a period is left of it at a moment."""
    return rounded(amount * (end - now), end - start)


def day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %Y")
