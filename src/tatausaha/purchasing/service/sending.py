"""Orders leave by e-mail: decided in the transaction that approves them, sent by workers, once.

One version of an order has one Message-ID, however often somebody has it sent. A version that replaces another says so,
and ends the link of the one before.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters
from tatausaha.core.actor import current_actor
from tatausaha.core.claims import Claim
from tatausaha.core.db import tenant_scope
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.core.letters import Attachment, Envelope
from tatausaha.core.mail import Refused, recipient_of
from tatausaha.core.outbox import enqueue
from tatausaha.documents import service as kept_files
from tatausaha.documents.filenames import file_name
from tatausaha.documents.queries import find_document_about
from tatausaha.documents.service import PDF, Kept
from tatausaha.purchasing.jobs import SendOrder, TellAboutOrder
from tatausaha.purchasing.queries import letters as queries
from tatausaha.purchasing.queries.letters import OrderFacts
from tatausaha.purchasing.service import documents
from tatausaha.purchasing.service.links import address_of
from tatausaha.purchasing.service.templates import fill, get_policy, list_templates, values_of

DOCUMENT = "purchase_order"
LETTER = "purchase_order"
SENDABLE = ("approved", "sent", "confirmed")


class LetterRow(msgspec.Struct, frozen=True):
    """One sending as its worker reads it."""

    id: UUID
    order_id: UUID
    revision: int
    sending: int
    mail_id: UUID | None
    link_id: UUID


def message_id(order_id: UUID, revision: int) -> str:
    """The one Message-ID of a version of an order."""
    return f"<order-{order_id}.{revision}@tatausaha>"


async def queue(order_id: UUID) -> bool:
    """Have the present version of an approved order sent, in the caller's transaction.

    Links and letters of earlier versions end. False when the supplier has no address: then somebody hands it over.
    """
    order = await queries.get_facts(order_id, lock=True)
    await _end_letters(order.id, before=order.revision)
    policy = await get_policy(order.client_id)
    await db.execute(
        "insert into order_link (client_id, order_id, revision, expires_at)"
        " values ($1, $2, $3, now() + make_interval(days => $4)) on conflict (tenant_id, order_id, revision) do nothing",
        *(order.client_id, order.id, order.revision, policy.link_days),
    )
    if not _reachable(order.email):
        return False
    return await _write(order, 1, "")


async def send_again(order_id: UUID, sending: int, reason: str) -> None:
    """Have the present version sent once more, on purpose: with the same Message-ID, and a link that opens as long again.

    `sending` is the number of this sending, as the form saw it: pressed twice, it is one. Raises Conflict while an earlier
    sending is still on its way.
    """
    order = await queries.get_facts(order_id, lock=True)
    _refuse_unsendable(order)
    if sending > 1 and not reason.strip():
        raise Invalid(text("Some fields need your attention."), {"again": text("Say why it is sent again.")})
    sent = [letter for letter in await queries.list_letters(order_id) if letter.revision == order.revision]
    if sending <= len(sent):
        return
    if sent and sent[0].under_way:
        raise Conflict(text("This version is still on its way. Wait until it has left or failed."))
    policy = await get_policy(order.client_id)
    await db.execute(
        "update order_link set expires_at = greatest(expires_at, now() + make_interval(days => $3))"
        " where order_id = $1 and revision = $2 and ended_at is null",
        *(order.id, order.revision, policy.link_days),
    )
    await _write(order, len(sent) + 1, reason.strip()[:500])
    await audit.record(
        "sent_again", "purchase_order", order.id, order.client_id, reason=reason, revision=order.revision
    )


def _refuse_unsendable(order: OrderFacts) -> None:
    if order.state not in SENDABLE:
        raise Conflict(text("Only an approved order that is still open can be sent."))
    if not _reachable(order.email):
        raise Conflict(
            text("{supplier} has no complete e-mail address. Enter one, then send it.", supplier=order.supplier_name)
        )


def _reachable(address: str) -> bool:
    try:
        recipient_of(address)
    except Refused:
        return False
    return True


async def _end_letters(order_id: UUID, *, before: int) -> None:
    """The links of earlier versions open nothing any more, and those of their letters that wait do not leave."""
    await db.execute(
        "update order_link set ended_at = now() where order_id = $1 and revision < $2 and ended_at is null",
        *(order_id, before),
    )
    await db.execute(
        "update job j set state = 'cancelled', done_at = now() from order_letter l where l.order_id = $1"
        " and l.revision < $2 and j.tenant_id = l.tenant_id and j.state in ('queued', 'sent')"
        " and ((j.kind = 'purchasing.send_order' and j.once_key = l.id::text)"
        "   or (j.kind = 'mail.send' and j.once_key = l.mail_id::text))",
        *(order_id, before),
    )


async def withdraw(order_id: UUID, reason: str) -> None:
    """An order is given up: nothing of it leaves any more, and a supplier who may have it is told, with the reason."""
    order = await queries.get_facts(order_id)
    sent = [one for one in await queries.list_letters(order_id) if one.state in ("sending", "sent", "unconfirmed")]
    await _end_letters(order_id, before=order.revision + 1)
    if not sent or not _reachable(order.email):
        return
    known = await _before(order_id, order.revision + 1)
    await letters.write_in(
        Envelope(sender_name=order.client_name, headers=known),
        "order_cancelled",
        order.email,
        once_key=f"cancelled:{order_id}",
        language=order.language,
        client_id=order.client_id,
        data={
            "contact": order.contact or order.supplier_name,
            "number": order.number,
            "client": order.client_name,
            "reason": reason,
        },
    )


async def _write(order: OrderFacts, sending: int, reason: str) -> bool:
    actor = current_actor()
    letter_id: UUID | None = await db.value(
        "insert into order_letter (client_id, order_id, revision, sending, reason, actor_id, actor_name)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id, order_id, revision, sending) do nothing returning id",
        *(order.client_id, order.id, order.revision, sending, reason, actor.id, actor.name),
    )
    if letter_id is not None:
        job, link = SendOrder(letter_id=letter_id), f"/purchasing/orders/{order.id}"
        await enqueue(job, once_key=str(letter_id), client_id=order.client_id, link=link)
    return True


async def make(letter_id: UUID, claim: Claim) -> None:
    """Set the document of the letter's version, keep it, and hand the letter over. Nothing for a version replaced since."""
    async with claim.scope():
        letter = await _get(letter_id)
        order = await queries.get_facts(letter.order_id)
        document = await find_document_about(DOCUMENT, letter.link_id, shared_only=False)
        # The supplier gets the very file again that it got before.
        content = None if document else await documents.order_pdf(order.id, letter.revision)
    reply_to = await _answer_to(order, claim.row.tenant_id)
    kept = await _keep(claim.row.tenant_id, order, letter, content) if content else None
    async with claim.finishing():
        order = await queries.get_facts(letter.order_id, lock=True)
        if order.revision != letter.revision or order.state not in SENDABLE:
            return
        if kept:
            await kept_files.record([kept], shared=True)
        file = kept or document
        assert file is not None
        mail_id = await _hand_over(order, letter, Attachment(file.key, file.name, file.media_type), reply_to)
        await db.execute("update order_letter set mail_id = $2 where id = $1", letter.id, mail_id)


async def _get(letter_id: UUID) -> LetterRow:
    """A letter of a job; it exists, since both were written together."""
    found = await db.row(
        LetterRow,
        "select l.id, l.order_id, l.revision, l.sending, l.mail_id, k.id as link_id from order_letter l"
        " join order_link k on k.tenant_id = l.tenant_id and k.order_id = l.order_id and k.revision = l.revision"
        " where l.id = $1",
        letter_id,
    )
    assert found is not None
    return found


async def _answer_to(order: OrderFacts, tenant_id: UUID) -> str:
    """The client's address for answers, or that of whoever wrote the order, whom the provider's scope alone knows."""
    async with tenant_scope(tenant_id):
        policy = await get_policy(order.client_id)
        return policy.reply_to or await db.value("select email from member where id = $1", order.maker_id) or ""


async def _keep(tenant_id: UUID, order: OrderFacts, letter: LetterRow, content: bytes) -> Kept:
    version = f"v{letter.revision}" if letter.revision > 1 else ""
    name = file_name("PO", order.number or "", order.client_name, version, suffix="pdf")
    return await kept_files.put(tenant_id, order.client_id, DOCUMENT, letter.link_id, name, PDF, content)


async def _hand_over(order: OrderFacts, letter: LetterRow, file: Attachment, reply_to: str) -> UUID | None:
    template = (await list_templates(order.client_id))[order.language]
    values = values_of(order, order.language)
    envelope = Envelope(
        message_id=message_id(order.id, letter.revision),
        sender_name=order.client_name,
        reply_to=reply_to,
        headers=await _before(order.id, letter.revision),
        attachments=(file,),
    )
    said = content_of(fill(template.subject, values), fill(template.body, values), letter.revision)
    return await letters.write_in(
        envelope,
        LETTER,
        order.email,
        once_key=f"order:{letter.id}",
        language=order.language,
        client_id=order.client_id,
        data={**said, "link": address_of(letter.link_id)},
    )


def content_of(subject: str, body: str, revision: int) -> Mapping[str, Any]:
    """What the template of the letter is given beside the link."""
    return {"subject": " ".join(subject.split()), "body": body, "revision": revision}


async def _before(order_id: UUID, revision: int) -> dict[str, str]:
    """The versions that were sent before, so that the supplier's mail program shows them together."""
    sent = await db.records(
        "select distinct revision from order_letter where order_id = $1 and revision < $2 and mail_id is not null"
        " order by revision",
        *(order_id, revision),
    )
    earlier = [message_id(order_id, row["revision"]) for row in sent]
    return {"In-Reply-To": earlier[-1], "References": " ".join(earlier)} if earlier else {}


@letters.follows(LETTER)
async def note(mail_id: UUID, state: str) -> None:
    """An order counts as sent while the server holds its newest version; what came back makes it unsent, and is told.

    One that was given up or replaced while its letter was on the way to the server is not handed over.
    """
    order_id = await db.value("select order_id from order_letter where mail_id = $1", mail_id)
    if state in ("sending", "failed") and not await _wanted(order_id, mail_id):
        if state == "failed":
            return
        raise Conflict(text("Only an approved order that is still open can be sent."))
    if state in ("sent", "bounced", "refused"):
        was, now = ("approved", "sent") if state == "sent" else ("sent", "approved")
        await db.execute(
            "update purchase_order set state = $4, sent_at = case $4 when 'sent' then now() end where id = $1"
            " and state = $3 and revision = (select l.revision from order_letter l where l.mail_id = $2)",
            *(order_id, mail_id, was, now),
        )
    if state in ("bounced", "refused", "unconfirmed", "failed"):
        await tell(order_id, state, str(mail_id))


async def _wanted(order_id: UUID, mail_id: UUID) -> bool:
    """True while a letter bears the newest version of an order that is still open; holds the order."""
    order = await queries.get_facts(order_id, lock=True)
    revision = await db.value("select revision from order_letter where mail_id = $1", mail_id)
    return order.revision == revision and order.state in SENDABLE


async def give_up(letter_id: UUID) -> None:
    """A letter could not be made: those who work for the client are told, unless the order moved on."""
    letter = await _get(letter_id)
    order = await queries.get_facts(letter.order_id)
    if order.revision == letter.revision and order.state in SENDABLE:
        await tell(order.id, "failed", str(letter_id))


async def tell(order_id: UUID, news: str, once: str) -> None:
    """Have those who work for the client told of an order's news."""
    order = await queries.get_facts(order_id)
    job, link = TellAboutOrder(order_id=order_id, news=news), f"/purchasing/orders/{order_id}"
    await enqueue(job, once_key=f"{once}:{news}", client_id=order.client_id, link=link)
