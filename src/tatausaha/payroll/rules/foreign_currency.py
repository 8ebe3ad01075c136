"""Pay agreed in a foreign currency, PMK 168/2023 Ps. 5(4)."""

from decimal import Decimal
from fractions import Fraction

from tatausaha.core.money import Rounding, Rupiah, round_ratio


def to_rupiah(amount: Decimal, kmk_rate: Decimal, rounding: Rounding = "half_up") -> Rupiah:
    """An amount at the Minister of Finance's rate (rupiah for one unit) in force when it is paid or falls due."""
    exact = Fraction(amount) * Fraction(kmk_rate)
    return round_ratio(exact.numerator, exact.denominator, rounding)
