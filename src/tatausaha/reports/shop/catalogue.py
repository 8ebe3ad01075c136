"""Every tabular report, by its name."""

from collections.abc import Collection

from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.reports.shop import purchasing, sales, stock
from tatausaha.reports.shop.tabular import Report

REPORTS: dict[str, Report] = {one.name: one for one in (*stock.REPORTS, *purchasing.REPORTS, *sales.REPORTS)}


def get_report(name: str, bought: Collection[str]) -> Report:
    """The report, or `NotFound`, also where its service was not bought."""
    report = REPORTS.get(name)
    if report is None or report.service not in bought:
        raise NotFound(text("This report does not exist."))
    return report


def list_reports(bought: Collection[str]) -> list[Report]:
    """The reports of the services that were bought."""
    return [report for report in REPORTS.values() if report.service in bought]
