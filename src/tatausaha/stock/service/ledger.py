"""The only writer of the ledger: what happened to goods, for one entry or a hundred thousand in the same few queries.

All levels are locked in one order before anything is reckoned, so that whoever posts at the same time waits in line and
never in a circle; for that, one transaction posts once, or holds everything that it will post first (`hold`).
Cost follows the order of entry. Batches, layers and balances follow from the movements: `infra/decisions/0021-stock-ledger.md`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import current_language, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import Rupiah
from tatausaha.core.quantities import format_quantity
from tatausaha.stock.rules.shelf import PAID, Batch, Entry, Kind, Part, Refused
from tatausaha.stock.service import shelves
from tatausaha.stock.service.shelves import Key, Stand, hold

__all__ = ["Batch", "Entry", "Key", "Kind", "Part", "Posted", "hold", "open_from", "post", "weigh"]

FEW = 200
"""Up to this many movements are written by one statement; more go through a temporary table, which is faster."""

_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "uuid"),
    ("client_id", "uuid"),
    ("place_id", "uuid"),
    ("item_id", "uuid"),
    ("batch_id", "uuid"),
    ("kind", "text"),
    ("quantity", "bigint"),
    ("value", "bigint"),
    ("happened_on", "date"),
    ("booked_on", "date"),
    ("document_kind", "text"),
    ("document_id", "uuid"),
    ("department", "text"),
    ("reason", "text"),
    ("override", "text"),
    ("actor_id", "uuid"),
    ("actor_name", "text"),
)


class Posted(msgspec.Struct, frozen=True, gc=False):
    """What became of an entry: signed quantity and value (what goes out is below zero), and its movements.

    Goods of several lots are several movements, which `parts` tells one by one. Where goods had gone out before they came,
    the last movement may be a revaluation of those, which `value` leaves out.
    """

    quantity: int
    value: Rupiah
    movement_ids: tuple[UUID, ...]
    parts: tuple[Part, ...] = ()


async def post(client_id: UUID, entries: Sequence[Entry]) -> list[Posted]:
    """Write what happened into the ledger, all of it or nothing; gives what became of each entry, in order.

    Raises `Conflict` that names item, place, what is there and what was asked for: goods that are not there (unless the
    client's policy lets stock go below zero) and expired ones without an override. A fact of a closed month is booked on
    the first day that is open. ValueError for entries that make no sense by themselves, `NotFound` for items or places
    that are not the client's.
    """
    if not entries:
        return []
    writing, stands, posted = await _reckon(client_id, entries)
    await _insert(writing.rows)
    await shelves.keep_layers(client_id, stands)
    await _record(client_id, entries, len(writing.rows))
    return posted


async def weigh(client_id: UUID, entries: Sequence[Entry]) -> list[Posted]:
    """What `post` would come to at this moment, with its refusals; nothing is written."""
    _, _, posted = await _reckon(client_id, entries)
    return posted


async def _reckon(client_id: UUID, entries: Sequence[Entry]) -> tuple["_Writing", dict[Key, Stand], list[Posted]]:
    for entry in entries:
        _check(entry)
    await hold(client_id, ((entry.place_id, entry.item_id) for entry in entries))
    first_open = await open_from(client_id)
    stands = await shelves.load(client_id, entries)
    writing = _Writing(client_id, first_open)
    return writing, stands, [writing.add(entry, stands[entry.place_id, entry.item_id]) for entry in entries]


async def open_from(client_id: UUID) -> date:
    """The first day that may still be booked on. What is posted holds off the closing of months until it is committed."""
    await db.execute("select pg_advisory_xact_lock_shared(hashtextextended($1, 0))", f"stock months {client_id}")
    closed = await db.value("select max(month) from stock_month where client_id = $1", client_id)
    return date.min if closed is None else Period(closed.year, closed.month).next().first


def _check(entry: Entry) -> None:
    if (entry.kind == "revaluation") != (entry.quantity == 0):
        raise ValueError("what moves has a quantity, and a revaluation has none")
    if entry.quantity < 0 and entry.value is not None:
        raise ValueError("what goes out has no value of its own: it goes at its cost")
    if entry.quantity > 0 and (entry.value or 0) < 0:
        raise ValueError("what comes in is worth nothing or more")
    if entry.value is None and (entry.kind in PAID or not entry.quantity):
        raise ValueError("this needs a value")


class _Writing:
    """The movements of one call, before they are written."""

    def __init__(self, client_id: UUID, first_open: date) -> None:
        self.client_id, self.first_open = client_id, first_open
        self.actor = current_actor()
        self.rows: list[tuple[Any, ...]] = []

    def add(self, entry: Entry, stand: Stand) -> Posted:
        try:
            parts, revaluation = stand.shelf.move(entry, stand.lot_of)
        except Refused as refused:
            raise _refusal(refused, stand) from None
        ids = [self._row(entry, entry.kind, part, entry.happened_on) for part in parts]
        if revaluation:
            # What is revalued went out by then: a day before would change what lay there while it still did.
            day = max(entry.happened_on, stand.last_out_on)
            ids.append(self._row(entry, "revaluation", Part(None, 0, revaluation), day))
        elif entry.quantity < 0 and entry.happened_on > stand.last_out_on:
            stand.last_out_on = entry.happened_on
        value = parts[0].value if len(parts) == 1 else sum(part.value for part in parts)
        return Posted(entry.quantity, value, tuple(ids), tuple(parts))

    def _row(self, entry: Entry, kind: Kind, part: Part, day: date) -> UUID:
        key = uuid7()
        self.rows.append(
            (
                *(key, self.client_id, entry.place_id, entry.item_id, part.lot_id, kind, part.quantity, part.value),
                *(day, day if day >= self.first_open else self.first_open, entry.document_kind, entry.document_id),
                *(entry.department, entry.reason, part.override, self.actor.id, self.actor.name),
            )
        )
        return key


async def _insert(rows: list[tuple[Any, ...]]) -> None:
    names = [name for name, _ in _COLUMNS]
    if len(rows) > FEW:
        await db.bulk_insert("stock_movement", names, rows)
        return
    arrays = ", ".join(f"${number}::{kind}[]" for number, (_, kind) in enumerate(_COLUMNS, 1))
    await db.execute(
        f"insert into stock_movement ({', '.join(names)}) select * from unnest({arrays})",  # noqa: S608 - our own words
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def _record(client_id: UUID, entries: Sequence[Entry], movements: int) -> None:
    """One line for each document of the call, or for what was moved without one."""
    documents = Counter((entry.document_kind, entry.document_id) for entry in entries)
    for kind, key in list(documents)[:FEW]:
        about = _only(entry.item_id for entry in entries) if key is None else key
        await audit.record("moved", kind or "stock", about, client_id, entries=documents[kind, key])


def _only(ids: Iterable[UUID]) -> UUID | None:
    """The one thing that all are about, if it is one."""
    different = set(ids)
    return different.pop() if len(different) == 1 else None


def _refusal(refused: Refused, stand: Stand) -> Conflict:
    entry, language = refused.entry, current_language()
    facts = {"item": stand.item_name, "place": stand.place_name, "unit": stand.unit}
    there = format_quantity(refused.there, language)
    if entry.kind == "revaluation":
        return Conflict(text("{item} in {place} cannot bear this difference: too little of it is there.", **facts))
    if entry.quantity > 0:
        return Conflict(text("The batch named for {item} does not lie in {place}.", **facts))
    asked = format_quantity(-entry.quantity, language)
    if refused.expired:
        return Conflict(
            text(
                "Of {item} in {place} only {there} {unit} are not expired, and {asked} were to go out. Write off what is"
                " expired, or say why it goes out.",
                there=there,
                asked=asked,
                **facts,
            )
        )
    return Conflict(
        text(
            "Of {item} there are {there} {unit} in {place}, and {asked} were to go out.",
            there=there,
            asked=asked,
            **facts,
        )
    )
