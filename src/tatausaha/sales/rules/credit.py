"""Selling on credit: instalments, and what is beyond a limit."""

from datetime import date, timedelta

from tatausaha.core.dates import Period
from tatausaha.core.money import Rupiah


def instalments(amount: Rupiah, parts: int, first_due: date) -> list[tuple[date, Rupiah]]:
    """Equal parts a month apart, as (due day, rupiah); the first ones bear the rupiah that do not divide."""
    share, rest = divmod(amount, parts)
    return [(_months_after(first_due, number), share + (number < rest)) for number in range(parts)]


def beyond(limit: Rupiah | None, owed: Rupiah, amount: Rupiah) -> Rupiah:
    """By how much a new amount would exceed the limit; zero within it, or without a limit."""
    return 0 if limit is None else max(0, owed + amount - limit)


def due_day(issued_on: date, terms_days: int) -> date:
    """The last day to pay."""
    return issued_on + timedelta(days=terms_days)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    period = Period.of(day)
    for _ in range(months):
        period = period.next()
    return period.first.replace(day=min(day.day, period.last.day))
