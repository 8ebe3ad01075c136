"""Figures by month, laid out for a chart: every month of a span, whether or not anything happened in it."""

from collections.abc import Iterable, Mapping
from datetime import date

from tatausaha.core.dates import Period


def months_until(last: Period, count: int) -> list[Period]:
    """So many months up to and with the last, the earliest first."""
    found = [last]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]


def rows_of(figures: Iterable[tuple[str, date, int]], months: list[Period]) -> Mapping[str, list[int]]:
    """For each name its figures of the months, the greatest sum first; zero where there is none."""
    found: dict[str, dict[Period, int]] = {}
    for name, day, value in figures:
        found.setdefault(name, {})[Period.of(day)] = value
    laid = {name: [values.get(month, 0) for month in months] for name, values in found.items()}
    return dict(sorted(laid.items(), key=lambda one: (-sum(one[1]), one[0])))
