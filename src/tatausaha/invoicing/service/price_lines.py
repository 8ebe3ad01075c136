"""From typed lines to what a list of prices keeps, with a sentence at each field that does not fit."""

from collections.abc import Mapping
from itertools import pairwise

from tatausaha.clients.services import SERVICES as BOUGHT
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, render, text
from tatausaha.core.taxes import SERVICES
from tatausaha.invoicing.forms import PriceLineForm
from tatausaha.invoicing.rules.kinds import KINDS, REPEATED
from tatausaha.invoicing.rules.pricing import PriceLine, Tier
from tatausaha.invoicing.rules.wording import count_help, count_words, parse_count

ATTENTION = text("Some fields need your attention.")
MOST = 40
"""Lines of one list."""

LONGEST = 200
Problems = dict[str, Text]


def resolve(typed: Mapping[int, PriceLineForm], services: list[str]) -> tuple[PriceLine, ...]:
    """The lines as they are kept, for a client that bought `services`. Raises Invalid (`kind-3`, `included-3` …)."""
    if not typed:
        raise Invalid(ATTENTION, {"kind-0": text("Write at least one line.")})
    if len(typed) > MOST:
        raise Invalid(text("A list of prices has at most {most} lines.", most=MOST))
    problems: Problems = {}
    lines: list[PriceLine] = []
    for row, form in typed.items():
        wrong = _misfits(form, services, [line.kind for line in lines])
        line = _line(form, wrong) if not wrong else None
        problems |= {f"{name}-{row}": sentence for name, sentence in wrong.items()}
        if line:
            lines.append(line)
    if problems:
        raise Invalid(ATTENTION, problems)
    return tuple(lines)


def kinds_for(services: list[str]) -> dict[str, Text]:
    """What a client that bought these services can be billed for."""
    return {name: kind.label for name, kind in KINDS.items() if not kind.service or kind.service in services}


def _misfits(form: PriceLineForm, services: list[str], before: list[str]) -> Problems:
    """What is wrong with a line whatever its counts."""
    wrong: Problems = {}
    kind = KINDS.get(form.kind)
    if kind is None:
        wrong["kind"] = text("Choose what is priced.")
    elif kind.service and kind.service not in services:
        wrong["kind"] = text("This client has not bought {service}.", service=render(BOUGHT[kind.service]))
    elif form.kind in before and form.kind not in REPEATED:
        wrong["kind"] = text("A line above prices the same. Use bounds for another price beyond so many.")
    if form.kind in REPEATED and (form.included or any(above for _, above, _ in form.tiers())):
        wrong["included"] = text("A fixed fee has no volume of its own; write it at the line of what is included.")
    if len(form.label) > LONGEST:
        wrong["label"] = text("Use at most {most} characters.", most=LONGEST)
    if form.pph23 and form.pph23 not in SERVICES:
        wrong["pph23"] = text("Choose one of the given values.")
    return wrong


def _line(form: PriceLineForm, wrong: Problems) -> PriceLine | None:
    """The line, unless a count in it is wrong: then `wrong` says which."""
    included = _count(form.kind, "included", form.included, wrong) if form.included else 0
    tiers = _tiers(form, included, wrong)
    if wrong:
        return None
    return PriceLine(
        kind=form.kind,
        label=form.label or render(KINDS[form.kind].label),
        price=form.price,
        included=included,
        tiers=tiers,
        ppn=form.ppn,
        pph23=form.pph23,
    )


def _tiers(form: PriceLineForm, included: int, wrong: Problems) -> tuple[Tier, ...]:
    found: list[tuple[str, Tier]] = []
    for field, above, price in form.tiers():
        if not above and price is None:
            continue
        if not above or price is None:
            wrong[field] = text("Write both: beyond how many, and the price from there on.")
            continue
        found.append((field, Tier(_count(form.kind, field, above, wrong), price)))
    for (_, lower), (field, higher) in pairwise(found):
        if higher.above <= lower.above:
            wrong.setdefault(field, text("Write a bound above the one before it."))
    if found and found[0][1].above <= included and not wrong:
        count = count_words(form.kind, included)
        wrong[found[0][0]] = text("{count} are included already. Write a bound above that.", count=count)
    return tuple(tier for _, tier in found)


def _count(kind: str, field: str, written: str, wrong: Problems) -> int:
    try:
        return parse_count(kind, written)
    except ValueError:
        wrong[field] = count_help(kind)
        return 0
