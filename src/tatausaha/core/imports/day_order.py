"""Days such as 08/11/2024, which some write day first and others month first: the whole column decides, once."""

import re
from datetime import date
from typing import Literal

from tatausaha.core.dates import EARLIEST, LATEST
from tatausaha.core.i18n import text
from tatausaha.core.imports.cells import Cell, CellError, Parser, day

Order = Literal["day", "month"]
ORDERS: tuple[Order, ...] = ("day", "month")

_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_OLDEST_OF_TWO = 70
"""A year of two digits from here on lies in the last century."""


class DayOrder:
    """Looks at a column's cells and tells in which order they are written.

    Cells that can be read in one way only decide, by their number; without any, the day comes first, as in Indonesia.
    What a person chose stands above all of them.
    """

    def __init__(self, chosen: str = "", earliest: date = EARLIEST, latest: date = LATEST) -> None:
        self.chosen, self.bounds = chosen, (earliest, latest)
        self.firm = {"day": 0, "month": 0}

    def look(self, cell: Cell) -> None:
        """Take one more cell into account."""
        match = _NUMERIC.fullmatch(cell.strip()) if isinstance(cell, str) else None
        first, second = (int(match[1]), int(match[3])) if match else (0, 0)
        if (first > 12) != (second > 12):
            self.firm["day" if first > 12 else "month"] += 1

    @property
    def outcome(self) -> Order:
        """What comes first in this column."""
        usual: Order = "month" if self.firm["month"] > self.firm["day"] else "day"
        return next((order for order in ORDERS if order == self.chosen), usual)

    def parser(self) -> Parser:
        """Reads the column's cells in that order."""
        return day_in(self.outcome, *self.bounds)


def day_in(order: Order, earliest: date = EARLIEST, latest: date = LATEST) -> Parser:
    """A day in numbers in this order, its year of four or two digits; otherwise as `cells.day` reads it."""
    otherwise = day(earliest, latest)
    reason = (
        text("is not a date that exists with the day first, as this column is read")
        if order == "day"
        else text("is not a date that exists with the month first, as this column is read")
    )

    def parse(cell: Cell) -> object:
        match = _NUMERIC.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if match is None:
            return otherwise(cell)
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if len(match[4]) == 2:
            year += 1900 if year >= _OLDEST_OF_TWO else 2000
        try:
            found = date(year, *((second, first) if order == "day" else (first, second)))
        except ValueError:
            raise CellError(reason) from None
        return otherwise(found.isoformat())

    return parse
