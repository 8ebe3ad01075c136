"""An item in a place while things happen to it: which lots go out and come in, and at what cost."""

from collections.abc import Callable
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core.money import Rupiah, round_ratio
from tatausaha.stock.rules.cost import Pool

Kind = Literal[
    "opening",
    "receipt",
    "issue",
    "sale",
    "refund",
    "transfer_out",
    "transfer_in",
    "adjustment",
    "count",
    "supplier_return",
    "exchange_out",
    "exchange_in",
    "write_off",
    "revaluation",
]

PAID = ("opening", "receipt", "transfer_in")
"""What comes in by these has a value of its own; other things that come in are worth what lies there."""

DISPOSALS = ("write_off", "supplier_return", "adjustment", "count")
"""What goes out by these may be expired, and expired goods go first."""

BELOW_ZERO = "below zero"
"""The override of goods that went out although they were not there, by the client's policy."""


class Batch(msgspec.Struct, frozen=True):
    """A lot as its label names it."""

    number: str = ""
    expires_on: date | None = None


OUTSIDE = Batch()
"""Says of an entry that it concerns what lies outside all lots, and no lot."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What happened to an item in a place: goods came in (quantity above zero) or went out, in thousandths of its unit.

    What comes in by a receipt, an opening or a transfer says its `value` in rupiah; a refund, found goods and an exchange
    may leave it out and are worth what such goods cost at present. What goes out never says one. A revaluation has a
    value, which may be negative, and no quantity.
    """

    kind: Kind
    place_id: UUID
    item_id: UUID
    quantity: int
    happened_on: date
    value: Rupiah | None = None
    batch: Batch | None = None
    batch_id: UUID | None = None
    document_kind: str = ""
    document_id: UUID | None = None
    department: str = ""
    reason: str = ""
    override: str = ""


class Lot(msgspec.Struct):
    """A batch as it lies in the place."""

    id: UUID
    number: str
    expires_on: date | None
    quantity: int

    def expired(self, day: date) -> bool:
        """Whether its last day was before this one."""
        return self.expires_on is not None and self.expires_on < day


class Part(msgspec.Struct, frozen=True, gc=False):
    """One movement: signed quantity and value, the lot it concerns, and why a rule was set aside."""

    lot_id: UUID | None
    quantity: int
    value: Rupiah
    override: str = ""


class Refused(ValueError):
    """It cannot happen as the shelf is. `there` is what could have gone out; `expired`, whether more is there but too old."""

    def __init__(self, entry: Entry, there: int, *, expired: bool = False) -> None:
        super().__init__(entry.kind)
        self.entry, self.there, self.expired = entry, there, expired


class Shelf:
    """What lies of an item in a place. What lies there outside all lots is the difference between the pool and the lots."""

    __slots__ = ("below_zero", "lots", "pool")

    def __init__(self, pool: Pool, lots: list[Lot], *, below_zero: bool) -> None:
        self.pool, self.below_zero = pool, below_zero
        self.lots = sorted(lots, key=lambda lot: (lot.expires_on or date.max, lot.id))

    def move(self, entry: Entry, lot_of: Callable[[Batch], UUID]) -> tuple[list[Part], Rupiah]:
        """The movements of an entry, and by how much goods that had gone out before turn out cheaper; raises `Refused`.

        `lot_of` gives the id of the lot that a label of incoming goods names.
        """
        if entry.quantity < 0:
            return self._out(entry), 0
        if entry.quantity:
            return self._into(entry, lot_of)
        if entry.value is None or self.pool.quantity <= 0 or self.pool.value + entry.value < 0:
            raise Refused(entry, self.pool.quantity)
        self.pool.revalue(entry.value)
        return [Part(None, 0, entry.value)], 0

    def _into(self, entry: Entry, lot_of: Callable[[Batch], UUID]) -> tuple[list[Part], Rupiah]:
        quantity, lot_id = entry.quantity, self._lot_for(entry, lot_of)
        value = self.pool.worth(quantity) if entry.value is None else entry.value
        owed = min(quantity, max(0, -self._outside())) if lot_id else 0
        revaluation = self.pool.put(quantity, value, entry.happened_on)
        if not owed:
            self._add_to(lot_id, quantity)
            return [Part(lot_id, quantity, value)], revaluation
        # What went out before it came is gone: only the rest lies in the lot.
        share = round_ratio(value * owed, quantity)
        parts = [Part(None, owed, share)]
        if quantity > owed:
            self._add_to(lot_id, quantity - owed)
            parts.append(Part(lot_id, quantity - owed, value - share))
        return parts, revaluation

    def _lot_for(self, entry: Entry, lot_of: Callable[[Batch], UUID]) -> UUID | None:
        """The lot that goods come into: the one named, or for what comes back the one that goes out next."""
        if entry.batch_id is not None:
            if not any(lot.id == entry.batch_id for lot in self.lots):
                raise Refused(entry, 0)
            return entry.batch_id
        if entry.batch is not None:
            return None if entry.batch == OUTSIDE else lot_of(entry.batch)
        if entry.kind in PAID:
            return None
        fresh = [lot for lot in self.lots if not lot.expired(entry.happened_on)]
        # Of lots that are all sold out, what is brought back is of the one that was sold last.
        last = fresh[-1].id if fresh and entry.kind == "refund" else None
        return next((lot.id for lot in fresh if lot.quantity), last)

    def _add_to(self, lot_id: UUID | None, quantity: int) -> None:
        for lot in self.lots:
            if lot.id == lot_id:
                lot.quantity += quantity

    def _out(self, entry: Entry) -> list[Part]:
        wanted, parts = -entry.quantity, []
        for lot in self._choose(entry):
            part = min(wanted, lot.quantity)
            if part:
                lot.quantity -= part
                why = entry.override if lot.expired(entry.happened_on) else ""
                parts.append(Part(lot.id, -part, -self.pool.take(part), why))
                wanted -= part
        if not wanted:
            return parts
        if entry.batch_id is not None:
            raise Refused(entry, -entry.quantity - wanted)
        outside = max(0, self._outside())
        expired = entry.batch != OUTSIDE and any(lot.quantity for lot in self.lots)
        if wanted > outside and (expired or not self.below_zero):
            raise Refused(entry, -entry.quantity - wanted + outside, expired=expired)
        if outside:
            part = min(wanted, outside)
            parts.append(Part(None, -part, -self.pool.take(part)))
            wanted -= part
        if wanted:
            parts.append(Part(None, -wanted, -self.pool.take(wanted), entry.override or BELOW_ZERO))
        return parts

    def _choose(self, entry: Entry) -> list[Lot]:
        """The lots to take from, in order: the named one, or the nearest expiry first."""
        if not self.lots or entry.batch == OUTSIDE:
            return []
        day = entry.happened_on
        if entry.batch_id is not None:
            named = [lot for lot in self.lots if lot.id == entry.batch_id]
            if not entry.override and entry.kind not in DISPOSALS and any(lot.expired(day) for lot in named):
                raise Refused(entry, 0, expired=True)
            return named
        if entry.kind in DISPOSALS:
            return self.lots
        fresh = [lot for lot in self.lots if not lot.expired(day)]
        return fresh + [lot for lot in self.lots if lot.expired(day)] if entry.override else fresh

    def _outside(self) -> int:
        """What is outside all lots; below zero for what went out and was not there."""
        return self.pool.quantity - sum(lot.quantity for lot in self.lots)
