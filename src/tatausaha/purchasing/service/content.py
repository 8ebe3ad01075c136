"""What a version of an order says, as plain values: asked for, approved, kept and printed in this one form."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tatausaha.core.ids import uuid7
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.queries.orders import Order
from tatausaha.purchasing.rules.totals import totals
from tatausaha.purchasing.service.lines import Draft

Content = dict[str, Any]


def version_of(
    place_name: str, expected_on: date | None, ppn_rate: int, note: str, lines: Sequence[orders.Line | Draft]
) -> Content:
    """A version with these lines; a new line gets its id here, and keeps it from version to version."""
    foot = totals((line.amount for line in lines), ppn_rate)
    return {
        "place": place_name,
        "expected_on": expected_on.isoformat() if expected_on else None,
        "note": note,
        "ppn_rate": ppn_rate,
        "subtotal": foot.subtotal,
        "ppn": foot.ppn,
        "total": foot.total,
        "lines": [_line(line) for line in lines],
    }


def _line(line: orders.Line | Draft) -> Content:
    item = line.item if isinstance(line, Draft) else line
    return {
        "id": str(line.id or uuid7()),
        "item_id": str(line.item.id if isinstance(line, Draft) else line.item_id),
        "code": item.code,
        "name": item.name,
        **{name: getattr(line, name) for name in ("unit", "factor", "quantity", "price", "discount", "amount")},
    }


async def present(order: Order) -> Content:
    """The order as it is now; nothing for one that was never released."""
    if order.approved_at is None:
        return {"revision": 0}
    now = version_of(order.place_name, order.expected_on, order.ppn_rate, order.note, await orders.list_lines(order.id))
    return {"revision": order.revision, **now}
