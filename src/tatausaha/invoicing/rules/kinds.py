"""What a client can be billed for: each kind of finished work, how it is counted, and the service it belongs to."""

from collections.abc import Mapping

import msgspec

from tatausaha.core.i18n import Text, text

HOUR = 60
"""Hours are counted in minutes."""


class Kind(msgspec.Struct, frozen=True):
    """A sort of finished work. `unit` is what its price is for; `service` names the capability it comes from, or none.

    `per` is how many of what is counted make up one unit: hours are counted in minutes and priced for sixty of them.
    """

    label: Text
    unit: Text
    service: str = ""
    per: int = 1


KINDS: Mapping[str, Kind] = {
    "retainer": Kind(text("Fixed fee of a month"), text("month")),
    "payslip": Kind(text("Payslips"), text("payslip"), "payroll"),
    "employee": Kind(text("Active employees of the month"), text("employee"), "people"),
    "document": Kind(text("Documents made"), text("document")),
    "purchase_order": Kind(text("Purchase orders"), text("order"), "purchasing"),
    "goods_receipt": Kind(text("Goods receipts"), text("receipt"), "purchasing"),
    "supplier_bill": Kind(text("Suppliers' bills"), text("bill"), "purchasing"),
    "shift": Kind(text("Shifts counted"), text("shift"), "sales"),
    "sale_line": Kind(text("Lines of sale"), text("line"), "sales"),
    "stock_count": Kind(text("Stock counts"), text("count"), "stock"),
    "hour": Kind(text("Hours worked"), text("hour"), per=HOUR),
}
"""By the name that `price_line.kind` and `billed_item.kind` hold."""

REPEATED = frozenset({"retainer"})
"""What a list may price more than once; of everything else a second line would bill the same work twice."""

OF_MONTH = frozenset({"employee"})
"""What is counted once for a whole month, on its last day: a list that holds any day of the month bills it."""

MINIMUM = "minimum"
"""The kind of the line that fills a month up to its least price; no list has it as a line of its own."""
