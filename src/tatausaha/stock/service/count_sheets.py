"""A count sheet that was printed or filled in a spreadsheet, and comes back: each row against the lines of its count."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

import msgspec

from tatausaha.core.dates import ZONES, parse_day
from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.imports.cells import Cell, CellError, day, normalised, quantity, shown, words
from tatausaha.core.imports.fields import CheckedRow, Field, Problem
from tatausaha.core.imports.uploads import Flow, ImportFile
from tatausaha.core.quantities import format_quantity
from tatausaha.stock.jobs import CheckCount, ImportCount
from tatausaha.stock.queries import counts, items, places
from tatausaha.stock.queries.counts import Count, Line
from tatausaha.stock.queries.items import ItemRef
from tatausaha.stock.service import counting
from tatausaha.stock.service.counting import Counted

_MOMENT = re.compile(r"(?P<day>\S.*?)[ T]+(?P<hour>\d{1,2})[.:](?P<minute>\d{2})([.:]\d{2})?")

Spot = tuple[UUID, UUID]
"""A place and an item."""


def _moment(cell: Cell) -> datetime:
    """A day and a time of day, in nobody's zone yet."""
    match = _MOMENT.fullmatch(shown(cell))
    try:
        assert match is not None
        return datetime.combine(parse_day(match["day"]), time(int(match["hour"]), int(match["minute"])))
    except (AssertionError, ValueError):
        raise CellError(text("is not a day with a time, such as 21/11/2026 14.30")) from None


def _field(name: str, label: Text, parse: object, aliases: str, example: str = "", *, required: bool = False) -> Field:
    assert callable(parse)
    return Field(name, label, parse, required, tuple(aliases.split(", ")), example)


FIELDS = (
    _field(
        "code",
        text("Code"),
        words(80),
        "kode, kode barang, sku, barcode, item code, kode item",
        "IND-001",
        required=True,
    ),
    _field("name", text("Item"), words(200), "nama, nama barang, barang, item name, produk", "Indomie Goreng"),
    _field("place", text("Place"), words(200), "tempat, lokasi, gudang, toko, location, warehouse", "TOKO"),
    _field("lot", text("Lot"), words(60), "batch, nomor batch, no batch, nomor lot", "B-12"),
    _field("expires_on", text("Last day"), day(), "kedaluwarsa, kadaluarsa, tanggal kedaluwarsa, expired, expiry", ""),
    _field("unit", text("Unit"), words(20), "satuan", "pcs"),
    _field(
        "counted", text("Counted"), quantity(), "jumlah, hasil hitung, dihitung, fisik, qty, quantity, stok fisik", "12"
    ),
    _field("moment", text("Counted at"), _moment, "dihitung pada, jam, waktu, waktu hitung, counted on", ""),
)
"""A row without a quantity is a line that was not counted."""


class Change(msgspec.Struct, frozen=True):
    """What one row tells: how much was found, at a line that is there or at one to be added."""

    new: bool
    empty: bool
    quantity: int
    moment: datetime | None
    line_id: UUID | None
    spot: Spot
    lot: str
    expires_on: date | None


def pick(lines: Iterable[Line], lot: str, expires_on: date | None) -> Line | None:
    """The line that a label means: of an item in a place without a label, its only line.

    Raises LookupError when the item has several lots and none is named.
    """
    found = list(lines)
    if not lot and expires_on is None:
        bare = [line for line in found if not line.batch_number and line.expires_on is None]
        if len(found) > 1 and not bare:
            raise LookupError
        return next(iter(bare or found), None)
    fits = [line for line in found if line.batch_number == lot and line.expires_on == expires_on]
    # One of both is often left out on a label.
    near = [line for line in found if (lot and line.batch_number == lot) or (not lot and line.expires_on == expires_on)]
    return fits[0] if fits else near[0] if len(near) == 1 else None


class CountSheet:
    """The count that a sheet's rows are for."""

    def __init__(self, count: Count, known: list[places.Place], fields: list[Field]) -> None:
        self.count = count
        self.places = {normalised(word): one.id for one in known for word in (one.name, one.code)}
        self.labels = {field.name: field.label for field in fields}
        self.rows: dict[tuple[Spot, str, date | None], int] = {}

    async def judge(self, rows: list[CheckedRow]) -> list[Change | None]:
        """Each row's change; None for a row with problems."""
        codes = {str(row.values["code"]) for row in rows if row.values.get("code")}
        refs = await items.find_refs(self.count.client_id, sorted(codes))
        lines: dict[Spot, list[Line]] = {}
        for line in await counts.list_lines_of(self.count.id, list({one.id for one in refs.values()})):
            lines.setdefault((line.place_id, line.item_id), []).append(line)
        return [self._compare(row, refs, lines) for row in rows]

    def _compare(self, row: CheckedRow, refs: dict[str, ItemRef], lines: dict[Spot, list[Line]]) -> Change | None:
        item = refs.get(str(row.values.get("code")))
        if row.values.get("code") and item is None:
            self._refuse(row, "code", text("is no item of this client"))
        place_id = self._place(row)
        moment = self._moment(row)
        if row.problems or item is None or place_id is None:
            return None
        spot, lot, until = (place_id, item.id), str(row.values.get("lot") or ""), row.values.get("expires_on")
        assert until is None or isinstance(until, date)
        first = self.rows.setdefault((spot, lot, until), row.number)
        if first != row.number:
            self._refuse(row, "code", text("stands in row {row} already", row=first))
            return None
        try:
            line = pick(lines.get(spot, []), lot, until)
        except LookupError:
            self._refuse(row, "lot", text("is missing: several lots of this item are counted"))
            return None
        if item.batched and line is None and not (lot or until):
            self._refuse(row, "lot", text("is missing: this item is kept by lots"))
            return None
        found = row.values.get("counted")
        assert found is None or isinstance(found, int)
        same = found is None or (line is not None and line.counted == found and moment is None)
        return Change(line is None, same, found or 0, moment, line.id if line else None, spot, lot, until)

    def _place(self, row: CheckedRow) -> UUID | None:
        """Where the row was counted: the count's own place needs no naming."""
        written = str(row.values.get("place") or "")
        place_id = self.places.get(normalised(written)) if written else self.count.place_id
        if written and place_id is None:
            self._refuse(row, "place", text("is no place of this client"))
        elif written and self.count.place_id not in (None, place_id):
            self._refuse(row, "place", text("is not the place of this count"))
        elif place_id is None:
            self._refuse(row, "place", text("must not be empty: this count is about several places"))
        return None if row.problems else place_id

    def _moment(self, row: CheckedRow) -> datetime | None:
        written = row.values.get("moment")
        if not isinstance(written, datetime):
            return None
        moment = written.replace(tzinfo=ZONES[self.count.time_zone])
        if not self.count.created_at.replace(second=0, microsecond=0) <= moment <= datetime.now(UTC):
            self._refuse(row, "moment", text("must lie between the beginning of the count and now"))
        return max(moment, self.count.created_at)

    def _refuse(self, row: CheckedRow, field: str, reason: Text) -> None:
        row.problems.append(Problem(self.labels[field], shown(_cell(row.values.get(field))), reason))

    async def apply(self, changes: list[Change]) -> None:
        """Count the lines, with new ones for what nobody expected."""
        new = [one for one in changes if one.line_id is None]
        added = iter(await counting.add_lines(self.count, [(*one.spot, one.lot, one.expires_on) for one in new]))
        await counting.count_lines(
            self.count, [Counted(one.line_id or next(added), one.quantity, one.moment) for one in changes]
        )

    async def end(self) -> None:
        """Nothing was held back: the differences wait for a second person as those that were typed."""


def _cell(value: object) -> Cell:
    return value if isinstance(value, str | bool | int | float) else str(value or "")


async def sheet_rows(count: Count) -> list[Sequence[str]]:
    """The lines of a count as rows of its sheet, in the order of the shelf; what should be there only where it may be seen."""
    return [
        (
            *(line.code, line.name, line.place_code, line.batch_number),
            *(line.expires_on.isoformat() if line.expires_on else "", line.unit),
            *("" if line.counted is None else format_quantity(line.counted, current_language()), ""),
        )
        async for lines in counts.stream_lines(count.id)
        for line in lines
    ]


async def _open(file: ImportFile, fields: list[Field], lock: bool) -> CountSheet:
    assert file.subject_id is not None
    count = await counts.get_count(file.subject_id, lock="share" if lock else "")
    if lock:
        counting.refuse_closed(count)
    return CountSheet(count, await places.list_places(count.client_id, archived=True), fields)


COUNTS = Flow(
    kind="count",
    begins=False,
    place="/stock/counts/{subject_id}/imports/{id}",
    checks=CheckCount,
    runs=ImportCount,
    fields_for=lambda headers: list(FIELDS),
    open=_open,
)
