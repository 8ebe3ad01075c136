"""The yearly rates of UU PPh Ps. 17(1)a, as amended by UU 7/2021 (HPP)."""

from tatausaha.core.money import RATE_BASE, Rupiah
from tatausaha.payroll.rules.statutes import Brackets


def tax_on(pkp: Rupiah, brackets: Brackets) -> Rupiah:
    """The tax of a year on taxable income in full thousands, which makes it whole without rounding."""
    return sum(part * rate for part, rate in layers(pkp, brackets)) // RATE_BASE


def layers(pkp: Rupiah, brackets: Brackets) -> list[tuple[Rupiah, int]]:
    """The parts of taxable income that fall into each band, with the rate of the band."""
    parts = []
    lower = 0
    for bound, rate in zip((*brackets.bounds, pkp), brackets.rates, strict=True):
        if pkp <= lower:
            break
        parts.append((min(pkp, bound) - lower, rate))
        lower = bound
    return parts
