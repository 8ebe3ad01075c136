"""A slip as the data of its PDF: words and amounts ready to print, in the current language."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core.dates import MONTHS, Period, format_day
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.masking import masked
from tatausaha.core.money import Rupiah, format_rupiah
from tatausaha.payroll.lines import NAMES, SECTIONS, line_name, line_note
from tatausaha.payroll.rules.explain import percent
from tatausaha.payroll.rules.model import Line
from tatausaha.payroll.slip_queries import SlipView, YearLine

TEMPLATE = "payroll/payslip.typ"

YearSums = dict[tuple[str, str, str], Rupiah]
"""What came before this month in the year, by section, code and name of a line."""


class Letterhead(msgspec.Struct, frozen=True):
    """What all payslips of a run share."""

    company: str
    address: str
    colour: str | None
    published_on: date


def year_sums(lines: Iterable[YearLine]) -> dict[UUID, YearSums]:
    """The year's lines by person."""
    sums: dict[UUID, YearSums] = defaultdict(dict)
    for line in lines:
        sums[line.employee_id][line.section, line.code, line.name] = line.amount
    return sums


def password_of(slip: SlipView) -> str | None:
    """The password by the rule `birth_nik`, or None where the day of birth or the NIK is not known."""
    if slip.born_on is None or slip.nik is None:
        return None
    return slip.born_on.strftime("%d%m%Y") + slip.nik[-4:]


def payslip_data(slip: SlipView, year: YearSums, head: Letterhead) -> dict[str, Any]:
    """The data that `payslip.typ` sets, as told at its top."""
    deductions = (*_of(slip, "deduction"), *_of(slip, "tax"), *_borne(slip))
    return {
        "language": current_language(),
        "title": render(text("Payslip")),
        "period": month_name(slip.month),
        "client": {"name": head.company, "address": head.address, "color": head.colour},
        "version_note": _version_note(slip),
        "name": slip.employee_name,
        "position": " · ".join(filter(None, (slip.position, slip.department))) or None,
        "employee": _employee(slip),
        "columns": {
            "item": render(text("Component")),
            "amount": render(text("This month")),
            "year": render(text("Since January")),
        },
        "earnings": _part("earning", _of(slip, "earning"), year, text("Total earnings")),
        "deductions": _part("deduction", deductions, year, text("Total deductions")),
        "employer": _part("employer", _of(slip, "employer"), year, text("Total paid by the company"))
        | {"note": render(text("The company pays this beside your salary; it does not reduce what you receive."))},
        "take_home": _take_home(slip),
        "tax": _tax(slip),
        "notes": [render(warning) for warning in slip.detail.warnings if slip.pph21 < 0],
        "footer": render(
            text(
                "{company} · published on {day} · version {version}",
                company=head.company,
                day=format_day(head.published_on, current_language()),
                version=slip.version,
            )
        ),
    }


def month_name(month: Period | date) -> str:
    """`November 2026`, in the current language."""
    return f"{MONTHS[current_language()][month.month - 1]} {month.year}"


def plain(amount: Rupiah) -> str:
    """An amount without its currency, for columns."""
    return format_rupiah(amount, current_language()).replace("Rp ", "")


def _of(slip: SlipView, section: str) -> Iterator[Line]:
    return (line for line in slip.lines if line.section == section)


def _borne(slip: SlipView) -> Iterator[Line]:
    """Tax that the company bears is withheld and given back, so that what is received adds up."""
    if slip.pph21_borne:
        yield Line("pph21_borne", "deduction", -slip.pph21_borne)


def _part(section: str, lines: Iterable[Line], year: YearSums, total: Text) -> dict[str, Any]:
    """One table: each line with the year up to this month, and in one line what only came earlier in the year."""
    shown, now = list(lines), 0
    earlier = dict(_earlier(section, year))
    rows, so_far = [], sum(earlier.values())
    for line in shown:
        before = earlier.pop((line.code, line.name), 0)
        rows.append(_row(line_name(line), line_note(line), plain(line.amount), plain(line.amount + before)))
        now += line.amount
    if rest := sum(earlier.values()):
        rows.append(_row(render(text("Earlier in the year")), None, "–", plain(rest)))
    sums = {"name": render(total), "amount": plain(now), "year": plain(now + so_far)}
    return {"title": render(SECTIONS[section]), "note": None, "lines": rows, "total": sums}


def _earlier(section: str, year: YearSums) -> Iterator[tuple[tuple[str, str], Rupiah]]:
    for (of, code, name), amount in year.items():
        if of == section or (section == "deduction" and of == "tax"):
            yield (code, name), amount
        elif section == "deduction" and code == "pph21_borne":
            yield (code, name), -amount


def _row(name: str, note: str | None, amount: str, year: str) -> dict[str, str | None]:
    return {"name": name, "note": note, "amount": amount, "year": year}


def _version_note(slip: SlipView) -> str | None:
    if slip.version == 1:
        return None
    return render(text("Version {version}, replaces version {before}", version=slip.version, before=slip.version - 1))


def _employee(slip: SlipView) -> list[tuple[str, str]]:
    facts: list[tuple[Text, str]] = [
        (text("Employee number"), slip.employee_number),
        (text("Joined on"), format_day(slip.joined_on, current_language())),
        (text("PTKP status"), slip.ptkp),
        (text("NPWP"), masked(slip.npwp)),
        (text("Bank"), slip.bank or "–"),
        (text("Account number"), masked(slip.bank_account)),
        (text("BPJS wage"), plain(slip.bpjs_wage)),
    ]
    if slip.detail.paid:
        part, whole = slip.detail.paid
        facts.append((text("Paid days"), render(text("{part} of {whole}", part=part, whole=whole))))
    return [(render(label), value) for label, value in facts]


def _take_home(slip: SlipView) -> dict[str, str | None]:
    note = text("To {bank} {account}", bank=slip.bank, account=masked(slip.bank_account)) if slip.bank_account else None
    amount = format_rupiah(slip.net_pay, current_language())
    return {"label": render(text("You receive")), "amount": amount, "note": render(note) if note else None}


def _tax(slip: SlipView) -> dict[str, Any]:
    items: Sequence[tuple[Text, str]]
    if slip.detail.annual is None:
        items = [
            (text("TER category"), slip.ter_category),
            (text("Gross income of the month"), plain(slip.taxable_gross)),
            (text("TER rate"), percent(slip.ter_rate or 0)),
            (NAMES["pph21"], plain(slip.pph21)),
        ]
    else:
        annual = slip.detail.annual
        items = [
            (text("Gross income of the year"), plain(annual.gross)),
            (text("Taxable income (PKP)"), plain(annual.pkp)),
            (text("Tax of the year"), plain(annual.tax)),
            (text("Withheld before in the year"), plain(annual.withheld + annual.withheld_previous)),
            (text("PPh 21 of this month"), plain(annual.pph21)),
        ]
    title = text("PPh 21 by TER") if slip.detail.annual is None else text("PPh 21 of the year (Pasal 17)")
    return {"title": render(title), "items": [(render(label), value) for label, value in items]}
