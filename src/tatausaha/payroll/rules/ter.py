"""Monthly withholding by the average effective rate (tarif efektif rata-rata), PP 58/2023 Lampiran A to C."""

from bisect import bisect_left

from tatausaha.core.money import RATE_BASE, Rounding, Rupiah, round_ratio
from tatausaha.payroll.rules.statutes import Brackets


def ter_rate(gross: Rupiah, table: Brackets) -> int:
    """The rate of the band that holds this month's gross; a band includes its upper bound."""
    return table.rates[bisect_left(table.bounds, gross)]


def ter_tax(gross: Rupiah, rate: int, rounding: Rounding, surcharge: int = 100) -> Rupiah:
    """The month's tax: rate by gross, times the surcharge in percent, rounded once at the end."""
    return round_ratio(gross * rate * surcharge, RATE_BASE * 100, rounding)
