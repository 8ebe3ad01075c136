"""Selling on credit: instalments, what is beyond a limit, and which debts a payment settles."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from tatausaha.core.dates import Period
from tatausaha.core.money import Rupiah

K = TypeVar("K")


def instalments(amount: Rupiah, parts: int, first_due: date) -> list[tuple[date, Rupiah]]:
    """Equal parts a month apart, as (due day, rupiah); the first ones bear the rupiah that do not divide."""
    share, rest = divmod(amount, parts)
    return [(_months_after(first_due, number), share + (number < rest)) for number in range(parts)]


def beyond(limit: Rupiah | None, owed: Rupiah, amount: Rupiah) -> Rupiah:
    """By how much a new amount would exceed the limit; zero within it, or without a limit."""
    return 0 if limit is None else max(0, owed + amount - limit)


def settle(amount: Rupiah, debts: Sequence[tuple[K, Rupiah]]) -> tuple[list[tuple[K, Rupiah]], Rupiah]:
    """What of a payment goes to each debt, given as (key, open rupiah) in the order of settling, and what is left."""
    shares = []
    for key, owed in debts:
        share = min(owed, amount)
        if share:
            shares.append((key, share))
            amount -= share
    return shares, amount


def due_day(issued_on: date, terms_days: int) -> date:
    """The last day to pay."""
    return issued_on + timedelta(days=terms_days)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    period = Period.of(day)
    for _ in range(months):
        period = period.next()
    return period.first.replace(day=min(day.day, period.last.day))
