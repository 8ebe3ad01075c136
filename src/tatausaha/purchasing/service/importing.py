"""Suppliers with their items and prices from a spreadsheet. The account of a known supplier waits for a second person."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.fields import CheckedRow, Problem
from tatausaha.core.imports.uploads import Flow, ImportFile
from tatausaha.people.rules import today
from tatausaha.purchasing.jobs import CheckSuppliers, RunSuppliers
from tatausaha.purchasing.queries.prices import Price, list_known, list_terms
from tatausaha.purchasing.queries.suppliers import Supplier, get_supplier, list_by_codes
from tatausaha.purchasing.secrets import SECRETS
from tatausaha.purchasing.service import prices, suppliers
from tatausaha.purchasing.service.suppliers import FACTS, GUARDED
from tatausaha.purchasing.spreadsheet import FIELDS, SUPPLIER, fields_for
from tatausaha.stock.queries import items
from tatausaha.stock.queries.items import ItemRef

USUAL: dict[str, Any] = {**dict.fromkeys(FACTS, ""), "pkp": False, "terms_days": 30, "lead_days": 7, "language": "id"}
LABELS = {field.name: field.label for field in FIELDS}
PRICE = ("supplier_code", "unit", "pack", "minimum", "price", "minimum_quantity", "starts_on", "ends_on")


class Change(msgspec.Struct):
    """What one accepted row does."""

    number: int
    new: bool
    supplier_id: UUID
    facts: dict[str, Any] | None
    item: dict[str, Any] | None
    price: dict[str, Any] | None

    @property
    def empty(self) -> bool:
        """True when everything is stored already."""
        return not (self.facts or self.item or self.price)


class SupplierSheet:
    """A client's suppliers as an import meets them; rows of one supplier add up, from the first to the last."""

    def __init__(self, file: ImportFile, lock: bool) -> None:
        self.file, self.lock, self.today = file, lock, today(file.time_zone)
        self.facts: dict[str, dict[str, Any]] = {}
        self.ids: dict[str, UUID] = {}
        self.guarded: dict[UUID, dict[str, Any]] = {}
        self.seen: dict[tuple[Any, ...], int] = {}
        self.terms: dict[tuple[UUID, UUID], dict[str, Any]] = {}
        self.prices: list[Price] = []

    async def judge(self, rows: list[CheckedRow]) -> list[Change | None]:
        """Each row's change; None for a row with problems."""
        codes = {str(row.values["code"]) for row in rows if row.values.get("code")}
        known = await list_by_codes(self.file.client_id, sorted(codes - self.ids.keys()), lock=self.lock)
        for supplier in known:
            self.ids[supplier.code], self.facts[supplier.code] = supplier.id, _facts_of(supplier)
        written = {str(row.values["item"]) for row in rows if row.values.get("item")}
        refs = await items.find_refs(self.file.client_id, sorted(written))
        ids = [ref.id for ref in refs.values()]
        units = await items.list_units(ids)
        concerned = [self.ids[code] for code in codes if code in self.ids]
        self.terms, self.prices = await list_terms(concerned, ids), await list_known(concerned, ids)
        return [self._judge(row, refs, units) for row in rows]

    def _judge(
        self, row: CheckedRow, refs: Mapping[str, ItemRef], units: Mapping[UUID, Mapping[str, int]]
    ) -> Change | None:
        given = {name: value for name, value in row.values.items() if value is not None}
        code = str(given.get("code", ""))
        new = code not in self.ids
        if new and not given.get("name"):
            _refuse(row, "name", text("is needed for a new supplier"))
        priced = self._priced(row, given, refs, units)
        if row.problems:
            return None
        supplier_id = self.ids.setdefault(code, uuid7())
        before = self.facts.get(code, USUAL)
        after = before | {name: given[name] for name in SUPPLIER if name in given}
        self.facts[code] = after
        owner = {"client_id": self.file.client_id, "supplier_id": supplier_id}
        item, price = self._unknown(supplier_id, *priced, dated="starts_on" in given)
        return Change(
            row.number,
            new,
            supplier_id,
            {"id": supplier_id, "client_id": self.file.client_id, **after} if new or after != before else None,
            owner | item if item else None,
            owner | {"id": uuid7()} | price if price else None,
        )

    def _unknown(
        self, supplier_id: UUID, item: dict[str, Any] | None, price: dict[str, Any] | None, *, dated: bool
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """What of a row is not stored already. A price without a first day is known when it holds today."""
        if item:
            stored = self.terms.get((supplier_id, item["item_id"]))
            if stored and all(value in (None, stored[name]) for name, value in item.items() if name != "item_id"):
                item = None
        for known in self.prices if price else ():
            assert price is not None
            same = all(getattr(known, name) == price[name] for name in ("item_id", "unit", "price", "minimum_quantity"))
            begins = known.starts_on == price["starts_on"] if dated else known.starts_on <= self.today
            if same and begins and known.ends_on == price["ends_on"] and known.supplier_id == supplier_id:
                return item, None
        return item, price

    def _priced(
        self,
        row: CheckedRow,
        given: Mapping[str, Any],
        refs: Mapping[str, ItemRef],
        units: Mapping[UUID, Mapping[str, int]],
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        if not given.get("item"):
            for name in PRICE:
                if name in given:
                    _refuse(row, "item", text("is needed where a price or a unit stands"))
                    break
            return None, None
        ref = refs.get(str(given["item"]))
        if ref is None:
            _refuse(row, "item", text("is no code or barcode of an item of this client"))
            return None, None
        unit = str(given.get("unit") or ref.unit)
        if unit != ref.unit and unit not in units.get(ref.id, {}):
            _refuse(row, "unit", text("is no unit of this item"))
        item = {
            "item_id": ref.id,
            "unit": unit,
            "supplier_code": given.get("supplier_code"),
            "pack": given.get("pack"),
            "minimum": given.get("minimum"),
        }
        return item, self._price(row, given, ref, unit) if "price" in given else None

    def _price(self, row: CheckedRow, given: Mapping[str, Any], ref: ItemRef, unit: str) -> dict[str, Any]:
        starts_on: date = given.get("starts_on", self.today)
        if given.get("ends_on", starts_on) < starts_on:
            _refuse(row, "ends_on", text("is before the first day"))
        least = given.get("minimum_quantity", 0)
        first = self.seen.setdefault((given.get("code"), ref.id, unit, least, starts_on), row.number)
        if first != row.number:
            _refuse(row, "price", text("stands in row {row} already", row=first))
        return {
            "item_id": ref.id,
            "unit": unit,
            "price": given["price"],
            "minimum_quantity": least,
            "starts_on": starts_on,
            "ends_on": given.get("ends_on"),
        }

    async def apply(self, changes: list[Change]) -> None:
        """Store suppliers, items and prices; accounts of known suppliers are held back until the file has ended."""
        new = {change.supplier_id: change.facts for change in changes if change.new and change.facts}
        later = [change.facts for change in changes if not change.new and change.facts]
        await suppliers.insert([_merged(facts, later) for facts in new.values()])
        known = {facts["id"]: facts for facts in later if facts["id"] not in new}
        self.guarded |= {key: {name: facts[name] for name in GUARDED} for key, facts in known.items()}
        free = tuple(name for name in FACTS if name not in GUARDED)
        await suppliers.update([{name: facts[name] for name in ("id", *free)} for facts in known.values()], free)
        # The last row about an item says how it is ordered; one statement cannot set a row twice.
        delivered = {(change.supplier_id, change.item["item_id"]): change.item for change in changes if change.item}
        await prices.refine_items(list(delivered.values()))
        await prices.put_prices([change.price for change in changes if change.price])

    async def end(self) -> None:
        """Ask for the accounts that were held back."""
        for supplier_id, facts in self.guarded.items():
            await suppliers.propose_bank(await get_supplier(supplier_id, lock=True), facts)


def _merged(facts: dict[str, Any], later: list[dict[str, Any]]) -> dict[str, Any]:
    """A new supplier with what the rows after its first one add."""
    return next((one for one in reversed(later) if one["id"] == facts["id"]), facts)


def _facts_of(supplier: Supplier) -> dict[str, Any]:
    return {name: getattr(supplier, name) for name in FACTS}


def _refuse(row: CheckedRow, name: str, reason: Text) -> None:
    row.problems.append(Problem(LABELS[name], row.written(name), reason))


async def _open(file: ImportFile, _fields: object, lock: bool) -> SupplierSheet:
    return SupplierSheet(file, lock)


SUPPLIERS = Flow(
    kind="suppliers",
    place="/purchasing/suppliers/imports/{id}",
    checks=CheckSuppliers,
    runs=RunSuppliers,
    fields_for=fields_for,
    open=_open,
    hidden=SECRETS,
)
