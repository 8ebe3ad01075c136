"""Why a line of a payslip says what it says: inputs, formula with the numbers put in, and the legal source.

Nothing is calculated again: the numbers come from the line and its slip, the sources from the dated tables.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import msgspec

from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import RATE_BASE, Rounding, Rupiah, format_rupiah
from tatausaha.payroll.rules.gross_up import solutions
from tatausaha.payroll.rules.model import Annual, Line, Payslip
from tatausaha.payroll.rules.pasal17 import layers
from tatausaha.payroll.rules.statutes import Program, Statutes, statutes_of

AGREEMENT = text("The agreement with the employee")
TER_SOURCE = "PMK 168/2023 Ps. 15(1)"
YEAR_SOURCE = "PMK 168/2023 Ps. 8(4), 10(2), 15, 21"


class Explanation(msgspec.Struct, frozen=True):
    """Inputs as (what, figure) in reading order, the formula with numbers, and where the law says so.

    Whole numbers among the inputs are rupiah; everything else comes as written text.
    """

    inputs: tuple[tuple[Text, str | int], ...]
    formula: Text
    source: str | Text


def explain(line: Line, slip: Payslip) -> Explanation:
    """The explanation of one line of this slip, with numbers written in the current language."""
    if line.kind is not None:
        return _component(line, slip)
    return _STATUTORY.get(line.code, _contribution)(line, slip)


def percent(rate: int) -> str:
    """A rate in parts of 100,000 as people write it: 2.25 % or, in Indonesian, 2,25 %."""
    written = format(Decimal(rate) / 1000, "f")
    return f"{written.replace('.', ',') if current_language() == 'id' else written} %"


def _component(line: Line, slip: Payslip) -> Explanation:
    if not line.whole:
        return Explanation(
            ((text("Amount entered"), line.amount),),
            text("{amount} as entered", amount=_money(line.amount)),
            _component_source(line),
        )
    return Explanation(
        (
            (text("Full month"), line.base),
            (text("Paid days"), str(line.part)),
            (text("Days of a full month"), str(line.whole)),
            *_rounded(line.base * line.part, line.whole, slip.policy.proration_rounding),
        ),
        text(
            "{base} × {part} / {whole} = {amount}",
            base=_money(line.base),
            part=line.part,
            whole=line.whole,
            amount=_money(line.amount),
        ),
        _component_source(line),
    )


def _component_source(line: Line) -> str | Text:
    return {
        "benefit": "PMK 66/2023",
        "thr": "Permenaker 6/2016",
        "overtime": "PP 35/2021 Ps. 31-32",
        "pension": "PMK 168/2023 Ps. 10",
        "zakat": "PMK 168/2023 Ps. 10",
        "deduction": "PP 36/2021",
    }.get(line.kind or "", AGREEMENT)


def _contribution(line: Line, slip: Payslip) -> Explanation:
    program = _program(line, statutes_of(slip.period))
    inputs: list[tuple[Text, str | int]] = [(text("BPJS wage"), line.wage or line.base)]
    if line.wage > line.base:
        inputs.append((text("Wage cap of the month"), line.base))
    elif line.wage:
        inputs.append((text("Minimum wage of the place of work"), line.base))
    if line.variant:
        inputs.append((text("JKK risk class"), line.variant))
    inputs.append((text("Rate"), percent(line.rate)))
    inputs += _rounded(line.base * line.rate, RATE_BASE, slip.policy.bpjs_rounding)
    return Explanation(tuple(inputs), _product(line), program.source)


def _program(line: Line, law: Statutes) -> Program:
    code = line.code.rsplit("_", 1)[0]
    if code != "jkk":
        return law.programs[code]
    full = law.jkk[line.variant, False]
    return full if full.employer_rate == line.rate else law.jkk[line.variant, True]


def _tax(line: Line, slip: Payslip) -> Explanation:
    return _reckoning(slip, slip.annual) if slip.annual else _ter(line, slip)


def _ter(line: Line, slip: Payslip) -> Explanation:
    inputs: list[tuple[Text, str | int]] = [
        (text("Gross income of the month"), line.base),
        (text("PTKP status"), slip.ptkp),
        (text("TER category"), slip.ter_category),
        (text("TER rate"), percent(line.rate)),
    ]
    formula = _product(line)
    if line.whole:
        inputs.append((text("Surcharge without NPWP"), percent((line.part - line.whole) * 1000)))
        formula = text(
            "{base} × {rate} × {part} / {whole} = {amount}",
            base=_money(line.base),
            rate=percent(line.rate),
            part=line.part,
            whole=line.whole,
            amount=_money(line.amount),
        )
    inputs += _rounded(
        line.base * line.rate * (line.part or 1), RATE_BASE * (line.whole or 1), slip.policy.pph21_rounding
    )
    table = statutes_of(slip.period).ter[slip.ter_category]
    return Explanation(tuple(inputs), formula, f"{table.source}; {TER_SOURCE}")


def _reckoning(slip: Payslip, annual: Annual) -> Explanation:
    bands = layers(annual.pkp, statutes_of(slip.period).pasal17)
    inputs: list[tuple[Text, str | int]] = [
        (text("Months worked in the year"), str(annual.months)),
        (text("Gross income of the year"), annual.gross),
        (text("Biaya jabatan"), _exact(Fraction(annual.biaya_jabatan))),
        (text("JHT, JP, pension and zakat of the employee"), annual.deductible),
        (text("Net income of the year"), _exact(Fraction(annual.neto))),
    ]
    if annual.neto_previous or annual.withheld_previous:
        inputs.append((text("Net income with the previous employer"), annual.neto_previous))
    if annual.annualised_over:
        inputs.append((text("Net income as of a full year"), _exact(annual.neto_annualised)))
    inputs += [(text("PTKP {status}", status=slip.ptkp), annual.ptkp), (text("Taxable income (PKP)"), annual.pkp)]
    inputs += [(text("Band at {rate}", rate=percent(rate)), part) for part, rate in bands]
    inputs.append((text("Tax on the taxable income"), annual.tax_on_pkp))
    if annual.surcharge != 100:
        inputs.append((text("Surcharge without NPWP"), percent((annual.surcharge - 100) * 1000)))
    if annual.tax != annual.tax_on_pkp:
        inputs.append((text("Tax of the year"), annual.tax))
    inputs.append((text("Withheld before in the year"), annual.withheld))
    if annual.withheld_previous:
        inputs.append((text("Withheld by the previous employer"), annual.withheld_previous))
    formula = text(
        "{tax} − {withheld} = {pph21}",
        tax=_money(annual.tax),
        withheld=_money(annual.withheld + annual.withheld_previous),
        pph21=_money(annual.pph21),
    )
    return Explanation(tuple(inputs), formula, f"{statutes_of(slip.period).pasal17.source}; {YEAR_SOURCE}")


def _allowance(line: Line, slip: Payslip) -> Explanation:
    """A tax allowance, or a tax borne by the employer as a benefit, equals the tax on the income that includes it."""
    inputs: list[tuple[Text, str | int]] = [(text("Gross income before the allowance"), line.base)]
    if slip.taxable_gross != line.base:
        inputs.append((text("Gross income with the allowance"), slip.taxable_gross))
    inputs.append((text("PPh 21 on it"), slip.pph21))
    others = _other_solutions(line, slip)
    if others:
        amounts = ", ".join(_money(other) for other in others)
        inputs.append((text("Other allowances that equal their tax"), amounts))
    formula = text("PPh 21 on {gross} = {amount}", gross=_money(slip.taxable_gross), amount=_money(line.amount))
    if line.amount != slip.pph21:
        formula = text("No tax is due on {gross}, so nothing is added for it", gross=_money(slip.taxable_gross))
    return Explanation(tuple(inputs), formula, f"{TER_SOURCE}; PMK 66/2023" if slip.method == "net" else TER_SOURCE)


def _other_solutions(line: Line, slip: Payslip) -> list[Rupiah]:
    if slip.annual is not None or line.base == slip.taxable_gross:
        return []
    table = statutes_of(slip.period).ter[slip.ter_category]
    surcharge = next((paid.part for paid in slip.lines if paid.code == "pph21" and paid.whole), 100)
    every = solutions(line.base, table, slip.policy.pph21_rounding, surcharge)
    return [found for found in every if found != line.amount]


def _product(line: Line) -> Text:
    return text(
        "{base} × {rate} = {amount}", base=_money(line.base), rate=percent(line.rate), amount=_money(line.amount)
    )


def _rounded(numerator: int, denominator: int, rounding: Rounding) -> list[tuple[Text, str | int]]:
    """Which way a fraction of a rupiah went; nothing where there was none."""
    if numerator % denominator == 0:
        return []
    way = text("down to the rupiah") if rounding == "floor" else text("to the nearest rupiah")
    return [(text("Rounded"), render(way))]


def _exact(value: Fraction) -> str | int:
    if value.denominator == 1:
        return int(value)
    cents = round(value * 100)
    mark = "," if current_language() == "id" else "."
    return f"{_money(cents // 100)}{mark}{cents % 100:02}"


def _money(amount: Rupiah) -> str:
    return format_rupiah(amount, current_language())


_STATUTORY: dict[str, Callable[[Line, Payslip], Explanation]] = {
    "pph21": _tax,
    "tax_allowance": _allowance,
    "pph21_borne": _allowance,
}
