"""E-mail as rows: written in the transaction of what it tells about, sent by a worker, once.

SMTP cannot promise "once" when the line breaks after the message was handed over. Then the row says 'unconfirmed', nobody
sends it again blindly, and a person who does sends the same Message-ID.
"""

from collections.abc import Awaitable, Callable, Mapping
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
    # Over two hours and a half: a mail server that is down, or that lets strangers wait, is outlasted.
    max_attempts: ClassVar[int] = 40
    mail_id: UUID

    def title(self) -> Text:
        return text("Send an e-mail")


class Attachment(msgspec.Struct, frozen=True):
    """A file of the storage that a letter carries, under the name that its reader sees."""

    key: str
    name: str
    media_type: str


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
    from_name: str
    reply_to: str
    headers: dict[str, str]
    attachments: tuple[Attachment, ...]


Follower = Callable[[UUID, str], Awaitable[None]]
_followers: dict[str, Follower] = {}


def follows(template: str) -> Callable[[Follower], Follower]:
    """Register who is told, in the same transaction, of each new state of the letters of a template, with their id.

    A follower that raises at "sending" keeps the letter from leaving.
    """

    def register(follower: Follower) -> Follower:
        _followers[template] = follower
        return follower

    return register


class Envelope(msgspec.Struct, frozen=True):
    """What a letter bears beside its words. `sender_name` is shown in place of the provider's; empty means the usual."""

    message_id: str = ""
    sender_name: str = ""
    reply_to: str = ""
    headers: dict[str, str] = {}
    attachments: tuple[Attachment, ...] = ()


async def write(
    template: str, recipient: str, *, once_key: str, language: Language, client_id: UUID | None = None, **data: Any
) -> None:
    """Have `frontend/templates/mail/<template>` sent to `recipient`; the same `once_key` never makes a second letter."""
    await write_in(
        Envelope(), template, recipient, once_key=once_key, language=language, client_id=client_id, data=data
    )


async def write_in(
    envelope: Envelope,
    template: str,
    recipient: str,
    *,
    once_key: str,
    language: Language,
    client_id: UUID | None,
    data: Mapping[str, Any],
) -> UUID | None:
    """Like `write`, in an envelope of its own. Gives the letter's id, None when there is one of this key already."""
    mail_id = uuid7()
    made: UUID | None = await db.value(
        "insert into mail (id, client_id, once_key, recipient, language, template, data, message_id, sender_name,"
        " reply_to, headers, attachments) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " on conflict (tenant_id, once_key) do nothing returning id",
        *(mail_id, client_id, once_key, recipient, language, template, data),
        *(envelope.message_id or f"<{mail_id}@tatausaha>", envelope.sender_name, envelope.reply_to),
        *(envelope.headers, envelope.attachments),
    )
    if made:
        await enqueue(SendMail(mail_id=mail_id), once_key=str(mail_id), client_id=client_id)
    return made


async def get_letter(mail_id: UUID) -> Letter:
    """The letter of a job; it exists, since both were written together."""
    letter = await db.row(
        Letter,
        "select m.id, m.recipient, m.language, m.template, m.data, m.message_id, m.state, m.sender_name as from_name, m.reply_to,"
        " m.headers, m.attachments, coalesce(nullif(m.sender_name, ''), p.name) as sender_name,"
        " coalesce(c.brand_colour, p.brand_colour) as colour from mail m join provider p on p.id = m.tenant_id"
        " left join client c on c.tenant_id = m.tenant_id and c.id = m.client_id where m.id = $1",
        mail_id,
    )
    assert letter is not None
    return letter


async def mark(mail_id: UUID, state: str, *, was: str, answer: str = "") -> bool:
    """Note how far a letter has come, and what the mail server said. False when it is no longer as it `was`."""
    template = await db.value(
        "update mail set state = $2, answer = $3,"
        " sent_at = case $2 when 'sent' then now() when 'bounced' then sent_at end,"
        " bounced_at = case when $2 = 'bounced' then now() end,"
        # A letter may carry a secret link: once it left or never will, what it said is forgotten.
        " data = case when $2 in ('sent', 'refused', 'bounced') then '{}' else data end"
        " where id = $1 and state = $4 returning template",
        *(mail_id, state, answer[:500], was),
    )
    if template in _followers:
        await _followers[template](mail_id, state)
    return template is not None


async def give_up(mail_id: UUID) -> None:
    """Every attempt at a letter ended with "later": whoever follows it is told "failed". It stays queued for a person."""
    template = await db.value("select template from mail where id = $1 and state = 'queued'", mail_id)
    if template in _followers:
        await _followers[template](mail_id, "failed")
