"""From the inputs of an example to the figures of the rules: one short adapter for each kind of case."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import msgspec

from tatausaha.core.money import RATE_BASE, Rounding, round_ratio
from tatausaha.payroll.cases.inputs import CaseError, Inputs
from tatausaha.payroll.cases.months import (
    bpjs_figures,
    enrolment_of,
    is_pension_due,
    items_of,
    month_of,
    percent,
    period_of,
    slip_figures,
)
from tatausaha.payroll.cases.years import annualised_year, full_year, grossed_up_year
from tatausaha.payroll.rules.bpjs import contribute, contribution_base
from tatausaha.payroll.rules.foreign_currency import to_rupiah
from tatausaha.payroll.rules.gross_up import solutions
from tatausaha.payroll.rules.model import Item
from tatausaha.payroll.rules.month import calculate
from tatausaha.payroll.rules.policy import Policy
from tatausaha.payroll.rules.statutes import statutes_of
from tatausaha.payroll.rules.ter import ter_rate

Figures = dict[str, Any]

STATUSES = ("TK/0", "TK/1", "TK/2", "TK/3", "K/0", "K/1", "K/2", "K/3")
ROUNDINGS: tuple[Rounding, ...] = ("half_up", "floor")


def components_month(inputs: Inputs) -> Figures:
    """One TER month of named components."""
    return slip_figures(calculate(month_of(inputs, items_of(inputs.group("components").values))))


def foreign_currency_month(inputs: Inputs) -> Figures:
    """A salary in a foreign currency at the Minister of Finance's rate, beside any components in rupiah."""
    field = next((name for name in inputs.values if name.startswith("salary_")), "salary_usd")
    rate = inputs.exact(f"kmk_rate_idr_per_{field.removeprefix('salary_')}")
    salary = Item("salary", "salary", to_rupiah(inputs.exact(field), rate), "basic")
    return slip_figures(calculate(month_of(inputs, (salary, *items_of(inputs.group("components").values)))))


def cash_month(inputs: Inputs) -> Figures:
    """One TER month given as taxable cash, taxable benefits and untaxed cash, under any method."""
    items = (
        Item("cash", "cash", inputs.amount("taxable_cash", "net_salary"), "basic"),
        Item("benefit", "benefit", inputs.amount("taxable_noncash", default=0), "benefit"),
        Item("untaxed", "untaxed", inputs.amount("non_taxable_cash", default=0), "reimbursement"),
    )
    return slip_figures(calculate(month_of(inputs, items)))


def grossed_up_month(inputs: Inputs) -> Figures:
    """The same with the tax paid as an allowance, unless the case names another method."""
    return cash_month(Inputs({"method": "gross_up", **inputs.values}))


def gross_up_solutions(inputs: Inputs) -> Figures:
    """The allowance that the product takes, and every other that solves the same month."""
    taken = grossed_up_month(inputs)
    table = statutes_of(period_of(inputs)).ter[taken["ter_category"]]
    base = taken["gross"] - taken["tax_allowance"]
    every = [
        {"tax_allowance": found, "gross": base + found, "ter_rate_percent": percent(ter_rate(base + found, table))}
        for found in solutions(base, table, Policy().pph21_rounding)
    ]
    return taken | {"published_tax_allowance": taken["tax_allowance"], "all_integer_solutions": every}


def payslip_month(inputs: Inputs) -> Figures:
    """A whole payslip: pay, contributions, tax and what is paid out."""
    items = (
        Item("basic", "basic", inputs.amount("basic"), "basic"),
        *items_of(inputs.group("other_taxable_cash").values),
        *items_of(inputs.group("components").values),
        Item("benefit", "benefit", inputs.amount("taxable_noncash", "natura_taxable", default=0), "benefit"),
        Item("untaxed", "untaxed", inputs.amount("reimbursement_non_taxable", default=0), "reimbursement"),
    )
    slip = calculate(month_of(inputs, items, enrolment_of(inputs, inputs.amount("bpjs_wage", "basic"))))
    return slip_figures(slip) | {"bpjs": bpjs_figures(slip.lines)}


def bpjs_month(inputs: Inputs) -> Figures:
    """The contribution lines on a wage."""
    wage = inputs.amount("wage", "bpjs_wage")
    law, enrolment = statutes_of(period_of(inputs)), enrolment_of(inputs, wage)
    shares = contribute(wage, enrolment, law, Policy(), pension=is_pension_due(inputs))
    return bpjs_figures((*shares.employer, *shares.employee))


def kesehatan_floor(inputs: Inputs) -> Figures:
    """BPJS Kesehatan on its base between floor and cap, exactly and rounded each way.

    Counted in hundredths of a rupiah, since some minimum wages are decreed with sen.
    """
    program = statutes_of(period_of(inputs)).programs["kesehatan"]
    if program.cap is not None:
        program = msgspec.structs.replace(program, cap=program.cap * 100)
    minimum = int(inputs.exact("umk") * 100) if inputs.has("umk") else None
    base = contribution_base(int(inputs.exact("wage") * 100), program, minimum)
    figures: Figures = {"base": Fraction(base, 100)}
    for payer, rate in (("employer", program.employer_rate), ("employee", program.employee_rate)):
        figures |= _each_way(f"kesehatan_{payer}", base * rate, RATE_BASE * 100)
    return figures


def category_matrix(inputs: Inputs) -> Figures:
    """One wage under every family status, with the tax exact and rounded each way."""
    wage = inputs.amount("wage")
    items, enrolment = (Item("basic", "basic", wage, "basic"),), enrolment_of(inputs, wage)
    figures: Figures = {f"pph21_{way}": {} for way in ("exact", *ROUNDINGS)}
    for status in STATUSES:
        month = msgspec.structs.replace(month_of(inputs, items, enrolment, status), method="gross")
        slip = calculate(month)
        figures["gross"] = slip.taxable_gross
        figures["pph21_exact"][status] = Fraction(slip.taxable_gross * (slip.ter_rate or 0), RATE_BASE)
        for way in ROUNDINGS:
            rounded = msgspec.structs.replace(month, policy=Policy(pph21_rounding=way))
            figures[f"pph21_{way}"][status] = calculate(rounded).pph21
    return figures


def ter_edges(inputs: Inputs) -> Figures:
    """The TER of given category and gross pairs."""
    tables = statutes_of(period_of(inputs)).ter
    rates = []
    for pair in inputs.rows("pairs"):
        if not (isinstance(pair, list) and len(pair) == 2 and str(pair[0]) in tables and isinstance(pair[1], int)):
            raise CaseError(f"inputs.pairs holds no category and gross: {pair}")
        rates.append(percent(ter_rate(pair[1], tables[str(pair[0])])))
    return {"rate_percent": rates}


def _each_way(name: str, numerator: int, denominator: int) -> Figures:
    rounded = {f"{name}_{way}": round_ratio(numerator, denominator, way) for way in ROUNDINGS}
    return {f"{name}_exact": Fraction(numerator, denominator), **rounded}


KINDS: Mapping[str, Callable[[Inputs], Figures]] = {
    "permanent_full_year": full_year,
    "permanent_full_year_bpjs": full_year,
    "permanent_join_mid_year": full_year,
    "permanent_join_with_previous_slip": full_year,
    "permanent_leave_mid_year": full_year,
    "permanent_december_only": full_year,
    "permanent_new_resident": annualised_year,
    "permanent_leave_indonesia": annualised_year,
    "permanent_month_tax_allowance": components_month,
    "permanent_month_natura": components_month,
    "permanent_month_thr": components_month,
    "permanent_month_foreign_currency": foreign_currency_month,
    "gross_month": cash_month,
    "gross_up_month": grossed_up_month,
    "gross_up_month_multiple_solutions": gross_up_solutions,
    "gross_up_full_year": grossed_up_year,
    "payslip_month": payslip_month,
    "bpjs_month": bpjs_month,
    "bpjs_jp_ceiling": bpjs_month,
    "bpjs_kesehatan_floor": kesehatan_floor,
    "ter_category_matrix": category_matrix,
    "ter_edges": ter_edges,
}
