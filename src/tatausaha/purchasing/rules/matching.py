"""Whether a supplier's bill fits what was ordered and what came, and whether it is there already. Exact, in whole numbers.

Quantities are thousandths of the order's unit, money whole rupiah, tolerances parts per 100,000.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.money import RATE_BASE, Rupiah, format_rupiah, round_ratio
from tatausaha.core.quantities import format_quantity
from tatausaha.purchasing.rules.totals import UNIT

Wrong = Literal["quantity", "price", "unknown_line", "no_order", "ppn", "not_pkp"]
PPN_SLACK: Rupiah = 100
"""Suppliers round PPN line by line or at the foot; so much of a difference is nobody's mistake."""


class Tolerance(msgspec.Struct, frozen=True):
    """How much dearer, and how much more than came, a bill may be."""

    price_rate: int = 1000
    quantity_rate: int = 0


class OrderLine(msgspec.Struct, frozen=True):
    """A line of the order. `amount` is net of discount; `billed` is what other bills have counted."""

    id: UUID
    name: str
    unit: str
    quantity: int
    amount: Rupiah
    received: int
    billed: int


class BillLine(msgspec.Struct, frozen=True):
    """A line of the bill; without `order_line_id` it is of no order."""

    order_line_id: UUID | None
    name: str
    quantity: int
    amount: Rupiah


class Finding(msgspec.Struct, frozen=True):
    """What does not fit: on which line, and the figures that say by how much."""

    wrong: Wrong
    name: str = ""
    unit: str = ""
    ordered: int = 0
    received: int = 0
    billed: int = 0

    @property
    def sentence(self) -> Text:
        """Which line, and by how much, for people."""
        return _SENTENCES[self.wrong](self)


def match(
    ordered: Iterable[OrderLine], billed: Iterable[BillLine], tolerance: Tolerance, *, has_order: bool = True
) -> list[Finding]:
    """What of the bill's lines does not fit order and receipts; nothing when it can be approved.

    Several lines of the bill about one of the order count together. A cheaper or smaller bill always fits.
    """
    if not has_order:
        return [Finding("no_order", billed=sum(line.amount for line in billed))]
    known, found = {line.id: line for line in ordered}, []
    sums: dict[UUID, tuple[int, Rupiah]] = {}
    for line in billed:
        if line.order_line_id is None or line.order_line_id not in known:
            found.append(Finding("unknown_line", line.name, billed=line.amount))
        else:
            quantity, amount = sums.get(line.order_line_id, (0, 0))
            sums[line.order_line_id] = (quantity + line.quantity, amount + line.amount)
    for key, (quantity, amount) in sums.items():
        found += _judge(known[key], quantity, amount, tolerance)
    return found


def _judge(line: OrderLine, quantity: int, amount: Rupiah, tolerance: Tolerance) -> list[Finding]:
    found = []
    counted = line.billed + quantity
    if counted * RATE_BASE > line.received * (RATE_BASE + tolerance.quantity_rate):
        found.append(Finding("quantity", line.name, line.unit, line.quantity, line.received, counted))
    # amount/quantity against the order's own, without dividing.
    if amount * line.quantity * RATE_BASE > line.amount * quantity * (RATE_BASE + tolerance.price_rate):
        ordered = round_ratio(line.amount * UNIT, line.quantity)
        found.append(
            Finding("price", line.name, line.unit, ordered=ordered, billed=round_ratio(amount * UNIT, quantity))
        )
    return found


def judge_ppn(billed: Rupiah, reckoned: Rupiah, *, pkp: bool) -> list[Finding]:
    """What is odd about a bill's PPN: added by a supplier who may not, or another amount than the law's."""
    if billed and not pkp:
        return [Finding("not_pkp", billed=billed)]
    if abs(billed - reckoned) > PPN_SLACK:
        return [Finding("ppn", ordered=reckoned, billed=billed)]
    return []


def _quantity(finding: Finding) -> Text:
    language = current_language()
    return text(
        "{name}: ordered {ordered}, received {received}, billed {billed} {unit}: {more} {unit} more than came.",
        name=finding.name,
        unit=finding.unit,
        ordered=format_quantity(finding.ordered, language),
        received=format_quantity(finding.received, language),
        billed=format_quantity(finding.billed, language),
        more=format_quantity(finding.billed - finding.received, language),
    )


def _price(finding: Finding) -> Text:
    language = current_language()
    return text(
        "{name}: ordered at {ordered} per {unit}, billed at {billed}: {more} dearer.",
        name=finding.name,
        unit=finding.unit,
        ordered=format_rupiah(finding.ordered, language),
        billed=format_rupiah(finding.billed, language),
        more=format_rupiah(finding.billed - finding.ordered, language),
    )


def _billed(finding: Finding) -> dict[str, str]:
    return {"amount": format_rupiah(finding.billed, current_language())}


_SENTENCES: Mapping[Wrong, Callable[[Finding], Text]] = {
    "quantity": _quantity,
    "price": _price,
    "unknown_line": lambda one: text("{name}: {amount} that was never ordered.", name=one.name, **_billed(one)),
    "no_order": lambda one: text("There is no order to compare these {amount} with.", **_billed(one)),
    "not_pkp": lambda one: text("The supplier is no PKP, but the bill adds PPN of {amount}.", **_billed(one)),
    "ppn": lambda one: text(
        "PPN should be {reckoned}, the bill says {amount}.",
        reckoned=format_rupiah(one.ordered, current_language()),
        **_billed(one),
    ),
}


# The same bill again ------------------------------------------------------------------------------------------------------


class KnownBill(msgspec.Struct, frozen=True):
    """A bill of the supplier, as far as another is compared with it."""

    id: UUID
    number: str
    billed_on: date
    total: Rupiah


def plain_number(number: str) -> str:
    """A bill's number without what people write differently: case, spaces, dashes, slashes."""
    return re.sub(r"[^a-z0-9]", "", number.lower())


def find_same(
    number: str, billed_on: date, total: Rupiah, known: Iterable[KnownBill], near_days: int
) -> dict[UUID, Text]:
    """Bills of the same supplier that may be this very one, each with why: its number, or its amount at a near date."""
    found: dict[UUID, Text] = {}
    for bill in known:
        facts: Mapping[str, str] = {
            "number": bill.number,
            "amount": format_rupiah(bill.total, current_language()),
        }
        if plain_number(bill.number) == plain_number(number):
            found[bill.id] = text("Bill {number} of this supplier is here already, over {amount}.", **facts)
        elif bill.total == total and abs((bill.billed_on - billed_on).days) <= near_days:
            days = abs((bill.billed_on - billed_on).days)
            found[bill.id] = text(
                "Bill {number} of this supplier has the same amount, {amount}, and is {days} days apart.",
                days=days,
                **facts,
            )
    return found
