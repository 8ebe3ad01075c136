"""What people type about money that came for invoices, and about slips of PPh 23."""

from datetime import date

import msgspec

from tatausaha.core.i18n import Text, text

STANDINGS: dict[str, tuple[Text, str]] = {
    "open": (text("Not due"), "progress"),
    "partly": (text("Paid in part"), "progress"),
    "late": (text("Overdue"), "attention"),
    "slip": (text("Waits for its slip"), "waiting"),
    "paid": (text("Paid"), "done"),
    "void": (text("Void"), "draft"),
}
ENTRIES: dict[str, Text] = {
    "invoice": text("Invoice"),
    "money": text("Payment"),
    "pph23": text("PPh 23 slip"),
}


class MoneyForm(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came; sent twice, by its `token`, it came once."""

    token: str
    received_on: date
    amount: int
    reference: str = ""


class SlipForm(msgspec.Struct, frozen=True, kw_only=True):
    """A slip of withheld tax (bukti potong PPh 23); `note` says why its amount is another than expected."""

    token: str
    number: str
    slip_on: date
    slip_amount: int
    note: str = ""


class VoidForm(msgspec.Struct, frozen=True):
    """Why what was entered does not hold."""

    void_reason: str = ""


class HoldForm(msgspec.Struct, frozen=True):
    """Why a client is not reminded."""

    hold_reason: str = ""
