"""A till's file: each row becomes a line of a receipt, or is refused with the reason; what is known is passed over."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core.dates import ZONES
from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.fields import CheckedRow, Field, Problem
from tatausaha.core.imports.table import MEGABYTE, Limits
from tatausaha.core.imports.uploads import Flow, ImportFile
from tatausaha.people.rules import today
from tatausaha.sales.jobs import CheckSales, ImportSales
from tatausaha.sales.queries import layouts
from tatausaha.sales.queries import lines as queries
from tatausaha.sales.queries.lines import Sold, scaled
from tatausaha.sales.rules.lines import Line, net_amount, till_code
from tatausaha.sales.rules.methods import CASH
from tatausaha.sales.service.booking import Booking, Document
from tatausaha.sales.service.judging import Judge, Judged
from tatausaha.sales.spreadsheet import MOST, fields_for

MEGABYTES, ROWS = 150, 1_500_000
MOST_WORDS = 100_000
UNKNOWN = text("is the code, barcode or name of no item")


class Change(msgspec.Struct, frozen=True, gc=False):
    """What a row does: a line that is new, or nothing."""

    line: Line | None

    @property
    def new(self) -> bool:
        return self.line is not None

    @property
    def empty(self) -> bool:
        """Booked already, or struck out."""
        return self.line is None


NOTHING = Change(None)


class SalesSheet:
    """The books of one place, as the rows of a file meet them."""

    def __init__(self, file: ImportFile, fields: Sequence[Field], judge: Judge, booking: Booking | None) -> None:
        self.client_id, self.judge_lines, self.booking = file.client_id, judge, booking
        self.labels = {field.name: field.label for field in fields}
        self.zone, self.today = ZONES[file.time_zone], today(file.time_zone)
        self.words: dict[str, Sold | None] = {}

    async def judge(self, rows: list[CheckedRow]) -> list[Change | None]:
        """Each row's line; None for a row with problems."""
        await self._learn({str(row.values["item"]) for row in rows if row.values.get("item")})
        lines = [self._line(row) for row in rows]
        judged = iter(await self.judge_lines.judge([line for line in lines if line is not None]))
        return [
            None if line is None else self._change(row, next(judged)) for row, line in zip(rows, lines, strict=True)
        ]

    async def apply(self, changes: list[Change]) -> None:
        """Keep the new lines until the file has ended."""
        if self.booking:
            await self.booking.add([change.line for change in changes if change.line])

    async def end(self) -> None:
        """Book all of them."""
        if self.booking:
            await self.booking.finish()

    async def _learn(self, words: set[str]) -> None:
        if len(self.words) > MOST_WORDS:
            self.words.clear()
        unseen = sorted(words - self.words.keys())
        if unseen:
            self.words |= dict.fromkeys(unseen) | await queries.find_sold(self.client_id, unseen)

    def _line(self, row: CheckedRow) -> Line | None:
        """The row as a line; None when it cannot be one, with the reason among the row's problems."""
        values: dict[str, Any] = row.values
        sold = self.words.get(str(values.get("item")))
        if sold is None and values.get("item"):
            self._refuse(row, "item", values["item"], UNKNOWN)
        if row.problems or sold is None:
            return None
        kind, quantity, discount = values["kind"] or "sale", values["quantity"], values["discount"] or 0
        told = values["amount"]
        amount = net_amount(abs(quantity), values["price"], discount, None if told is None else abs(told))
        back = kind == "refund" or quantity < 0
        day, moment = self._when(values["day"], values["time"])
        scaled_quantity = scaled(quantity, sold.factor)
        if reason := _unfit(kind, scaled_quantity, amount, -1 if told is not None and told < 0 and not back else 1):
            self._refuse(row, *reason)
            return None
        if day > self.today:
            self._refuse(row, "day", day.isoformat(), text("lies in the future"))
            return None
        assert amount is not None
        if kind == "void":
            scaled_quantity = amount = 0
        return Line(
            day,
            sold.item_id,
            -abs(scaled_quantity) if back else scaled_quantity,
            -abs(amount) if back else amount,
            values["receipt"] or "",
            values["line"] or 0,
            values["method"] or CASH,
            -discount if back else discount,
            moment,
            till_code(values["till"] or ""),
            values["shift"] or "",
            values["cashier"] or "",
        )

    def _when(self, day: date | datetime, clock: time | None) -> tuple[date, datetime | None]:
        if isinstance(day, datetime):
            moment = day.replace(tzinfo=self.zone) if day.tzinfo is None else day.astimezone(self.zone)
            return moment.date(), moment
        return day, datetime.combine(day, clock, self.zone) if clock else None

    def _change(self, row: CheckedRow, judged: Judged) -> Change | None:
        if judged.reason:
            self._refuse(row, "quantity", row.values["quantity"] and judged.line.quantity, judged.reason)
            return None
        return Change(judged.line) if judged.new else NOTHING

    def _refuse(self, row: CheckedRow, field: str, value: object, reason: Text) -> None:
        row.problems.append(Problem(self.labels[field], str(value), reason))


def _unfit(kind: str, quantity: int, amount: int | None, sign: int) -> tuple[str, str, Text] | None:
    """Why a row makes no sense although each of its cells does. `sign` is below zero for an amount that should not be."""
    if amount is None:
        return "amount", "", text("must not be empty where there is no unit price")
    if not quantity and kind != "void":
        return "quantity", "0", text("must not be zero")
    if amount < 0:
        return "discount", "", text("is more than the price")
    if sign < 0 and kind != "void":
        return "amount", str(-amount), text("must not be below {limit}", limit=0)
    if amount > MOST or abs(quantity) > MOST:
        return "quantity", "", text("must not be above {limit}", limit=MOST)
    return None


async def _open(file: ImportFile, fields: list[Field], lock: bool) -> SalesSheet:
    assert file.subject_id is not None
    place_id: UUID = file.subject_id
    booking = None
    if lock:
        booking = await Booking.begin(file.client_id, place_id, Document("sales_import", file.id))
    judge = Judge(file.client_id, place_id, below_zero=await queries.may_go_below_zero(file.client_id))
    return SalesSheet(file, fields, judge, booking)


async def _recall(file: ImportFile, headers: Sequence[str]) -> dict[str, int | None]:
    return await layouts.find_layout(file.client_id, headers)


SALES = Flow(
    kind="sales",
    place="/sales/imports/{id}",
    checks=CheckSales,
    runs=ImportSales,
    fields_for=fields_for,
    open=_open,
    harmless=("item", "receipt"),
    limits=Limits(MEGABYTES * MEGABYTE, ROWS),
    recall=_recall,
)
