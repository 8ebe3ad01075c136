"""What people write down themselves: kinds of movements by hand, and lines of a list of goods."""

from typing import Literal

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.quantities import THOUSANDTHS, parse_quantity
from tatausaha.stock.rules.shelf import Kind

HandKind = Literal["receipt", "issue", "found", "missing", "write_off", "exchange"]

HAND_KINDS: dict[str, Text] = {
    "receipt": text("Goods came in without an order"),
    "issue": text("Goods were taken for own use"),
    "found": text("There is more than was expected"),
    "missing": text("There is less than was expected"),
    "write_off": text("Goods are spoiled or broken and written off"),
    "exchange": text("Goods were exchanged for others"),
}
LEDGER_KINDS: dict[str, tuple[Kind, int]] = {
    "receipt": ("receipt", 1),
    "issue": ("issue", -1),
    "found": ("adjustment", 1),
    "missing": ("adjustment", -1),
    "write_off": ("write_off", -1),
    "exchange": ("exchange_out", -1),
}
"""How each is booked, and whether goods come or go."""

NEED_REASON = ("found", "missing", "write_off", "exchange")


class Line(msgspec.Struct, frozen=True):
    """A code or barcode as it was written, and a quantity in thousandths."""

    number: int
    code: str
    quantity: int


def read_lines(written: str, language: str) -> list[Line]:
    """One item on each line: its code, then how many; a code alone is one of it, and a code written twice adds up.

    Raises ValueError with the number of the line whose quantity cannot be read.
    """
    found: dict[str, Line] = {}
    for number, line in enumerate(written.splitlines(), 1):
        words = line.replace(";", " ").replace("\t", " ").split()
        if not words:
            continue
        code, quantity = " ".join(words[:-1]) or words[0], THOUSANDTHS
        if len(words) > 1:
            try:
                quantity = parse_quantity(words[-1], language)
            except ValueError:
                raise ValueError(number) from None
        before = found[code].quantity if code in found else 0
        if quantity <= 0 or before + quantity >= 10**12:
            raise ValueError(number)
        found[code] = Line(number, code, before + quantity)
    return list(found.values())
