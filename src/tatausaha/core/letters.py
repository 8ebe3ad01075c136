"""E-mail as rows: written in the transaction of what it tells about, sent by a worker, once.

SMTP cannot promise "once" when the line breaks after the message was handed over. Then the row says 'unconfirmed', nobody
sends it again blindly, and a person who does sends the same Message-ID.
"""

from typing import Any, ClassVar
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import Job, enqueue


class SendMail(Job, frozen=True):
    """Hand one letter to the mail server."""

    kind: ClassVar[str] = "mail.send"
    queue: ClassVar[str] = "mail"
    max_attempts: ClassVar[int] = 8
    mail_id: UUID

    def title(self) -> Text:
        return text("Send an e-mail")


class Letter(msgspec.Struct, frozen=True):
    """A letter as its worker reads it."""

    id: UUID
    recipient: str
    language: Language
    template: str
    data: dict[str, Any]
    message_id: str
    state: str
    sender_name: str
    colour: str | None


async def write(
    template: str, recipient: str, *, once_key: str, language: Language, client_id: UUID | None = None, **data: Any
) -> None:
    """Have `frontend/templates/mail/<template>` sent to `recipient`; the same `once_key` never makes a second letter."""
    mail_id = uuid7()
    made = await db.value(
        "insert into mail (id, client_id, once_key, recipient, language, template, data, message_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id, once_key) do nothing returning id",
        *(mail_id, client_id, once_key, recipient, language, template, data, f"<{mail_id}@tatausaha>"),
    )
    if made:
        await enqueue(SendMail(mail_id=mail_id), once_key=str(mail_id), client_id=client_id)


async def get_letter(mail_id: UUID) -> Letter:
    """The letter of a job; it exists, since both were written together."""
    letter = await db.row(
        Letter,
        "select m.id, m.recipient, m.language, m.template, m.data, m.message_id, m.state, p.name as sender_name,"
        " coalesce(c.brand_colour, p.brand_colour) as colour from mail m join provider p on p.id = m.tenant_id"
        " left join client c on c.tenant_id = m.tenant_id and c.id = m.client_id where m.id = $1",
        mail_id,
    )
    assert letter is not None
    return letter


async def mark(mail_id: UUID, state: str, *, was: str, answer: str = "") -> bool:
    """Note how far a letter has come, and what the mail server said. False when it is no longer as it `was`."""
    marked = await db.execute(
        "update mail set state = $2, answer = $3, sent_at = case when $2 = 'sent' then now() end,"
        # A letter may carry a secret link: once it left or never will, what it said is forgotten.
        " data = case when $2 in ('sent', 'refused') then '{}' else data end where id = $1 and state = $4",
        *(mail_id, state, answer[:500], was),
    )
    return marked == 1
