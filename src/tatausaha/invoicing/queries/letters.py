"""Invoices as e-mails: whom they go to, and how far each came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.i18n import Text
from tatausaha.invoicing.queries.invoices import Invoice

MOST_RECIPIENTS = 10


class LetterView(msgspec.Struct, frozen=True):
    """One e-mail with an invoice and how far it came; `answer` is in the words of the mail server."""

    id: UUID
    created_at: datetime
    recipient: str
    state: str
    answer: str
    sent_at: datetime | None
    bounced_at: datetime | None
    problem: Text | None

    @property
    def under_way(self) -> bool:
        """True while it may still leave by itself."""
        return self.state in ("queued", "sending")


def letter_key(invoice_id: UUID, sending: int, place: int) -> str:
    """The `once_key` of the e-mail to one recipient, in one sending of an invoice."""
    return f"invoice:{invoice_id}:{sending}.{place}"


async def list_letters(invoice: Invoice) -> list[LetterView]:
    """Every e-mail with an invoice, the newest first."""
    keys = [
        letter_key(invoice.id, sending, place)
        for sending in range(1, invoice.sendings + 1)
        for place in range(MOST_RECIPIENTS)
    ]
    return await db.rows(
        LetterView,
        "select m.id, m.created_at, m.recipient, m.answer, m.sent_at, m.bounced_at, j.error as problem,"
        " case when m.state = 'queued' and j.state in ('failed', 'cancelled') then j.state else m.state end as state"
        " from mail m left join job j on j.tenant_id = m.tenant_id and j.kind = 'mail.send' and j.once_key = m.id::text"
        " where m.once_key = any($1) order by m.id desc",
        keys,
    )


async def list_approvers(client_id: UUID) -> Sequence[str]:
    """The addresses of the client's approvers, to whom its invoices go where no other was named."""
    found = await db.records(
        "select email from member where client_id = $1 and role = 'approver' and ended_at is null order by email",
        client_id,
    )
    return [one["email"] for one in found]
