"""Numbers of documents: without gaps, by each client's own pattern, begun anew each month or year.

A number is taken in the transaction of the document that bears it: the row of its series is locked until that commits, so
that of many writers each waits for the one before, and one that is rolled back leaves no gap. A document that is given up
keeps its number, with the reason beside it.

A series of no client is the provider's own, over all its clients: only the provider's scope can see it.
"""

import re
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import Text, text

Reset = Literal["month", "year"]
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LONGEST = 60
_HOLE = re.compile(r"\{([^{}]*)\}")
_COUNT = re.compile(r"n(?::0?([1-9]))?")


class Kind(msgspec.Struct, frozen=True):
    """What bears numbers, and how it is numbered where a client has said nothing."""

    label: Text
    pattern: str
    reset: Reset = "month"


KINDS: dict[str, Kind] = {
    "purchase_order": Kind(text("Purchase orders"), "{n:03}/PO/{client}/{roman}/{year}"),
    "sales_invoice": Kind(text("Invoices to customers"), "{n:03}/INV/{client}/{roman}/{year}"),
    "goods_receipt": Kind(text("Receipts of goods"), "{n:03}/BTB/{client}/{roman}/{year}"),
    "supplier_return": Kind(text("Returns to suppliers"), "{n:03}/RTR/{client}/{roman}/{year}"),
    "supplier_payment": Kind(text("Payments to suppliers"), "{n:03}/BYR/{client}/{roman}/{year}"),
}
OWN_KINDS: dict[str, Kind] = {"service_invoice": Kind(text("Invoices to clients"), "{n:03}/INV/{roman}/{year}")}
"""What the provider itself numbers, in one series over all its clients."""


class Pattern(msgspec.Struct, frozen=True):
    """How a client, or the provider itself, numbers one kind of document."""

    kind: str
    pattern: str
    reset: Reset
    client_code: str
    version: int = 0

    def number(self, count: int, on: date) -> str:
        """The written number."""
        return fill(self.pattern, count, self.client_code, on)


class Voided(msgspec.Struct, frozen=True):
    """A number whose document was given up."""

    kind: str
    number: str
    taken_on: date
    void_reason: str
    void_name: str


async def take(client_id: UUID | None, kind: str, on: date) -> str:
    """The next number of a kind of document dated `on`, for the caller's transaction; it holds the series until then."""
    pattern = await get_pattern(client_id, kind)
    first, following = _span(pattern.reset, on)
    count: int = await db.value(
        # Above whatever the span has seen, also under another pattern that began anew at other times.
        "insert into number_series as s (client_id, kind, reset, starts_on, last) values ($1, $2, $3, $4,"  # noqa: S608 - our own words
        f" coalesce(({_highest(client_id)}), 0) + 1) on conflict (tenant_id, client_id, kind, reset, starts_on)"
        " do update set last = greatest(s.last + 1, excluded.last) returning last",
        *(client_id, kind, pattern.reset, first, following),
    )
    number = pattern.number(count, on)
    kept = await db.execute(
        "insert into number_taken (client_id, kind, number, count, taken_on) values ($1, $2, $3, $4, $5)"
        " on conflict (tenant_id, client_id, kind, number) do nothing",
        *(client_id, kind, number, count, on),
    )
    if not kept:
        raise _taken(number)
    return number


def _of(client_id: UUID | None) -> str:
    """The condition on the series' owner, as one that an index can answer."""
    return "client_id = $1" if client_id else "client_id is null and $1::uuid is null"


def _highest(client_id: UUID | None) -> str:
    return (
        f"select max(count) from number_taken where {_of(client_id)} and kind = $2"  # noqa: S608 - our own words
        " and taken_on >= $4::date and taken_on < $5::date"
    )


async def preview(pattern: Pattern, client_id: UUID | None, on: date) -> str | None:
    """The number that would be taken next; None when the pattern would make one that was taken before."""
    first, following = _span(pattern.reset, on)
    highest = await db.value(
        f"select greatest((select last from number_series where {_of(client_id)} and kind = $2 and reset = $3"  # noqa: S608
        f" and starts_on = $4::date), ({_highest(client_id)}))",
        *(client_id, pattern.kind, pattern.reset, first, following),
    )
    number = pattern.number((highest or 0) + 1, on)
    taken = await db.value(
        f"select 1 from number_taken where {_of(client_id)} and kind = $2 and number = $3",  # noqa: S608
        *(client_id, pattern.kind, number),
    )
    return None if taken else number


async def void(client_id: UUID | None, kind: str, number: str, reason: str) -> None:
    """Write down why a number's document was given up. The number stays taken."""
    marked = await db.execute(
        "update number_taken set void_reason = $4, void_name = $5, voided_at = now()"  # noqa: S608 - our own words
        f" where {_of(client_id)} and kind = $2 and number = $3 and voided_at is null",
        *(client_id, kind, number, reason, current_actor().name),
    )
    if not marked:
        raise NotFound(text("The number {number} was never taken, or is void already.", number=number))


async def get_pattern(client_id: UUID | None, kind: str) -> Pattern:
    """How a client numbers a kind of document; without a client, how the provider numbers its own."""
    if client_id:
        return (await list_patterns(client_id, (kind,)))[0]
    own = await db.row(
        Pattern,
        "select kind, pattern, reset, '' as client_code, version from number_pattern where client_id is null and kind = $1",
        kind,
    )
    return own or Pattern(kind, OWN_KINDS[kind].pattern, OWN_KINDS[kind].reset, "")


async def list_patterns(client_id: UUID, kinds: tuple[str, ...] = ()) -> list[Pattern]:
    """How a client numbers its documents, by kind; `NotFound` for a client that is not this person's."""
    found = await db.records(
        "select c.code, p.kind, p.pattern, p.reset, p.version from client c"
        " left join number_pattern p on p.tenant_id = c.tenant_id and p.client_id = c.id where c.id = $1",
        client_id,
    )
    if not found:
        raise NotFound(text("This client does not exist."))
    code = found[0]["code"]
    own = {row["kind"]: Pattern(row["kind"], row["pattern"], row["reset"], code, row["version"]) for row in found}
    return [own.get(kind) or Pattern(kind, KINDS[kind].pattern, KINDS[kind].reset, code) for kind in kinds or KINDS]


async def list_voided(client_id: UUID | None, limit: int = 20) -> list[Voided]:
    """The numbers of a client, or of the provider, that were given up last."""
    return await db.rows(
        Voided,
        "select kind, number, taken_on, void_reason, void_name from number_taken"  # noqa: S608 - our own words
        f" where {_of(client_id)} and voided_at is not null order by voided_at desc limit $2",
        client_id,
        limit,
    )


async def set_pattern(client_id: UUID | None, pattern: Pattern, on: date) -> str:
    """Number a kind of document so from now on; gives the next number. `Invalid` names what is wrong."""
    check(pattern.pattern, pattern.reset, of_client=client_id is not None)
    following = await preview(pattern, client_id, on)
    if following is None:
        problem = text("This pattern makes a number that was taken before. Choose another one.")
        raise Invalid(text("Some fields need your attention."), {"pattern": problem})
    saved = await db.execute(
        "insert into number_pattern as p (client_id, kind, pattern, reset) values ($1, $2, $3, $4)"
        " on conflict (tenant_id, client_id, kind) do update set pattern = excluded.pattern, reset = excluded.reset,"
        " version = p.version + 1 where p.version = $5",
        *(client_id, pattern.kind, pattern.pattern, pattern.reset, pattern.version),
    )
    if not saved:
        raise Conflict(text("Somebody else changed this pattern meanwhile. Reload the page to see it."))
    await audit.record("changed", "number_pattern", client_id, client_id, kind=pattern.kind, pattern=pattern.pattern)
    return following


def check(pattern: str, reset: Reset, *, of_client: bool = True) -> None:
    """`Invalid` with the reason why a pattern cannot number documents, of a client or of the provider itself."""
    problem = _problem(pattern, reset, ("client",) if of_client else ())
    if problem:
        raise Invalid(text("Some fields need your attention."), {"pattern": problem})


def _problem(pattern: str, reset: Reset, further: tuple[str, ...]) -> Text | None:
    holes = _HOLE.findall(pattern)
    known = (*further, "roman", "month", "year")
    unknown = [hole for hole in holes if not _COUNT.fullmatch(hole) and hole not in known]
    if unknown:
        return text(
            "{hole} is not known here. Use {known}.", hole="{" + unknown[0][:20] + "}", known=", ".join(("n", *known))
        )
    if re.search(r"[{}]", _HOLE.sub("", pattern)) or not pattern.isprintable():
        return text("Each hole begins with one brace and ends with one: {example}.", example="{n:03}")
    if sum(bool(_COUNT.fullmatch(hole)) for hole in holes) != 1:
        return text("Write {example} once: it is what counts.", example="{n:03}")
    if "year" not in holes or (reset == "month" and not {"roman", "month"} & set(holes)):
        return text("The pattern must show when it began anew: the year, and the month if it begins anew each month.")
    if len(fill(pattern, 1_000_000, "X" * 10, date(2026, 8, 1))) > LONGEST:
        return text("A number may have {longest} characters at most.", longest=LONGEST)
    return None


def fill(pattern: str, count: int, client_code: str, on: date) -> str:
    """A pattern with its holes filled. Only the known names are looked up; nothing of the pattern is run."""
    words = {"client": client_code, "roman": ROMAN[on.month - 1], "month": f"{on:%m}", "year": f"{on:%Y}"}

    def word(hole: re.Match[str]) -> str:
        counted = _COUNT.fullmatch(hole[1])
        return f"{count:0{int(counted[1] or 1)}}" if counted else words[hole[1]]

    return _HOLE.sub(word, pattern)


def _span(reset: Reset, on: date) -> tuple[date, date]:
    """The first day of the month or year, and of the next."""
    if reset == "year":
        return date(on.year, 1, 1), date(on.year + 1, 1, 1)
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _taken(number: str) -> Conflict:
    return Conflict(
        text("This pattern makes the number {number}, which was taken before. Choose another pattern.", number=number)
    )
