"""What people type about goods that come and go, suppliers' bills and payments; lines are read beside the head."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec

from tatausaha.core.dates import parse_day
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.forms import Lines, Quantity, Typed, parse
from tatausaha.core.web.lists import cursor_of, read_cursor
from tatausaha.purchasing.service.billing import ATTENTION

T = TypeVar("T", bound=msgspec.Struct)


LONGEST = {
    **dict.fromkeys(("batch", "lot", "pph23_slip"), 60),
    **dict.fromkeys(("delivery_note", "number", "reference"), 100),
    **dict.fromkeys(("note", "twice_reason"), 2000),
    "tax_invoice": 40,
    "words": 200,
    "failure": 500,
}
"""How many characters there is room for, by the name of the field."""


class ReceiptForm(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery at the door."""

    received_on: date
    delivery_note: str = ""
    rest: Literal["open", "cancelled"] = "open"
    note: Lines = ""
    once_key: str = ""


class CameForm(msgspec.Struct, frozen=True):
    """What came of a line, of one lot."""

    quantity: Quantity | None = None
    batch: str = ""
    expires_on: date | None = None


class ReturnForm(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a return."""

    supplier_id: str
    place_id: str
    kind: Literal["credit", "exchange"] = "credit"
    why: Literal["expiring", "slow", "damaged", "wrong", "other"] = "other"
    returned_on: date
    note: Lines = ""


class OutForm(msgspec.Struct, frozen=True):
    """How much of a lot goes back."""

    quantity: Quantity | None = None


class InsteadForm(msgspec.Struct, frozen=True):
    """Goods that come in exchange, by code or barcode."""

    code: str = ""
    came: Quantity | None = None
    value: int | None = None
    lot: str = ""
    lot_until: date | None = None


class CreditForm(msgspec.Struct, frozen=True):
    """A supplier's credit note."""

    number: str
    noted_on: date
    total: int
    ppn: int = 0


class BillForm(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a bill. An empty PPN is none."""

    supplier_id: str
    order_id: str = ""
    number: str
    billed_on: date
    due_on: date | None = None
    ppn: int = 0
    tax_invoice: str = ""
    twice_reason: Lines = ""
    note: Lines = ""
    once_key: str = ""


class BilledForm(msgspec.Struct, frozen=True):
    """What is billed of a line of the order, without PPN."""

    quantity: Quantity | None = None
    amount: int | None = None


class FurtherForm(msgspec.Struct, frozen=True):
    """A line of the bill that is of no order."""

    words: str = ""
    count: Quantity | None = None
    sum: int | None = None
    service: str = ""


class ReasonForm(msgspec.Struct, frozen=True):
    """Why."""

    reason: Lines = ""


class SetOffForm(msgspec.Struct, frozen=True):
    """Which credit note, and how much of it; without an amount, as far as both go."""

    credit_id: str
    amount: int | None = None


class PapersForm(msgspec.Struct, frozen=True):
    """Numbers of tax papers."""

    tax_invoice: str = ""
    pph23_slip: str = ""
    pph23_slip_on: date | None = None


class PaymentForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which bills are paid together; `bills` are their ids, joined by commas."""

    client_id: str
    pay_on: date
    bills: str = ""
    note: Lines = ""


class FileForm(msgspec.Struct, frozen=True):
    """How the bank wants its file, and from which account it pays."""

    layout: str
    debit: str = ""


class PaidForm(msgspec.Struct, frozen=True):
    """When the bank paid, and its reference."""

    paid_on: date
    reference: str = ""


class FailedForm(msgspec.Struct, frozen=True):
    """Why the bank did not pay."""

    failure: str = ""


class PolicyForm(msgspec.Struct, frozen=True, kw_only=True):
    """How strict a client is; percents with up to three decimals."""

    version: str = "0"
    price: str = "0"
    quantity: str = "0"
    over: str = "0"
    near_days: str = "0"
    claims_ppn: bool = False


def split_rows(values: Typed, *kinds: type[msgspec.Struct]) -> tuple[Typed, list[dict[str, Typed]]]:
    """The head of a form, and for each kind of row what was typed into it, by the row's key; empty rows are left out."""
    head, rows = dict(values), []
    for kind in kinds:
        names = "|".join(field.name for field in msgspec.structs.fields(kind))
        found: dict[str, Typed] = {}
        for name in values:
            if match := re.fullmatch(rf"({names})-([0-9a-f-]{{1,36}}(?:\.[0-9])?)", name):
                found.setdefault(match[2], {})[match[1]] = head.pop(name)
        rows.append({key: row for key, row in found.items() if any(value.strip() for value in row.values())})
    return head, rows


def read(kind: type[T], values: Mapping[str, str]) -> T:
    """The form as a struct; `Invalid` with every field that is wrong, or too long to be kept."""
    form = parse(kind, values)
    long = {name: most for name, most in LONGEST.items() if len(getattr(form, name, "") or "") > most}
    if long:
        sentences = {name: text("Use at most {longest} characters.", longest=most) for name, most in long.items()}
        raise Invalid(ATTENTION, sentences)
    return form


def parse_rows(kind: type[T], rows: Mapping[str, Typed]) -> dict[str, T]:
    """The rows as structs, by key. Raises `Invalid` with sentences at `quantity-<key>` and the like."""
    forms: dict[str, T] = {}
    problems: dict[str, Text] = {}
    for key, row in rows.items():
        try:
            forms[key] = read(kind, row)
        except Invalid as error:
            problems |= {f"{name}-{key}": sentence for name, sentence in error.fields.items()}
    if problems:
        raise Invalid(ATTENTION, problems)
    return forms


def row_keys(values: Mapping[str, str], name: str, least: int) -> Sequence[str]:
    """The numbered rows that a form shows: those that hold something, and at least so many."""
    filled = [int(key) for field in values if (key := field.removeprefix(f"{name}-")) != field and key.isdecimal()]
    return [str(at) for at in range(max([least, *(at + 1 for at in filled if at < 50)]))]


def before_of(params: Typed) -> UUID | None:
    """The row behind which a list goes on."""
    found = read_cursor(tuple[UUID], params.get("after"))
    return found[0] if found else None


def next_of(rows: Sequence[Any], more: bool) -> str | None:
    """Where the list goes on behind these rows."""
    return cursor_of([rows[-1].id]) if more else None


def day_of(written: str) -> date | None:
    """A day out of an address; anything else counts as not given."""
    try:
        return parse_day(written) if written else None
    except ValueError:
        return None
