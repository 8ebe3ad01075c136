"""Which employees a list or an export is about, as SQL that the indexes can serve under row security."""

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

State = Literal["", "active", "ended", "ending"]
STATES: tuple[State, ...] = ("active", "ended", "ending")
ENDING_DAYS = 60
SORTS = {"name": ("name_norm", str), "joined": ("joined_on", date)}
SHORTEST_WORD = 3
"""Shorter words are looked for at the beginning of the name alone: elsewhere they would match almost everybody."""

_AFTER_ALL_LETTERS = "\U0010ffff"
_ENDING = (
    "e.ended_on is null and e.id in (select k.employee_id from contract k where k.ends_on between {} and {}"
    " and not exists (select from contract n where n.employee_id = k.employee_id and n.starts_on > k.starts_on))"
)


class Wanted(msgspec.Struct, frozen=True):
    """A filter over employees; everything left out means all."""

    client_id: UUID | None = None
    q: str = ""
    department: str = ""
    state: State = ""


class Sort(msgspec.Struct, frozen=True):
    """The column that orders a list, and whether backwards."""

    key: str = "name"
    down: bool = False

    @classmethod
    def parse(cls, written: str) -> "Sort":
        """From `name` or `-joined`; anything else is the usual order."""
        key = written.removeprefix("-")
        return cls(key, written.startswith("-")) if key in SORTS else cls()


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The row beside which a page begins."""

    value: str
    id: UUID

    def fits(self, sort: Sort) -> bool:
        """False for a cursor that belongs to a list in another order."""
        try:
            self.key(sort)
        except ValueError:
            return False
        return "\x00" not in self.value

    def key(self, sort: Sort) -> str | date:
        """The value as the column holds it."""
        return date.fromisoformat(self.value) if SORTS[sort.key][1] is date else self.value


class Where:
    """Conditions over `employee e` and their arguments; `nik_index` finds who has the NIK that is searched for."""

    def __init__(self, wanted: Wanted, today: date, nik_index: bytes | None = None) -> None:
        self.parts: list[str] = ["true"]
        self.arguments: list[Any] = []
        if wanted.client_id:
            self.add("e.client_id = {}", wanted.client_id)
        if wanted.department:
            self.add("e.department = {}", wanted.department)
        if wanted.state == "active":
            self.add("(e.ended_on is null or e.ended_on >= {})", today)
        elif wanted.state == "ended":
            self.add("e.ended_on < {}", today)
        elif wanted.state == "ending":
            self.add(_ENDING, today, today + timedelta(days=ENDING_DAYS))
        self._search(" ".join(wanted.q.split()), nik_index)

    def __str__(self) -> str:
        return " and ".join(self.parts)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition in which `{}` stands for each value."""
        self.parts.append(condition.format(*map(self.bind, values)))

    def bind(self, value: Any) -> str:
        """Make `value` an argument; gives what stands for it in SQL."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def begin_after(self, sort: Sort, cursor: Cursor, *, backwards: bool) -> None:
        """Keep the rows that come after the cursor in the order of the page (before it, when `backwards`)."""
        sign = "<" if sort.down != backwards else ">"
        self.add(f"(e.{SORTS[sort.key][0]}, e.id) {sign} ({{}}, {{}})", cursor.key(sort), cursor.id)

    def _search(self, q: str, nik_index: bytes | None) -> None:
        if not q:
            return
        first, _, rest = q.lower().partition(" ")
        words: list[tuple[Any, ...]] = [("e.name_norm >= {} and e.name_norm < {}", *_prefix(q.lower()))]
        if len(q) >= SHORTEST_WORD:
            words.append(("e.number = any({})", [q, q.upper()]))
            if rest:
                words.append(("e.word2 = {} and e.word3 >= {} and e.word3 < {}", first, *_prefix(rest)))
            else:
                words += [(f"e.{word} >= {{}} and e.{word} < {{}}", *_prefix(first)) for word in ("word2", "word3")]
        if nik_index:
            words.append(("e.nik_index = {}", nik_index))
        condition = " or ".join(f"({word[0]})" for word in words)
        self.add(f"({condition})", *(value for word in words for value in word[1:]))


def _prefix(begin: str) -> tuple[str, str]:
    """The two ends of everything that begins so: comparisons are leakproof and use the index, LIKE is neither."""
    return begin, begin + _AFTER_ALL_LETTERS
