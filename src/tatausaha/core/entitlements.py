"""What a provider may begin: nothing is limited where no row says so, and what goes on is never stopped.

Billing writes the row; every capability that begins something asks here, in the transaction that begins it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Literal, get_args

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import Lapsed
from tatausaha.core.i18n import Text, text

State = Literal["open", "grace", "closed"]
Counted = Literal["client", "employee", "seat"]
COUNTED: tuple[Counted, ...] = get_args(Counted)
STOPPED_IN_GRACE = frozenset({"client", "seat"})
"""What a lapsed subscription may not begin at once; everything else goes on until the grace ends."""


class Standing(msgspec.Struct, frozen=True):
    """How a provider's subscription stands. Times of None have no end."""

    plan: str
    reason: Literal["trial", "paid", "card", "unpaid", "paused", "ended"]
    open_until: datetime | None
    grace_until: datetime | None
    most: dict[str, int]
    used: dict[str, int]
    next_attempt_at: datetime | None = None
    card_ends_on: date | None = None

    def state(self, now: datetime | None = None) -> State:
        """What may be begun now: everything, what is no client and no seat, or nothing."""
        now = now or datetime.now(UTC)
        if self.open_until is None or now < self.open_until:
            return "open"
        return "grace" if self.grace_until is not None and now < self.grace_until else "closed"

    def full(self, what: str, more: int = 1) -> bool:
        """Whether the plan does not hold `more` of a thing beside what is counted."""
        most = self.most.get(what)
        return most is not None and self.used.get(what, 0) + more > most

    def refusal(self, what: str, more: int = 1, now: datetime | None = None) -> Text | None:
        """Why no `more` of a thing may be begun, as a sentence; None where they may. Asks nobody, so that pages can."""
        state = self.state(now)
        tried = self.reason in ("trial", "paused")
        if state == "closed":
            return _TRIED if tried else _CLOSED
        if state == "grace" and what in STOPPED_IN_GRACE:
            return _TRIED_GRACE if tried else _GRACE
        return _FULL[what](self.most[what], self.used.get(what, 0)) if self.full(what, more) else None


Counter = Callable[[], Awaitable[int]]
_counters: dict[str, Counter] = {}


def counts(what: Counted) -> Callable[[Counter], Counter]:
    """Register who counts how many of a thing a provider has; it runs in the provider's scope."""

    def register(counter: Counter) -> Counter:
        _counters[what] = counter
        return counter

    return register


_STANDING = (
    "select plan, reason, open_until, grace_until, most, used, next_attempt_at, card_ends_on from entitlement limit 1"
)


async def find() -> Standing | None:
    """How the provider stands; None where nothing is limited."""
    return await db.row(Standing, _STANDING)


async def _hold() -> Standing | None:
    """The same, held until the transaction ends, so that what is counted is counted by one at a time."""
    return await db.row(Standing, f"{_STANDING} for update")


async def recount() -> dict[str, int]:
    """Count everything anew and keep it. Needs the provider's scope: a part of the clients would be counted as all."""
    if not _sees_all():
        raise db.OutsideScope("A count of some clients would be kept as that of all.")
    limited = await _hold() is not None
    used: dict[str, int] = {what: await _counters[what]() for what in COUNTED}
    if limited:
        await _keep(used)
    return used


async def begin(what: str, more: int = 1) -> None:
    """Before `more` of a thing ("client", "seat", "employee", "run", "order" …) is begun, in the same transaction.

    Raises `Lapsed` with a sentence on what stands in the way and what helps. Of what is counted, the count is held until
    the transaction ends, so that two at once never pass the limit together. Who may see all clients has it counted
    anew before a refusal; who sees some of them goes by the count that is kept.
    """
    if what not in COUNTED:
        standing = await find()
        _refuse(standing, what, more)
        return
    standing = await _hold()
    if standing is None:
        return
    if _sees_all() and (what not in standing.used or standing.full(what, more)):
        standing = msgspec.structs.replace(standing, used=standing.used | {what: await _counters[what]()})
    _refuse(standing, what, more)
    await _keep(standing.used | {what: standing.used.get(what, 0) + more})


async def ask(what: str, more: int = 1) -> None:
    """Raise `Lapsed` as `begin` would, and count nothing: before work that will begin them later, such as a file's."""
    _refuse(await find(), what, more)


async def ended(what: Counted, fewer: int = 1) -> None:
    """After `fewer` of what is counted came to their end, in the same transaction: there is room for others."""
    standing = await _hold()
    if standing is not None:
        left = await _counters[what]() if _sees_all() else max(0, standing.used.get(what, 0) - fewer)
        await _keep(standing.used | {what: left})


def _refuse(standing: Standing | None, what: str, more: int) -> None:
    reason = standing.refusal(what, more) if standing else None
    if reason is not None:
        raise Lapsed(reason)


async def _keep(used: dict[str, int]) -> None:
    await db.execute("update entitlement set used = $1", used)


def _sees_all() -> bool:
    return db.DB.current().scope.role == "r_tenant"


_CLOSED = text(
    "The subscription has lapsed, so nothing new can be begun. What is under way goes on, and everything can be read and"
    " exported. An owner can renew it under Subscription."
)
_TRIED = text(
    "The trial has ended, so nothing new can be begun. What is under way goes on, and everything can be read and"
    " exported. An owner can subscribe under Subscription."
)
_TRIED_GRACE = text(
    "The trial has ended, so no client and no person of yours can be added. All other work goes on as before for now. An"
    " owner can subscribe under Subscription."
)
_GRACE = text(
    "The subscription has lapsed, so no client and no person of yours can be added. All other work goes on as before for"
    " now. An owner can renew it under Subscription."
)
_FULL: dict[str, Callable[[int, int], Text]] = {
    "client": lambda most, used: text(
        "The plan holds {most} client companies, and there are {used}. Archive one, or have an owner choose a larger plan.",
        most=most,
        used=used,
    ),
    "employee": lambda most, used: text(
        "The plan holds {most} employees at work, and there are {used}. An owner can choose a larger plan.",
        most=most,
        used=used,
    ),
    "seat": lambda most, used: text(
        "The plan holds {most} people of yours, and there are {used} with those invited. End one's access, or have an"
        " owner choose a larger plan.",
        most=most,
        used=used,
    ),
}
