"""What people type about invoices."""

from uuid import UUID

import msgspec

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.numbers import Reset
from tatausaha.core.web.forms import Lines
from tatausaha.core.web.lists import id_of

ATTENTION = text("Some fields need your attention.")


class WordsForm(msgspec.Struct, frozen=True):
    """The note on an invoice, and addresses with commas; none for the client's approvers."""

    note: Lines = ""
    sent_to: Lines = ""


class WaiveForm(msgspec.Struct, frozen=True):
    """Pieces of work as `kind:id` with commas, and why they are not billed."""

    month: str
    ids: str = ""
    reason: str = ""


class PartForm(msgspec.Struct, frozen=True):
    """How many of a line are not billed, and why."""

    line: str
    quantity: str
    reason: str = ""


class MonthForm(msgspec.Struct, frozen=True):
    """A month such as 2026-10."""

    month: str


class SendForm(msgspec.Struct, frozen=True):
    """Which sending it will be, as the page knew it, to whom, and why there is one more."""

    sending: str
    sent_to: Lines = ""
    again: str = ""


class VoidForm(msgspec.Struct, frozen=True):
    """Why an invoice does not hold."""

    reason: str = ""


class NumberForm(msgspec.Struct, frozen=True):
    """How invoices are numbered, as typed."""

    pattern: str
    reset: Reset
    version: str = "0"


def keys_of(written: str) -> list[tuple[str, UUID]]:
    """The pieces of work that were chosen; `Invalid` for none."""
    found = []
    for part in dict.fromkeys(written.split(",")):
        kind, _, key = part.partition(":")
        if found_id := id_of({"key": key}, "key"):
            found.append((kind, found_id))
    if not found:
        raise Invalid(ATTENTION, {"ids": text("Choose what is not billed.")})
    return found


def count_of(written: str) -> int:
    """A small whole number as typed; zero for anything else."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0
