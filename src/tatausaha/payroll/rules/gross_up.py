"""A tax allowance that equals the tax on the income of which it is itself a part (gross-up)."""

from collections.abc import Callable, Iterator
from typing import Literal

from tatausaha.core.money import Rounding, Rupiah
from tatausaha.payroll.rules.statutes import Brackets
from tatausaha.payroll.rules.ter import ter_rate, ter_tax


def solve(
    tax: Callable[[Rupiah], Rupiah], ceiling: Rupiah, choice: Literal["smallest", "largest"] = "smallest"
) -> Rupiah:
    """The smallest (or largest) allowance T from 0 to `ceiling` with `T = tax(T)`, found in whole rupiah.

    Tax never falls when the allowance grows, so stepping T to tax(T) climbs from 0 to the smallest solution, and falls
    from a ceiling with `tax(ceiling) <= ceiling` to the largest. Below zero (a refund) no allowance is due: T = 0.
    """
    allowance = 0 if choice == "smallest" else ceiling
    while (due := max(0, tax(allowance))) != allowance:
        allowance = due
    return allowance


def solutions(base: Rupiah, table: Brackets, rounding: Rounding, surcharge: int = 100) -> Iterator[Rupiah]:
    """Every allowance that solves a TER month, in rising order: steps of the table and floor rounding make several."""
    lower = -1
    for bound, rate in zip((*table.bounds, 3 * base), table.rates, strict=True):

        def tax(allowance: Rupiah, rate: int = rate) -> Rupiah:
            return ter_tax(base + allowance, rate, rounding, surcharge)

        allowance = solve(tax, 2 * base)
        while tax(allowance) == allowance:
            if lower < base + allowance <= bound:
                yield allowance
            allowance += 1
        lower = bound


def month_allowance(
    base: Rupiah, table: Brackets, rounding: Rounding, choice: Literal["smallest", "largest"], surcharge: int = 100
) -> Rupiah:
    """The allowance of a TER month on other gross income `base`; the rates stay under a half, so `base` bounds it."""
    return solve(
        lambda allowance: ter_tax(base + allowance, ter_rate(base + allowance, table), rounding, surcharge),
        base,
        choice,
    )
