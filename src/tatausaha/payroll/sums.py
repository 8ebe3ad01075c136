"""How the lines of a payslip come to what is paid out."""

from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.money import Rupiah, format_rupiah
from tatausaha.payroll.lines import NAMES
from tatausaha.payroll.rules.explain import Explanation
from tatausaha.payroll.slip_queries import SlipView


def explain_net_pay(slip: SlipView) -> Explanation:
    """Gross pay in cash less everything withheld, with tax that the company bears given back."""
    deductions = sum(line.amount for line in slip.lines if line.section == "deduction")
    inputs: list[tuple[Text, str | int]] = [
        (text("Gross pay"), slip.cash_gross),
        (text("Deductions"), deductions),
        (NAMES["pph21"], slip.pph21),
    ]
    formula = text(
        "{gross} − {deductions} − {tax} = {net}",
        gross=_money(slip.cash_gross),
        deductions=_money(deductions),
        tax=_money(slip.pph21),
        net=_money(slip.net_pay),
    )
    if slip.pph21_borne:
        inputs.append((NAMES["pph21_borne"], slip.pph21_borne))
        formula = text(
            "{gross} − {deductions} − {tax} + {borne} = {net}",
            gross=_money(slip.cash_gross),
            deductions=_money(deductions),
            tax=_money(slip.pph21),
            borne=_money(slip.pph21_borne),
            net=_money(slip.net_pay),
        )
    return Explanation(tuple(inputs), formula, text("The sum of the payslip's lines"))


def _money(amount: Rupiah) -> str:
    return format_rupiah(amount, current_language())
