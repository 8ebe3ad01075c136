"""The kinds of guarded changes: what each does when it is applied, and how people see it.

A capability names a kind once, by `@changes.applies("employee.bank_account", label=text("Bank account"), …)` on the
function that applies it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from tatausaha.core.dates import format_day
from tatausaha.core.four_eyes import ASKS, Asks
from tatausaha.core.i18n import Text, current_language, gettext, text
from tatausaha.core.masking import masked
from tatausaha.core.money import format_rupiah

Values = dict[str, Any]
State = Literal["pending", "applied", "rejected", "withdrawn", "void"]
STATES: dict[str, tuple[Text, str]] = {
    "pending": (text("Waiting"), "waiting"),
    "applied": (text("Approved"), "done"),
    "rejected": (text("Rejected"), "attention"),
    "withdrawn": (text("Withdrawn"), "draft"),
    "void": (text("Void"), "draft"),
}
STAFF = frozenset({"owner", "manager", "worker"})
MANAGERS = frozenset({"owner", "manager"})


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change request as a line of a list."""

    id: UUID
    created_at: datetime
    kind: str
    client_id: UUID | None
    client_name: str | None
    subject_id: UUID | None
    subject: str
    amount: int
    reason: str
    asks: Asks
    maker_id: UUID | None
    maker_name: str
    state: State
    decided_by: UUID | None
    decided_name: str
    decided_at: datetime | None
    comment: str

    @property
    def label(self) -> Text:
        """What would change."""
        return KINDS[self.kind].label

    @property
    def page(self) -> str | None:
        """The address of what it is about."""
        return KINDS[self.kind].page(self)


class Change(ChangeRow, frozen=True, kw_only=True):
    """A change request with what stood before and shall stand after, opened."""

    before: Values
    after: Values

    @property
    def items(self) -> list["Item"]:
        """What changes, ready to be shown: numbers of accounts by their last digits alone."""
        return KINDS[self.kind].show(self)

    def secret(self, field: str) -> str:
        """The whole number behind a line's `secret`, as it shall be."""
        key, _, name = field.rpartition(":")
        return str((self.after[key]["facts"] if key else self.after)[name])


class Line(msgspec.Struct, frozen=True):
    """One value, as it was and as it would be. `secret` is what to ask for when `after` is masked."""

    label: Text | str
    before: Text | str
    after: Text | str
    secret: str = ""

    @property
    def changed(self) -> bool:
        return self.before != self.after


class Item(msgspec.Struct, frozen=True):
    """The lines about one thing; most changes are about one, an import about many."""

    name: str
    link: str | None
    lines: list[Line]


class Field(msgspec.Struct, frozen=True):
    """How a value is called and written."""

    label: Text
    form: Literal["text", "rupiah", "account", "day", "yes"] = "text"
    words: Mapping[str, Text] = {}

    def write(self, value: Any) -> Text | str:
        """The value for reading."""
        if value in (None, ""):
            return "–"
        if self.form == "rupiah":
            return format_rupiah(int(value), current_language())
        if self.form == "account":
            return masked(str(value))
        if self.form == "day":
            return format_day(date.fromisoformat(value), current_language())
        if self.form == "yes":
            return gettext("Yes") if value else gettext("No")
        return self.words.get(str(value), str(value))


class Kind(msgspec.Struct, frozen=True):
    """A sort of change. The first of `choices` is asked where no policy says otherwise; without any, the caller says whom."""

    name: str
    label: Text
    apply: Callable[[Change], Awaitable[None]]
    choices: tuple[Asks, ...]
    fields: Mapping[str, Field]
    by_amount: bool
    seen_by: frozenset[str]
    page: Callable[[ChangeRow], str | None]
    present: Callable[[Change], Awaitable[Mapping[str, Any]]] | None
    show: Callable[[Change], list[Item]]
    makers: Callable[[Change], Awaitable[set[UUID]]] | None
    refused: Callable[[Change, str], Awaitable[None]] | None
    withdrawn: Callable[[Change], Awaitable[None]] | None
    by_letter: bool


KINDS: dict[str, Kind] = {}
Apply = Callable[[Change], Awaitable[None]]


def applies(
    name: str,
    *,
    label: Text,
    choices: tuple[Asks, ...] = ("colleague", "manager", "client", "nobody"),
    fields: Mapping[str, Field] | None = None,
    by_amount: bool = False,
    seen_by: frozenset[str] = STAFF,
    page: Callable[[ChangeRow], str | None] = lambda change: None,
    present: Callable[[Change], Awaitable[Mapping[str, Any]]] | None = None,
    show: Callable[[Change], list[Item]] | None = None,
    makers: Callable[[Change], Awaitable[set[UUID]]] | None = None,
    refused: Callable[[Change, str], Awaitable[None]] | None = None,
    withdrawn: Callable[[Change], Awaitable[None]] | None = None,
    by_letter: bool = True,
) -> Callable[[Apply], Apply]:
    """Register the function that applies changes of this kind, in the transaction of their approval.

    `present` reads the values named in `before` as they are now, locked: where they differ, the change is void.
    `makers` names further people who had a hand in it, `refused` is called when somebody says no, `withdrawn` when
    the maker takes it back. Without `by_letter`, nobody is written to: what waits is seen where the work is done.
    """
    assert set(choices) <= set(ASKS)

    def register(apply: Apply) -> Apply:
        known = fields or {}

        def show_one(change: Change) -> list[Item]:
            return [Item(change.subject, change.page, lines(known, change.before, change.after))]

        KINDS[name] = Kind(
            name=name,
            label=label,
            apply=apply,
            choices=choices,
            fields=known,
            by_amount=by_amount,
            seen_by=seen_by,
            page=page,
            present=present,
            show=show or show_one,
            makers=makers,
            refused=refused,
            withdrawn=withdrawn,
            by_letter=by_letter,
        )
        return apply

    return register


def lines(fields: Mapping[str, Field], before: Values, after: Values, of: str = "") -> list[Line]:
    """The named values side by side, in the order of `fields`; `of` is whose they are, in a change about many."""
    return [
        Line(field.label, field.write(before.get(name)), field.write(after.get(name)), _secret(field, name, after, of))
        for name, field in fields.items()
        if name in before or name in after
    ]


def _secret(field: Field, name: str, after: Values, of: str) -> str:
    return (f"{of}:{name}" if of else name) if field.form == "account" and after.get(name) else ""


def visible_kinds(role: str) -> list[str]:
    """The kinds that people of this role may see."""
    return sorted(kind.name for kind in KINDS.values() if role in kind.seen_by)
