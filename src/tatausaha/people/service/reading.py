"""A stored spreadsheet read in chunks off the event loop, each row judged; what is refused is set aside on disk."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec

from tatausaha.core.imports.cells import Cell, shown
from tatausaha.core.imports.fields import (
    CheckedRow,
    Mapped,
    Problem,
    check_rows,
    match_columns,
    missing_columns,
)
from tatausaha.core.imports.files import write_rejects
from tatausaha.core.imports.table import Table, open_table
from tatausaha.core.process import tools
from tatausaha.people import queries
from tatausaha.people.service.comparing import Change, Comparer, Identities
from tatausaha.people.spreadsheet import fields_for

CHUNK = 1000
SAMPLE = 10
MOST_SHOWN = 200
REJECT_FORMATS = ("xlsx", "csv")
LONG_NUMBER = re.compile(r"[\d .-]{10,}")
HIDDEN = ("nik", "npwp", "bank_account")


class BadCell(msgspec.Struct, frozen=True):
    """A cell that the page names, with the number of its row in the spreadsheet."""

    row: int
    problem: Problem


class Verdict(msgspec.Struct):
    """What was found in a spreadsheet; identity and account numbers are masked in what pages show of it."""

    headers: tuple[str, ...] = ()
    mapping: dict[str, int | None] = {}
    missing: list[str] = []
    sample: list[list[str]] = []
    bad_cells: list[BadCell] = []
    bad_cell_count: int = 0
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def count(self, row: CheckedRow, change: Change | None) -> None:
        """Add one row."""
        self.rows += 1
        self.show(row.cells)
        if change is None:
            self.rejected += 1
            self.bad_cell_count += len(row.problems)
            room = MOST_SHOWN - len(self.bad_cells)
            self.bad_cells += [BadCell(row.number, problem) for problem in row.problems[:room]]
        elif change.new:
            self.created += 1
        elif change.empty:
            self.unchanged += 1
        else:
            self.changed += 1

    def show(self, cells: Sequence[Cell]) -> None:
        """Keep one of the first rows for people to look at, without its identity and account numbers."""
        if len(self.sample) >= SAMPLE:
            return
        secret = {self.mapping.get(name) for name in HIDDEN}
        written = [shown(cell) for cell in cells[: len(self.headers)]]
        self.sample.append([_masked(cell, index in secret) for index, cell in enumerate(written)])


def _masked(cell: str, secret: bool) -> str:
    """Long numbers are masked also in columns that nobody has named yet."""
    return f"••••{cell[-4:]}" if cell and (secret or LONG_NUMBER.fullmatch(cell)) else cell


@asynccontextmanager
async def read(content: bytes, client_id: UUID, today: date) -> AsyncIterator["Reading"]:
    """Open a spreadsheet of a client's employees for one pass. Raises `Invalid` when it cannot be accepted."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tata-import-")))
        spool = stack.enter_context((folder / "rejects").open("w+b"))
        table = await asyncio.to_thread(stack.enter_context, open_table(content))
        yield Reading(table, folder, spool, client_id, today)


class Reading:
    """One pass over a spreadsheet, inside an open scope."""

    def __init__(self, table: Table, folder: Path, spool: BinaryIO, client_id: UUID, today: date) -> None:
        self.table, self.folder, self.spool = table, folder, spool
        self.client_id, self.today = client_id, today
        self.verdict = Verdict(headers=table.headers)

    async def chunks(self, mapping: Mapped, *, lock: bool = False) -> AsyncIterator[list[Change]]:
        """The accepted changes, some rows at a time; an empty `mapping` has the columns matched by name.

        With `lock`, nobody else changes the employees concerned until the scope ends.
        """
        fields = fields_for(self.table.headers)
        self.verdict.mapping = dict(mapping) or match_columns(self.table.headers, fields)
        self.verdict.missing = [field.name for field in missing_columns(fields, self.verdict.mapping)]
        if self.verdict.missing:
            for row in await asyncio.to_thread(lambda: list(islice(self.table.rows, SAMPLE))):
                self.verdict.show(row.cells)
            return
        identities = Identities(await queries.list_identities(self.client_id))
        comparer = Comparer(self.client_id, fields, self.today)
        rows = check_rows(self.table, fields, self.verdict.mapping)
        while part := await asyncio.to_thread(lambda: list(islice(rows, CHUNK))):
            found = [identities.find(row, comparer.labels) for row in part]
            stored = await queries.list_stored([one for one in found if one], lock=lock)
            yield await asyncio.to_thread(self._judge, part, found, stored, comparer)

    def _judge(
        self,
        part: list[CheckedRow],
        found: list[UUID | None],
        stored: dict[UUID, queries.Stored],
        comparer: Comparer,
    ) -> list[Change]:
        changes = []
        for row, employee_id in zip(part, found, strict=True):
            change = comparer.compare(row, stored.get(employee_id) if employee_id else None)
            self.verdict.count(row, change)
            if change is None:
                self.spool.write(msgspec.json.encode(row) + b"\n")
            elif not change.empty:
                changes.append(change)
        return changes

    async def keep_rejects(self, key: str) -> None:
        """Store the refused rows with their reasons, as XLSX and CSV beside the file itself."""
        for format in REJECT_FORMATS if self.verdict.rejected else ():
            target = self.folder / f"rejects.{format}"
            await asyncio.to_thread(write_rejects, target, self.verdict.headers, self._rejected())
            await tools().storage.put(f"{key}-rejects.{format}", target)

    def _rejected(self) -> Iterator[CheckedRow]:
        self.spool.seek(0)
        decoder = msgspec.json.Decoder(CheckedRow)
        for line in self.spool:
            yield decoder.decode(line)
