"""Finished work becomes the draft of an invoice: one for each client and month, by the prices that were agreed.

A draft can be drawn up anew as long as nobody was asked to approve it: then it is counted and priced afresh, what was waived
stays waived, and the note stays. A piece of work stands behind one line at most, whoever drafts, and however often.
"""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import Language, Text, render, text, use_language
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import enqueue
from tatausaha.core.taxes import PPN_RATES
from tatausaha.invoicing.jobs import DraftInvoice
from tatausaha.invoicing.queries import finished, invoices, prices
from tatausaha.invoicing.queries import lines as behind
from tatausaha.invoicing.queries.finished import Item
from tatausaha.invoicing.queries.invoices import Invoice, Priced
from tatausaha.invoicing.queries.prices import PriceList
from tatausaha.invoicing.queries.profile import get_profile
from tatausaha.invoicing.rules.kinds import MINIMUM
from tatausaha.invoicing.rules.pricing import PricedLine, price
from tatausaha.invoicing.rules.tax import Taxed, Totals, tax, total
from tatausaha.people.rules import today

KIND = "client_invoice"
FIXED = UUID("6d1f2f1a-2c5c-5c0e-9b61-6b0d6a4f3e11")
"""What ids of fixed fees and minimums of a month are made of."""


class Drafted(msgspec.Struct, frozen=True):
    """What became of it: an invoice, or none, because nothing is to be billed or no prices were agreed."""

    invoice_id: UUID | None
    why: Literal["", "no_prices", "nothing"] = ""


class DraftLine(msgspec.Struct, frozen=True):
    """A line that is about to be written, with the work behind it."""

    id: UUID
    kind: str
    label: str
    priced: PricedLine
    taxed: Taxed
    items: list[Item]


class Company(msgspec.Struct, frozen=True):
    """What drafting asks of a client."""

    name: str
    time_zone: str
    language: Language


async def draft(client_id: UUID, period: Period) -> Drafted:
    """Draft the invoice of a client's month, or draw its draft up anew. Needs the provider's scope.

    Raises Conflict for a month that is not over, or before any known rate of PPN, and where the month's invoice waits for
    approval or was issued.
    """
    company = await _get_company(client_id)
    await hold(client_id)
    if period.last >= today(company.time_zone):
        raise Conflict(text("This month is not over yet. Its invoice is drafted when it is."))
    if period.first < PPN_RATES[0].starts_on:
        raise Conflict(text("Months before April 2022 are not billed here."))
    existing = await invoices.find_of_month(client_id, period.first, lock=True)
    if existing and existing.state != "draft":
        raise Conflict(_settled(existing))
    if existing:
        # Items first: the hours among them are free again by a trigger, which a cascade would run without this scope.
        await db.execute("delete from billed_item where invoice_id = $1", existing.id)
        await db.execute("delete from client_invoice_line where invoice_id = $1", existing.id)
    agreed = await prices.find_for_month(client_id, period)
    if agreed is None:
        return await _drop(existing, "no_prices")
    profile = await get_profile()
    with use_language(company.language):
        lines = await _lines(agreed, period, pkp=profile.pkp)
    foot = total([one.priced for one in lines], [one.taxed for one in lines], has_npwp=bool(profile.npwp))
    if not foot.subtotal:
        return await _drop(existing, "nothing")
    invoice_id = await _write(existing, client_id, period, agreed.id, foot)
    await _insert_lines(invoice_id, client_id, lines)
    action = "drawn_anew" if existing else "created"
    await audit.record(action, KIND, invoice_id, client_id, month=str(period), total=foot.total)
    return Drafted(invoice_id)


async def hold(client_id: UUID) -> None:
    """Whoever drafts or waives for a client comes one after the other."""
    await db.execute("select pg_advisory_xact_lock(hashtextextended('invoicing ' || $1::text, 0))", str(client_id))


async def draft_all(period: Period | None = None) -> int:
    """Have the invoice of a month drafted for each client that agreed to prices and has none of it yet.

    Without a month it is the last one, as the clock asks each day: then each client is tried once.
    """
    asked = f":{uuid7()}" if period else ""
    period = period or Period.of(today()).previous()
    done = await db.records("select client_id from client_invoice where period = $1", period.first)
    found = set(await prices.list_for_month(period)) - {one["client_id"] for one in done}
    for client_id in sorted(found):
        await enqueue(DraftInvoice(client_id=client_id, period=str(period)), once_key=f"{client_id}:{period}{asked}")
    return len(found)


async def set_words(invoice: Invoice, note: str, sent_to: str) -> None:
    """The note on an invoice and whom it goes to; `invoice` must be locked. Raises Conflict for one that is no draft."""
    refuse_settled(invoice)
    await db.execute(
        "update client_invoice set note = $2, sent_to = $3, actor_id = $4, actor_name = $5, version = version + 1"
        " where id = $1",
        *(invoice.id, note, sent_to, current_actor().id, current_actor().name),
    )
    await audit.record("changed", KIND, invoice.id, invoice.client_id)


def refuse_settled(invoice: Invoice) -> None:
    """Conflict unless the invoice is a draft that may still change."""
    if invoice.state != "draft":
        raise Conflict(_settled(invoice))


def _settled(invoice: Invoice) -> Text:
    if invoice.state == "waiting":
        return text("This invoice waits for approval. Whoever asked for it can take it back, then it can change.")
    return text(
        "This month was billed by invoice {number}. What turns up later stands on the next.",
        number=invoice.number or "",
    )


async def _get_company(client_id: UUID) -> Company:
    found = await db.row(
        Company, "select name, time_zone, payslip_language as language from client where id = $1", client_id
    )
    if found is None:
        raise NotFound(text("This client does not exist."))
    return found


async def _drop(existing: Invoice | None, why: Literal["no_prices", "nothing"]) -> Drafted:
    """A month that costs nothing has no invoice, nor one in which no prices hold any more."""
    if existing:
        await db.execute("delete from client_invoice where id = $1", existing.id)
        await audit.record("removed", KIND, existing.id, existing.client_id, month=str(Period.of(existing.period)))
    return Drafted(None, why)


async def _write(existing: Invoice | None, client_id: UUID, period: Period, list_id: UUID, foot: Totals) -> UUID:
    """The invoice's row, new or as it is now; the figures follow from its lines."""
    invoice_id, actor = existing.id if existing else uuid7(), current_actor()
    await db.execute(
        "insert into client_invoice as i (id, client_id, period, price_list_id, subtotal, ppn, total, pph23, actor_id,"
        " actor_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id, id) do update set"
        " price_list_id = excluded.price_list_id, subtotal = excluded.subtotal, ppn = excluded.ppn,"
        " total = excluded.total, pph23 = excluded.pph23, actor_id = excluded.actor_id,"
        " actor_name = excluded.actor_name, counted_at = now(), version = i.version + 1",
        *(invoice_id, client_id, period.first, list_id, foot.subtotal, foot.ppn, foot.total, foot.pph23),
        *(actor.id, actor.name),
    )
    return invoice_id


async def _lines(agreed: PriceList, period: Period, *, pkp: bool) -> list[DraftLine]:
    """What the month costs, without lines of which nothing was done and that cost nothing."""
    days = agreed.days_in(period)
    assert days is not None, "the list was found by these days"
    own = Priced(*days, frozenset(line.kind for line in agreed.lines))
    work = await _find_work(agreed.client_id, await invoices.list_priced(agreed.client_id, period) | {period: own})
    waived = await behind.list_waived_ids(agreed.client_id, period.first, period.last)
    offered = [line for line in agreed.lines if line.kind != "retainer" or _fixed(line.id, period) not in waived]
    counted: dict[str, int] = {}
    for item in work:
        counted[item.kind] = counted.get(item.kind, 0) + item.quantity
    least = 0 if _fixed(agreed.id, period) in waived else agreed.minimum
    priced = price(offered, counted, least, agreed.part_of(period))
    return [
        _line(one, taxed, work, agreed, period)
        for one, taxed in zip(priced, tax(priced, pkp=pkp, on=period.last), strict=True)
        if one.quantity or one.amount
    ]


async def _find_work(client_id: UUID, priced: Mapping[Period, Priced]) -> list[Item]:
    """Work of the month, and of months that were billed already, which turned up or was finished afterwards."""
    found = await finished.list_unbilled(client_id, min(priced).first, max(priced).last)
    held = ((item, priced.get(Period.of(item.finished_on))) for item in found)
    return [item for item, month in held if month and month.holds(item.kind, item.finished_on)]


def _line(priced: PricedLine, taxed: Taxed, work: Sequence[Item], agreed: PriceList, period: Period) -> DraftLine:
    """A line with the work behind it; of what is due by the month alone that is the month."""
    if priced.line and priced.line.kind != "retainer":
        kind = priced.line.kind
        return DraftLine(uuid7(), kind, priced.line.label, priced, taxed, [one for one in work if one.kind == kind])
    kind, label = MINIMUM, render(text("Up to the agreed minimum of the month"))
    if priced.line:
        kind, label = priced.line.kind, priced.line.label
    key = _fixed(priced.line.id if priced.line else agreed.id, period)
    month = Item(kind, key, f"{label} · {period.month:02}/{period.year}", f"/prices/{agreed.id}", period.last, 1)
    return DraftLine(uuid7(), kind, label, priced, taxed, [month])


def _fixed(key: UUID | None, period: Period) -> UUID:
    return uuid5(FIXED, f"{key} {period}")


async def _insert_lines(invoice_id: UUID, client_id: UUID, lines: Sequence[DraftLine]) -> None:
    await db.bulk_insert(
        "client_invoice_line",
        (
            *("id", "client_id", "invoice_id", "position", "price_line_id", "kind", "label", "quantity", "included"),
            *("amount", "steps", "ppn_kind", "ppn", "pph23_service"),
        ),
        [
            (
                *(one.id, client_id, invoice_id, at, one.priced.line.id if one.priced.line else None),
                *(one.kind, one.label, one.priced.quantity, one.priced.included, one.priced.amount),
                *(msgspec.to_builtins(one.priced.steps), one.taxed.ppn_kind, one.taxed.ppn, one.taxed.pph23_service),
            )
            for at, one in enumerate(lines, 1)
        ],
    )
    await db.bulk_insert(
        "billed_item",
        ("client_id", "kind", "item_id", "label", "link", "finished_on", "quantity", "invoice_id", "line_id"),
        [
            (client_id, i.kind, i.item_id, i.label, i.link, i.finished_on, i.quantity, invoice_id, one.id)
            for one in lines
            for i in one.items
        ],
    )
