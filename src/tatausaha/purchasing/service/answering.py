"""What a supplier answers through the link of an order, without an account: once, and staff decide what it proposes."""

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters
from tatausaha.core.actor import Actor, current_actor
from tatausaha.core.changes import Proposed
from tatausaha.core.claims import Claim
from tatausaha.core.dates import EARLIEST, LATEST, parse_day
from tatausaha.core.db import tenant_scope
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.letters import Envelope
from tatausaha.core.process import tools
from tatausaha.core.quantities import parse_quantity
from tatausaha.core.web.forms import Lines
from tatausaha.purchasing.jobs import TellAboutOrder
from tatausaha.purchasing.queries import letters as queries
from tatausaha.purchasing.queries import links, orders
from tatausaha.purchasing.queries.letters import AnswerView, OrderFacts, ProposedLine
from tatausaha.purchasing.queries.links import Offer, OfferLine
from tatausaha.purchasing.rules.totals import line_amount
from tatausaha.purchasing.service.content import version_of
from tatausaha.purchasing.service.links import address_of, ended
from tatausaha.purchasing.service.orders import revise_to
from tatausaha.purchasing.service.sending import message_id, tell

Kind = Literal["confirmed", "proposed", "refused"]
MOST = 999_999_999_999
"""The largest quantity that a line can hold, in thousandths."""


class AnswerForm(msgspec.Struct, frozen=True):
    """One of three answers: a proposal may bear a remark, a refusal needs its reason."""

    kind: Kind
    name: str = ""
    comment: Lines = ""
    reason: Lines = ""


def supplier_of(offer: Offer, visitor: str) -> Actor:
    """The supplier, as written beside what is done through the link."""
    return Actor(None, offer.supplier_name, "supplier", visitor)


async def get_offer(link_id: UUID) -> Offer:
    """What the link shows, or `NotFound` once it ended."""
    offer = await links.find_offer(link_id)
    if offer is None:
        raise ended()
    return offer


async def answer(offer: Offer, form: AnswerForm, written: Mapping[str, str]) -> None:
    """Keep the supplier's answer and do what follows from it. A second answer to the same version changes nothing."""
    order = await queries.get_facts(offer.order_id, lock=True)
    if order.revision != offer.revision:
        raise ended()
    if await links.find_answer(offer):
        return
    if order.state not in ("approved", "sent"):
        raise Conflict(text("This order does not wait for an answer any more. Please answer our e-mail instead."))
    proposed = _check(form, await links.list_lines(order.id), written)
    answer_id = await db.value(
        "insert into order_answer (client_id, order_id, revision, link_id, kind, name, comment, lines, address)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        *(
            order.client_id,
            order.id,
            order.revision,
            offer.link_id,
            form.kind,
            form.name,
            form.comment or form.reason,
            proposed,
        ),
        current_actor().address,
    )
    if form.kind != "proposed":
        await _become(order, form.kind)
    await audit.record(f"order_{form.kind}", "purchase_order", order.id, order.client_id, revision=order.revision)
    await tell(order.id, "declined" if form.kind == "refused" else form.kind, str(answer_id))


async def _become(order: OrderFacts, state: Kind) -> None:
    await db.execute(
        "update purchase_order set state = $2, confirmed_at = case $2 when 'confirmed' then now() end where id = $1",
        *(order.id, state),
    )


def _check(form: AnswerForm, lines: list[OfferLine], written: Mapping[str, str]) -> list[ProposedLine]:
    """What is proposed, line by line, or nothing for another answer. `Invalid` says what is missing."""
    problems: dict[str, Text] = {}
    if len(form.name) > 200:
        problems["name"] = text("Use at most {longest} characters.", longest=200)
    for name in ("comment", "reason"):
        if len(getattr(form, name)) > 2000:
            problems[name] = text("Use at most {longest} characters.", longest=2000)
    if form.kind == "refused" and not form.reason:
        problems["reason"] = text("Say why you cannot deliver.")
    proposed = [_propose(line, written, problems) for line in lines] if form.kind == "proposed" else []
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)
    if proposed and not any(line.differs for line in proposed):
        raise Invalid(text("Nothing differs from the order. Change a quantity or a date, or confirm the order."))
    if proposed and not any(line.quantity for line in proposed):
        raise Invalid(text("Nothing is left of the order. If you cannot deliver at all, refuse it."))
    return proposed


def _propose(line: OfferLine, written: Mapping[str, str], problems: dict[str, Text]) -> ProposedLine:
    quantity, day = line.quantity, None
    try:
        typed = written.get(f"quantity-{line.id}", "").strip()
        quantity = parse_quantity(typed, current_language()) if typed else quantity
    except ValueError:
        quantity = -1
    if not 0 <= quantity <= MOST:
        problems[f"quantity-{line.id}"] = text("Write a quantity, for example 12 or 2,5.")
    try:
        typed = written.get(f"day-{line.id}", "").strip()
        day = _sensible(parse_day(typed)) if typed else None
    except ValueError:
        problems[f"day-{line.id}"] = text("Write a date that exists, for example 21/11/2026.")
    return ProposedLine(line.id, line.item, line.unit, line.quantity, quantity, day)


def _sensible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(day)
    return day


async def decline(order_id: UUID, answer_id: UUID, comment: str) -> None:
    """Say no to a proposal; the supplier is written to and may answer the order as it stands again."""
    said = await _decide(order_id, answer_id, "declined")
    order = await queries.get_facts(said.order_id, lock=True)
    link_id = await db.value(
        "select id from order_link where order_id = $1 and revision = $2 and ended_at is null and expires_at > now()",
        *(order.id, said.revision),
    )
    if link_id and order.email and order.revision == said.revision:
        first = message_id(order.id, order.revision)
        await letters.write_in(
            Envelope(sender_name=order.client_name, headers={"In-Reply-To": first, "References": first}),
            "order_declined",
            order.email,
            once_key=f"declined:{said.id}",
            language=order.language,
            client_id=order.client_id,
            data={
                "contact": order.contact or order.supplier_name,
                "number": order.number,
                "client": order.client_name,
                "comment": comment.strip()[:2000],
                "link": address_of(link_id),
            },
        )


async def accept(order_id: UUID, answer_id: UUID) -> Proposed:
    """Ask for the release of the order as the supplier would deliver it: a new version, once whoever has to agree agrees."""
    said = await _decide(order_id, answer_id, "accepted")
    order = await orders.get_order(said.order_id, lock=True)
    if order.revision != said.revision or not order.is_open:
        raise Conflict(
            text("The order was changed since. What was proposed for the earlier version cannot be taken over.")
        )
    wished = {line.line_id: line.quantity for line in said.lines}
    days = [line.expected_on for line in said.lines if line.expected_on and line.quantity]
    lines = [_with(line, wished.get(line.id, line.quantity)) for line in await orders.list_lines(order.id)]
    kept = [line for line in lines if line.quantity]
    after = version_of(order.place_name, max(days, default=order.expected_on), order.ppn_rate, order.note, kept)
    return await revise_to(order, after, render(text("Proposed by the supplier")))


def _with(line: orders.Line, quantity: int) -> orders.Line:
    amount = line_amount(quantity, line.price, line.discount)
    return msgspec.structs.replace(line, quantity=quantity, amount=amount)


async def _decide(order_id: UUID, answer_id: UUID, decision: str) -> AnswerView:
    said = await queries.get_answer(order_id, answer_id)
    decided = await db.execute(
        "update order_answer set decision = $2, decided_at = now(), decided_name = $3"
        " where id = $1 and kind = 'proposed' and decision is null",
        *(answer_id, decision, current_actor().name),
    )
    if not decided:
        raise Conflict(text("This was decided already. Reload the page to see it."))
    await audit.record(f"proposal_{decision}", "purchase_order", said.order_id, said.client_id, revision=said.revision)
    return said


async def write_news(job: TellAboutOrder, claim: Claim) -> None:
    """A letter to each who works for the client, or to the managers where nobody is assigned."""
    async with tenant_scope(claim.row.tenant_id):
        order = await queries.get_facts(job.order_id)
        readers = await db.records(
            "select m.id, m.name, m.email from member m where m.ended_at is null and m.role = 'worker' and exists"
            " (select from assignment a where a.tenant_id = m.tenant_id and a.member_id = m.id and a.client_id = $1"
            "   and not a.barred)",
            order.client_id,
        ) or await db.records("select id, name, email from member where ended_at is null and role = 'manager'")
    async with claim.finishing():
        for reader in readers:
            await letters.write(
                "order_news",
                reader["email"],
                once_key=f"news:{claim.row.id}:{reader['id']}",
                language="id",
                client_id=order.client_id,
                name=reader["name"],
                number=order.number,
                supplier=order.supplier_name,
                client=order.client_name,
                news=job.news,
                link=f"{tools().settings.base_url}/purchasing/orders/{order.id}",
            )
