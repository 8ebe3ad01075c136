"""Whether what was sold can have been there: the nearest to its end goes first, and nothing after its last day."""

from datetime import date
from uuid import UUID

import msgspec


class Lot(msgspec.Struct):
    """Some of an item that lies in a place, in thousandths; without a last day where it has none."""

    expires_on: date | None
    quantity: int


class Short(msgspec.Struct, frozen=True):
    """What could be sold of an item at most, and how much more there is that has expired."""

    there: int
    expired: int


class Shelf:
    """The lots of items, the nearest to their end first, as sales take from them one after another.

    With `below_zero`, what is not there may be sold all the same, unless what is there has expired.
    """

    def __init__(self, *, below_zero: bool) -> None:
        self.below_zero = below_zero
        self.lots: dict[UUID, list[Lot]] = {}

    def take(self, item_id: UUID, quantity: int, on: date) -> Short | None:
        """Take some of an item out, or tell why not and take nothing."""
        lots = self.lots.get(item_id, [])
        if lots and lots[0].quantity >= quantity and (lots[0].expires_on is None or lots[0].expires_on >= on):
            lots[0].quantity -= quantity
            return None
        fit = [lot for lot in lots if lot.expires_on is None or lot.expires_on >= on]
        there = sum(lot.quantity for lot in fit)
        expired = sum(lot.quantity for lot in lots) - there
        if there < quantity and (expired or not self.below_zero):
            return Short(there, expired)
        for lot in fit:
            taken = min(lot.quantity, quantity)
            lot.quantity -= taken
            quantity -= taken
        return None

    def put(self, item_id: UUID, quantity: int) -> None:
        """Somebody brought some back."""
        self.lots.setdefault(item_id, []).append(Lot(None, quantity))
