"""Items and their opening stock from a spreadsheet: how a file is to be read, and how its rows are stored."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.dates import format_day, parse_day
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, current_language, gettext, text
from tatausaha.core.imports.day_order import ORDERS
from tatausaha.core.imports.fields import CheckedRow, Field
from tatausaha.core.imports.prices import SIGNS
from tatausaha.core.imports.uploads import Flow, ImportFile
from tatausaha.core.quantities import format_quantity, parse_quantity
from tatausaha.people.rules import today
from tatausaha.stock.jobs import CheckItems, RunItems
from tatausaha.stock.queries import places
from tatausaha.stock.queries.stored import list_barcode_owners, list_stored
from tatausaha.stock.service import items, ledger
from tatausaha.stock.service.row_changes import Change, Comparer
from tatausaha.stock.spreadsheet import DAYS, fields_for, tune

MOST_RATE = 10**9


class ItemSheet:
    """A client's items as an import meets them; with `lock`, nobody else changes those concerned meanwhile."""

    def __init__(self, file: ImportFile, comparer: Comparer, lock: bool) -> None:
        self.file, self.comparer, self.lock = file, comparer, lock
        self.limits, self.openings, self.put_away = list[dict[str, Any]](), list[ledger.Entry](), list[Change]()

    async def judge(self, rows: list[CheckedRow]) -> list[Change | None]:
        """Each row's change; None for a row with problems."""
        codes = {str(row.values["code"]) for row in rows if row.values.get("code")}
        barcodes = {str(row.values["barcode"]) for row in rows if row.values.get("barcode")}
        stored = await list_stored(self.file.client_id, list(codes), lock=self.lock)
        owners = await list_barcode_owners(self.file.client_id, list(barcodes)) if barcodes else {}
        return await asyncio.to_thread(
            lambda: [self.comparer.compare(row, stored.get(str(row.values.get("code"))), owners) for row in rows]
        )

    async def apply(self, changes: list[Change]) -> None:
        """Store items and what is printed on them; their stock and limits wait for the end of the file."""
        await items.insert_items([change.facts for change in changes if change.new and change.facts])
        known = [change.facts for change in changes if not change.new and change.facts]
        await items.update_items(known)
        await items.rewarn([facts["id"] for facts in known])
        await _add_barcodes(self.file.client_id, changes)
        self.limits += [change.limits for change in changes if change.limits]
        self.openings += [
            msgspec.structs.replace(change.opening, document_id=self.file.id) for change in changes if change.opening
        ]
        self.put_away += [change for change in changes if change.archived is not None]

    async def end(self) -> None:
        """Set limits and book what there is to begin with, all in one: levels are locked in one order, once."""
        client_id = self.file.client_id
        set_or_filled = {(one["place_id"], one["item_id"]) for one in self.limits}
        await ledger.hold(client_id, set_or_filled | {(one.place_id, one.item_id) for one in self.openings})
        await items.put_limits(self.limits)
        await ledger.post(client_id, self.openings)
        await _archive(self.put_away)
        if self.file.choices:
            await audit.record("changed", "import", self.file.id, self.file.client_id, read=self.file.choices)


async def _add_barcodes(client_id: UUID, changes: list[Change]) -> None:
    await db.execute(
        "insert into item_barcode (client_id, item_id, barcode) select client_id, item_id, barcode"
        " from jsonb_populate_recordset(null::item_barcode, $1)",
        [
            {"client_id": client_id, "item_id": change.item_id, "barcode": change.barcode}
            for change in changes
            if change.barcode
        ],
    )


async def _archive(changes: list[Change]) -> None:
    for archived in (True, False):
        concerned = [change.item_id for change in changes if change.archived is archived]
        await db.execute(
            "update item set archived_at = case when $2 then now() end, version = version + 1 where id = any($1)"
            " and not ($2 and exists (select from stock_level l where l.item_id = item.id and l.quantity <> 0))",
            *(concerned, archived),
        )


async def _open(file: ImportFile, _fields: list[Field], lock: bool) -> ItemSheet:
    known = await places.list_places(file.client_id)
    chosen = next((one.id for one in known if str(one.id) == file.choices.get("place")), None)
    place = chosen or (known[0].id if len(known) == 1 else None)
    comparer = Comparer(
        file.client_id,
        known,
        place,
        today(file.time_zone),
        late=file.choices.get("late") == "accept",
        reason=_reason(file),
    )
    return ItemSheet(file, comparer, lock)


def _reason(file: ImportFile) -> str:
    """What the movements say of themselves."""
    if not file.choices.get("currency"):
        return gettext("Opening stock from {file}").format(file=file.name)
    rate, language = format_quantity(int(file.choices["rate"]), current_language()), current_language()
    return gettext("Opening stock from {file}; prices in {currency} at Rp {rate} of {day}").format(
        file=file.name,
        currency=file.choices["currency"],
        rate=rate,
        day=format_day(parse_day(file.choices["rate_on"]), language),
    )


def read_choices(typed: Mapping[str, str], zone: str) -> dict[str, str]:
    """How a person has a file read, from what was typed; the rate in thousandths. Raises `Invalid`."""
    problems: dict[str, Text] = {}
    chosen = {f"order:{name}": typed.get(f"order:{name}", "") for name in DAYS}
    chosen = {name: order for name, order in chosen.items() if order in ORDERS}
    if typed.get("place"):
        chosen["place"] = typed["place"][:40]
    if typed.get("late") == "accept":
        chosen["late"] = "accept"
    if currency := typed.get("currency", ""):
        chosen |= {"currency": currency} | _read_rate(typed, zone, problems)
        if currency not in SIGNS:
            problems["currency"] = text("Choose one of the given values.")
    if problems:
        raise Invalid(items.ATTENTION, problems)
    return chosen


def _read_rate(typed: Mapping[str, str], zone: str, problems: dict[str, Text]) -> dict[str, str]:
    try:
        rate = parse_quantity(typed.get("rate", ""))
    except ValueError:
        rate = 0
    if not 0 < rate <= MOST_RATE:
        problems["rate"] = text("Write how many rupiah one of it is, for example 16.250 or 16.250,5.")
    try:
        day = parse_day(typed["rate_on"]) if typed.get("rate_on") else today(zone)
    except ValueError:
        problems["rate_on"] = text("Write a date that exists, for example 21/11/2026.")
        return {}
    return {"rate": str(rate), "rate_on": day.isoformat()}


ITEMS = Flow(
    kind="items",
    place="/stock/imports/{id}",
    checks=CheckItems,
    runs=RunItems,
    fields_for=fields_for,
    open=_open,
    forgiving=True,
    tune=tune,
)
