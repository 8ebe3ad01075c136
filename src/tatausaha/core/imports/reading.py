"""A stored spreadsheet read in chunks off the event loop, each row judged; what is refused is set aside on disk."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO, Protocol, TypeVar

import msgspec

from tatausaha.core.imports.cells import Cell, shown
from tatausaha.core.imports.fields import (
    CheckedRow,
    Field,
    Mapped,
    Problem,
    Survey,
    check_rows,
    guess_columns,
    match_columns,
    missing_columns,
)
from tatausaha.core.imports.files import write_rejects
from tatausaha.core.imports.table import Limits, Table, open_table
from tatausaha.core.masking import masked
from tatausaha.core.process import tools

CHUNK = 1000
SAMPLE = 10
MOST_SHOWN = 200
REJECT_FORMATS = ("xlsx", "csv")
SHORT = 6  # characters of a wrong number that give nobody away
LONG_NUMBER = re.compile(r"([ .-]*\d){10,}[ .-]*")


class Change(Protocol):
    """What one accepted row would do: make something new, change something, or nothing at all."""

    @property
    def new(self) -> bool: ...

    @property
    def empty(self) -> bool: ...


C = TypeVar("C", bound=Change)
Judge = Callable[[list[CheckedRow]], Awaitable[Sequence[C | None]]]
"""Gives each row's change, or None for a row that is refused; it adds to the row's problems what speaks against it."""


class BadCell(msgspec.Struct, frozen=True):
    """A cell that the page names, with the number of its row in the spreadsheet."""

    row: int
    problem: Problem


class Verdict(msgspec.Struct):
    """What was found in a spreadsheet; identity and account numbers are masked in what pages show of it.

    `guessed` are fields whose column bears a misspelt name, `settled` says how columns are read that had to be surveyed.
    """

    headers: tuple[str, ...] = ()
    mapping: dict[str, int | None] = {}
    missing: list[str] = []
    guessed: list[str] = []
    settled: dict[str, str] = {}
    sample: list[list[str]] = []
    bad_cells: list[BadCell] = []
    bad_cell_count: int = 0
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def count(
        self, row: CheckedRow, change: Change | None, shown: Callable[[Sequence[Problem]], list[Problem]]
    ) -> None:
        """Add one row; `shown` makes of its problems what pages may show."""
        self.rows += 1
        if change is None:
            self.rejected += 1
            self.bad_cell_count += len(row.problems)
            room = MOST_SHOWN - len(self.bad_cells)
            self.bad_cells += [BadCell(row.number, problem) for problem in shown(row.problems[:room])]
        elif change.new:
            self.created += 1
        elif change.empty:
            self.unchanged += 1
        else:
            self.changed += 1


@asynccontextmanager
async def read(
    content: IO[bytes],
    fields_for: Callable[[Sequence[str]], list[Field]],
    hidden: Sequence[str],
    limits: Limits | None = None,
    *,
    forgiving: bool = False,
    harmless: Sequence[str] = (),
) -> AsyncIterator["Reading"]:
    """Open a spreadsheet for one pass; cells of `hidden` fields are masked. `Invalid` when it cannot be accepted.

    Other long numbers are masked too, unless their field is `harmless`: barcodes and numbers of receipts.
    A `forgiving` one also takes columns whose names are misspelt.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tata-import-")))
        spool = stack.enter_context((folder / "rejects").open("w+b"))

        def open_again() -> Table:
            return stack.enter_context(open_table(content, limits))

        table = await asyncio.to_thread(open_again)
        yield Reading(table, folder, spool, fields_for(table.headers), hidden, open_again, forgiving, harmless)


class Reading:
    """One pass over a spreadsheet: `match` its columns first, then walk through its `chunks`."""

    def __init__(
        self,
        table: Table,
        folder: Path,
        spool: BinaryIO,
        fields: list[Field],
        hidden: Sequence[str],
        open_again: Callable[[], Table],
        forgiving: bool,
        harmless: Sequence[str] = (),
    ) -> None:
        self.table, self.folder, self.spool = table, folder, spool
        self.fields, self.hidden = fields, hidden
        self.open_again, self.forgiving, self.harmless = open_again, forgiving, harmless
        self.verdict = Verdict(headers=table.headers)

    async def match(self, mapping: Mapped) -> bool:
        """Take the chosen columns, or match them by name when none are; False while a required one is missing."""
        by_name = match_columns(self.table.headers, self.fields)
        guessed = guess_columns(self.table.headers, self.fields, by_name) if self.forgiving else {}
        self.verdict.mapping = dict(mapping) or {**by_name, **guessed}
        self.verdict.guessed = [name for name, index in guessed.items() if self.verdict.mapping.get(name) == index]
        self.verdict.missing = [field.name for field in missing_columns(self.fields, self.verdict.mapping)]
        if self.verdict.missing:
            for row in await asyncio.to_thread(lambda: list(islice(self.table.rows, SAMPLE))):
                self._show(row.cells)
        elif surveys := self._surveys():
            await asyncio.to_thread(self._look_through, surveys)
        return not self.verdict.missing

    def _surveys(self) -> dict[str, tuple[int, Survey]]:
        """By field, the column to look through and who does."""
        places = ((field, self.verdict.mapping.get(field.name)) for field in self.fields)
        return {field.name: (index, field.survey()) for field, index in places if field.survey and index is not None}

    def _look_through(self, surveys: dict[str, tuple[int, Survey]]) -> None:
        """A pass of its own over the whole file, before the first row is read."""
        for row in self.table.rows:
            for index, survey in surveys.values():
                if index < len(row.cells) and row.cells[index] != "":
                    survey.look(row.cells[index])
        self.table = self.open_again()
        self.verdict.settled = {name: survey.outcome for name, (_, survey) in surveys.items()}
        self.fields = [
            msgspec.structs.replace(field, parse=surveys[field.name][1].parser()) if field.name in surveys else field
            for field in self.fields
        ]

    async def chunks(self, judge: Judge[C]) -> AsyncIterator[list[C]]:
        """The accepted changes that do anything, some rows at a time."""
        rows = check_rows(self.table, self.fields, self.verdict.mapping)
        while part := await asyncio.to_thread(lambda: list(islice(rows, CHUNK))):
            changes = await judge(part)
            await asyncio.to_thread(self._count, part, changes)
            yield [change for change in changes if change is not None and not change.empty]

    def _count(self, part: list[CheckedRow], changes: Sequence[Change | None]) -> None:
        for row, change in zip(part, changes, strict=True):
            self._show(row.cells)
            self.verdict.count(row, change, self._shown_problems)
            if change is None:
                refused = msgspec.structs.replace(row, values={})  # the files of refused rows show cells as they came
                self.spool.write(msgspec.json.encode(refused) + b"\n")

    def _show(self, cells: Sequence[Cell]) -> None:
        """Keep one of the first rows for people to look at, without its identity and account numbers."""
        if len(self.verdict.sample) >= SAMPLE:
            return
        secret = {self.verdict.mapping.get(name) for name in self.hidden}
        plain = {self.verdict.mapping.get(name) for name in self.harmless}
        written = [shown(cell) for cell in cells[: len(self.verdict.headers)]]
        self.verdict.sample.append(
            [cell if index in plain else _masked(cell, index in secret) for index, cell in enumerate(written)]
        )

    def _shown_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """What is wrong, without numbers that somebody could use: a few digits too many are still most of a NIK."""
        secret = [field.label for field in self.fields if field.name in self.hidden]
        plain = [field.label for field in self.fields if field.name in self.harmless]
        return [
            one
            if one.column in plain
            else Problem(one.column, _masked(one.value, one.column in secret and len(one.value) > SHORT), one.reason)
            for one in problems
        ]

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


def _masked(cell: str, secret: bool) -> str:
    """Long numbers are masked also in columns that nobody has named yet."""
    return masked(cell) if cell and (secret or LONG_NUMBER.fullmatch(cell)) else cell
