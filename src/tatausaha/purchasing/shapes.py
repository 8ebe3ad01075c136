"""What programs send about purchases, and what they are told; exact types, no unknown fields."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

Quantity = Annotated[int, Meta(ge=1, lt=1_000_000_000_000, description="Thousandths of the unit: 2500 is 2.5.")]
Amount = Annotated[int, Meta(ge=0, lt=10_000_000_000_000, description="Whole rupiah.")]
Rate = Annotated[int, Meta(ge=0, le=100_000, description="Parts per 100,000: 2500 is 2.5 percent.")]
Code = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^\S")]


class SupplierItem(msgspec.Struct, frozen=True):
    """A supplier as a line of a list."""

    id: UUID
    client_id: UUID
    code: str
    name: str
    contact: str
    email: str
    phone: str
    pkp: bool
    terms_days: int
    lead_days: int


class SupplierOut(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier; tax and account numbers by their last four digits."""

    id: UUID
    client_id: UUID
    version: int
    code: str
    name: str
    contact: str
    email: str
    phone: str
    address: str
    npwp: str | None
    pkp: bool
    terms_days: int
    lead_days: int
    language: str
    bank: str
    bank_account: str | None
    bank_holder: str
    note: str


class OrderItem(msgspec.Struct, frozen=True):
    """An order as a line of a list; `total` in rupiah."""

    id: UUID
    client_id: UUID
    supplier_id: UUID
    supplier_name: str
    number: str | None
    revision: int
    state: str
    ordered_on: date
    expected_on: date | None
    total: int


class OrderLineOut(msgspec.Struct, frozen=True):
    """A line: quantities in thousandths of `unit`, `factor` thousandths of the item's own unit in one of it."""

    id: UUID
    item_id: UUID
    code: str
    name: str
    unit: str
    factor: int
    quantity: int
    price: int
    discount: int
    amount: int
    received: int
    billed: int


class OrderOut(msgspec.Struct, frozen=True, kw_only=True):
    """An order with its lines; money in rupiah, the rate of PPN in parts per 100,000."""

    id: UUID
    client_id: UUID
    version: int
    supplier_id: UUID
    supplier_name: str
    place_id: UUID
    number: str | None
    revision: int
    state: str
    ordered_on: date
    expected_on: date | None
    ppn_rate: int
    subtotal: int
    ppn: int
    total: int
    note: str
    lines: list[OrderLineOut]


class NewLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line by the item's code or barcode. Without a price, the supplier's price list says it."""

    item: Code
    quantity: Quantity
    unit: Annotated[str, Meta(max_length=20)] = ""
    price: Amount | None = None
    discount: Rate = 0


class NewOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft of an order. With `submit`, its release is asked for in the same step."""

    supplier_id: UUID
    place_id: UUID
    lines: Annotated[list[NewLine], Meta(min_length=1, max_length=200)]
    expected_on: date | None = None
    note: Annotated[str, Meta(max_length=2000)] = ""
    submit: bool = False


class OrderMade(msgspec.Struct, frozen=True):
    """The order that was made, and how it stands."""

    id: UUID
    state: str
    number: str | None
