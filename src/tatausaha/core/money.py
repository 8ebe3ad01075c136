"""Whole rupiah: rounding in one place, reading what people type, writing what they expect to see."""

import re
from typing import Literal

Rupiah = int
Rounding = Literal["half_up", "floor"]

RATE_BASE = 100_000
"""Rates are counted in parts of this: 2 % is 2,000 and 0.445 % is 445."""

_AMOUNT = re.compile(
    r"""(?P<before>-?) (?:rp\.?)? (?P<after>-?)
        (?: (?P<plain>\d+) (?:[.,]0{1,2})?
          | (?P<dots>\d{1,3}(?:\.\d{3})+) (?:,0{1,2})?
          | (?P<commas>\d{1,3}(?:,\d{3})+) (?:\.0{1,2})? ) (?:,-)?""",
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)


def round_ratio(numerator: int, denominator: int, rounding: Rounding = "half_up") -> int:
    """The one rounding of money: `numerator / denominator` as a whole number.

    `floor` rounds down, `half_up` to the nearest with halves upward (also below zero, so that shifting an amount
    never changes its rounding). The denominator must be positive.
    """
    if rounding == "floor":
        return numerator // denominator
    return (2 * numerator + denominator) // (2 * denominator)


def portion(amount: Rupiah, rate: int, rounding: Rounding = "half_up") -> Rupiah:
    """`rate` parts per 100,000 of `amount`, in whole rupiah."""
    return round_ratio(amount * rate, RATE_BASE, rounding)


def parse_rupiah(written: str) -> Rupiah:
    """The whole rupiah in `1.250.000`, `Rp 1.250.000`, `1,250,000`, `1250000` or `1.250.000,00`.

    Raises ValueError for anything else: fractions of a rupiah, broken thousands, letters.
    """
    match = _AMOUNT.fullmatch("".join(written.split()))
    if match is None or (match["before"] and match["after"]):
        raise ValueError(f"not an amount in rupiah: {written!r}")
    digits = match["plain"] or match["dots"] or match["commas"]
    amount = int(digits.replace(".", "").replace(",", ""))
    return -amount if match["before"] or match["after"] else amount


def format_rupiah(amount: Rupiah, language: str) -> str:
    """`Rp 1.250.000` in Indonesian, `Rp 1,250,000` in English; a minus sign stands in front."""
    digits = f"{abs(amount):,}"
    if language == "id":
        digits = digits.replace(",", ".")
    return f"{'-' if amount < 0 else ''}Rp {digits}"


def format_minor(amount: int, currency: str, language: str) -> str:
    """An amount in hundredths of a currency: `Rp 1.350.000`, `US$35.00` (`US$35,00` in Indonesian).

    Rupiah are written whole, with hundredths only where there are any.
    """
    point, comma = (",", ".") if language == "id" else (".", ",")
    whole, rest = divmod(abs(amount), 100)
    digits = f"{whole:,}".replace(",", comma)
    fraction = f"{point}{rest:02}" if rest or currency != "idr" else ""
    sign = "Rp " if currency == "idr" else "US$" if currency == "usd" else f"{currency.upper()} "
    return f"{'-' if amount < 0 else ''}{sign}{digits}{fraction}"
