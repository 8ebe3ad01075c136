"""The reports of stock."""

from tatausaha.core.exports import Column
from tatausaha.core.i18n import Text, text
from tatausaha.reports.shop.tabular import Draw, Record, Report
from tatausaha.stock.queries import figures

NAME = Column("name", text("Item"))
CODE = Column("code", text("Code"))
CATEGORY = Column("category", text("Category"))
PLACE = Column("place", text("Place"))
QUANTITY = Column("quantity", text("Quantity"), "quantity")
UNIT = Column("unit", text("Unit"))
VALUE = Column("value", text("Value"), "money")

KINDS: dict[str, Text] = {
    "before": text("Brought forward"),
    "opening": text("Opening stock"),
    "receipt": text("Receipt"),
    "issue": text("Issue"),
    "sale": text("Sale"),
    "refund": text("Refund"),
    "transfer_out": text("Transfer out"),
    "transfer_in": text("Transfer in"),
    "adjustment": text("Adjustment"),
    "count": text("Count"),
    "supplier_return": text("Return to supplier"),
    "exchange_out": text("Exchange out"),
    "exchange_in": text("Exchange in"),
    "write_off": text("Write-off"),
    "revaluation": text("Revaluation"),
}


def _named_kind(row: Record) -> Record:
    return row | {"kind": KINDS[row["kind"]]} if "kind" in row else row


STOCK_CARD = Report(
    name="stock-card",
    title=text("Stock card"),
    service="stock",
    says=text("Every movement of one item, with what was there after it."),
    method=text(
        "Each line is a movement of the ledger by the day it counts for; balance and value follow from all before it."
    ),
    parameters=("item", "place", "span"),
    columns=lambda _: (
        Column("booked_on", text("Day"), "day"),
        Column("kind", text("Movement")),
        PLACE,
        Column("reason", text("Reason")),
        Column("came", text("In"), "quantity"),
        Column("went", text("Out"), "quantity"),
        Column("value", text("Change of value"), "money"),
        Column("balance", text("Balance"), "quantity"),
        Column("worth", text("Value"), "money"),
    ),
    figures=lambda a: figures.card(a.client_id, a.place_id, a.item_id, a.first, a.last),
    sums=("came", "went", "value"),
    derive=_named_kind,
)
STOCK_VALUE = Report(
    name="stock-value",
    title=text("Stock value"),
    service="stock",
    says=text("What lies where, and what it cost."),
    method=text(
        "Value at cost, by the item's method: weighted average, or first in first out. For a day that has passed, what"
        " was booked since is taken off again."
    ),
    parameters=("until", "place", "category"),
    columns=lambda _: (NAME, CODE, CATEGORY, PLACE, QUANTITY, UNIT, VALUE),
    figures=lambda a: figures.value(a.client_id, a.place_id, a.category, a.last),
    sums=("value",),
    draw=lambda _: Draw(text("Stock value by category"), ("value",), label="category"),
)
LOW_STOCK = Report(
    name="low-stock",
    title=text("Low stock"),
    service="stock",
    says=text("What is below its minimum, and how much to order."),
    method=text(
        "Suggested is what is missing to the minimum after what is on order, and at least the item's reorder quantity."
    ),
    parameters=("place", "category"),
    columns=lambda _: (
        *(NAME, CODE, PLACE, QUANTITY, UNIT),
        Column("minimum", text("Minimum"), "quantity"),
        Column("on_order", text("On order"), "quantity"),
        Column("suggested", text("Suggested"), "quantity"),
    ),
    figures=lambda a: figures.low(a.client_id, a.place_id, a.category),
)
EXPIRING = Report(
    name="expiring",
    title=text("Near expiry"),
    service="stock",
    says=text("Lots that end soon or have ended."),
    method=text("Listed from each item's own warning days on; valued at the item's present cost in that place."),
    parameters=("place", "category"),
    columns=lambda _: (
        *(NAME, CODE, PLACE),
        Column("number", text("Lot")),
        Column("expires_on", text("Expires"), "day"),
        Column("days_left", text("Days left"), "number"),
        *(QUANTITY, UNIT, VALUE),
    ),
    figures=lambda a: figures.expiring(a.client_id, a.place_id, a.category, a.today),
    sums=("value",),
    draw=lambda _: Draw(
        text("Value that expires, by month"),
        ("value",),
        label="to_char(expires_on, 'YYYY-MM')",
        order="1",
        most=24,
        labels="months",
    ),
)
SLOW_MOVERS = Report(
    name="slow-movers",
    title=text("Slow movers"),
    service="stock",
    says=text("What lies there and has not gone out for long."),
    method=text(
        "Counted from the last sale or issue, or from the last arrival where there was none. Days of cover: how long the"
        " stock lasts at the pace of the last ninety days."
    ),
    parameters=("days", "place", "category"),
    columns=lambda _: (
        *(NAME, CODE, CATEGORY, PLACE),
        Column("still_since", text("Still since"), "day"),
        Column("still_days", text("Days still"), "number"),
        *(QUANTITY, UNIT),
        Column("cover_days", text("Days of cover"), "number"),
        VALUE,
    ),
    figures=lambda a: figures.slow(a.client_id, a.place_id, a.category, a.today, a.days),
    sums=("value",),
    draw=lambda _: Draw(text("Value of slow movers by category"), ("value",), label="category"),
)
REPORTS = (STOCK_VALUE, LOW_STOCK, EXPIRING, SLOW_MOVERS, STOCK_CARD)
