"""The list of employees that a client sends at the month's end: mostly known, some new, some changed, some wrong."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter

from tatausaha.core.dates import Period
from tatausaha.demo.companies import Company
from tatausaha.demo.names import OFFICE
from tatausaha.demo.workforce import Person, newcomers, workforce

NEW, PROMOTED, RAISE = 9, 5, 400_000
MOVED_TO = "8820114477"
"""The account to which the first of the promoted wants to be paid from now on."""

HEADERS = (
    *("Nomor", "Nama", "NIK", "NPWP", "Jenis kelamin", "Tanggal lahir", "Email", "No HP", "Bagian", "Jabatan"),
    *("PTKP", "Metode pajak", "Tanggal masuk", "Jenis kontrak", "Mulai kontrak", "Akhir kontrak", "Gaji pokok", OFFICE),
    "Berlaku mulai",
    *("Kelas JKK", "Bank", "No rekening", "Atas nama"),
)
# What is wrong in a row, by its column; a second row about the same person is the last of them.
MISTAKES = (
    {"NIK": "31740412345"},
    {"PTKP": "K/7"},
    {"Tanggal masuk": "31/02/2026"},
    {"Gaji pokok": "-5.000.000"},
)
REFUSED = len(MISTAKES) + 1

Row = dict[str, Any]


class Sheet(msgspec.Struct, frozen=True):
    """What was written: the numbers of those who are new, changed, as before; and how many rows are wrong."""

    path: Path
    content: bytes
    new: list[str]
    changed: list[str]
    same: list[str]
    refused: int

    @property
    def rows(self) -> int:
        return len(self.new) + len(self.changed) + len(self.same) + self.refused


def write_sheet(path: Path, company: Company, opened: Period) -> Sheet:
    """The same bytes for the same company and month."""
    staying = [person for person in workforce(company, opened) if person.ended_on is None]
    promoted = [person for person in staying if person.post == company.posts[0]][:PROMOTED]
    coming = newcomers(company, opened, NEW + len(MISTAKES))
    new, wrong = coming[:NEW], coming[NEW:]
    rows = [_row(company, person, opened) for person in staying]
    for row, person in zip(rows, staying, strict=True):
        if person in promoted:
            row |= {"Jabatan": f"{person.post.name} senior", "Gaji pokok": row["Gaji pokok"] + RAISE}
            if person is promoted[0]:
                row |= {"Bank": "BCA", "No rekening": MOVED_TO}
    rows += [_row(company, person, opened) for person in new]
    rows += [_row(company, person, opened) | mistake for person, mistake in zip(wrong, MISTAKES, strict=True)]
    rows.append(_row(company, staying[0], opened))
    _write(path, rows)
    changed = {person.number for person in promoted}
    same = [person.number for person in staying if person.number not in changed]
    return Sheet(path, path.read_bytes(), [person.number for person in new], sorted(changed), same, REFUSED)


def _row(company: Company, person: Person, opened: Period) -> Row:
    pay = {(one.code, one.name): one.amount for one in person.pay if one.ends_on is None}
    cells = (
        *(person.number, person.name, person.nik, person.npwp, "P" if person.gender == "female" else "L"),
        *(person.born_on, person.email, person.phone, person.post.department, person.post.name, person.ptkp),
        *(person.post.tax_method, person.joined_on, "PKWT" if person.contract_ends_on else "PKWTT", person.joined_on),
        *(person.contract_ends_on, pay["basic", ""], pay.get(("fixed_allowance", OFFICE))),
        *(max(person.joined_on, opened.first), company.jkk_class),
        *(person.bank, person.bank_account, person.name),
    )
    return dict(zip(HEADERS, cells, strict=True))


def _write(path: Path, rows: list[Row]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Karyawan")
        sheet.write_row(0, 0, HEADERS)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row.values()):
                if isinstance(value, date):
                    sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    sheet.write(line, column, value)
