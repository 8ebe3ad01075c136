"""How long each kind is kept unless the office sets it otherwise, with the source and what is in doubt about it."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tatausaha.core.i18n import Text, text


class Rule(msgspec.Struct, frozen=True):
    """Months after `counted_from`; `doubt` says what a lawyer or tax adviser still has to confirm."""

    kind: str
    label: Text
    months: int
    counted_from: Text
    source: Text
    doubt: Text | None = None


_CONFIRM = text("To be confirmed by a lawyer: the article was not read in the text of the law.")
_ALL = (
    Rule(
        "payroll",
        text("Payroll and tax records"),
        120,
        text("the end of the month that they are of"),
        text("Ten years for bookkeeping and tax papers (UU KUP Pasal 28 (11))"),
        text("To be confirmed by a tax adviser."),
    ),
    Rule(
        "person",
        text("A person's record after the last day of work"),
        120,
        text("the last day of work"),
        text("As long as the payroll records that it explains"),
        text("To be confirmed by a tax adviser."),
    ),
    Rule("rights", text("Requests and their answers"), 60, text("the answer"), text("To prove the answer"), _CONFIRM),
    Rule("trail", text("The access log"), 24, text("the event"), text("As set with the access log"), _CONFIRM),
)
DEFAULTS: dict[str, Rule] = {rule.kind: rule for rule in _ALL}


class Setting(msgspec.Struct, frozen=True):
    """What an office set, from a day on."""

    kind: str
    effective_from: date
    months: int
    reason: str
    set_by: str


class InForce(msgspec.Struct, frozen=True):
    """A rule as it holds on a day, and the setting that changed it, if one did."""

    rule: Rule
    months: int
    setting: Setting | None


def in_force(settings: Iterable[Setting], day: date) -> dict[str, InForce]:
    """For each kind the latest setting that has begun by `day`, or the default."""
    begun = sorted((one for one in settings if one.effective_from <= day), key=lambda one: one.effective_from)
    latest = {one.kind: one for one in begun}
    return {
        kind: InForce(rule, latest[kind].months if kind in latest else rule.months, latest.get(kind))
        for kind, rule in DEFAULTS.items()
    }


def kept_from(day: date, months: int) -> date:
    """The first day of the oldest month that is still kept on `day`; what ended before it is due."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
