"""A month that is paid in part: unpaid days, joiners and leavers, by the client's own way of counting."""

from datetime import date, timedelta

from tatausaha.core.dates import Period
from tatausaha.core.i18n import text
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import MonthInput, Proration

# isoweekday() of the last working day of the week under each way of counting; public holidays are paid days.
_LAST_WEEKDAY = {"calendar_days": 7, "working_days_6": 6, "working_days_5": 5}
FULL = (1, 1)


def paid_share(month: MonthInput) -> tuple[int, int]:
    """The paid share of the month as (paid days, days of a full month); (1, 1) for a full month.

    Under a fixed divisor, days worked inside the month are counted as calendar days from a divisor of 28 on, in a
    six-day week from 24 to 27 and in a five-day week below. RuleError when the days contradict one another.
    """
    if not month.unpaid_days and month.first_day is None and month.last_day is None:
        return FULL
    start, end = _worked_part(month)
    rule, period = month.proration, month.period
    whole = _days_of_full_month(rule, period)
    partial = (start, end) != (period.first, period.last)
    worked = min(whole, _count(start, end, _weekdays(rule))) if partial else whole
    if not 0 <= month.unpaid_days <= worked:
        raise RuleError(
            text("{unpaid} unpaid days do not fit into {worked} worked days.", unpaid=month.unpaid_days, worked=worked)
        )
    paid = worked - month.unpaid_days
    return FULL if paid == whole else (paid, whole)


def _worked_part(month: MonthInput) -> tuple[date, date]:
    start = max(month.first_day or month.period.first, month.period.first)
    end = min(month.last_day or month.period.last, month.period.last)
    if start > end:
        raise RuleError(text("No day of {period} lies within the employment.", period=str(month.period)))
    return start, end


def _days_of_full_month(rule: Proration, period: Period) -> int:
    if rule.method != "fixed":
        return _count(period.first, period.last, _weekdays(rule))
    if not 1 <= rule.divisor <= 31:
        raise RuleError(text("A fixed divisor lies between 1 and 31, not {divisor}.", divisor=rule.divisor))
    return rule.divisor


def _weekdays(rule: Proration) -> int:
    if rule.method != "fixed":
        return _LAST_WEEKDAY[rule.method]
    return 7 if rule.divisor >= 28 else 6 if rule.divisor >= 24 else 5


def _count(start: date, end: date, last_weekday: int) -> int:
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return sum(day.isoweekday() <= last_weekday for day in days)
