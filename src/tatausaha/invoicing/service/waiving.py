"""Work that is not billed on purpose, with the reason and who gave it; and put back when it is billed after all."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.invoicing.queries import finished, invoices, prices
from tatausaha.invoicing.queries.invoices import Invoice
from tatausaha.invoicing.queries.lines import Line
from tatausaha.invoicing.service import drafting

KIND = "billed_item"
LONGEST = 500
Keys = Sequence[tuple[str, UUID]]


async def waive(client_id: UUID, period: Period, keys: Keys, reason: str) -> int:
    """Do not bill these pieces of work, by kind and id; the drafts they stand in are drawn up anew. Gives how many there were.

    Raises Conflict for what stands on an invoice that waits or was issued, NotFound for what is not this client's work.
    """
    why = _reason(reason)
    await drafting.hold(client_id)
    draft = await invoices.find_of_month(client_id, period.first, lock=True)
    if draft:
        drafting.refuse_settled(draft)
    known = await db.records(
        "select b.id, b.kind, b.item_id, b.line_id, i.period, i.state from billed_item b"
        " join unnest($2::text[], $3::uuid[]) as asked (kind, item_id) on asked.kind = b.kind and asked.item_id = b.item_id"
        " left join client_invoice i on i.tenant_id = b.tenant_id and i.id = b.invoice_id where b.client_id = $1",
        *(client_id, [kind for kind, _ in keys], [key for _, key in keys]),
    )
    if any(one["line_id"] and one["state"] != "draft" for one in known):
        raise Conflict(text("Some of it stands on an invoice already, so it cannot be waived any more."))
    waived = await db.execute(
        "update billed_item set line_id = null, invoice_id = null, waived_reason = $2, waived_name = $3"
        " where id = any($1) and line_id is not null",
        *([one["id"] for one in known], why, current_actor().name),
    )
    there = {(one["kind"], one["item_id"]) for one in known}
    waived += await _waive_new(client_id, period, [key for key in keys if key not in there], why)
    # Work that turned up late stands in the draft of another month.
    drafted = {Period.of(one["period"]) for one in known if one["line_id"]} | ({period} if draft else set())
    for month in sorted(drafted):
        await drafting.draft(client_id, month)
    await audit.record("waived", KIND, None, client_id, reason=why, month=str(period), items=waived)
    return waived


async def waive_part(invoice: Invoice, line: Line, quantity: int, reason: str) -> int:
    """Do not bill so much of a line: whole pieces of work, the newest first. Gives how many there were."""
    found = await db.records(
        "select kind, item_id from (select kind, item_id, sum(quantity) over (order by finished_on desc, id desc) as upto"
        " from billed_item where line_id = $1) behind where upto <= $2",
        *(line.id, quantity),
    )
    if not found:
        problem = text("Give how many are not billed: whole pieces of work, and no more than the line holds.")
        raise Invalid(text("Some fields need your attention."), {"quantity": problem})
    keys = [(one["kind"], one["item_id"]) for one in found]
    return await waive(invoice.client_id, Period.of(invoice.period), keys, reason)


async def put_back(client_id: UUID, period: Period, keys: Keys) -> int:
    """Bill waived work after all: it stands on the month's draft, or late on the next. Gives how many pieces there were.

    Raises Conflict for what is due by the month alone (a fixed fee, the minimum) of one that was billed.
    """
    await drafting.hold(client_id)
    invoice = await invoices.find_of_month(client_id, period.first, lock=True)
    if invoice and any(kind not in finished.SOURCES for kind, _ in keys):
        drafting.refuse_settled(invoice)
    freed = await db.execute(
        "delete from billed_item b using unnest($2::text[], $3::uuid[]) as asked (kind, item_id) where b.client_id = $1"
        " and b.line_id is null and b.kind = asked.kind and b.item_id = asked.item_id",
        *(client_id, [kind for kind, _ in keys], [key for _, key in keys]),
    )
    if not freed:
        raise NotFound(text("Nothing of this is waived any more. Reload the page to see how it stands."))
    for month in reversed(await prices.list_billed(client_id, period.first, prices.DRAFTED)):
        await drafting.draft(client_id, month)
    await audit.record("put_back", KIND, None, client_id, month=str(period), items=freed)
    return freed


async def _waive_new(client_id: UUID, period: Period, keys: Keys, why: str) -> int:
    """What stands on no draft yet, of this month or the year before it."""
    if not keys:
        return 0
    found = await finished.find_done(client_id, keys, date(period.year - 1, period.month, 1), period.last)
    if len(found) != len(set(keys)):
        raise NotFound(text("Some of this work does not exist any more. Reload the page to see how it stands."))
    return await db.bulk_insert(
        "billed_item",
        ("client_id", "kind", "item_id", "label", "link", "finished_on", "quantity", "waived_reason", "waived_name"),
        [
            (client_id, i.kind, i.item_id, i.label, i.link, i.finished_on, i.quantity, why, current_actor().name)
            for i in found
        ],
    )


def _reason(written: str) -> str:
    why = " ".join(written.split())[:LONGEST]
    if not why:
        raise Invalid(text("Some fields need your attention."), {"reason": text("Say why it is not billed.")})
    return why
