"""How lists of prices follow each other: a client has one on a day, and a month is billed by one.

A list that begins cuts the one before it off on the day before. Since a month has one invoice, the one before may not
reach into the month in which the next begins; the first list may begin, and the last end, within a month.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from tatausaha.core.dates import MONTHS, Period, format_day
from tatausaha.core.i18n import Text, current_language, text


class Span(msgspec.Struct, frozen=True):
    """The days of a list; without an end, until another follows."""

    name: str
    starts_on: date
    ends_on: date | None = None


def misfit(new: Span, agreed: Sequence[Span], billed: Iterable[Period]) -> Text | None:
    """Why a list cannot be agreed beside those that are, and the months that were billed; None where it can."""
    first, last = Period.of(new.starts_on), Period.of(new.ends_on or date.max)
    if months := [month for month in billed if first <= month <= last]:
        latest = max(months)
        return text(
            "{month} is billed already. Let the list begin in {next} or later.",
            month=_month(latest),
            next=_month(latest.next()),
        )
    if (after := next_after(new, agreed)) and Period.of(after.starts_on) <= last:
        return text(
            "“{name}” begins on {day}. Let this list end in a month before that one, or begin after it.",
            name=after.name,
            day=_day(after.starts_on),
        )
    if (before := last_before(new, agreed)) and Period.of(cut(before, new)) == first:
        return text(
            "A month is billed by one list, and “{name}” still holds in {month}. Let this one begin on 1 {next}.",
            name=before.name,
            month=_month(first),
            next=_month(first.next()),
        )
    return None


def misend(span: Span, day: date, billed: Iterable[Period]) -> Text | None:
    """Why an agreed list cannot end on a day; None where it can."""
    if day < span.starts_on:
        return text("It begins on {day} and cannot end before.", day=_day(span.starts_on))
    if span.ends_on and day >= span.ends_on:
        return text("It ends on {day} already. To go on, agree on a list that follows it.", day=_day(span.ends_on))
    beyond = Period.of(day + timedelta(days=1))
    if months := [month for month in billed if month >= beyond]:
        latest = max(months)
        return text(
            "{month} is billed by it already. Let it end on {day} or later.",
            month=_month(latest),
            day=_day(latest.last),
        )
    return None


def last_before(new: Span, agreed: Iterable[Span]) -> Span | None:
    """The list that a new one follows."""
    return max((one for one in agreed if one.starts_on < new.starts_on), key=lambda one: one.starts_on, default=None)


def next_after(new: Span, agreed: Iterable[Span]) -> Span | None:
    """The list that begins on the same day or next."""
    return min((one for one in agreed if one.starts_on >= new.starts_on), key=lambda one: one.starts_on, default=None)


def cut(before: Span, new: Span) -> date:
    """The last day of a list once another follows it."""
    eve = new.starts_on - timedelta(days=1)
    return min(before.ends_on or eve, eve)


def _day(day: date) -> str:
    return format_day(day, current_language())


def _month(month: Period) -> str:
    return f"{MONTHS[current_language()][month.month - 1]} {month.year}"
