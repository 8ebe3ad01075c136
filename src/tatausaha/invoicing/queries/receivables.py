"""Reads of what clients owe the provider: issued invoices, what came for them, and how old the rest is."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.ageing import BUCKETS, bucket_of, by_age
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Language, text
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.rules import settling
from tatausaha.invoicing.rules.settling import Standing


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that bears a number, with what came for it."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    language: Language
    number: str
    period: date
    issued_on: date
    due_on: date
    subtotal: Rupiah
    ppn: Rupiah
    total: Rupiah
    pph23: Rupiah
    paid: Rupiah
    withheld: Rupiah
    state: str
    document_id: UUID | None
    sent_at: datetime | None
    sent_to: str
    reminders: int
    reminded_on: date | None
    hold_reason: str

    @property
    def open(self) -> Rupiah:
        """What is still owed, in money or as a slip; nothing of one that is void."""
        return 0 if self.state == "void" else settling.open_of(self)

    @property
    def slip_missing(self) -> Rupiah:
        """How much of the expected PPh 23 has no slip yet."""
        return 0 if self.state == "void" else settling.slip_missing(self)

    @property
    def money_due(self) -> Rupiah:
        """What is still to be transferred."""
        return self.open - self.slip_missing

    def standing(self, today: date) -> Standing:
        """How it stands, in one word of `words.STANDINGS`."""
        return "void" if self.state == "void" else settling.standing(self, self.due_on, today)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came, or a slip of PPh 23."""

    id: UUID
    created_at: datetime
    client_id: UUID
    invoice_id: UUID
    kind: str
    received_on: date
    amount: Rupiah
    reference: str
    note: str
    receipt_id: UUID
    voided_at: datetime | None
    void_reason: str
    voided_name: str
    actor_id: UUID | None
    actor_name: str


class Owing(msgspec.Struct, frozen=True):
    """A client with what it owed on a day, by age."""

    client_id: UUID
    client_name: str
    ages: dict[str, Rupiah]

    @property
    def open(self) -> Rupiah:
        return sum(self.ages.values())


class Line(msgspec.Struct, frozen=True):
    """One line of a client's account, with the balance after it."""

    day: date
    what: str
    reference: str
    amount: Rupiah
    balance: Rupiah


class Reminder(msgspec.Struct, frozen=True):
    """A letter that reminded of an invoice: by its step, or by the day when a person asked for it."""

    created_at: datetime
    recipient: str
    state: str
    step: str


class Waiting(msgspec.Struct, frozen=True):
    """Invoices that are overdue, what they come to, and how many are drafted and not issued."""

    late: int
    amount: Rupiah
    drafts: int


class Count(msgspec.Struct, frozen=True):
    """How many invoices, and what they come to."""

    count: int
    amount: Rupiah


_ISSUED = (
    "select i.id, i.client_id, c.name as client_name, c.time_zone, c.payslip_language as language, i.number, i.period,"
    " i.issued_on, i.due_on, i.subtotal, i.ppn, i.total, i.pph23, i.paid, i.withheld, i.state, i.document_id, i.sent_at,"
    " i.sent_to, i.reminders, i.reminded_on, i.hold_reason from client_invoice i"
    " join client c on c.tenant_id = i.tenant_id and c.id = i.client_id"
)
_SHORT = "i.state = 'approved' and i.paid > 0 and i.withheld < i.pph23 and i.total - i.paid = i.pph23"
_WAITING = (
    f"select count(*) filter (where late) as late, coalesce(sum(open) filter (where late), 0)::bigint as amount,"  # noqa: S608
    " count(*) filter (where draft) as drafts from (select i.total - i.paid - i.withheld as open,"
    f" i.state = 'approved' and i.due_on < $1 and not ({_SHORT}) as late, i.state in ('draft', 'waiting') as draft"
    " from client_invoice i where i.state in ('draft', 'waiting', 'approved')) one"
)
# What was open on a day: reckoned from what had come until then, so that any day of the past can be asked for.
_OPEN_ON = (
    "select i.client_id, i.due_on, i.total - coalesce(came.amount, 0) as open from client_invoice i"
    " left join lateral (select sum(p.amount)::bigint as amount from client_payment p where p.tenant_id = i.tenant_id"
    "   and p.invoice_id = i.id and p.received_on <= $1 and p.voided_at is null) came on true"
    " where i.state in ('approved', 'paid') and i.issued_on <= $1 and i.total > coalesce(came.amount, 0)"
)


async def get_issued(invoice_id: UUID, *, lock: bool = False) -> Issued:
    """The invoice with its number, or `NotFound`; `lock` holds it, so that nothing else is entered meanwhile."""
    suffix = " for update of i" if lock else ""
    found = await db.row(Issued, f"{_ISSUED} where i.id = $1 and i.number is not null{suffix}", invoice_id)
    if found is None:
        raise NotFound(text("This invoice does not exist, or was not issued yet."))
    return found


async def list_owed(client_id: UUID, *, lock: bool = False) -> list[Issued]:
    """What a client still has to settle, the oldest due day first."""
    suffix = " for update of i" if lock else ""
    return await db.rows(
        Issued, f"{_ISSUED} where i.client_id = $1 and i.state = 'approved' order by i.due_on, i.id{suffix}", client_id
    )


async def page_owed(
    client_id: UUID | None, *, slips: bool, after: tuple[date, UUID] | None, limit: int
) -> list[Issued]:
    """What is open, the longest overdue first; with `slips` only those of which nothing but the PPh 23 slip is missing."""
    only = f" and {_SHORT}" if slips else ""
    return await db.rows(
        Issued,
        f"{_ISSUED} where i.state = 'approved'{only} and ($1::uuid is null or i.client_id = $1)"
        " and ($2::date is null or (i.due_on, i.id) > ($2, $3::uuid)) order by i.due_on, i.id limit $4",
        *(client_id, *(after or (None, None)), limit),
    )


async def page_sent(client_id: UUID, after: tuple[date, UUID] | None, limit: int) -> list[Issued]:
    """What was sent to a client, the newest month first."""
    return await db.rows(
        Issued,
        f"{_ISSUED} where i.client_id = $1 and i.number is not null and i.sent_at is not null"
        " and ($2::date is null or (i.period, i.id) < ($2, $3::uuid)) order by i.period desc, i.id desc limit $4",
        *(client_id, *(after or (None, None)), limit),
    )


async def list_late(today: date) -> list[Issued]:
    """What may be reminded of: sent, past its due day, not held, and still without its money. Held until the scope ends."""
    return await db.rows(
        Issued,
        f"{_ISSUED} where i.state = 'approved' and i.due_on < $1 and i.sent_at is not null and i.sent_to <> ''"
        f" and i.hold_reason = '' and not ({_SHORT}) order by i.due_on, i.id for update of i",
        today,
    )


async def list_entries(invoice_id: UUID) -> list[Entry]:
    """Money and slips of an invoice, voided ones too, in the order of days."""
    return await db.rows(
        Entry,
        "select id, created_at, client_id, invoice_id, kind, received_on, amount, reference, note, receipt_id, voided_at,"
        " void_reason, voided_name, actor_id, actor_name from client_payment where invoice_id = $1"
        " order by received_on, id",
        invoice_id,
    )


async def sum_ages(day: date, client_id: UUID | None = None) -> dict[str, Rupiah]:
    """What was open on a day by age; the buckets sum to what was open."""
    found = await db.records(
        f"select due_on, sum(open)::bigint as open from ({_OPEN_ON}) owed"  # noqa: S608 - our own words
        " where $2::uuid is null or client_id = $2 group by due_on",
        *(day, client_id),
    )
    return by_age(((row["due_on"], row["open"]) for row in found), day)


async def page_owing(day: date, client_id: UUID | None, after: tuple[str, UUID] | None, limit: int) -> list[Owing]:
    """Clients who owed something on a day, by name, each with its ages."""
    found = await db.records(
        "with owed as (select client_id, due_on, sum(open)::bigint as open"  # noqa: S608 - our own words
        f"   from ({_OPEN_ON}) one where $2::uuid is null or client_id = $2 group by 1, 2),"
        " named as (select c.id, c.name from client c where c.id in (select client_id from owed)"
        "   and ($3::text is null or (c.name, c.id) > ($3, $4::uuid)) order by c.name, c.id limit $5)"
        " select named.id, named.name, owed.due_on, owed.open from named join owed on owed.client_id = named.id"
        " order by named.name, named.id",
        *(day, client_id, *(after or (None, None)), limit),
    )
    ages: dict[tuple[UUID, str], dict[str, Rupiah]] = {}
    for row in found:
        own = ages.setdefault((row["id"], row["name"]), {name: 0 for name, _ in BUCKETS})
        own[bucket_of(row["due_on"], day)] += row["open"]
    return [Owing(key, name, own) for (key, name), own in ages.items()]


async def list_account(client_id: UUID, until: date) -> list[Line]:
    """A client's account until a day: invoices, money and slips in the order of days, with the running balance."""
    return await db.rows(
        Line,
        "select day, what, reference, amount, sum(amount) over (order by day, rank, id)::bigint as balance from ("
        "  select issued_on as day, 'invoice' as what, 0 as rank, id, total as amount, number as reference"
        "  from client_invoice where client_id = $1 and state in ('approved', 'paid') and issued_on <= $2"
        "  union all select received_on, kind, 1, id, -amount, reference from client_payment"
        "  where client_id = $1 and voided_at is null and received_on <= $2) one order by day, rank, id",
        *(client_id, until),
    )


async def count_waiting(today: date) -> Waiting:
    """What of invoices waits for somebody: those past their due day and still without their money, and drafts."""
    found = await db.row(Waiting, _WAITING, today)
    assert found is not None
    return found


async def get_account(invoice_id: UUID) -> list[str]:
    """Where an invoice says that it is to be paid: bank, number, holder."""
    found = await db.records(
        "select issuer ->> 'bank' as bank, issuer ->> 'bank_account' as number, issuer ->> 'bank_holder' as holder"
        " from client_invoice where id = $1",
        invoice_id,
    )
    return [one for one in (found[0]["bank"], found[0]["number"], found[0]["holder"]) if one]


async def list_reminders(invoice_id: UUID) -> list[Reminder]:
    """The letters about an invoice, in the order in which they were written."""
    return await db.rows(
        Reminder,
        "select created_at, recipient, state, split_part(once_key, ' ', 3) as step from mail"
        " where template = 'invoice_reminder' and once_key collate \"C\" ^@ $1 order by id",
        f"remind {invoice_id} ",
    )
