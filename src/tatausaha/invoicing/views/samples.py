"""What a month would cost: typed counts priced by a list, with taxes, before anything is billed."""

from collections.abc import Mapping
from datetime import date

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.i18n import Text
from tatausaha.invoicing.queries.prices import PriceList
from tatausaha.invoicing.queries.profile import Profile
from tatausaha.invoicing.rules.kinds import KINDS, Kind
from tatausaha.invoicing.rules.pricing import WHOLE, Part, PricedLine, price
from tatausaha.invoicing.rules.tax import Taxed, Totals, tax, total
from tatausaha.invoicing.rules.wording import count_help, count_words, parse_count
from tatausaha.people.rules import today

LONGEST = 20


class Asked(msgspec.Struct, frozen=True):
    """A count to type: its kind, what was written, and what is wrong with that."""

    name: str
    kind: Kind
    written: str
    problem: Text | None


class Sample(msgspec.Struct, frozen=True):
    """A month's invoice as it would be. `months` are the choices where the list holds a part of a month."""

    asked: list[Asked]
    lines: list[tuple[PricedLine, Taxed]]
    totals: Totals
    months: list[tuple[str, Period]]
    month: str
    part: Part


def sample(known: PriceList, query: Mapping[str, str], profile: Profile) -> Sample:
    """The month that the address asks for (`payslip=120&hour=10:30&month=2026-01`); without counts, those included."""
    asked = [
        _ask(known, name, query) for name in dict.fromkeys(line.kind for line in known.lines) if name != "retainer"
    ]
    counted = {one.name: parse_count(one.name, one.written) for one in asked if one.written and not one.problem}
    months = _broken_months(known)
    chosen = next((month for value, month in months if value == query.get("month")), None)
    part = known.part_of(chosen) if chosen else WHOLE
    priced = price(known.lines, counted, known.minimum, part)
    taxed = tax(priced, pkp=profile.pkp, on=_day(known))
    totals = total(priced, taxed, has_npwp=profile.npwp is not None)
    return Sample(asked, list(zip(priced, taxed, strict=True)), totals, months, str(chosen or ""), part)


def _ask(known: PriceList, name: str, query: Mapping[str, str]) -> Asked:
    included = next(line.included for line in known.lines if line.kind == name)
    written = query.get(name, count_words(name, included)).strip()[:LONGEST]
    return Asked(name, KINDS[name], written, _problem(name, written) if written else None)


def _problem(name: str, written: str) -> Text | None:
    try:
        parse_count(name, written)
    except ValueError:
        return count_help(name)
    return None


def _broken_months(known: PriceList) -> list[tuple[str, Period]]:
    """The months of which the list holds a part: that in which it begins, and that in which it ends."""
    ends = [Period.of(day) for day in (known.starts_on, known.ends_on) if day]
    return [(str(month), month) for month in dict.fromkeys(ends) if not known.part_of(month).whole]


def _day(known: PriceList) -> date:
    """By the rates of today, or of its first day if that is later."""
    return max(today(), known.starts_on)
