"""The reports of sales."""

from tatausaha.core.exports import Column
from tatausaha.core.i18n import Text, text
from tatausaha.reports.shop.asked import Asked
from tatausaha.reports.shop.purchasing import AGED, AGES
from tatausaha.reports.shop.tabular import Draw, Record, Report, share
from tatausaha.sales.queries import figures

BY: dict[str, Text] = {
    "day": text("By day"),
    "item": text("By item"),
    "category": text("By category"),
    "place": text("By place"),
    "month": text("By month"),
}
TAKEN_BY: dict[str, Text] = {
    "method": text("By way of paying"),
    "till": text("By till"),
    "cashier": text("By cashier"),
}
LABELS: dict[str, Column] = {
    "day": Column("label", text("Day"), "day"),
    "month": Column("label", text("Month")),
    "item": Column("label", text("Item")),
    "category": Column("label", text("Category")),
    "place": Column("label", text("Place")),
    "method": Column("label", text("Way of paying")),
    "till": Column("label", text("Till")),
    "cashier": Column("label", text("Cashier")),
}
QUANTITY = Column("quantity", text("Quantity"), "quantity")
SOLD = Column("sold", text("Sold"), "money")
REFUNDS = Column("refunds", text("Refunds"), "money")
NET = Column("amount", text("Net sales"), "money")
COST = Column("cost", text("Cost"), "money")
PROFIT = Column("profit", text("Gross profit"), "money")
MARGIN = Column("margin", text("Margin"), "rate")
COST_METHOD = text(
    "Cost is what the stock's ledger took for each sale, by the item's method: weighted average, or first in first out."
    " Refunds take sale and cost back."
)


def _label(asked: Asked) -> tuple[Column, ...]:
    return (LABELS[asked.by], *((Column("code", text("Code")),) if asked.by in ("item", "place") else ()))


def _over_time(asked: Asked, title: Text, keys: tuple[str, ...]) -> Draw:
    timed = asked.by in ("day", "month")
    return Draw(
        title,
        keys,
        label="label",
        order="1 desc" if timed else "2 desc",
        most=62 if timed else 12,
        kind="line" if timed else "bar",
        labels="days" if asked.by == "day" else "months" if timed else "words",
    )


def _margin(row: Record) -> Record:
    return row | {"margin": share(row["profit"], row["amount"])}


def _remaining(row: Record) -> Record:
    return _margin(row) | {"remaining_rate": share(row["remaining"], row["amount"])}


SALES = Report(
    name="sales",
    title=text("Sales"),
    service="sales",
    says=text("What was sold, by day, item, category, place or month."),
    method=text("Amounts after discounts, by the day of the sale. Net sales are what was sold less refunds."),
    parameters=("by", "span", "place", "category"),
    columns=lambda a: (*_label(a), *((QUANTITY,) if a.by == "item" else ()), SOLD, REFUNDS, NET),
    figures=lambda a: figures.sales(a.client_id, a.first, a.last, a.place_id, a.category, a.by),
    sums=("sold", "refunds", "amount"),
    choices=BY,
    draw=lambda a: _over_time(a, text("Net sales"), ("amount",)),
)
MARGINS = Report(
    name="margin",
    title=text("Margin"),
    service="sales",
    says=text("What sales leave after their cost."),
    method=COST_METHOD,
    parameters=("by", "span", "place", "category"),
    columns=lambda a: (*_label(a), NET, COST, PROFIT, MARGIN),
    figures=lambda a: figures.sales(a.client_id, a.first, a.last, a.place_id, a.category, a.by),
    sums=("amount", "cost", "profit"),
    derive=_margin,
    choices=BY,
    draw=lambda a: _over_time(a, text("Net sales and gross profit"), ("amount", "profit")),
)
TAKINGS = Report(
    name="takings",
    title=text("Takings by till and way of paying"),
    service="sales",
    says=text("What the shifts took in, and how the count differed."),
    method=text(
        "By the shift's own day. Late sales came after the shift was counted; the difference is what was counted less what"
        " was expected."
    ),
    parameters=("by", "span", "place"),
    columns=lambda a: (
        LABELS[a.by],
        Column("place", text("Place")),
        Column("shifts", text("Shifts"), "number"),
        SOLD,
        REFUNDS,
        Column("late", text("Late"), "money"),
        Column("amount", text("Taken in"), "money"),
        Column("difference", text("Difference"), "money"),
    ),
    figures=lambda a: figures.takings(a.client_id, a.first, a.last, a.place_id, a.by),
    sums=("sold", "refunds", "late", "amount", "difference"),
    choices=TAKEN_BY,
    draw=lambda _: Draw(text("Taken in"), ("amount",), label="label"),
)
SELLERS = Report(
    name="sellers",
    title=text("Best and worst sellers"),
    service="sales",
    says=text("Every item by what it sold, those included that lie there unsold."),
    method=text("Goods that were sold in these days or lie there now, by net sales. Cost as in the report of margins."),
    parameters=("by", "span", "place", "category"),
    columns=lambda _: (
        *(
            Column("name", text("Item")),
            Column("code", text("Code")),
            QUANTITY,
            Column("unit", text("Unit")),
            NET,
            PROFIT,
        ),
        MARGIN,
        Column("left_over", text("Still there"), "quantity"),
        Column("value", text("Value"), "money"),
    ),
    figures=lambda a: figures.sellers(a.client_id, a.first, a.last, a.place_id, a.category, a.by),
    sums=("amount", "profit", "value"),
    derive=_margin,
    choices={"best": text("Best first"), "worst": text("Worst first")},
    draw=lambda _: Draw(text("Net sales by item"), ("amount",), label="name", order=""),
)
GROSS_PROFIT = Report(
    name="gross-profit",
    title=text("Gross profit"),
    service="sales",
    says=text("Month by month: sales, their cost, losses of stock, and what remains."),
    method=text(
        "Gross profit is net sales less what they cost. Losses are write-offs, differences of counts, adjustments and"
        " revaluations, at cost."
    ),
    parameters=("span", "place"),
    columns=lambda _: (
        *(LABELS["month"], NET, COST, PROFIT, MARGIN),
        Column("lost", text("Losses of stock"), "money"),
        Column("remaining", text("Remaining"), "money"),
        Column("remaining_rate", text("Remaining, share"), "rate"),
    ),
    figures=lambda a: figures.gross_profit(a.client_id, a.first, a.last, a.place_id),
    sums=("amount", "cost", "profit", "lost", "remaining"),
    derive=_remaining,
    draw=lambda _: Draw(
        text("Gross profit by month"), ("profit", "remaining"), label="label", order="1", most=36, labels="months"
    ),
)
RECEIVABLES = Report(
    name="receivables-ageing",
    title=text("Receivables by age"),
    service="sales",
    says=text("What customers owe, and since when."),
    method=text("Open parts of invoices as of today by days past the due day, less what was paid."),
    parameters=(),
    columns=lambda _: (Column("name", text("Customer")), Column("code", text("Code")), *AGED),
    figures=lambda a: figures.receivables(a.client_id, a.today),
    sums=(*AGES, "total"),
    draw=lambda _: Draw(text("Receivables by age"), AGES),
)
REPORTS = (SALES, MARGINS, GROSS_PROFIT, SELLERS, TAKINGS, RECEIVABLES)
