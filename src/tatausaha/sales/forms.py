"""What people type about tills and shifts."""

from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.i18n import Text, text

STATES: dict[str, tuple[Text, str]] = {
    "open": (text("Open"), "progress"),
    "counted": (text("To be counted again"), "attention"),
    "waiting": (text("Waits for a second person"), "waiting"),
    "closed": (text("Closed"), "done"),
}
KINDS: dict[str, Text] = {"sale": text("Sale"), "refund": text("Refund")}


class TillForm(msgspec.Struct, frozen=True):
    """A new till; its code is what its files call it, and stays."""

    place_id: str
    code: str
    name: str = ""


class TillName(msgspec.Struct, frozen=True):
    """What people call a till."""

    version: str
    name: str = ""


class ShiftForm(msgspec.Struct, frozen=True):
    """A drawer is opened."""

    place_id: str
    day: date
    till: str = ""
    number: str = ""
    cashier: str = ""
    opening_cash: int = 0


class MatchForm(msgspec.Struct, frozen=True):
    """A till's word, and the item that it means."""

    written: str
    item: str


class LinesForm(msgspec.Struct, frozen=True):
    """What all lines of a form share."""

    kind: Literal["sale", "refund"] = "sale"
    method: str = "cash"
    receipt: str = ""
