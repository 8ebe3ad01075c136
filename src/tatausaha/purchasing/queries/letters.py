"""Orders as letters: what one says, how each sending fared, and what the supplier answered."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Language, Text, text


class OrderFacts(msgspec.Struct, frozen=True):
    """What a letter about an order needs to know."""

    id: UUID
    client_id: UUID
    client_name: str
    number: str | None
    revision: int
    state: str
    ordered_on: date
    expected_on: date | None
    total: int
    place_name: str
    supplier_name: str
    contact: str
    email: str
    language: Language
    maker_id: UUID | None
    maker_name: str


class LetterView(msgspec.Struct, frozen=True):
    """One sending of a version of an order, and how far it came. `answer` is in the words of the mail server."""

    id: UUID
    created_at: datetime
    revision: int
    sending: int
    reason: str
    actor_name: str
    state: str
    recipient: str | None
    answer: str | None
    sent_at: datetime | None
    bounced_at: datetime | None
    problem: Text | None

    @property
    def under_way(self) -> bool:
        """True while it may still leave by itself."""
        return self.state in ("queued", "sending")


class ProposedLine(msgspec.Struct, frozen=True):
    """A line as ordered and as the supplier would deliver it; quantities in thousandths of `unit`."""

    line_id: UUID
    item: str
    unit: str
    ordered: int
    quantity: int
    expected_on: date | None

    @property
    def differs(self) -> bool:
        return self.quantity != self.ordered or self.expected_on is not None


class AnswerView(msgspec.Struct, frozen=True):
    """What the supplier said, when, and from where."""

    id: UUID
    created_at: datetime
    order_id: UUID
    client_id: UUID
    revision: int
    kind: str
    name: str
    comment: str
    lines: tuple[ProposedLine, ...]
    address: str
    decision: str | None
    decided_at: datetime | None
    decided_name: str

    @property
    def waits(self) -> bool:
        """True for a proposal that staff have yet to decide on."""
        return self.kind == "proposed" and self.decision is None


_FACTS = """
select o.id, o.client_id, c.name as client_name, o.number, o.revision, o.state, o.ordered_on, o.expected_on, o.total,
  p.name as place_name, s.name as supplier_name, s.contact, s.email, s.language, o.maker_id, o.maker_name
from purchase_order o
join client c on c.tenant_id = o.tenant_id and c.id = o.client_id
join supplier s on s.tenant_id = o.tenant_id and s.id = o.supplier_id
join place p on p.tenant_id = o.tenant_id and p.id = o.place_id
"""


async def get_facts(order_id: UUID, *, lock: bool = False) -> OrderFacts:
    """The order, or `NotFound`; with `lock`, nobody else changes it until the transaction ends."""
    found = await db.row(OrderFacts, f"{_FACTS} where o.id = $1 {'for update of o' if lock else ''}", order_id)
    if found is None:
        raise NotFound(text("This order does not exist."))
    return found


async def find_latest(client_id: UUID) -> OrderFacts | None:
    """The client's newest order, to try a text with."""
    return await db.row(OrderFacts, f"{_FACTS} where o.client_id = $1 order by o.id desc limit 1", client_id)


_LETTER = """
select l.id, l.created_at, l.revision, l.sending, l.reason, l.actor_name, m.recipient, m.answer, m.sent_at, m.bounced_at,
  coalesce(n.error, j.error) as problem,
  case when m.id is null then case when coalesce(j.state, 'failed') in ('failed', 'cancelled', 'done')
      then case when j.state = 'failed' then 'failed' else 'cancelled' end else 'queued' end
    when m.state = 'queued' and n.state in ('failed', 'cancelled') then n.state else m.state end as state
from order_letter l
left join mail m on m.tenant_id = l.tenant_id and m.id = l.mail_id
left join job j on j.tenant_id = l.tenant_id and j.kind = 'purchasing.send_order' and j.once_key = l.id::text
left join job n on n.tenant_id = m.tenant_id and n.kind = 'mail.send' and n.once_key = m.id::text
"""


async def list_letters(order_id: UUID) -> list[LetterView]:
    """Every sending of an order, the newest first."""
    return await db.rows(LetterView, f"{_LETTER} where l.order_id = $1 order by l.id desc", order_id)


_ANSWER = (
    "select id, created_at, order_id, client_id, revision, kind, name, comment, lines, address, decision, decided_at,"
    " decided_name from order_answer"
)


async def list_answers(order_id: UUID) -> list[AnswerView]:
    """What the supplier said to an order, the newest first."""
    return await db.rows(AnswerView, f"{_ANSWER} where order_id = $1 order by id desc", order_id)


async def get_answer(order_id: UUID, answer_id: UUID) -> AnswerView:
    """One answer to an order, or `NotFound`."""
    found = await db.row(AnswerView, f"{_ANSWER} where id = $2 and order_id = $1", order_id, answer_id)
    if found is None:
        raise NotFound(text("This answer does not exist."))
    return found
