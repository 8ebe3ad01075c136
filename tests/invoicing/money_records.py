"""One of everything about money and hours: for pages, and for those who try what is not theirs."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tests.make import make_invoice


async def fill_money(client_id: UUID, member_id: UUID, word: str) -> dict[str, UUID]:
    """A sent invoice that was paid in part, its line, and hours of a member; every text bears `word`. Needs the scope."""
    issued_id = await make_invoice(client_id, Period(2026, 2))
    paid_id, hours_id = uuid7(), uuid7()
    await db.execute(
        "insert into client_payment (id, client_id, invoice_id, kind, received_on, amount, reference, actor_name)"
        " values ($1, $2, $3, 'money', $4, 250000, $5, $5)",
        *(paid_id, client_id, issued_id, date(2026, 3, 10), word),
    )
    await db.execute("update client_invoice set paid = 250000 where id = $1", issued_id)
    await db.execute(
        "insert into work_time (id, client_id, member_id, member_name, worked_on, minutes, task, note)"
        " values ($1, $2, $3, $4, current_date, 90, $4, $4)",
        *(hours_id, client_id, member_id, word),
    )
    line_id = await db.value("select id from client_invoice_line where invoice_id = $1", issued_id)
    return {
        "issued_id": issued_id,
        "client_payment_id": paid_id,
        "client_invoice_line_id": line_id,
        "work_time_id": hours_id,
    }
