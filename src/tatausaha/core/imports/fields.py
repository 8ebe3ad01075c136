"""What an import wants to know, which column tells it, and what each row says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from tatausaha.core.i18n import LANGUAGES, Text, render, text, use_language
from tatausaha.core.imports.cells import Cell, CellError, Parser, normalised, shown
from tatausaha.core.imports.nearness import nearly
from tatausaha.core.imports.table import Row, Table

FORMULA_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"))
LONGEST_SHOWN = 60
MOST_KNOWN = 4096


class Survey(Protocol):
    """Looks at every cell of a column before any is read, and settles how they are."""

    def look(self, cell: Cell) -> None: ...

    @property
    def outcome(self) -> str: ...

    def parser(self) -> Parser: ...


class Field(msgspec.Struct, frozen=True):
    """One thing to import: its key, its label for people, other names its column goes by, and how a cell is read.

    A field with a `survey` has its column looked through first; that gives the parser.
    """

    name: str
    label: Text
    parse: Parser
    required: bool = False
    aliases: tuple[str, ...] = ()
    example: str = ""
    survey: Callable[[], Survey] | None = None


class Problem(msgspec.Struct, frozen=True):
    """A cell that cannot be accepted: its column, what stands in it, and why not."""

    column: Text
    value: str
    reason: Text

    def __str__(self) -> str:
        value = f" “{self.value}”" if self.value else ""
        return f"{render(self.column)}{value}: {render(self.reason)}"


class CheckedRow(msgspec.Struct, frozen=True):
    """A row's number in the spreadsheet, its values by field name, its problems, and the cells as they came.

    An optional field with an empty cell, or with no column, has the value None. A field with a problem has no value.
    """

    number: int
    values: dict[str, object]
    problems: list[Problem]
    cells: list[Cell]
    columns: dict[str, int] = {}

    def written(self, name: str) -> str:
        """What stands in a field's cell, as its spreadsheet shows it."""
        index = self.columns.get(name, len(self.cells))
        return shown(self.cells[index])[:LONGEST_SHOWN] if index < len(self.cells) else ""


Mapped = Mapping[str, int | None]
Known = dict[str, object]


def match_columns(headers: Sequence[str], fields: Sequence[Field]) -> dict[str, int | None]:
    """For each field the index of the first column that bears its name, label (in any language) or alias.

    A column tells one field alone: the first of those that it could be.
    """
    places: dict[str, int] = {}
    for index, header in enumerate(headers):
        places.setdefault(normalised(header), index)
    found: dict[str, int | None] = {}
    for field in fields:
        found[field.name] = next((places.pop(name) for name in _names(field) if name in places), None)
    return found


def guess_columns(headers: Sequence[str], fields: Sequence[Field], mapping: Mapped) -> dict[str, int]:
    """For fields without a column, the one whose name is a slip away from the field's own, if there is just one such."""
    taken = set(mapping.values())
    free = [index for index, header in enumerate(headers) if header and index not in taken]
    missing = {field.name: set(_names(field)) for field in fields if mapping.get(field.name) is None}
    close = [
        (name, index)
        for index in free
        for name, names in missing.items()
        if any(nearly(normalised(headers[index]), one) for one in names)
    ]
    return {
        name: index
        for name, index in close
        if [one for one, _ in close].count(name) == 1 and [place for _, place in close].count(index) == 1
    }


def columns_of(headers: Sequence[str], field: Field) -> list[int]:
    """Every column that bears one of the field's names."""
    names = set(_names(field))
    return [index for index, header in enumerate(headers) if normalised(header) in names]


def missing_columns(fields: Sequence[Field], mapping: Mapped) -> list[Field]:
    """The required fields that no column is matched to; an import cannot begin before there are none."""
    return [field for field in fields if field.required and mapping.get(field.name) is None]


def check_rows(table: Table, fields: Sequence[Field], mapping: Mapped) -> Iterator[CheckedRow]:
    """Each row's values and problems, one row at a time."""
    told: list[tuple[Field, int, Known]] = [
        (field, index, {}) for field in fields if (index := mapping.get(field.name)) is not None
    ]
    where = {field.name: index for field, index, _ in told}
    untold = [field for field in fields if mapping.get(field.name) is None]
    width = len(table.headers)
    for row in table.rows:
        problems: list[Problem] = []
        values: dict[str, object] = {}
        cells, count = row.cells, len(row.cells)
        for field, index, known in told:
            cell = cells[index] if index < count else ""
            if type(cell) is str and cell in known:
                values[field.name] = known[cell]
            else:
                _learn(field, cell, known, values, problems)
        for field in untold:
            _read(field, "", values, problems)
        if count > width:
            _refuse_surplus(row, width, problems)
        yield CheckedRow(row.number, values, problems, cells, where)


def _learn(field: Field, cell: Cell, known: Known, values: dict[str, object], problems: list[Problem]) -> None:
    """Read a cell, and remember it: most columns say the same few things over and over."""
    _read(field, cell, values, problems)
    if isinstance(cell, str) and field.name in values:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[cell] = values[field.name]


def _read(field: Field, cell: Cell, values: dict[str, object], problems: list[Problem]) -> None:
    if cell == "":
        if field.required:
            problems.append(Problem(field.label, "", text("must not be empty")))
        else:
            values[field.name] = None
        return
    try:
        if cell in FORMULA_ERRORS:
            raise CellError(text("is a formula that failed. Mend the formula, or write the value"))
        values[field.name] = field.parse(cell)
    except CellError as error:
        problems.append(Problem(field.label, shown(cell)[:LONGEST_SHOWN], error.reason))


def _refuse_surplus(row: Row, width: int, problems: list[Problem]) -> None:
    """A cell beyond the last named column means that a separator too many has shifted the row."""
    surplus = [shown(cell) for cell in row.cells[width:] if cell != ""]
    if surplus:
        reason = text("The row has more cells than there are column names. Is a comma inside a cell without quotes?")
        problems.append(Problem(text("Row"), surplus[0][:LONGEST_SHOWN], reason))


def _names(field: Field) -> Iterator[str]:
    yield normalised(field.name)
    for language in LANGUAGES:
        with use_language(language):
            label = render(field.label)
        yield normalised(label)
    yield from map(normalised, field.aliases)
