"""The access log: who saw, searched, exported, downloaded or changed what, of whom, from where and why.

Append-only for every role of the application. A change is written with the change; what was only read is written when
its scope closes, in the same transaction, so that a page whose line cannot be written is never shown. Where a scope did
nothing but look and search, its line does not wait for the disk (`infra/decisions/0014-access-log.md`).
"""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any, Literal
from uuid import UUID

from tatausaha.core.actor import current_actor
from tatausaha.core.db import DB, execute

Seen = Literal["saw", "searched", "exported", "downloaded", "revealed"]

LOOKS = ("saw", "searched")
LONGEST_REASON = 500
LONGEST_WORDS = 100

_INSERT = (
    "insert into audit_event (client_id, actor_id, actor_name, actor_role, address, action, object_kind, object_id,"
    " subject_id, count, reason, detail)"
)
_CHANGE = f"{_INSERT} values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
# A transaction without an id has written nothing yet: this line is then all that its COMMIT would wait for.
_SIGHT = (
    # A list may be asked for a client that is not this person's, or nobody's: then it shows nothing, of no client.
    f"{_INSERT} select (select id from client where id = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12"  # noqa: S608 - our own words
    " from set_config('synchronous_commit', case when pg_current_xact_id_if_assigned() is null"
    " then 'off' else current_setting('synchronous_commit') end, true)"
)


async def record(
    action: str,
    object_kind: str,
    object_id: UUID | None,
    client_id: UUID | None = None,
    *,
    subject_id: UUID | None = None,
    reason: str = "",
    **detail: Any,
) -> None:
    """Write a change into the open scope's transaction.

    `subject_id` is the employee whose data it is; `detail` must hold no secrets and no identity numbers.
    """
    await execute(_CHANGE, *_line(action, object_kind, object_id, client_id, subject_id, 1, reason, detail))


async def saw(
    object_kind: str,
    object_id: UUID | None = None,
    client_id: UUID | None = None,
    *,
    action: Seen = "saw",
    subject_id: UUID | None = None,
    count: int = 1,
    reason: str = "",
    **detail: Any,
) -> None:
    """Write what the open scope reads, when the scope closes. `count` is the number of records that are shown."""
    line = _line(action, object_kind, object_id, client_id, subject_id, count, reason, detail)
    DB.current().at_end.append(partial(execute, _SIGHT if action in LOOKS else _CHANGE, *line))


async def saw_list(
    object_kind: str, client_id: UUID | None, count: int, words: str = "", clients: Iterable[UUID] = (), **detail: Any
) -> None:
    """Write that a list was read, and what was searched for, unless it may be part of a number of somebody.

    `clients` are those of the rows of a list over several: one line is written now, and the sealer gives each client
    its own (`audit_chain`).
    """
    if words and not any(letter.isdigit() for letter in words):
        detail["words"] = words[:LONGEST_WORDS]
    shown = Counter(map(str, clients)) if client_id is None else Counter()
    if len(shown) == 1:
        client_id = UUID(next(iter(shown)))
    elif shown:
        detail["clients"] = dict(shown)
    await saw(object_kind, None, client_id, action="searched" if words else "saw", count=count, **detail)


def _line(
    action: str,
    object_kind: str,
    object_id: UUID | None,
    client_id: UUID | None,
    subject_id: UUID | None,
    count: int,
    reason: str,
    detail: dict[str, Any],
) -> tuple[Any, ...]:
    actor = current_actor()
    subject = object_id if object_kind == "employee" else subject_id
    who = (client_id, actor.id, actor.name, actor.role, actor.address)
    return (*who, action, object_kind, object_id, subject, count, reason[:LONGEST_REASON], detail)
