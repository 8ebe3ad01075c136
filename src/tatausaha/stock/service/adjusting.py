"""What is found, missing or written off without a count: booked when a second person agrees, like differences of counts.

The request keeps the very entry that will be posted. What the ledger refuses by then leaves the request waiting, with the
ledger's own sentence for whoever wanted to agree.
"""

from uuid import UUID

import msgspec

from tatausaha.core import changes, db
from tatausaha.core.change_kinds import ChangeRow
from tatausaha.core.changes import Change, Proposed
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import current_language, text
from tatausaha.core.quantities import format_quantity
from tatausaha.stock.queries.items import ItemRef
from tatausaha.stock.queries.levels import get_level
from tatausaha.stock.queries.places import Place, get_place
from tatausaha.stock.rules.cover import worth
from tatausaha.stock.rules.handwritten import HAND_KINDS
from tatausaha.stock.rules.shelf import Entry
from tatausaha.stock.service import ledger

KIND = "stock.adjustment"
GUARDED = ("found", "missing", "write_off")
"""Of what people write down by hand, what could hide a loss."""

FIELDS = {
    "what": changes.Field(text("Kind"), words=HAND_KINDS),
    "item": changes.Field(text("Item")),
    "batch": changes.Field(text("Batch")),
    "place": changes.Field(text("Place")),
    "happened_on": changes.Field(text("Day"), "day"),
    "value": changes.Field(text("Value"), "rupiah"),
    "override": changes.Field(text("Why expired goods go out")),
}


async def ask(what: str, place: Place, item: ItemRef, entry: Entry, batch: str) -> Proposed:
    """Ask that an entry be booked; it is at once where the policy asks nobody about so little.

    Raises `Conflict` for what the ledger would refuse already now.
    """
    assert entry.document_id is not None
    level = await get_level(place.id, item.id)
    there, cost = (level.quantity, level.value) if level else (0, 0)
    if entry.quantity < 0:
        [posted] = await ledger.weigh(place.client_id, [entry])
        amount = -posted.value
    else:
        # A low value that somebody types does not make much into little.
        amount = max(entry.value or 0, worth(entry.quantity, there, cost))
    return await changes.propose(
        KIND,
        subject_id=entry.document_id,
        subject_ids=[place.client_id],
        client_id=place.client_id,
        subject=f"{item.name} · {place.name}",
        before={},
        after={
            "what": what,
            "item": f"{item.name} · {item.code}",
            "batch": batch,
            "place": place.name,
            "happened_on": entry.happened_on.isoformat(),
            "value": amount,
            "override": entry.override,
            "there": there,
            "unit": item.unit,
            "entry": msgspec.to_builtins(entry),
        },
        reason=entry.reason,
        amount=amount,
    )


async def find_asked(document_id: UUID) -> UUID | None:
    """The request that waits for this document; None where nothing was asked for.

    Raises `Conflict` when it was refused or taken back: the same form does not ask twice.
    """
    found = await db.records(
        "select id, state from change_request where kind = $1 and subject_id = $2 order by id desc limit 1",
        *(KIND, document_id),
    )
    if not found:
        return None
    if found[0]["state"] != "pending":
        raise Conflict(text("What this form asked for was refused or taken back. Open a new form to ask again."))
    change_id: UUID = found[0]["id"]
    return change_id


def _page(change: ChangeRow) -> str:
    if change.state == "applied":
        return f"/stock/moves/{change.subject_id}"
    return f"/stock/moves?client={change.client_id}"


def _show(change: Change) -> list[changes.Item]:
    after, language = change.after, current_language()
    moves = changes.Line(
        text("Quantity"),
        text("{quantity} in stock", quantity=format_quantity(after["there"], language)),
        f"{format_quantity(after['entry']['quantity'], language)} {after['unit']}",
    )
    told = [line for line in changes.lines(FIELDS, {}, after) if line.changed]
    return [changes.Item(change.subject, _page(change), [*told, moves])]


@changes.applies(
    KIND,
    label=text("Goods found, missing or written off"),
    choices=("colleague", "manager", "client", "nobody"),
    fields=FIELDS,
    by_amount=True,
    page=_page,
    show=_show,
)
async def book(change: Change) -> None:
    """Book what was asked for, on the day that it happened. Raises `Conflict` for what cannot be booked any more."""
    assert change.client_id is not None
    entry = msgspec.convert(change.after["entry"], Entry)
    place = await get_place(entry.place_id)
    if place.archived:
        raise Conflict(text("{place} was given up meanwhile: nothing can be booked there.", place=place.name))
    await ledger.post(change.client_id, [entry])
