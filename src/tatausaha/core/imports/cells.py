"""From what somebody typed into a cell to a value, or a sentence that says why not.

Each function here makes a parser. A parser is never given an empty cell.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from tatausaha.core.characters import REPLACEMENT
from tatausaha.core.dates import EARLIEST, LATEST, parse_day
from tatausaha.core.formulas import unguarded
from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.money import parse_rupiah
from tatausaha.core.quantities import THOUSANDTHS, format_quantity, parse_quantity

Cell = str | bool | int | float
"""What a cell may hold. Days arrive as ISO text, numbers of XLSX as float, an empty cell as ''."""

Parser = Callable[[Cell], object]
Value = TypeVar("Value", bound=Hashable)

MOST_RUPIAH = 10**15
MOST_QUANTITY = 10**12
EXACT_DIGITS = 15
"""A spreadsheet keeps this many digits of a number, and no zeros in front of it."""

YES = ("yes", "y", "true", "1", "ya", "iya", "benar", "ada", "ikut", "aktif")
NO = ("no", "n", "false", "0", "tidak", "tdk", "t", "salah", "bukan", "tidak ada", "tidak ikut")

_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_MARKS = str.maketrans("", "", " .-/")


class CellError(Exception):
    """A cell that cannot be accepted, and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


def shown(cell: Cell) -> str:
    """The cell as its spreadsheet shows it: 12, not 12.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


def normalised(written: str) -> str:
    """Letters and digits only, in lower case, words apart: how names and choices are compared."""
    return " ".join(re.sub(r"[\W_]+", " ", written.casefold()).split())


def words(longest: int = 200) -> Parser:
    """Text of at most `longest` characters."""

    def parse(cell: Cell) -> str:
        written = shown(cell)
        if len(written) > longest:
            raise CellError(text("has more than {limit} characters", limit=longest))
        if REPLACEMENT in written:
            raise CellError(text("holds characters that cannot be read; write it again"))
        return unguarded(written)

    return parse


def rupiah(lowest: int = 0, highest: int = MOST_RUPIAH) -> Parser:
    """An amount in whole rupiah between the bounds."""

    def parse(cell: Cell) -> int:
        reason = text("is not an amount in whole rupiah, such as 1.250.000")
        amount = _whole(cell, reason) if not isinstance(cell, str) else _or_reason(parse_rupiah, cell, reason)
        return _between(amount, lowest, highest)

    return parse


def quantity(lowest: int = 0, highest: int = MOST_QUANTITY) -> Parser:
    """A quantity in thousandths of a unit between the bounds, which are thousandths too."""

    def parse(cell: Cell) -> int:
        reason = text("is not a quantity with at most three decimals, such as 12 or 0,5")
        number = _thousandths(cell, reason) if not isinstance(cell, str) else _or_reason(parse_quantity, cell, reason)
        if number < lowest:
            raise CellError(text("must not be below {limit}", limit=format_quantity(lowest, current_language())))
        if number > highest:
            raise CellError(text("must not be above {limit}", limit=format_quantity(highest, current_language())))
        return number

    return parse


def whole_number(lowest: int = 0, highest: int = 2**31 - 1) -> Parser:
    """A whole number between the bounds."""

    def parse(cell: Cell) -> int:
        reason = text("is not a whole number")
        number = _whole(cell, reason) if not isinstance(cell, str) else _or_reason(int, cell, reason)
        return _between(number, lowest, highest)

    return parse


def day(earliest: date = EARLIEST, latest: date = LATEST) -> Parser:
    """A day between the bounds, in any of the forms of `parse_day` or as a date cell."""

    def parse(cell: Cell) -> date:
        if not isinstance(cell, str):
            raise CellError(text("is a number, not a date. Format the column as a date, or write 2026-11-21"))
        value = _or_reason(parse_day, cell, text("is not a date that exists, such as 21/11/2026 or 2026-11-21"))
        if not earliest <= value <= latest:
            raise CellError(
                text("must lie between {first} and {last}", first=earliest.isoformat(), last=latest.isoformat())
            )
        return value

    return parse


def yes_no() -> Parser:
    """Yes or no, ya or tidak, 1 or 0."""
    return choice({True: YES, False: NO}, text("is neither yes nor no"))


def choice(options: Mapping[Value, Iterable[str]], reason: Text | None = None) -> Parser:
    """One of `options`: each value with the words, in any language, that stand for it."""
    values = {normalised(word): value for value, names in options.items() for word in names}
    reason = reason or text("is not one of: {options}", options=", ".join(next(iter(n)) for n in options.values()))

    def parse(cell: Cell) -> Value:
        try:
            return values[normalised(shown(cell))]
        except KeyError:
            raise CellError(reason) from None

    return parse


def digits(length: int) -> Parser:
    """An identity number of exactly `length` digits, as text; spaces, dots and dashes between them are dropped."""

    def parse(cell: Cell) -> str:
        if not isinstance(cell, str) or _SCIENTIFIC.fullmatch(cell):
            raise CellError(
                text("is stored as a number, which loses digits. Format the column as text and enter it again")
            )
        number = unguarded(cell).translate(_MARKS)
        if len(number) != length or not (number.isascii() and number.isdigit()):
            raise CellError(text("must have exactly {length} digits", length=length))
        return number

    return parse


def account() -> Parser:
    """A bank account number of 5 to 20 digits, as text."""

    def parse(cell: Cell) -> str:
        number = unguarded(shown(cell)).translate(_MARKS)
        if _SCIENTIFIC.fullmatch(shown(cell)) or (not isinstance(cell, str) and len(number) > EXACT_DIGITS):
            raise CellError(
                text("is stored as a number, which loses digits. Format the column as text and enter it again")
            )
        if not 5 <= len(number) <= 20 or not (number.isascii() and number.isdigit()):
            raise CellError(text("is not a bank account number of 5 to 20 digits"))
        return number

    return parse


def email() -> Parser:
    """An e-mail address, in lower case."""

    def parse(cell: Cell) -> str:
        written = shown(cell).lower()
        if len(written) > 254 or not _EMAIL.fullmatch(written):
            raise CellError(text("is not an e-mail address"))
        return written

    return parse


def _or_reason(parse: Callable[[str], Value], written: str, reason: Text) -> Value:
    try:
        return parse(written)
    except ValueError:
        raise CellError(reason) from None


def _whole(cell: bool | int | float, reason: Text) -> int:
    if isinstance(cell, bool) or cell != int(cell) or abs(cell) > 2**53:
        raise CellError(reason)
    return int(cell)


def _thousandths(cell: bool | int | float, reason: Text) -> int:
    # A spreadsheet's 0.3 may be the nearest float to it; what is further off than that has more decimals.
    if isinstance(cell, bool) or not abs(cell) < 2**40 or abs(cell * THOUSANDTHS - round(cell * THOUSANDTHS)) > 1e-3:
        raise CellError(reason)
    return round(cell * THOUSANDTHS)


def _between(number: int, lowest: int, highest: int) -> int:
    if number < lowest:
        raise CellError(text("must not be below {limit}", limit=lowest))
    if number > highest:
        raise CellError(text("must not be above {limit}", limit=highest))
    return number
