"""What people type about customers, their invoices and their payments."""

from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.forms import Lines

METHODS: dict[str, Text] = {
    "transfer": text("Bank transfer"),
    "cash": text("Cash"),
    "card": text("Card"),
    "other": text("Other"),
}
STATES: dict[str, tuple[Text, str]] = {
    "waiting": (text("Waiting for approval"), "waiting"),
    "open": (text("Open"), "progress"),
    "paid": (text("Paid"), "done"),
    "refused": (text("Refused"), "attention"),
    "void": (text("Void"), "draft"),
}
LANGUAGES: dict[str, Text] = {"id": text("Indonesian"), "en": text("English")}


class CustomerForm(msgspec.Struct, frozen=True, kw_only=True):
    """A customer. Without a credit limit there is none; a limit of 0 means cash only."""

    version: str = "1"
    client_id: str = ""
    code: str
    name: str
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: Lines = ""
    language: Literal["id", "en"] = "id"
    terms_days: int = 30
    credit_limit: int | None = None


class InvoiceForm(msgspec.Struct, frozen=True, kw_only=True):
    """A sale on credit. `token` is made with the page, so that sending it twice makes one."""

    token: str
    issued_on: date
    due_on: date | None = None
    amount: int
    parts: int = 1
    note: str = ""


class PaymentForm(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came from a customer; it settles the oldest debts first. Sent twice, by its `token`, it came once."""

    received_on: date
    amount: int
    method: Literal["transfer", "cash", "card", "other"] = "transfer"
    reference: str = ""
    token: str = ""


class VoidForm(msgspec.Struct, frozen=True):
    """Why an invoice does not hold."""

    reason: str
