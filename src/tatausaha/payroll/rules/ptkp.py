"""Family status for tax: non-taxable income (PMK 101/2016) and TER category (PP 58/2023 Ps. 2(4))."""

from tatausaha.core.i18n import text
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.statutes import Ptkp, Statutes


def withholding_status(status: str, law: Statutes) -> Ptkp:
    """What the law attaches to a status as on 1 January. RuleError if unknown, or if no employer withholds by it."""
    ptkp = law.ptkp.get(status)
    if ptkp is None:
        raise RuleError(
            text("PTKP status “{status}” does not exist; use one of TK/0 to TK/3 or K/0 to K/3.", status=status)
        )
    if not ptkp.category:
        raise RuleError(
            text("PTKP status {status} has no TER category; an employer withholds by TK/0 to K/3 only.", status=status)
        )
    return ptkp
