"""PPh 21 of a permanent employee: TER in every month but the last, the yearly reckoning in the last (PMK 168/2023)."""

from decimal import Decimal

import msgspec

from tatausaha.core.i18n import text
from tatausaha.core.money import RATE_BASE, Rupiah, round_ratio
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.gross_up import month_allowance, solve
from tatausaha.payroll.rules.model import Annual, MonthInput
from tatausaha.payroll.rules.pasal17 import tax_on
from tatausaha.payroll.rules.statutes import Ptkp, Statutes
from tatausaha.payroll.rules.ter import ter_rate, ter_tax


class Income(msgspec.Struct, frozen=True, gc=False):
    """What the month adds to the year, before any tax allowance."""

    gross: Rupiah
    deductible: Rupiah
    irregular: Rupiah


class Withholding(msgspec.Struct, frozen=True, gc=False):
    """The month's tax. `allowance` was added to the gross for it; `rate` is the TER, None in the last period."""

    gross: Rupiah
    allowance: Rupiah
    pph21: Rupiah
    borne: Rupiah
    rate: int | None
    annual: Annual | None
    surcharge: int


def withhold(month: MonthInput, income: Income, status: Ptkp, law: Statutes) -> Withholding:
    """The tax of the month under the method by which the client and the employee share it.

    `pph21` may be negative in the last period: what was withheld too much goes back (PMK 168/2023 Ps. 21).
    """
    surcharge = 120 if month.policy.no_npwp_surcharge == "on" and not month.has_npwp else 100
    table, rounding = law.ter[status.category], month.policy.pph21_rounding
    grossed_up = month.method == "gross_up" or (month.method == "net" and month.policy.net_treatment == "benefit")
    allowance, annual, rate = 0, None, None
    if month.last_period:
        if grossed_up:
            allowance = _last_allowance(month, income, status, law, surcharge)
        annual = reckon(month, income, allowance, status, law, surcharge)
        pph21 = annual.pph21
    else:
        if grossed_up:
            allowance = month_allowance(income.gross, table, rounding, month.policy.gross_up_choice, surcharge)
        rate = ter_rate(income.gross + allowance, table)
        pph21 = ter_tax(income.gross + allowance, rate, rounding, surcharge)
    gross = income.gross + allowance
    return Withholding(gross, allowance, pph21, _borne(month, pph21), rate, annual, surcharge)


def reckon(
    month: MonthInput, income: Income, allowance: Rupiah, status: Ptkp, law: Statutes, surcharge: int = 100
) -> Annual:
    """The year's tax less what was withheld before (PMK 168/2023 Ps. 10(2), 8(4), 15).

    The cap of biaya jabatan counts over all months together, and its fraction of a rupiah vanishes when taxable income
    is cut to full thousands. Only where the tax obligation itself began or ended in the year is income annualised.
    """
    so_far, previous, over = month.year_to_date, month.previous, month.annualise
    months = so_far.months + 1
    if months > 12 or (over is not None and not 1 <= over <= 12):
        raise RuleError(
            text("A tax year has at most twelve months; {months} were given.", months=max(months, over or 0))
        )
    gross = so_far.gross + income.gross + allowance
    deductible = so_far.deductible + income.deductible
    irregular = so_far.irregular + income.irregular if month.policy.annualisation == "regular_only" else 0
    biaya_jabatan = _biaya_jabatan(gross, months, law)
    neto = gross - deductible - biaya_jabatan
    pkp = _taxable(neto + previous.neto, irregular, status.amount, over)
    tax_on_pkp = tax_on(pkp, law.pasal17)
    tax = round_ratio(tax_on_pkp * (over or 12) * surcharge, 1200, month.policy.pph21_rounding)
    return Annual(
        months=months,
        gross=gross,
        biaya_jabatan=biaya_jabatan,
        deductible=deductible,
        neto=neto,
        neto_previous=previous.neto,
        ptkp=status.amount,
        pkp=pkp,
        tax_on_pkp=tax_on_pkp,
        tax=tax,
        withheld=so_far.withheld,
        withheld_previous=previous.pph21,
        pph21=tax - so_far.withheld - previous.pph21,
        surcharge=surcharge,
        annualised_over=over,
        irregular=irregular,
    )


def _biaya_jabatan(gross: Rupiah, months: int, law: Statutes) -> Decimal:
    rule = law.biaya_jabatan
    return min(Decimal(gross * rule.rate) / RATE_BASE, Decimal(min(months * rule.monthly_cap, rule.yearly_cap)))


def _taxable(neto: Decimal, irregular: Rupiah, ptkp: Rupiah, over: int | None) -> Rupiah:
    """Taxable income in full thousands, never below zero, with one exact division at the end."""
    months = over or 12
    yearly = (neto - irregular) * 12 + (irregular - ptkp) * months
    return max(0, int(yearly // (1000 * months)) * 1000)


def _last_allowance(month: MonthInput, income: Income, status: Ptkp, law: Statutes, surcharge: int) -> Rupiah:
    so_far, previous = month.year_to_date, month.previous
    ceiling = so_far.gross + income.gross + previous.neto + abs(so_far.withheld) + abs(previous.pph21)
    return solve(
        lambda allowance: reckon(month, income, allowance, status, law, surcharge).pph21,
        ceiling,
        month.policy.gross_up_choice,
    )


def _borne(month: MonthInput, pph21: Rupiah) -> Rupiah:
    if month.method != "net" or (pph21 < 0 and month.policy.net_refund == "employee"):
        return 0
    return pph21
