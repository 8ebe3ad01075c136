"""What a spreadsheet's rows would change: each against what is stored, and against the rows before it.

Several rows may tell of one item: its stock in several places, or several lots. They must agree about the item itself.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.fields import CheckedRow, Problem
from tatausaha.core.money import round_ratio
from tatausaha.core.quantities import THOUSANDTHS
from tatausaha.stock.queries.places import Place
from tatausaha.stock.queries.stored import Stored
from tatausaha.stock.service import items
from tatausaha.stock.service.ledger import Batch, Entry
from tatausaha.stock.spreadsheet import FACTS, FIELDS

LABELS: dict[str, Text] = {field.name: field.label for field in FIELDS}
AT_PLACE = ("quantity", "minimum", "reorder_quantity")
Values = dict[str, Any]


class Change(msgspec.Struct):
    """What one accepted row does; nothing at all when everything is stored already."""

    item_id: UUID
    new: bool = False
    facts: Values | None = None
    barcode: str = ""
    limits: Values | None = None
    opening: Entry | None = None
    archived: bool | None = None

    @property
    def empty(self) -> bool:
        """True when the row says nothing new."""
        return not (self.facts or self.barcode or self.limits or self.opening) and self.archived is None


class Told(msgspec.Struct):
    """What the rows before said of an item."""

    row: int
    item_id: UUID
    facts: Values
    openings: set[tuple[object, ...]]


class Comparer:
    """Compares a file's rows with a client's items. `place` is where stock lies of rows that name none."""

    def __init__(
        self, client_id: UUID, places: Sequence[Place], place: UUID | None, today: date, *, late: bool, reason: str
    ) -> None:
        self.client_id, self.place, self.today, self.late, self.reason = client_id, place, today, late, reason
        self.places = {written.casefold(): one.id for one in places for written in (one.name, one.code)}
        self.told: dict[str, Told] = {}
        self.barcodes: dict[str, str] = {}

    def compare(self, row: CheckedRow, stored: Stored | None, owners: Mapping[str, str]) -> Change | None:
        """The change, or None when the row has problems. `owners` are the codes of those who bear a barcode already."""
        given = {name: value for name, value in row.values.items() if value is not None}
        code = str(given.get("code", ""))
        told = self.told.get(code)
        place_id = self._place(row, given)
        opening = self._opening(row, given, stored, place_id, told)
        self._check_barcode(row, given, code, owners)
        facts = self._facts(row, given, stored, told, batched=bool(opening and opening.batch))
        if row.problems:
            return None
        first = told is None
        told = self.told.setdefault(
            code, Told(row.number, stored.id if stored else uuid7(), facts, set[tuple[object, ...]]())
        )
        change = Change(told.item_id, new=first and stored is None)
        if first and (stored is None or any(facts[name] != stored.facts[name] for name in items.FACTS)):
            change.facts = {"id": told.item_id, "client_id": self.client_id, **facts}
        barcode = str(given.get("barcode", ""))
        if barcode and not (stored and barcode in stored.barcodes) and barcode not in self.barcodes:
            change.barcode = barcode
            self.barcodes[barcode] = code
        change.limits = self._limits(given, stored, place_id, told.item_id)
        if opening:
            change.opening = msgspec.structs.replace(opening, item_id=told.item_id)
            told.openings.add(_lot(opening))
        change.archived = _archived(given, stored, told, first=first)
        return change

    def _place(self, row: CheckedRow, given: Values) -> UUID | None:
        named = str(given.get("place", ""))
        found = self.places.get(named.casefold()) if named else self.place
        if named and found is None:
            self._refuse(row, "place", text("is not a place of this client. Enter it under Places first"))
        elif found is None and any(given.get(name) for name in AT_PLACE):
            reason = text("needs a place: choose below where this stock lies, or add a column Place")
            self._refuse(row, next(name for name in AT_PLACE if given.get(name)), reason)
        return found

    def _opening(
        self, row: CheckedRow, given: Values, stored: Stored | None, place_id: UUID | None, told: Told | None
    ) -> Entry | None:
        """Stock to begin with, only where there never was any."""
        quantity, known = given.get("quantity"), stored.levels.get(place_id) if stored and place_id else None
        received = given.get("received_on") or self.today
        self._check_days(row, given, received)
        begun = bool(told and any(lot[0] == place_id for lot in told.openings))
        if not quantity or place_id is None or (known and known.known and not begun):
            return None
        value = self._value(row, given, quantity)
        batch = Batch(str(given.get("batch", "")), given.get("expires_on"))
        entry = Entry(
            "opening",
            place_id,
            told.item_id if told else self.client_id,
            quantity,
            received,
            value=value,
            batch=batch if batch.number or batch.expires_on else None,
            document_kind="import",
            reason=self.reason,
        )
        if told and _lot(entry) in told.openings:
            self._refuse(row, "quantity", text("stands in an earlier row already, for this item, place and batch"))
        return entry

    def _check_days(self, row: CheckedRow, given: Values, received: date) -> None:
        expires = given.get("expires_on")
        if received > self.today:
            self._refuse(row, "received_on", text("lies in the future"))
        elif expires and expires < received and not self.late and given.get("received_on"):
            self._refuse(row, "expires_on", text("lies before the day the goods were received"))

    def _value(self, row: CheckedRow, given: Values, quantity: int) -> int:
        """What the stock cost, in rupiah: as told, or the exact unit cost times the quantity, rounded once."""
        total, unit_cost = given.get("total_cost"), given.get("unit_cost")
        if isinstance(total, int):
            return total
        if isinstance(unit_cost, Fraction):
            return round_ratio(unit_cost.numerator * quantity, unit_cost.denominator * THOUSANDTHS)
        if not any(problem.column in (LABELS["unit_cost"], LABELS["total_cost"]) for problem in row.problems):
            self._refuse(row, "unit_cost", text("is needed for opening stock, unless the total cost is told"))
        return 0

    def _check_barcode(self, row: CheckedRow, given: Values, code: str, owners: Mapping[str, str]) -> None:
        barcode = str(given.get("barcode", ""))
        owner = owners.get(barcode) or self.barcodes.get(barcode)
        if owner and owner != code:
            self._refuse(row, "barcode", text("is the barcode of {code} already", code=owner))

    def _facts(
        self, row: CheckedRow, given: Values, stored: Stored | None, told: Told | None, *, batched: bool
    ) -> Values:
        before = told.facts if told else stored.facts if stored else items.USUAL
        facts = {name: given.get(name, before.get(name)) for name in items.FACTS}
        facts["batched"] = bool(before.get("batched")) or batched
        if not facts["name"] and not any(problem.column == LABELS["name"] for problem in row.problems):
            self._refuse(row, "name", text("is needed for a new item"))
        differs = [name for name in FACTS if facts[name] != before.get(name)]
        if told:
            for name in differs:
                self._refuse(row, name, text("says something else than row {row} about this item", row=told.row))
            if facts["batched"] != told.facts["batched"]:
                self._refuse(row, "batch", text("comes after row {row}, which names no batch", row=told.row))
        elif stored:
            if "unit" in differs and stored.counted:
                self._refuse(row, "unit", text("differs from the unit in which its stock was counted"))
            if "cost_method" in differs and stored.in_stock:
                self._refuse(row, "cost_method", text("can change only while there is nothing in stock"))
            if facts["batched"] != stored.facts["batched"] and stored.in_stock:
                self._refuse(row, "batch", text("is new to this item, of which there is stock without batches"))
        return facts

    def _limits(self, given: Values, stored: Stored | None, place_id: UUID | None, item_id: UUID) -> Values | None:
        level = stored.levels.get(place_id) if stored and place_id else None
        before = {"minimum": level.minimum if level else 0, "reorder_quantity": level.reorder_quantity if level else 0}
        limits = {name: given.get(name, before[name]) for name in before}
        if given.get("status") is False:
            limits = dict.fromkeys(before, 0)  # what is not bought any more never runs low
        if place_id is None or limits == before:
            return None
        return {"client_id": self.client_id, "place_id": place_id, "item_id": item_id, **limits}

    @staticmethod
    def _refuse(row: CheckedRow, name: str, reason: Text) -> None:
        row.problems.append(Problem(LABELS[name], row.written(name), reason))


def _lot(entry: Entry) -> tuple[object, ...]:
    return (entry.place_id, entry.batch.number, entry.batch.expires_on) if entry.batch else (entry.place_id,)


def _archived(given: Values, stored: Stored | None, told: Told, *, first: bool) -> bool | None:
    """What is not bought any more is put away once there is none of it left; what is bought again comes back."""
    active = given.get("status")
    if active is None or not first:
        return None
    empty = not told.openings and not (stored and stored.in_stock)
    before = bool(stored and stored.archived)
    after = before if active is False and not empty else not active
    return after if after != before else None
