"""What the charts draw and say, in the reader's language."""

from collections.abc import Sequence

from tatausaha.core.charts import Chart, Series
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.money import format_rupiah
from tatausaha.payroll.payslips import month_name
from tatausaha.reports.figures import Month
from tatausaha.reports.summary import DepartmentCost, change_note

SHOWN_DEPARTMENTS = 12


def labour_cost(months: Sequence[Month]) -> Chart:
    """What the company paid for work, month by month."""
    others = [month.employer_cost - month.cash_gross - month.employer_bpjs for month in months]
    series = [
        Series(name=render(text("Gross pay")), values=[month.cash_gross for month in months]),
        Series(name=render(text("BPJS company")), values=[month.employer_bpjs for month in months]),
    ]
    if any(others):
        series.append(Series(name=render(text("Benefits, tax borne")), values=others))
    labels = [month_name(month.period) for month in months]
    return Chart(render(text("Labour cost by month")), _said_cost(months), "stacked", labels, series)


def headcount(months: Sequence[Month]) -> Chart:
    """How many people were paid, month by month."""
    said = ""
    if months:
        last = months[-1]
        said = render(text("{count} people were paid in {month}.", count=last.people, month=month_name(last.period)))
    series = [Series(name=render(text("People")), values=[month.people for month in months])]
    labels = [month_name(month.period) for month in months]
    return Chart(render(text("Headcount by month")), said, "line", labels, series, "number")


def by_department(costs: Sequence[DepartmentCost]) -> Chart:
    """The most costly departments beside their month before."""
    shown = costs[:SHOWN_DEPARTMENTS]
    said = ""
    if shown:
        amount = format_rupiah(shown[0].employer_cost, current_language())
        said = render(text("{department} costs most, with {amount}.", department=shown[0].label, amount=amount))
    series = [
        Series(name=render(text("This month")), values=[cost.employer_cost for cost in shown]),
        Series(name=render(text("Last month")), values=[cost.before for cost in shown]),
    ]
    return Chart(render(text("Company cost by department")), said, "bar", [cost.label for cost in shown], series)


def _said_cost(months: Sequence[Month]) -> str:
    if not months:
        return ""
    last = months[-1]
    amount = format_rupiah(last.employer_cost, current_language())
    said = render(text("{amount} in {month}", amount=amount, month=month_name(last.period)))
    before = months[-2] if len(months) > 1 else None
    change = change_note(last.employer_cost, before.employer_cost, month_name(before.period)) if before else None
    return f"{said} ({change})." if change else f"{said}."
