"""What people type about suppliers, their prices, requests and orders."""

from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.forms import Lines, Quantity

Language = Literal["id", "en"]
LANGUAGES: dict[str, Text] = {"id": text("Indonesian"), "en": text("English")}


class SupplierForm(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a supplier. An empty tax or account number keeps what is stored, a dash removes it."""

    version: str = "1"
    code: str
    name: str
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: Lines = ""
    npwp: str = ""
    pkp: bool = False
    terms_days: str = "30"
    lead_days: str = "7"
    language: Language = "id"
    bank: str = ""
    bank_account: str = ""
    bank_holder: str = ""
    note: Lines = ""


class NewSupplier(SupplierForm, frozen=True, kw_only=True):
    """A supplier of a client."""

    client_id: str


class ChangedSupplier(SupplierForm, frozen=True, kw_only=True):
    """The facts of a supplier who is known, and why the account changes."""

    reason: str = ""


class SupplierItemForm(msgspec.Struct, frozen=True):
    """An item that a supplier delivers: its code there, and the unit, packs and least quantity of an order."""

    item: str
    supplier_code: str = ""
    unit: str = ""
    pack: Quantity | None = None
    minimum: Quantity | None = None
    preferred: bool = False


class PriceForm(msgspec.Struct, frozen=True):
    """A price of one unit, from a day and from a quantity on."""

    item: str
    price: int
    starts_on: date
    unit: str = ""
    minimum_quantity: Quantity | None = None
    ends_on: date | None = None


class LineForm(msgspec.Struct, frozen=True):
    """A line of an order or a request. Without a price the price list says it; `discount` in percent."""

    item: str
    quantity: Quantity
    unit: str = ""
    price: int | None = None
    discount: str = ""
    supplier: str = ""
    line: str = ""


class OrderForm(msgspec.Struct, frozen=True, kw_only=True):
    """The head of an order; its lines are read beside it."""

    version: str = "1"
    place_id: str
    expected_on: date | None = None
    note: Lines = ""
    reason: str = ""
    add: str = ""


class NewOrder(OrderForm, frozen=True, kw_only=True):
    """An order of a client from one supplier."""

    client_id: str
    supplier_id: str


class RequestForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a department wants; its lines are read beside it."""

    version: str = "1"
    place_id: str
    department: str
    needed_on: date | None = None
    reason: Lines = ""
    add: str = ""


class NewRequest(RequestForm, frozen=True, kw_only=True):
    """A request at a client."""

    client_id: str


class CancelForm(msgspec.Struct, frozen=True):
    """Why something is given up."""

    reason: str


class PolicyForm(msgspec.Struct, frozen=True):
    """How a client orders; the rate of PPN in percent."""

    version: str = "1"
    ppn_rate: str = "12"
    order_terms: Lines = ""
