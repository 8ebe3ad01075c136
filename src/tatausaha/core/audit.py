"""The record of who did what to which client's data. Append-only for the application's roles."""

from typing import Any
from uuid import UUID

from tatausaha.core.actor import current_actor
from tatausaha.core.db import execute


async def record(action: str, object_kind: str, object_id: UUID, client_id: UUID | None = None, **detail: Any) -> None:
    """Write one event into the open scope's transaction; `detail` must hold no secrets and no identity numbers."""
    actor = current_actor()
    await execute(
        "insert into audit_event (client_id, actor_id, actor_name, actor_role, action, object_kind, object_id, detail)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(client_id, actor.id, actor.name, actor.role, action, object_kind, object_id, detail),
    )
