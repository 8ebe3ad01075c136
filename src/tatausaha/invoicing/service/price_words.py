"""A list of prices as somebody who has to agree to it reads it: beside the one that it follows."""

from collections.abc import Callable, Container
from datetime import date
from itertools import count

import msgspec

from tatausaha.core.change_kinds import Change, Item, Line, Values
from tatausaha.core.dates import format_day
from tatausaha.core.i18n import Text, current_language, gettext, text
from tatausaha.core.money import format_rupiah
from tatausaha.invoicing.rules.kinds import KINDS, REPEATED
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.rules.wording import price_words, tax_words

NOTHING = "–"
Key = tuple[str, str, int]


def show_agreement(change: Change) -> list[Item]:
    """The list before and the list to come, line by line; before stands nothing where no list goes before."""
    before, after = change.before["follows"], change.after
    old, new = _lines(before), _lines(after)
    rows = [Line(label, write(before) if before else NOTHING, write(after)) for label, write in _HEADS]
    rows += [Line(KINDS[key[0]].label, old.get(key, NOTHING), new.get(key, NOTHING)) for key in {**old, **new}]
    return [Item(change.subject, change.page, rows)]


def _days(said: Values) -> str:
    until = format_day(date.fromisoformat(said["ends_on"]), current_language()) if said["ends_on"] else gettext("open")
    return f"{format_day(date.fromisoformat(said['starts_on']), current_language())} – {until}"


def _minimum(said: Values) -> str:
    return format_rupiah(said["minimum"], current_language())


def _terms(said: Values) -> Text:
    return text("{count} days", count=said["terms_days"])


_HEADS: tuple[tuple[Text, Callable[[Values], Text | str]], ...] = (
    (text("Days"), _days),
    (text("Least of a month"), _minimum),
    (text("Due after"), _terms),
)


def _lines(said: Values) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for line in (msgspec.convert(one, PriceLine) for one in said.get("lines", ())):
        found[_key(line, found)] = f"{line.label}: {price_words(line)} · {tax_words(line)}"
    return found


def _key(line: PriceLine, before: Container[Key]) -> Key:
    """What makes a line of one list and of the next the same: its kind, of fixed fees its words, and which of that name."""
    label = line.label if line.kind in REPEATED else ""
    return next(key for at in count() if (key := (line.kind, label, at)) not in before)
