"""The payroll register: everyone of a run on one line, as PDF, XLSX and CSV."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tatausaha.core.dates import format_moment
from tatausaha.core.exports import Column
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.report_sheets import Report
from tatausaha.payroll.payslips import month_name, plain
from tatausaha.reports.figures import RegisterRow, Sums
from tatausaha.reports.queries import Run

TEMPLATE = "reports/register.typ"
TITLE = text("Payroll register")
COLUMNS = (
    Column("employee_number", text("No.")),
    Column("employee_name", text("Name")),
    Column("department", text("Department")),
    Column("ptkp", text("PTKP")),
    Column("cash_gross", text("Gross pay"), "money"),
    Column("taxable_gross", text("Taxable gross"), "money"),
    Column("employee_bpjs", text("BPJS employee"), "money"),
    Column("pph21", text("PPh 21"), "money"),
    Column("pph21_borne", text("PPh 21 borne"), "money"),
    Column("other_deductions", text("Other deductions"), "money"),
    Column("net_pay", text("Net pay"), "money"),
    Column("employer_bpjs", text("BPJS company"), "money"),
    Column("employer_cost", text("Company cost"), "money"),
)


def run_subtitles(run: Run) -> list[str]:
    """What stands beside the title of every report of a run."""
    lines = [render(text("{count} people", count=run.slips))]
    if run.kind == "correction":
        lines.append(render(text("Correction")))
    if run.approved_by and run.approved_at:
        moment = format_moment(run.approved_at, run.time_zone, current_language())
        lines.append(render(text("Approved by {name}, {moment}", name=run.approved_by, moment=moment)))
    if not run.released:
        lines.append(render(text("Provisional: not published yet")))
    return lines


def register_report(run: Run, totals: Sums) -> Report:
    """The frame of the XLSX."""
    subtitles = [f"{run.company} · {month_name(run.period)}", *run_subtitles(run)]
    return Report(TITLE, subtitles, COLUMNS, _totals(totals))


def register_records(rows: Sequence[RegisterRow]) -> list[dict[str, Any]]:
    """The rows as exports take them."""
    return [msgspec.structs.asdict(row) for row in rows]


def register_data(run: Run, rows: Sequence[RegisterRow], totals: Sums) -> dict[str, Any]:
    """The data that `register.typ` sets, as told at its top."""
    sums = _totals(totals)
    return {
        "language": current_language(),
        "title": render(TITLE),
        "client": run.company,
        "period": month_name(run.period),
        "subtitles": run_subtitles(run),
        "color": run.colour,
        "columns": [
            {
                "label": render(column.label),
                "align": "right" if column.kind == "money" else "left",
                "wide": column.key == "employee_name",
            }
            for column in COLUMNS
        ],
        "rows": [[_written(column, getattr(row, column.key)) for column in COLUMNS] for row in rows],
        "totals": [
            render(text("Total")) if index == 0 else plain(sums[column.key]) if column.key in sums else ""
            for index, column in enumerate(COLUMNS)
        ],
        "empty": render(text("This run has no payslips.")),
        "page": render(text("Page {page}", page="{page}")),
        "page_of": render(text("Page {page} of {pages}", page="{page}", pages="{pages}")),
        "footer": f"{run.company} · {month_name(run.period)}",
    }


def _totals(totals: Sums) -> dict[str, int]:
    return {column.key: getattr(totals, column.key) for column in COLUMNS if column.kind == "money"}


def _written(column: Column, value: Any) -> str:
    return plain(value) if column.kind == "money" else str(value)
