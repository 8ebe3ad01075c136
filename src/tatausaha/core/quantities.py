"""Quantities in whole thousandths of a unit: reading what people type, writing what they expect to see."""

import re

THOUSANDTHS = 1000
"""One unit, as quantities count it."""

_QUANTITY = re.compile(
    r"""(?P<minus>-?)
        (?: (?P<dots>[1-9]\d{0,2}(?:\.\d{3})+) (?:,(?P<behind_comma>\d{1,3}))?
          | (?P<commas>[1-9]\d{0,2}(?:,\d{3})+) (?:\.(?P<behind_dot>\d{1,3}))?
          | (?P<plain>\d+) (?:[.,](?P<behind>\d{1,3}))? )""",
    re.ASCII | re.VERBOSE,
)

_UNCLEAR = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
DECIMAL = {"id": ",", "en": "."}


def parse_quantity(written: str, language: str | None = None) -> int:
    """The thousandths in `12`, `0,5`, `1.250,5` or `1,250.5`.

    What may be thousands or a fraction counts as thousands, as with amounts: `1.250` is one thousand two hundred fifty.
    Where the writer's language is known it decides: `1,125` is a little more than one in Indonesian.
    Raises ValueError for anything else: more than three digits of a fraction, broken thousands, letters.
    """
    written = "".join(written.split())
    if language and _UNCLEAR.fullmatch(written) and DECIMAL[language] in written:
        return int(written.replace(DECIMAL[language], ""))
    match = _QUANTITY.fullmatch(written)
    if match is None:
        raise ValueError(f"not a quantity: {written!r}")
    whole = match["plain"] or match["dots"] or match["commas"]
    fraction = match["behind"] or match["behind_comma"] or match["behind_dot"] or ""
    quantity = int(whole.replace(".", "").replace(",", "")) * THOUSANDTHS + int(fraction.ljust(3, "0"))
    return -quantity if match["minus"] else quantity


def format_quantity(quantity: int, language: str) -> str:
    """`1.250,5` in Indonesian, `1,250.5` in English, with no more decimals than needed."""
    whole, fraction = divmod(abs(quantity), THOUSANDTHS)
    digits = f"{whole:,}" + (f".{fraction:03}".rstrip("0") if fraction else "")
    if language == "id":
        digits = digits.translate(str.maketrans(",.", ".,"))
    return f"-{digits}" if quantity < 0 else digits
