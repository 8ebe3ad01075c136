"""What people type about items and places; quantities and numbers of days are read by the parsers of the spreadsheet."""

from datetime import date
from typing import Literal

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.web.forms import Lines, Quantity
from tatausaha.stock.rules.handwritten import HandKind

ItemKind = Literal["goods", "supply"]
CostMethod = Literal["average", "fifo"]
PlaceKind = Literal["store", "warehouse", "office"]

ITEM_KINDS: dict[str, Text] = {"goods": text("Goods for sale"), "supply": text("Office supplies")}
COST_METHODS: dict[str, Text] = {
    "average": text("Weighted average"),
    "fifo": text("First in, first out (FIFO)"),
}
PLACE_KINDS: dict[str, Text] = {"store": text("Store"), "warehouse": text("Warehouse"), "office": text("Office")}


class ItemForm(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of an item."""

    version: str = "1"
    code: str
    name: str
    category: str = ""
    unit: str
    kind: ItemKind = "goods"
    cost_method: CostMethod = "average"
    batched: bool = False
    shelf_days: str = ""
    warn_days: str = ""
    sale_price: int | None = None
    note: Lines = ""


class NewItem(ItemForm, frozen=True, kw_only=True):
    """An item of a client, with its first barcode."""

    client_id: str
    barcode: str = ""


class LimitsForm(msgspec.Struct, frozen=True):
    """Below which quantity an item is low in a place, and how much is then ordered."""

    place: str
    minimum: str = ""
    reorder_quantity: str = ""


class UnitForm(msgspec.Struct, frozen=True):
    """Another unit of an item, and how many of its own it holds."""

    unit: str
    holds: str


class BarcodeForm(msgspec.Struct, frozen=True):
    """A barcode of an item or of a package of it."""

    barcode: str
    of_unit: str = ""


class PlaceForm(msgspec.Struct, frozen=True, kw_only=True):
    """Where stock lies."""

    version: str = "1"
    code: str
    name: str
    kind: PlaceKind = "store"
    address: Lines = ""


class NewPlace(PlaceForm, frozen=True, kw_only=True):
    """A place of a client."""

    client_id: str


class MoveForm(msgspec.Struct, frozen=True, kw_only=True):
    """A movement by hand: `value` is what incoming goods cost in all; an exchange names what came for what went.

    `token` is made with the page, so that sending it twice makes one.
    """

    client_id: str
    token: str = ""
    place: str
    kind: HandKind
    item: str
    quantity: Quantity
    unit: str = ""
    value: int | None = None
    batch: str = ""
    expires_on: date | None = None
    happened_on: date
    department: str = ""
    reason: str = ""
    override: str = ""
    other_item: str = ""
    other_quantity: Quantity | None = None


class TransferForm(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that go to another place, one item on a line; sent twice, by its `token`, they go once."""

    client_id: str
    token: str = ""
    origin: str
    target: str
    happened_on: date
    lines: Lines
    reason: str = ""
    override: str = ""


class StockPolicyForm(msgspec.Struct, frozen=True):
    """How a client keeps its stock."""

    version: str
    negative: Literal["refuse", "flag"]
    slow_days: str
