"""What owners asked of the payment service, and what came of it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from tatausaha.billing.rules.quantities import Quantities
from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text

Kind = Literal["checkout", "change", "cancel", "resume", "portal", "preview"]
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
    def quantities(self) -> Quantities:
        """What was counted when it was asked."""
        return Quantities(self.clients, self.employees)


_ROW = (
    "select id, created_at, kind, plan, interval, currency, coupon, language, clients, employees, shown_amount, answer, state,"
    " stripe_id, url, url_ends_at, problem, actor_name from billing_request"
)


async def get_request(request_id: UUID) -> Request:
    """The wish, or `NotFound`."""
    found = await db.row(Request, f"{_ROW} where id = $1", request_id)
    if found is None:
        raise NotFound(text("This request does not exist."))
    return found


async def find_waiting() -> Request | None:
    """The change that is on its way to the payment service: one at a time."""
    return await db.row(
        Request, f"{_ROW} where state = 'asked' and kind in ('checkout', 'change', 'cancel', 'resume') limit 1"
    )


async def list_open_pages() -> list[Request]:
    """Payment pages that were opened and may still be paid."""
    return await db.rows(Request, f"{_ROW} where kind = 'checkout' and state = 'open' and url_ends_at > now()")


async def list_requests(*, before: UUID | None = None, limit: int = 50) -> list[Request]:
    """What was asked, newest first, without what only looked; `before` continues after a page's last id."""
    return await db.rows(
        Request,
        f"{_ROW} where kind <> 'preview' and ($1::uuid is null or id < $1) order by id desc limit $2",
        *(before, limit),
    )


async def find_preview() -> Request | None:
    """What was asked last about the next invoice, as things are."""
    return await db.row(Request, f"{_ROW} where kind = 'preview' and plan = '' order by id desc limit 1")


async def find_latest(kind: Kind) -> Request | None:
    """The last request of a kind."""
    return await db.row(Request, f"{_ROW} where kind = $1 order by id desc limit 1", kind)
