"""What became of the subscription, and by whom: the lines of the access log about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db


class Event(msgspec.Struct, frozen=True):
    """One change, by a person or by what the payment service told."""

    id: UUID
    created_at: datetime
    actor_name: str
    actor_role: str
    action: str
    object_kind: str
    detail: dict[str, Any]


async def page_events(before: UUID | None = None, limit: int = 50) -> list[Event]:
    """The newest first; `before` continues behind a page's last one."""
    return await db.rows(
        Event,
        "select id, created_at, actor_name, actor_role, action, object_kind, detail from audit_event"
        # As the index says it, so that it is used.
        " where object_kind in ('subscription', 'billing_account', 'payment_method', 'stripe_invoice') and action <> 'saw'"
        " and ($1::uuid is null or id < $1) order by id desc limit $2",
        *(before, limit),
    )
