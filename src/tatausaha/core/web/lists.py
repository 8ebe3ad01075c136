"""Lists: the address holds the whole state, and a page continues behind the last row of the one before."""

import base64
import binascii
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.web.viewer import AppRequest

T = TypeVar("T")
MAX_VALUE = 1_500
"""Longer than any cursor, whose longest part is a name of 200 letters."""


def list_query(request: AppRequest, *names: str) -> dict[str, str]:
    """The named parameters of the address that are set, shortened to what can be meant."""
    given = {name: request.query_params.get(name, "").replace("\x00", "").strip()[:MAX_VALUE] for name in names}
    return {name: value for name, value in given.items() if value}


def id_of(query: dict[str, str], name: str) -> UUID | None:
    """A parameter as an id; anything else counts as not given."""
    try:
        return UUID(query[name])
    except (KeyError, ValueError):
        return None


def month_of(query: dict[str, str], name: str) -> date | None:
    """A parameter such as 2026-11 as the month's first day; anything else counts as not given."""
    try:
        return Period.parse(query[name]).first
    except (KeyError, ValueError):
        return None


def cursor_of(row: msgspec.Struct | Sequence[Any]) -> str:
    """Where a page ended, as one word for the address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(row)).decode().rstrip("=")


def read_cursor(kind: type[T], written: str | None) -> T | None:
    """What `cursor_of` wrote; None for nothing and for nonsense, which shows the first page."""
    try:
        padded = (written or "") + "=" * (-len(written or "") % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=kind) if written else None
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None


def split_page(rows: list[T], size: int) -> tuple[list[T], bool]:
    """The rows to show, and whether there are more; queries read one row more than a page holds."""
    return rows[:size], len(rows) > size
