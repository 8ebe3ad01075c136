"""Prices that may be in another currency than rupiah: refused, unless a person said at which rate they are to be read."""

import re
from decimal import Decimal
from fractions import Fraction

import msgspec

from tatausaha.core.i18n import text
from tatausaha.core.imports.cells import MOST_RUPIAH, Cell, CellError, Parser, rupiah
from tatausaha.core.money import round_ratio
from tatausaha.core.quantities import THOUSANDTHS, parse_quantity

SIGNS: dict[str, tuple[str, ...]] = {
    "USD": ("US$", "$", "USD"),
    "SGD": ("S$", "$", "SGD"),
    "AUD": ("A$", "$", "AUD"),
    "EUR": ("€", "EUR"),
    "MYR": ("RM", "MYR"),
    "CNY": ("CN¥", "¥", "CNY", "RMB"),
    "JPY": ("JP¥", "¥", "JPY"),
    "GBP": ("£", "GBP"),
    "THB": ("฿", "THB"),
}
"""The currencies that prices come in, with the signs that stand for them."""

_RUPIAH = ("RP", "IDR")
_SIGNED = re.compile(r"(?P<before>[^\d\s.,-]*\.?)\s*(?P<amount>-?[\d.,]+(?:\s[\d.,]+)*)\s*(?P<after>[^\d\s.,-]*)")


class Rate(msgspec.Struct, frozen=True):
    """How much one unit of a currency is: thousandths of a rupiah."""

    currency: str
    thousandths: int


def price(rate: Rate | None = None) -> Parser:
    """Exact rupiah of zero or more as a `Fraction`, converted from `rate`'s currency where the cell is not in rupiah.

    Without a rate any other currency's sign is refused, and so are fractions of a rupiah.
    """
    whole = rupiah()

    def parse(cell: Cell) -> Fraction:
        sign, amount = _parted(cell)
        if sign in _RUPIAH or (rate is None and not sign):
            return Fraction(int(str(whole(cell))))
        if rate is None:
            raise CellError(
                text("is in another currency than rupiah ({sign}). Say under “How it is read” at which rate", sign=sign)
            )
        if sign and sign not in SIGNS[rate.currency]:
            raise CellError(text("is neither in {currency} nor in rupiah", currency=rate.currency))
        return _between(Fraction(_thousandths(amount), THOUSANDTHS) * Fraction(rate.thousandths, THOUSANDTHS))

    return parse


def whole_price(rate: Rate | None = None) -> Parser:
    """As `price`, in whole rupiah."""
    exact = price(rate)

    def parse(cell: Cell) -> int:
        found = exact(cell)
        assert isinstance(found, Fraction)
        return round_ratio(found.numerator, found.denominator)

    return parse


def _parted(cell: Cell) -> tuple[str, str | Decimal]:
    """The currency's sign in capitals, and the amount; what is no amount at all is left to who reads it."""
    if not isinstance(cell, str):
        return "", Decimal(str(cell))
    match = _SIGNED.fullmatch(cell.strip())
    if match is None or (match["before"] and match["after"]):
        return "", cell
    return (match["before"] or match["after"]).upper().rstrip("."), match["amount"]


def _thousandths(amount: str | Decimal) -> int:
    reason = text("is not an amount with at most three decimals, such as 4.50")
    try:
        scaled = parse_quantity(amount) if isinstance(amount, str) else amount * THOUSANDTHS
    except ValueError:
        raise CellError(reason) from None
    if scaled != int(scaled):
        raise CellError(reason)
    return int(scaled)


def _between(amount: Fraction) -> Fraction:
    if amount < 0:
        raise CellError(text("must not be below {limit}", limit=0))
    if amount > MOST_RUPIAH:
        raise CellError(text("must not be above {limit}", limit=MOST_RUPIAH))
    return amount
