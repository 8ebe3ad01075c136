"""The form of a list of prices: its head, and its lines with their bounds, as fields with the number of a row."""

import re
from collections.abc import Mapping
from typing import Any

from tatausaha.clients.queries import ClientView
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text
from tatausaha.core.taxes import SERVICES
from tatausaha.core.web.forms import Typed, parse
from tatausaha.core.web.pages import CurrentClient
from tatausaha.invoicing.forms import TIERS, PriceLineForm, PriceListForm
from tatausaha.invoicing.queries.prices import PriceList
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.rules.tax import EXEMPT_NOTE, PPN_KINDS
from tatausaha.invoicing.rules.wording import count_words
from tatausaha.invoicing.service.price_lines import ATTENTION, kinds_for, resolve
from tatausaha.invoicing.service.prices import Draft, draft

BLANK_ROWS = 2
_FIELD = re.compile(r"(kind|label|price|included|ppn|pph23|above_[1-3]|beyond_[1-3]|drop)-([0-9]{1,2})")
# What an empty row holds too: it says nothing.
_SILENT = ("ppn", "pph23", "drop")


def read(kind: type[PriceListForm], values: Typed, client: ClientView) -> tuple[PriceListForm, Draft]:
    """The typed list, found to fit what the client bought. Raises Invalid with a sentence at each field."""
    head, rows = _split(values)
    problems: dict[str, Text] = {}
    typed: dict[int, PriceLineForm] = {}
    form: PriceListForm | None = None
    try:
        form = parse(kind, head)
    except Invalid as error:
        if not error.fields:
            raise
        problems |= error.fields
    for number, row in rows.items():
        try:
            typed[number] = parse(PriceLineForm, row)
        except Invalid as error:
            problems |= {f"{name}-{number}": sentence for name, sentence in error.fields.items()}
    if form is None or problems:
        raise Invalid(ATTENTION, problems)
    lines = resolve(typed, client.services)
    said = {name: getattr(form, name) for name in Draft.__struct_fields__ if name != "lines"}
    return form, draft(lines, **said)


def about(client: ClientView, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form chooses from, and the rows it shows: those that hold something, and some to fill in."""
    filled = sorted(_split({name: str(value) for name, value in values.items() if value is not None})[1])
    following = filled[-1] + 1 if filled else 0
    return {
        "client": CurrentClient(client.id, client.name),
        "kinds": list(kinds_for(client.services).items()),
        "ppn_kinds": list(PPN_KINDS.items()),
        "exempt_note": EXEMPT_NOTE,
        "services": list(SERVICES.items()),
        "tiers": range(1, TIERS + 1),
        "rows": [*filled, *range(following, following + BLANK_ROWS)],
    }


def typed_from(known: PriceList) -> dict[str, Any]:
    """A stored list as the form's fields."""
    head = {name: getattr(known, name) for name in PriceListForm.__struct_fields__ if name != "add"}
    lines = [_typed_line(line) for line in known.lines]
    return head | {f"{name}-{row}": value for row, line in enumerate(lines) for name, value in line.items()}


def _typed_line(line: PriceLine) -> dict[str, Any]:
    fields = {name: getattr(line, name) for name in ("kind", "label", "price", "ppn", "pph23")}
    fields["included"] = count_words(line.kind, line.included) if line.included else ""
    for number, tier in enumerate(line.tiers[:TIERS], 1):
        fields |= {f"above_{number}": count_words(line.kind, tier.above), f"beyond_{number}": tier.price}
    return fields


def _split(values: Typed) -> tuple[Typed, dict[int, Typed]]:
    """The head, and each row that says something and is not to go."""
    head: Typed = {}
    rows: dict[int, Typed] = {}
    for name, value in values.items():
        if match := _FIELD.fullmatch(name):
            rows.setdefault(int(match[2]), {})[match[1]] = value
        else:
            head[name] = value
    kept = {number: row for number, row in sorted(rows.items()) if not row.pop("drop", "") and _says(row)}
    return head, kept


def _says(row: Typed) -> bool:
    return any(value.strip() for name, value in row.items() if name not in _SILENT)
