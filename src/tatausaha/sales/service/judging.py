"""Of each line that is told: is it new, booked already, or can it not be? One line after another, a thousand at a time."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.money import format_rupiah
from tatausaha.core.quantities import format_quantity
from tatausaha.sales.queries import lines as queries
from tatausaha.sales.queries.lines import Known
from tatausaha.sales.rules.lines import Line
from tatausaha.sales.rules.receipts import Receipts
from tatausaha.sales.rules.shelf import Shelf, Short


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A numbered line: new, or not, and if it is refused, why."""

    line: Line
    new: bool
    reason: Text | None = None


class Judge:
    """Compares lines with what a place has booked and with what lies there; each line that is new counts for the next."""

    def __init__(self, client_id: UUID, place_id: UUID, *, below_zero: bool) -> None:
        self.client_id, self.place_id = client_id, place_id
        self.receipts = Receipts()
        self.shelf = Shelf(below_zero=below_zero)
        self.days: dict[date, bool] = {}

    async def judge(self, lines: Sequence[Line]) -> list[Judged]:
        """Number the lines and tell of each what becomes of it, in order."""
        doubles = {index for index, line in enumerate(lines) if not self._number(line)}
        known = await self._known(
            [line for index, line in enumerate(lines) if index not in doubles] if doubles else lines
        )
        await self._look({line.item_id for line in lines if line.quantity > 0})
        return [
            Judged(line, False, _twice(line)) if index in doubles else self._judge(line, known.get(id(line)))
            for index, line in enumerate(lines)
        ]

    def _number(self, line: Line) -> bool:
        number = self.receipts.number(line.ticket, line.line or None)
        line.line = number or line.line
        return number is not None

    async def _known(self, lines: Sequence[Line]) -> dict[int, Known]:
        """What is booked of these lines, by the lines themselves; most days of a new file have nothing booked at all."""
        unseen = {line.sold_on for line in lines} - self.days.keys()
        if unseen:
            booked = await queries.days_with_sales(self.client_id, self.place_id, sorted(unseen))
            self.days |= {day: day in booked for day in unseen}
        asked = [line for line in lines if self.days[line.sold_on]] if any(self.days.values()) else []
        found = await queries.list_known(self.place_id, asked) if asked else {}
        return {id(asked[index]): known for index, known in found.items()}

    async def _look(self, item_ids: set[UUID]) -> None:
        unseen = item_ids - self.shelf.lots.keys()
        if unseen:
            lots = await queries.list_lots(self.place_id, sorted(unseen))
            self.shelf.lots |= {item_id: lots.get(item_id, []) for item_id in unseen}

    def _judge(self, line: Line, known: Known | None) -> Judged:
        if known is not None:
            same = (known.item_id, known.quantity, known.amount) == (line.item_id, line.quantity, line.amount)
            return Judged(line, False, None if same else _otherwise(line, known))
        if line.quantity < 0:
            self.shelf.put(line.item_id, -line.quantity)
        elif short := self.shelf.take(line.item_id, line.quantity, line.sold_on):
            return Judged(line, False, _short(short))
        return Judged(line, line.quantity != 0)


def _twice(line: Line) -> Text:
    return text("is line {line} of a receipt that has a line {line} already", line=line.line)


def _otherwise(line: Line, known: Known) -> Text:
    language = current_language()
    if not line.quantity:
        return text("is struck out, but was booked as sold. Enter a refund instead")
    return text(
        "is booked already with other figures: line {line} of its receipt has {quantity} for {amount}",
        line=line.line,
        quantity=format_quantity(known.quantity, language),
        amount=format_rupiah(known.amount, language),
    )


def _short(short: Short) -> Text:
    there = format_quantity(max(short.there, 0), current_language())
    if short.expired:
        return text(
            "is more than can be sold: {there} are there, and {expired} that have expired",
            there=there,
            expired=format_quantity(short.expired, current_language()),
        )
    return text("is more than there is: {there} are there. Book what came in first", there=there)
