"""What the lines of a payslip are called."""

from tatausaha.core.i18n import render, text
from tatausaha.payroll.rules.explain import percent
from tatausaha.payroll.rules.model import Line

NAMES = {
    "basic": text("Basic salary"),
    "fixed_allowance": text("Fixed allowance"),
    "allowance": text("Allowance by attendance"),
    "overtime": text("Overtime"),
    "bonus": text("Bonus"),
    "thr": text("THR"),
    "other_income": text("Other income"),
    "benefit": text("Benefit in kind"),
    "reimbursement": text("Reimbursement"),
    "deduction": text("Deduction"),
    "pension": text("Pension contribution"),
    "zakat": text("Zakat"),
    "tax_allowance": text("Tax allowance"),
    "pph21": text("PPh 21"),
    "pph21_borne": text("PPh 21 borne by the company"),
    "kesehatan": text("BPJS Kesehatan"),
    "jht": text("BPJS JHT"),
    "jp": text("BPJS JP"),
    "jkk": text("BPJS JKK"),
    "jkm": text("BPJS JKM"),
}
SECTIONS = {
    "earning": text("Earnings"),
    "deduction": text("Deductions"),
    "tax": text("Tax"),
    "employer": text("Paid by the company"),
}


def line_name(line: Line) -> str:
    """The client's own name of a component, or ours for its kind, in the current language."""
    return line.name or render(NAMES.get(line.code) or NAMES[line.kind or line.code.rsplit("_", 1)[0]])


def line_note(line: Line) -> str | None:
    """The rate or the part of the month beside a line's name, in a few characters; None where there is none."""
    if line.kind is not None:
        return f"{line.part} / {line.whole}" if line.whole and line.part != line.whole else None
    if line.code == "pph21" and line.variant == "annual":
        return render(text("reckoning of the year"))
    return percent(line.rate) if line.rate else None
