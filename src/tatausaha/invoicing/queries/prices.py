"""What clients agreed to pay: the list that holds on a day or bills a month, and all lists of a client."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.invoicing.rules.pricing import Part, PriceLine

MANY = 200


class PriceHead(msgspec.Struct, frozen=True, kw_only=True):
    """A list of prices without its lines. `minimum` is the least that a month costs without PPN, in rupiah."""

    id: UUID
    client_id: UUID
    client_name: str
    version: int
    name: str
    starts_on: date
    ends_on: date | None
    minimum: int
    terms_days: int
    state: str
    note: str
    refusal: str
    actor_id: UUID | None
    actor_name: str
    agreed_at: datetime | None
    agreed_name: str

    @property
    def editable(self) -> bool:
        """True until it was asked for, and again when nobody agreed."""
        return self.state in ("draft", "refused")

    def holds_on(self, day: date) -> bool:
        return self.state == "agreed" and self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def days_in(self, month: Period) -> tuple[date, date] | None:
        """The first and last day of the month on which it holds, if any."""
        first, last = max(month.first, self.starts_on), min(month.last, self.ends_on or month.last)
        return (first, last) if first <= last else None

    def part_of(self, month: Period) -> Part:
        """How many days of the month it holds."""
        days = self.days_in(month)
        return Part((days[1] - days[0]).days + 1 if days else 0, month.last.day)


class PriceList(PriceHead, frozen=True, kw_only=True):
    """A list of prices with its lines, in their order."""

    lines: tuple[PriceLine, ...]


class ClientPrices(msgspec.Struct, frozen=True, kw_only=True):
    """A client with the list that holds today, the next one, and one that is being written or waits."""

    client_id: UUID
    client_name: str
    list_id: UUID | None
    name: str | None
    starts_on: date | None
    ends_on: date | None
    next_id: UUID | None
    next_starts_on: date | None
    open_id: UUID | None
    open_state: str | None


Cursor = tuple[bool, str, UUID]
_HEAD = """
l.id, l.client_id, c.name as client_name, l.version, l.name, l.starts_on, l.ends_on, l.minimum, l.terms_days, l.state,
l.note, l.refusal, l.actor_id, l.actor_name, l.agreed_at, l.agreed_name
"""
_LINES = """
coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'label', p.label, 'price', p.price,
  'included', p.included, 'tiers', p.tiers, 'ppn', p.ppn, 'pph23', p.pph23) order by p.position)
  from price_line p where p.tenant_id = l.tenant_id and p.price_list_id = l.id), '[]') as lines
"""
_FROM = "from price_list l join client c on c.tenant_id = l.tenant_id and c.id = l.client_id"


async def find_agreed(client_id: UUID, on: date) -> PriceList | None:
    """The agreed list that holds for a client on a day, if there is one."""
    return await _find_within(client_id, on, on)


async def find_for_month(client_id: UUID, month: Period) -> PriceList | None:
    """The agreed list by which a client's month is billed: never more than one, though it may hold a part of it alone."""
    return await _find_within(client_id, month.first, month.last)


async def _find_within(client_id: UUID, first: date, last: date) -> PriceList | None:
    return await db.row(
        PriceList,
        f"select {_HEAD}, {_LINES} {_FROM} where l.client_id = $1 and l.state = 'agreed' and l.starts_on <= $3"
        " and (l.ends_on is null or l.ends_on >= $2) order by l.starts_on desc limit 1",
        *(client_id, first, last),
    )


async def list_for_month(month: Period) -> dict[UUID, PriceList]:
    """By client, the agreed list by which its month is billed; of clients that were served no longer there is none."""
    found = await db.rows(
        PriceList,
        f"select {_HEAD}, {_LINES} {_FROM} where l.state = 'agreed' and l.starts_on <= $2"
        " and (l.ends_on is null or l.ends_on >= $1)"
        " and (c.archived_at is null or (c.archived_at at time zone c.time_zone)::date >= $1) order by l.starts_on",
        *(month.first, month.last),
    )
    return {one.client_id: one for one in found}


async def get_list(list_id: UUID, *, lock: bool = False) -> PriceList:
    """One list, or `NotFound`; with `lock` nobody else changes it until this transaction ends."""
    found = await db.row(
        PriceList,
        f"select {_HEAD}, {_LINES} {_FROM} where l.id = $1 {'for no key update of l' if lock else ''}",
        list_id,
    )
    if found is None:
        raise NotFound(text("This list of prices does not exist."))
    return found


async def list_of_client(client_id: UUID) -> list[PriceHead]:
    """All lists of a client, those that begin last first."""
    return await db.rows(
        PriceHead,
        f"select {_HEAD} {_FROM} where l.client_id = $1 order by l.starts_on desc, l.id desc limit {MANY}",
        client_id,
    )


BILLED = ("waiting", "approved", "paid")
DRAFTED = ("draft",)


async def list_billed(client_id: UUID, since: date, states: Sequence[str] = BILLED) -> list[Period]:
    """The client's months from `since` on whose invoice was put forward or issued (or is in other `states`)."""
    found = await db.records(
        "select period from client_invoice where client_id = $1 and period >= $2"
        " and state = any($3) order by period desc limit 120",
        *(client_id, since, list(states)),
    )
    return [Period.of(row["period"]) for row in found]


async def page_clients(today: date, wanted: str, after: Cursor | None, limit: int) -> list[ClientPrices]:
    """Clients with their prices of a day, those without any first; `wanted` narrows to "none", "held" or "waiting"."""
    return await db.rows(
        ClientPrices,
        "select c.id as client_id, c.name as client_name, l.id as list_id, l.name, l.starts_on, l.ends_on,"
        " n.id as next_id, n.starts_on as next_starts_on, o.id as open_id, o.state as open_state from client c"
        " left join lateral (select id, name, starts_on, ends_on from price_list p where p.tenant_id = c.tenant_id"
        "   and p.client_id = c.id and p.state = 'agreed' and p.starts_on <= $1"
        "   and (p.ends_on is null or p.ends_on >= $1) order by p.starts_on desc limit 1) l on true"
        " left join lateral (select id, starts_on from price_list p where p.tenant_id = c.tenant_id"
        "   and p.client_id = c.id and p.state = 'agreed' and p.starts_on > $1 order by p.starts_on limit 1) n on true"
        " left join lateral (select id, state from price_list p where p.tenant_id = c.tenant_id and p.client_id = c.id"
        "   and p.state in ('draft', 'waiting') order by p.state desc, p.starts_on desc limit 1) o on true"
        " where c.archived_at is null and ($3::boolean is null or (l.id is not null, c.name, c.id) > ($3, $4, $5::uuid))"
        " and case $2 when 'none' then l.id is null when 'held' then l.id is not null"
        "   when 'waiting' then o.state = 'waiting' else true end"
        " order by (l.id is not null), c.name, c.id limit $6",
        *(today, wanted, *(after or (None, None, None)), limit),
    )


async def page_lists(client_id: UUID | None, before: UUID | None, limit: int) -> list[PriceList]:
    """Agreed lists with their lines, those written last first, over all clients or of one."""
    return await db.rows(
        PriceList,
        f"select {_HEAD}, {_LINES} {_FROM} where l.state = 'agreed' and ($1::uuid is null or l.client_id = $1)"
        " and ($2::uuid is null or l.id < $2) order by l.id desc limit $3",
        *(client_id, before, limit),
    )
