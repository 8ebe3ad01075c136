"""Labels: the sheets they are printed on, and the bars that stand on them."""

from itertools import groupby
from typing import Literal

import barcode
import msgspec
from barcode.errors import BarcodeError

from tatausaha.core.i18n import Text, text
from tatausaha.stock.rules.barcodes import is_number

Size = Literal["3x8", "5x13", "58mm"]


class Sheet(msgspec.Struct, frozen=True):
    """A paper with labels on it; measures in tenths of a millimetre. A roll is a paper of one label."""

    label: Text
    paper: tuple[int, int]
    columns: int
    rows: int
    width: int
    height: int
    top: int
    left: int

    @property
    def bars(self) -> int:
        """How much of a label's width the bars may take, with the white beside them."""
        return self.width - 40


SHEETS: dict[Size, Sheet] = {
    "3x8": Sheet(text("A4, 24 labels of 70 × 37 mm"), (2100, 2970), 3, 8, 700, 370, 5, 0),
    "5x13": Sheet(text("A4, 65 labels of 38 × 21 mm"), (2100, 2970), 5, 13, 381, 212, 107, 97),
    "58mm": Sheet(text("Roll of 58 mm, labels of 58 × 40 mm"), (580, 400), 1, 1, 580, 400, 0, 0),
}
NARROWEST = 190
"""Micrometres of the narrowest bar: what a label printer of 203 dots an inch still draws, and a shop's scanner reads."""
QUIET = {True: (11, 7), False: (10, 10)}
"""Modules of white beside the bars: left and right of EAN-13 (GS1 General Specifications, 5.2), and of Code 128."""


class Bars(msgspec.Struct, frozen=True):
    """A code as bars: how many modules it is wide with its white, and where each bar begins and how wide it is."""

    written: str
    modules: int
    marks: list[tuple[int, int]]

    def svg(self) -> str:
        """The bars as a picture of one module's height, to be stretched."""
        path = "".join(f"M{start} 0h{width}v1h-{width}z" for start, width in self.marks)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.modules}" height="1"'
            f' viewBox="0 0 {self.modules} 1" shape-rendering="crispEdges"><path d="{path}"/></svg>'
        )


def bars_of(written: str) -> Bars:
    """EAN-13 for a number of 13 digits, Code 128 for anything else. ValueError for letters that no bars stand for."""
    number = is_number(written)
    try:
        drawn = barcode.get("ean13" if number else "code128", written).build()[0]
    except BarcodeError:
        raise ValueError(f"no bars for {written!r}") from None
    left, right = QUIET[number]
    marks, place = list[tuple[int, int]](), left
    for dark, run in groupby(drawn):
        width = len(list(run))
        if dark == "1":
            marks.append((place, width))
        place += width
    return Bars(written, place + right, marks)


def fits(bars: Bars, sheet: Sheet) -> bool:
    """Whether the bars stay wide enough to be read on such a label."""
    return sheet.bars * 100 >= bars.modules * NARROWEST
