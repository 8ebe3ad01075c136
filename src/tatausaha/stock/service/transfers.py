"""Goods that go from one place of a client to another: out and in as one document, at their cost, lot by lot."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tatausaha.core import db, entitlements
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.ids import uuid7
from tatausaha.stock.forms import TransferForm
from tatausaha.stock.queries import items
from tatausaha.stock.queries.places import Place
from tatausaha.stock.rules.handwritten import read_lines
from tatausaha.stock.service import ledger
from tatausaha.stock.service.ledger import Batch, Entry, Posted
from tatausaha.stock.service.once import document_of

ATTENTION = text("Some fields need your attention.")
MOST_LINES = 500


async def transfer(
    client_id: UUID,
    origin: UUID,
    target: UUID,
    goods: Sequence[tuple[UUID, int]],
    day: date,
    *,
    reason: str = "",
    override: str = "",
    key: UUID | None = None,
) -> UUID:
    """Move goods (item and thousandths) to another place; gives the id of the document that both sides bear.

    Raises `Conflict` as `ledger.post` does.
    """
    key = key or uuid7()
    about = {"document_kind": "transfer", "document_id": key, "reason": reason}
    # Both sides at once, in the ledger's own order: two transfers that cross each other wait, and never for ever.
    await ledger.hold(client_id, [(place, item) for place in (origin, target) for item, _ in goods])
    outs = await ledger.post(
        client_id,
        [
            Entry("transfer_out", origin, item, -quantity, day, override=override, **about)  # type: ignore[arg-type]
            for item, quantity in goods
        ],
    )
    labels = await _labels(outs)
    await ledger.post(
        client_id,
        [
            Entry(
                *("transfer_in", target, item, -part.quantity, day, -part.value),
                batch=labels[part.lot_id] if part.lot_id else None,
                **about,  # type: ignore[arg-type]
            )
            for (item, _), out in zip(goods, outs, strict=True)
            for part in out.parts
        ],
    )
    return key


async def by_hand(client_id: UUID, places: Sequence[Place], form: TransferForm, today: date) -> UUID:
    """What a person wrote down; gives the document's id. Raises `Invalid` at each field that is wrong."""
    key, booked = await document_of(form.token)
    if booked:
        return key
    problems: dict[str, Text] = {}
    known = {str(place.id): place.id for place in places}
    if form.origin not in known:
        problems["origin"] = text("Choose a place of this client.")
    if form.target not in known or form.target == form.origin:
        problems["target"] = text("Choose another place of this client.")
    if form.happened_on > today:
        problems["happened_on"] = text("This day has not come yet.")
    goods = await _read_goods(client_id, form.lines, problems)
    if problems:
        raise Invalid(ATTENTION, problems)
    await entitlements.begin("transfer")
    return await transfer(
        *(client_id, known[form.origin], known[form.target], goods, form.happened_on),
        reason=form.reason[:200],
        override=form.override[:200],
        key=key,
    )


async def _read_goods(client_id: UUID, written: str, problems: dict[str, Text]) -> list[tuple[UUID, int]]:
    try:
        lines = read_lines(written, current_language())
    except ValueError as wrong:
        problems["lines"] = text(
            "Line {number}: write the code, then how many, for example 8991002101 12.", number=str(wrong)
        )
        return []
    known = await items.find_refs(client_id, [line.code for line in lines])
    unknown = [line for line in lines if line.code not in known]
    if unknown:
        first = unknown[0]
        problems["lines"] = text(
            "Line {number}: no item has the code {code}.", number=first.number, code=first.code[:60]
        )
    if len(lines) > MOST_LINES:
        problems["lines"] = text("At most {limit} lines at a time.", limit=MOST_LINES)
    together: dict[UUID, int] = {}
    for line in lines:
        if line.code in known:
            item_id = known[line.code].id
            together[item_id] = together.get(item_id, 0) + line.quantity
    return list(together.items())


async def _labels(outs: Sequence[Posted]) -> dict[UUID, Batch]:
    lots = [part.lot_id for out in outs for part in out.parts if part.lot_id is not None]
    found = await db.records("select id, number, expires_on from stock_batch where id = any($1)", lots) if lots else []
    return {record["id"]: Batch(record["number"], record["expires_on"]) for record in found}
