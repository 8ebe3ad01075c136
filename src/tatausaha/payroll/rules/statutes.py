"""The law in force in a month, read once from the dated tables of this package."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.i18n import text
from tatausaha.core.money import Rupiah
from tatausaha.payroll.rules.errors import RuleError

END_OF_TIME = date.max


class Brackets(msgspec.Struct, frozen=True):
    """Bands of income with their rates: a band reaches up to and includes its bound; the last has none."""

    bounds: tuple[Rupiah, ...]
    rates: tuple[int, ...]
    source: str


class Ptkp(msgspec.Struct, frozen=True):
    """Non-taxable income of a year, and the TER category that goes with the status (empty: none)."""

    amount: Rupiah
    category: str
    source: str


class Program(msgspec.Struct, frozen=True):
    """A BPJS programme: its rates, the cap of its base, and how the tax sees both shares."""

    code: str
    employer_rate: int
    employee_rate: int
    cap: Rupiah | None
    minimum_wage_floor: bool
    taxable: bool
    deductible: bool
    source: str


class BiayaJabatan(msgspec.Struct, frozen=True):
    """What every employee may deduct for the cost of having a job."""

    rate: int
    monthly_cap: Rupiah
    yearly_cap: Rupiah
    source: str


class Statutes(msgspec.Struct, frozen=True):
    """Everything the law fixes for one month."""

    ter: dict[str, Brackets]
    pasal17: Brackets
    ptkp: dict[str, Ptkp]
    programs: dict[str, Program]
    jkk: dict[tuple[str, bool], Program]
    biaya_jabatan: BiayaJabatan


@cache
def statutes_of(period: Period) -> Statutes:
    """The law in force on the first day of the month. RuleError before the first month that the tables know."""
    day = period.first
    ter = list(rows_on("ter_monthly", day))
    if not ter:
        raise RuleError(text("The tables of the law begin in January 2024; {period} lies before.", period=str(period)))
    programs = [(row, _program(row)) for row in rows_on("bpjs", day)]
    (job,) = rows_on("biaya_jabatan", day)
    return Statutes(
        ter={category: _brackets([row for row in ter if row["category"] == category]) for category in "ABC"},
        pasal17=_brackets(list(rows_on("pasal17", day))),
        ptkp={
            row["status"]: Ptkp(int(row["amount"]), row["ter_category"], row["source"]) for row in rows_on("ptkp", day)
        },
        programs={program.code: program for row, program in programs if not row["class"]},
        jkk={(row["class"], row["discount"] == "yes"): program for row, program in programs if row["class"]},
        biaya_jabatan=BiayaJabatan(int(job["rate"]), int(job["monthly_cap"]), int(job["yearly_cap"]), job["source"]),
    )


def rows_on(table: str, day: date) -> Iterator[dict[str, str]]:
    """The rows of a dated table that are in force on a day, in the order of the file."""
    for row in read_table(table):
        if starts_on(row) <= day <= ends_on(row):
            yield row


@cache
def read_table(table: str) -> tuple[dict[str, str], ...]:
    """All rows of a table, whenever in force."""
    lines = files(__package__).joinpath("data", f"{table}.csv").read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(lines))


def starts_on(row: dict[str, str]) -> date:
    return date.fromisoformat(row["effective_from"])


def ends_on(row: dict[str, str]) -> date:
    return date.fromisoformat(row["effective_to"]) if row["effective_to"] else END_OF_TIME


def _brackets(rows: list[dict[str, str]]) -> Brackets:
    return Brackets(
        bounds=tuple(int(row["upper_inclusive"]) for row in rows[:-1]),
        rates=tuple(int(row["rate"]) for row in rows),
        source=rows[0]["source"],
    )


def _program(row: dict[str, str]) -> Program:
    return Program(
        code=row["program"],
        employer_rate=int(row["employer_rate"]),
        employee_rate=int(row["employee_rate"]),
        cap=int(row["wage_cap"]) if row["wage_cap"] else None,
        minimum_wage_floor=row["minimum_wage_floor"] == "yes",
        taxable=row["employer_share_taxable"] == "yes",
        deductible=row["employee_share_deductible"] == "yes",
        source=row["source"],
    )
