"""What a provider may begin: nothing is limited where no row says so, and what goes on is never stopped.

Billing writes the row; every capability that begins something asks here, in the transaction that begins it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import Lapsed
from tatausaha.core.i18n import Text, text

State = Literal["open", "grace", "closed"]
COUNTED = ("client", "employee", "seat")
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


Counter = Callable[[], Awaitable[int]]
_counters: dict[str, Counter] = {}


def counts(what: str) -> Callable[[Counter], Counter]:
    """Register who counts how many of a thing a provider has; it runs in the provider's scope."""

    def register(counter: Counter) -> Counter:
        _counters[what] = counter
        return counter

    return register


async def find() -> Standing | None:
    """How the provider stands; None where nothing is limited."""
    return await db.row(
        Standing,
        "select plan, reason, open_until, grace_until, most, used, next_attempt_at, card_ends_on from entitlement limit 1",
    )


async def recount() -> dict[str, int]:
    """Count everything anew and keep it. Needs the provider's scope: a part of the clients would be counted as all."""
    used = {what: await counter() for what, counter in _counters.items()}
    await db.execute("update entitlement set used = $1", used)
    return used


async def begin(what: str, more: int = 1) -> None:
    """Before `more` of a thing ("client", "seat", "employee", "run", "order" …) is begun, in the same transaction.

    Raises `Lapsed` with a sentence on what stands in the way and what helps. Of what is counted, the count is held until
    the transaction ends, so that two at once never pass the limit together.
    """
    if what in COUNTED:
        await db.execute(
            "update entitlement set used = jsonb_set(used, array[$1],"
            " to_jsonb(coalesce((used->>$1)::int, 0) + $2::int))",
            *(what, more),
        )
    standing = await find()
    if standing is None:
        return
    state = standing.state()
    if state == "closed" or (state == "grace" and what in STOPPED_IN_GRACE):
        raise Lapsed(_LAPSED)
    most, used = standing.most.get(what), standing.used.get(what, 0)
    if most is not None and used > most:
        raise Lapsed(_FULL[what](most))


_LAPSED: Text = text(
    "The subscription has lapsed, so nothing new can be begun. What is under way goes on, and everything can be read and"
    " exported. An owner can renew it under Subscription."
)
_FULL: dict[str, Callable[[int], Text]] = {
    "client": lambda most: text("The plan holds {most} client companies. An owner can choose a larger one.", most=most),
    "employee": lambda most: text("The plan holds {most} employees. An owner can choose a larger one.", most=most),
    "seat": lambda most: text("The plan holds {most} people of yours. An owner can choose a larger one.", most=most),
}
