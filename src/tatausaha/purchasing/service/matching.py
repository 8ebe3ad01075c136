"""The three-way match: what was ordered, what came, and what the supplier bills."""

from collections.abc import Sequence
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.taxes import PPN_RATE
from tatausaha.purchasing.queries import bills, payable_policy, receipts
from tatausaha.purchasing.queries.bills import Bill, BillLine
from tatausaha.purchasing.rules import matching
from tatausaha.purchasing.rules.matching import Finding
from tatausaha.purchasing.rules.totals import totals


async def find_misfits(bill: Bill, lines: Sequence[BillLine]) -> list[Finding]:
    """What of a bill does not fit, with the client's tolerances; nothing when it can be approved."""
    policy = await payable_policy.get_policy(bill.client_id)
    of_bill: dict[UUID, int] = {}
    for line in lines:
        if line.order_line_id:
            of_bill[line.order_line_id] = of_bill.get(line.order_line_id, 0) + line.quantity
    counted = bill.state != "void"
    ordered = [
        matching.OrderLine(
            id=one.id,
            name=one.item_name,
            unit=one.unit,
            quantity=one.quantity,
            amount=one.amount,
            received=one.received,
            billed=one.billed - (of_bill.get(one.id, 0) if counted else 0),
        )
        for one in (await receipts.list_order_lines(bill.order_id) if bill.order_id else ())
    ]
    billed = [matching.BillLine(one.order_line_id, one.description, one.quantity, one.amount) for one in lines]
    found = matching.match(ordered, billed, policy.tolerance, has_order=bill.order_id is not None)
    rate = bill.order_ppn_rate if bill.order_ppn_rate is not None else PPN_RATE
    reckoned = totals([bill.subtotal], rate if bill.ppn or bill.order_ppn_rate else 0).ppn
    return found + matching.judge_ppn(bill.ppn, reckoned, pkp=bill.supplier_pkp)


async def match(bill_id: UUID) -> list[Finding]:
    """Match a bill that nobody approved yet, and hold it or let it go; gives what does not fit."""
    bill = await bills.get_bill(bill_id, lock=True)
    found = await find_misfits(bill, await bills.list_bill_lines(bill_id))
    if bill.state in ("draft", "held"):
        await db.execute(
            "update supplier_bill set state = $2, version = version + 1 where id = $1 and state <> $2",
            *(bill_id, "held" if found else "draft"),
        )
    return found


async def match_again(order_id: UUID) -> None:
    """Goods came or went: what the order's bills waited for may have changed."""
    for bill_id in await bills.list_unapproved(order_id):
        await match(bill_id)
