"""What owners asked of the payment service, and what came of it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from tatausaha.billing.rules.quantities import Quantities
from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text

Kind = Literal["checkout", "change", "cancel", "resume", "portal", "preview"]
FRESH = timedelta(hours=1)
State = Literal["asked", "open", "done", "failed", "given_up"]


class Problem(msgspec.Struct, frozen=True):
    """Why it failed, and at which field of the form, if it is one's."""

    msgid: str
    params: dict[str, str | int] = {}
    field: str = ""

    @property
    def sentence(self) -> Text:
        return Text(self.msgid, self.params)


class Request(msgspec.Struct, frozen=True):
    """One wish. `url` is where the person goes on to once it is 'open', until `url_ends_at`."""

    id: UUID
    created_at: datetime
    kind: Kind
    plan: str
    interval: str
    currency: str
    coupon: str
    language: Literal["id", "en"]
    clients: int
    employees: int
    shown_amount: int | None
    answer: dict[str, Any] | None
    state: State
    stripe_id: str
    url: str
    url_ends_at: datetime | None
    problem: Problem | None
    actor_name: str

    @property
    def is_old(self) -> bool:
        """Whether an amount that was shown may be another by now."""
        return datetime.now(UTC) - self.created_at > FRESH

    @property
    def quantities(self) -> Quantities:
        """What was counted when it was asked."""
        return Quantities(self.clients, self.employees)


# Somebody works on it, or will.
_UNDER_WAY = (
    "exists (select from job j where j.kind = 'billing.ask' and j.once_key = r.id::text"
    " and j.state in ('queued', 'sent', 'running'))"
)
# A job that died each time it was tried answers no more.
_ROW = f"""
select r.id, r.created_at, r.kind, r.plan, r.interval, r.currency, r.coupon, r.language, r.clients, r.employees,
  r.shown_amount, r.answer, r.stripe_id, r.url, r.url_ends_at, r.problem, r.actor_name,
  case when r.state = 'asked' and not {_UNDER_WAY} then 'given_up' else r.state end as state
from billing_request r
"""  # noqa: S608 - our own words


async def get_request(request_id: UUID) -> Request:
    """The wish, or `NotFound`."""
    found = await db.row(Request, f"{_ROW} where r.id = $1", request_id)
    if found is None:
        raise NotFound(text("This request does not exist."))
    return found


async def find_waiting() -> Request | None:
    """The change that is on its way to the payment service: one at a time."""
    changing = "r.state = 'asked' and r.kind in ('checkout', 'change', 'cancel', 'resume')"
    return await db.row(Request, f"{_ROW} where {changing} and {_UNDER_WAY} limit 1")


async def list_open_pages() -> list[Request]:
    """Payment pages that were opened and may still be paid."""
    return await db.rows(Request, f"{_ROW} where r.kind = 'checkout' and r.state = 'open' and r.url_ends_at > now()")


async def find_preview() -> Request | None:
    """What was asked last about the next invoice, as things are."""
    return await db.row(Request, f"{_ROW} where r.kind = 'preview' and r.plan = '' order by r.id desc limit 1")


async def find_latest(kind: Kind) -> Request | None:
    """The last request of a kind."""
    return await db.row(Request, f"{_ROW} where r.kind = $1 order by r.id desc limit 1", kind)
