"""The summary of a run: what it cost, by department, beside the month before; as PDF, XLSX and CSV."""

from typing import Any

import msgspec

from tatausaha.core.exports import Column
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import Rupiah, format_rupiah, round_ratio
from tatausaha.core.report_sheets import Report
from tatausaha.payroll.payslips import month_name, plain
from tatausaha.reports.figures import Sums
from tatausaha.reports.queries import Run
from tatausaha.reports.register import run_subtitles

TEMPLATE = "reports/summary.typ"
TITLE = text("Payroll summary")
NO_DEPARTMENT = text("Without department")
NOTHING = Sums()
FIGURES: tuple[tuple[str, Text], ...] = (
    ("employer_cost", text("Company cost")),
    ("cash_gross", text("Gross pay")),
    ("net_pay", text("Net pay")),
    ("pph21", text("PPh 21")),
    ("employee_bpjs", text("BPJS employee")),
    ("employer_bpjs", text("BPJS company")),
)
COLUMNS = (
    Column("department", text("Department")),
    Column("people", text("People"), "number"),
    Column("cash_gross", text("Gross pay"), "money"),
    Column("net_pay", text("Net pay"), "money"),
    Column("employer_cost", text("Company cost"), "money"),
    Column("before", text("Cost last month"), "money"),
    Column("difference", text("Difference"), "money"),
)


class DepartmentCost(msgspec.Struct, frozen=True):
    """A department's month beside its month before."""

    department: str
    people: int
    cash_gross: Rupiah
    net_pay: Rupiah
    employer_cost: Rupiah
    before: Rupiah

    @property
    def difference(self) -> Rupiah:
        return self.employer_cost - self.before

    @property
    def label(self) -> str:
        return self.department or render(NO_DEPARTMENT)


def compare(now: dict[str, Sums], before: dict[str, Sums]) -> list[DepartmentCost]:
    """Every department of either month, the most costly first."""
    costs = (
        DepartmentCost(name, of.people, of.cash_gross, of.net_pay, of.employer_cost, was.employer_cost)
        for name in now.keys() | before.keys()
        for of, was in [(now.get(name, NOTHING), before.get(name, NOTHING))]
    )
    return sorted(costs, key=lambda cost: (-cost.employer_cost, -cost.before, cost.department))


def summary_records(costs: list[DepartmentCost]) -> list[dict[str, Any]]:
    """The departments as exports take them."""
    return [msgspec.structs.asdict(cost) | {"department": cost.label, "difference": cost.difference} for cost in costs]


def summary_report(run: Run, costs: list[DepartmentCost]) -> Report:
    """The frame of the XLSX."""
    subtitles = [f"{run.company} · {month_name(run.period)}", *run_subtitles(run)]
    return Report(TITLE, subtitles, COLUMNS, summary_totals(costs))


def summary_totals(costs: list[DepartmentCost]) -> dict[str, int]:
    """The totals below the departments."""
    return {column.key: sum(getattr(cost, column.key) for cost in costs) for column in COLUMNS[1:]}


def summary_data(run: Run, now: Sums, before: Sums | None, costs: list[DepartmentCost]) -> dict[str, Any]:
    """The data that `summary.typ` sets, as told at its top. `before` is None where there is nothing to compare with."""
    return {
        "language": current_language(),
        "title": render(TITLE),
        "client": run.company,
        "period": month_name(run.period),
        "subtitles": run_subtitles(run),
        "color": run.colour,
        "figures": [_figure(label, key, now, before, run) for key, label in FIGURES],
        "bars": _bars(costs),
        "tables": [_table(costs)],
        "notes": [],
        "page_of": render(text("Page {page} of {pages}", page="{page}", pages="{pages}")),
        "footer": f"{run.company} · {month_name(run.period)}",
    }


def change_note(now: Rupiah, before: Rupiah, month: str) -> str | None:
    """`+2,1 % from October 2026`; None where the month before was zero."""
    if now == before:
        return render(text("as in {month}", month=month))
    if before <= 0:
        return None
    tenths = round_ratio((now - before) * 1000, before)
    mark = "," if current_language() == "id" else "."
    written = f"{'−' if tenths < 0 else '+'}{abs(tenths) // 10}{mark}{abs(tenths) % 10}\u202f%"
    return render(text("{percent} from {month}", percent=written, month=month))


def _figure(label: Text, key: str, now: Sums, before: Sums | None, run: Run) -> dict[str, str | None]:
    amount: Rupiah = getattr(now, key)
    note = change_note(amount, getattr(before, key), month_name(run.month.previous())) if before else None
    return {"label": render(label), "value": format_rupiah(amount, current_language()), "note": note}


def _bars(costs: list[DepartmentCost]) -> dict[str, Any] | None:
    longest = max((cost.employer_cost for cost in costs), default=0)
    if longest <= 0:
        return None
    items = [
        {
            "label": cost.label,
            "value": plain(cost.employer_cost),
            "share": max(cost.employer_cost, 0) * 1000 // longest,
        }
        for cost in costs
    ]
    return {"title": render(text("Company cost by department")), "items": items}


def _table(costs: list[DepartmentCost]) -> dict[str, Any]:
    totals = summary_totals(costs)
    records = summary_records(costs)
    return {
        "title": render(text("By department")),
        "columns": [
            {"label": render(column.label), "align": "left" if column.kind == "text" else "right"} for column in COLUMNS
        ],
        "rows": [[record["department"], *(plain(record[column.key]) for column in COLUMNS[1:])] for record in records],
        "totals": [render(text("Total")), *(plain(totals[column.key]) for column in COLUMNS[1:])],
    }
