"""What a bill is settled by: credit notes set off and payments; and the numbers of the tax papers that belong to it."""

from datetime import date
from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import current_language, text
from tatausaha.core.money import format_rupiah
from tatausaha.purchasing.queries import bills
from tatausaha.purchasing.queries.bills import Bill

ATTENTION = text("Some fields need your attention.")


async def under_way(bill_id: UUID) -> bool:
    """True while the bill stands in a payment that is not over."""
    found = await db.value("select 1 from supplier_payment_line where bill_id = $1 and state = 'open'", bill_id)
    return found is not None


async def set_off(bill_id: UUID, credit_id: UUID, amount: int | None) -> int:
    """Pay a bill by a credit note, as far as both go or by `amount`; gives the rupiah. Raises Conflict, Invalid (`amount`)."""
    bill = await bills.get_bill(bill_id, lock=True)
    credit = await bills.get_credit(credit_id, lock=True)
    if credit.supplier_id != bill.supplier_id or bill.state not in bills.UNPAID or await under_way(bill_id):
        raise Conflict(text("Bill {number} cannot be set off now.", number=bill.number))
    most = min(bill.open, credit.open)
    wanted = most if amount is None else amount
    if not 0 < wanted <= most:
        problem = text("Write an amount up to {most}.", most=format_rupiah(most, current_language()))
        raise Invalid(ATTENTION, {"amount": problem})
    await db.execute(
        "insert into credit_use (client_id, credit_id, bill_id, amount, actor_name) values ($1, $2, $3, $4, $5)",
        *(bill.client_id, credit_id, bill_id, wanted, current_actor().name),
    )
    await db.execute("update credit_note set used = used + $2 where id = $1", credit_id, wanted)
    await settle(bill_id, credited=wanted)
    await audit.record("set_off", "supplier_bill", bill_id, bill.client_id, credit=credit.number, amount=wanted)
    return wanted


async def settle(bill_id: UUID, *, paid: int = 0, credited: int = 0) -> None:
    """Count rupiah towards a bill; an approved one of which nothing is open any more is paid."""
    await db.execute(
        "update supplier_bill set paid = paid + $2, credited = credited + $3, version = version + 1,"
        " state = case when state = 'approved' and open = $2 + $3 then 'paid' else state end where id = $1",
        *(bill_id, paid, credited),
    )


async def keep_papers(bill: Bill, tax_invoice: str, pph23_slip: str, pph23_slip_on: date | None) -> None:
    """The numbers of the tax papers that belong to a bill: the supplier's tax invoice, the slip of what was withheld."""
    if bool(pph23_slip) != bool(pph23_slip_on):
        raise Invalid(ATTENTION, {"pph23_slip": text("A slip has a number and a day.")})
    if pph23_slip and not bill.pph23:
        raise Invalid(ATTENTION, {"pph23_slip": text("Nothing is withheld of this bill.")})
    await db.execute(
        "update supplier_bill set tax_invoice = $2, pph23_slip = $3, pph23_slip_on = $4, version = version + 1 where id = $1",
        *(bill.id, tax_invoice, pph23_slip, pph23_slip_on),
    )
    await audit.record("changed", "supplier_bill", bill.id, bill.client_id, fields=["tax_invoice", "pph23_slip"])
