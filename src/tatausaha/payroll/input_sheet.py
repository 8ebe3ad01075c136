"""The columns of a spreadsheet with a month's entries: how they are named, in Indonesian and English, and read."""

import re
from collections.abc import Sequence

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.imports.cells import Parser, normalised, rupiah, whole_number, words
from tatausaha.core.imports.fields import Field, columns_of
from tatausaha.payroll.inputs import MOST_DAYS, MOST_NAME
from tatausaha.payroll.labels import INPUTS

MOST = 10**13 - 1
UNPAID_DAYS = "unpaid_days"

# Names that a component goes by when it bears none of its own on the payslip.
PLAIN = {
    "overtime": "lembur, uang lembur, upah lembur, overtime pay",
    "bonus": "bonus",
    "thr": "thr, tunjangan hari raya, religious holiday allowance",
    "other_income": "pendapatan lain, penghasilan lain, other income",
    "allowance": "tunjangan, tunjangan kehadiran, tunjangan tidak tetap, attendance allowance",
    "benefit": "natura, kenikmatan, natura dan kenikmatan, benefit in kind",
    "reimbursement": "penggantian, penggantian biaya, reimburse",
    "deduction": "potongan, potongan lain, deductions",
    "pension": "pensiun, iuran pensiun, iuran dplk, dplk",
    "zakat": "zakat, zakat penghasilan",
    UNPAID_DAYS: "hari tanpa upah, hari tidak dibayar, cuti tanpa upah, unpaid leave, mangkir, alpa",
}
# How the name of a column begins or ends that means such a component, and stands on the payslip as it is.
NAMED = {
    "thr": re.compile(r"thr\b|tunjangan hari raya\b"),
    "overtime": re.compile(r"((uang|upah) )?lembur\b|overtime\b"),
    "bonus": re.compile(r"bonus\b|.*\bbonus$"),
    "other_income": re.compile(r"(rapel|pendapatan lain|penghasilan lain|back ?pay)\b"),
    "benefit": re.compile(r"(natura|kenikmatan)\b"),
    "reimbursement": re.compile(r"(penggantian|reimburse(ment)?)\b|.*\breimbursement$"),
    "deduction": re.compile(r"(potongan|deduction|angsuran|cicilan|kasbon)\b|.*\bdeduction$"),
    "allowance": re.compile(r"(tunjangan|uang (makan|transpor\w*|hadir|kehadiran)|allowance)\b|.*\ballowance$"),
}
# Hours, days and rates are no rupiah; tax and BPJS are calculated; what is fixed stands in the pay of the employee.
NOT_AMOUNTS = re.compile(
    r"\b(jam|hours?|jumlah hari|hari kerja|days?|menit|minutes?|kali|tarif|rate|persen|percent|total"
    r"|pph|pajak|tax|bpjs|jht|jp|jkk|jkm|tetap|fixed)\b"
)


def _amount(code: str) -> Field:
    parse: Parser = whole_number(0, MOST_DAYS) if code == UNPAID_DAYS else rupiah(0, MOST)
    return Field(code, INPUTS[code], parse, aliases=tuple(PLAIN[code].split(", ")))


FIELDS = (
    Field(
        "number",
        text("Employee number"),
        words(40),
        required=True,
        aliases=("nomor", "nomor karyawan", "no karyawan", "nip", "number", "id karyawan", "kode karyawan", "no induk"),
    ),
    Field(
        "name",
        text("Name"),
        words(200),
        aliases=("nama", "nama karyawan", "nama lengkap", "employee name", "full name"),
    ),
    *map(_amount, INPUTS),
)
"""An empty cell leaves what stands, 0 removes the entry, another number sets it."""


def fields_for(headers: Sequence[str]) -> list[Field]:
    """The known fields, and one named `code:header` for each further column that says what it is.

    Raises `Invalid` when two columns mean the same, since either could be the one that was meant.
    """
    taken: set[int] = set()
    for field in FIELDS:
        found = columns_of(headers, field)
        if len(found) > 1:
            raise _doubled(headers[found[0]], headers[found[1]])
        taken.update(found)
    named: dict[str, Field] = {}
    for index, header in enumerate(headers):
        code = _code_of(normalised(header)) if index not in taken else None
        if code:
            field = Field(f"{code}:{header[:MOST_NAME].strip()}", text("{name}", name=header), rupiah(0, MOST))
            first = named.setdefault(normalised(field.name), field)
            if first is not field:
                raise _doubled(str(first.label), header)
    return [*FIELDS, *named.values()]


def _code_of(name: str) -> str | None:
    if NOT_AMOUNTS.search(name):
        return None
    return next((code for code, pattern in NAMED.items() if pattern.match(name)), None)


def _doubled(first: str, second: str) -> Invalid:
    return Invalid(
        text(
            "The columns “{first}” and “{second}” mean the same. Rename or remove one of them and upload the file again.",
            first=first[:80],
            second=second[:80],
        )
    )
