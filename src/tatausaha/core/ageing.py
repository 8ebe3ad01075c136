"""How old what is owed is: open amounts by days past their due day, in the five buckets that accountants use."""

from collections.abc import Iterable
from datetime import date

from tatausaha.core.i18n import Text, text

BUCKETS: tuple[tuple[str, Text], ...] = (
    ("not_due", text("Not due")),
    ("to_30", text("1–30 days")),
    ("to_60", text("31–60 days")),
    ("to_90", text("61–90 days")),
    ("over_90", text("Over 90 days")),
)


def bucket_of(due_on: date, today: date) -> str:
    """The bucket of an amount due on a day; on the day itself it is not late."""
    late = (today - due_on).days
    if late <= 0:
        return "not_due"
    return "to_30" if late <= 30 else "to_60" if late <= 60 else "to_90" if late <= 90 else "over_90"


def by_age(owed: Iterable[tuple[date, int]], today: date) -> dict[str, int]:
    """Open rupiah by bucket, from (due day, open amount); the buckets sum to what is open."""
    ages = {name: 0 for name, _ in BUCKETS}
    for due_on, amount in owed:
        ages[bucket_of(due_on, today)] += amount
    return ages
