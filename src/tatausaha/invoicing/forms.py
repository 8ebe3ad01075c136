"""What people type about agreed prices and about the provider's own data."""

from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.forms import Lines

TIERS = 3
"""Bounds beyond which a price changes, of one line in the form."""

LIST_STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "waiting": (text("Waiting for a second person"), "waiting"),
    "agreed": (text("Agreed"), "done"),
    "refused": (text("Not agreed"), "attention"),
}


class PriceListForm(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a list of prices; its lines are read beside it."""

    version: str = "1"
    name: str
    starts_on: date
    ends_on: date | None = None
    minimum: int = 0
    terms_days: str = "14"
    note: Lines = ""
    add: str = ""


class NewPriceListForm(PriceListForm, frozen=True, kw_only=True):
    """A list for a client. The token names this form, so that sending it twice makes one list."""

    client_id: str
    token: str


class PriceLineForm(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of work costs; counts of hours as 10:30. Beyond `above_1` one costs `beyond_1`, and so on."""

    kind: str
    label: str = ""
    price: int
    included: str = ""
    ppn: Literal["normal", "exempt", "none"] = "normal"
    pph23: str = ""
    above_1: str = ""
    beyond_1: int | None = None
    above_2: str = ""
    beyond_2: int | None = None
    above_3: str = ""
    beyond_3: int | None = None

    def tiers(self) -> list[tuple[str, str, int | None]]:
        """Each bound with the name of its field and the price beyond it."""
        return [
            (f"above_{number}", getattr(self, f"above_{number}"), getattr(self, f"beyond_{number}"))
            for number in range(1, TIERS + 1)
        ]


class EndListForm(msgspec.Struct, frozen=True):
    """The last day of an agreed list, and why."""

    ends_on: date
    reason: str = ""


class ReasonForm(msgspec.Struct, frozen=True):
    """Why something is given up."""

    reason: str


class ProfileForm(msgspec.Struct, frozen=True, kw_only=True):
    """The provider as its invoices show it; days of reminders with commas between them."""

    version: str = "0"
    legal_name: str
    npwp: str = ""
    address: Lines
    pkp: bool = False
    bank: str
    bank_account: str
    bank_holder: str
    signer: str = ""
    reminder_days: str = ""
