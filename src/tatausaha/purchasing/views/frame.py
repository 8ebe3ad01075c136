"""What the pages of purchasing share: the chosen client, and lines as a form holds them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text
from tatausaha.core.web.forms import Typed, parse
from tatausaha.core.web.pages import CurrentClient
from tatausaha.purchasing.forms import LineForm
from tatausaha.purchasing.queries import suppliers
from tatausaha.purchasing.service.prices import ATTENTION

BLANK_ROWS = 5
_FIELD = re.compile(r"(item|unit|quantity|price|discount|supplier|line)-([0-9]{1,3})")


async def about_client(client_id: UUID | None) -> dict[str, Any]:
    """The client that a list is narrowed to, for the frame; one that is not this person's does not exist."""
    if client_id is None:
        return {"client": None}
    found = await suppliers.get_client(client_id)
    return {"client": CurrentClient(found.id, found.name)}


def split_lines(values: Typed) -> tuple[Typed, dict[int, Typed]]:
    """What was typed into the head of a document, and into each row of its lines; rows without anything are left out."""
    head: Typed = {}
    rows: dict[int, Typed] = {}
    for name, value in values.items():
        if match := _FIELD.fullmatch(name):
            rows.setdefault(int(match[2]), {})[match[1]] = value
        else:
            head[name] = value
    kept = {number: row for number, row in sorted(rows.items()) if row.get("item", "").strip()}
    return head, kept


def parse_lines(rows: Mapping[int, Typed]) -> dict[int, LineForm]:
    """The rows as forms. Raises `Invalid` with the sentences at `quantity-3` and the like."""
    forms: dict[int, LineForm] = {}
    problems: dict[str, Text] = {}
    for number, row in rows.items():
        try:
            forms[number] = parse(LineForm, row)
        except Invalid as error:
            problems |= {f"{name}-{number}": sentence for name, sentence in error.fields.items()}
    if problems:
        raise Invalid(ATTENTION, problems)
    return forms


def row_numbers(values: Mapping[str, Any]) -> list[int]:
    """The rows that a form shows: those that hold something, and some to fill in."""
    filled = sorted(
        int(match[2]) for name in values if values[name] and (match := _FIELD.fullmatch(name)) and match[1] == "item"
    )
    following = filled[-1] + 1 if filled else 0
    return [*filled, *range(following, following + BLANK_ROWS)]


def typed_lines(lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Stored lines as the form's fields."""
    return {f"{name}-{at}": value for at, line in enumerate(lines) for name, value in line.items()}
