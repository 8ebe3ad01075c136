"""The reports of purchasing."""

from tatausaha.core.ageing import BUCKETS
from tatausaha.core.exports import Column
from tatausaha.core.i18n import text
from tatausaha.purchasing.queries import figures
from tatausaha.reports.shop.tabular import Draw, Record, Report, share

AGES = tuple(name for name, _ in BUCKETS)
AGED = (*(Column(name, label, "money") for name, label in BUCKETS), Column("total", text("Total"), "money"))
SUPPLIER = (Column("name", text("Supplier")), Column("code", text("Code")))


def _rates(row: Record) -> Record:
    """How much came on its day, how much came at all, and how much went back."""
    return row | {
        "on_time_rate": share(row["on_time"], row["orders"]),
        "came_rate": share(row["came"], row["ordered"]),
        "back_rate": share(row["back"], row["came"]),
    }


PURCHASES = Report(
    name="purchases",
    title=text("Purchases by supplier"),
    service="purchasing",
    says=text("What was ordered, received, sent back and billed."),
    method=text(
        "Ordered and billed with PPN as on the paper, by the day of the order and of the bill; received and sent back at"
        " cost, by the day of the goods."
    ),
    parameters=("span", "place"),
    columns=lambda _: (
        *SUPPLIER,
        Column("orders", text("Orders"), "number"),
        Column("ordered", text("Ordered"), "money"),
        Column("received", text("Received"), "money"),
        Column("returned", text("Sent back"), "money"),
        Column("billed", text("Billed"), "money"),
    ),
    figures=lambda a: figures.purchases(a.client_id, a.first, a.last, a.place_id),
    sums=("orders", "ordered", "received", "returned", "billed"),
    draw=lambda _: Draw(text("Received by supplier"), ("received",), label="name"),
)
PERFORMANCE = Report(
    name="supplier-performance",
    title=text("Supplier performance"),
    service="purchasing",
    says=text("Who delivers in full and on the day."),
    method=text(
        "Of the orders expected in these days: on time are those whose last goods came by the expected day; received and"
        " sent back are shares of the ordered and received value at order prices."
    ),
    parameters=("span",),
    columns=lambda _: (
        *SUPPLIER,
        Column("orders", text("Orders"), "number"),
        Column("on_time", text("On time"), "number"),
        Column("on_time_rate", text("On time, share"), "rate"),
        Column("late_days", text("Days late"), "number"),
        Column("ordered", text("Ordered"), "money"),
        Column("came", text("Received"), "money"),
        Column("came_rate", text("Received, share"), "rate"),
        Column("back_rate", text("Sent back, share"), "rate"),
    ),
    figures=lambda a: figures.performance(a.client_id, a.first, a.last),
    sums=("orders", "on_time", "late_days", "ordered", "came", "back"),
    derive=_rates,
    draw=lambda _: Draw(text("Ordered and received by supplier"), ("ordered", "came"), label="name"),
)
PAYABLES = Report(
    name="payables-ageing",
    title=text("Payables by age"),
    service="purchasing",
    says=text("What is owed to suppliers, and since when."),
    method=text("Open bills as of today by days past the due day, less payments, credit notes and PPh 23."),
    parameters=(),
    columns=lambda _: (*SUPPLIER, *AGED),
    figures=lambda a: figures.payables(a.client_id, a.today),
    sums=(*AGES, "total"),
    draw=lambda _: Draw(text("Payables by age"), AGES),
)
REPORTS = (PURCHASES, PERFORMANCE, PAYABLES)
