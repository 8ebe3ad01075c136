"""The minimum wage of a place of work: that of the regency or city, else of the province (PP 36/2021)."""

from datetime import date
from fractions import Fraction
from math import ceil

import msgspec

from tatausaha.core.money import Rupiah
from tatausaha.payroll.rules.statutes import rows_on


class MinimumWage(msgspec.Struct, frozen=True):
    """A month's minimum wage; `confidence` says how well the figure is sourced. A fraction counts as a full rupiah."""

    province: str
    regency: str
    amount: Rupiah
    confidence: str
    source: str


def minimum_wages_on(day: date) -> tuple[MinimumWage, ...]:
    """All figures in force on a day; an empty regency stands for the whole province."""
    return tuple(
        MinimumWage(row["province"], row["regency"], ceil(Fraction(row["amount"])), row["confidence"], row["source"])
        for row in rows_on("minimum_wage", day)
    )


def minimum_wage(province: str, regency: str, day: date) -> MinimumWage | None:
    """The figure for a place on a day, or None where the tables hold none; then the client's own figure is needed."""
    known = {(wage.province, wage.regency): wage for wage in minimum_wages_on(day)}
    return known.get((province, regency)) or known.get((province, ""))
