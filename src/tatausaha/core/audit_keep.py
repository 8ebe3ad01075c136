"""How long the access log is kept, and the forgetting of what is older."""

from datetime import datetime
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.ids import first_id

AT_ONCE = 5_000


class LogPolicy(msgspec.Struct, frozen=True):
    """For how many months lines are kept, and from which hour to which people usually work."""

    months: int = 24
    opens: int = 6
    closes: int = 20


class Share(msgspec.Struct, frozen=True):
    """What a client's contract says: whether it is shown names or only roles, and whether it gets the weekly letter."""

    shows_names: bool = True
    weekly: bool = True


async def get_policy() -> LogPolicy:
    """The provider's own, or the defaults. Needs the provider's scope."""
    return await db.row(LogPolicy, "select months, opens, closes from log_policy") or LogPolicy()


async def set_policy(policy: LogPolicy) -> None:
    """Keep it. Needs the provider's scope."""
    await db.execute(
        "insert into log_policy (months, opens, closes) values ($1, $2, $3) on conflict (tenant_id)"
        " do update set months = excluded.months, opens = excluded.opens, closes = excluded.closes",
        *(policy.months, policy.opens, policy.closes),
    )
    await audit.record("changed", "log_policy", None, **msgspec.to_builtins(policy))


async def get_share(client_id: UUID) -> Share:
    """The client's own, or the defaults."""
    query = "select shows_names, weekly from log_share where client_id = $1"
    return await db.row(Share, query, client_id) or Share()


async def set_share(client_id: UUID, share: Share) -> None:
    """Keep it. Needs the provider's scope."""
    await db.execute(
        "insert into log_share (client_id, shows_names, weekly) values ($1, $2, $3) on conflict (tenant_id, client_id)"
        " do update set shows_names = excluded.shows_names, weekly = excluded.weekly",
        *(client_id, share.shows_names, share.weekly),
    )
    await audit.record("changed", "log_share", client_id, client_id, **msgspec.to_builtins(share))


async def announce_forgetting() -> datetime | None:
    """Write into the log, and so into the chain, up to when lines are forgotten; None where none is that old.

    Comes before the forgetting, in a transaction of its own: the verifier then knows why a line is gone. Needs the
    provider's scope.
    """
    before: datetime = await db.value("select now() - make_interval(months => $1)", (await get_policy()).months)
    if not await db.value("select exists (select from audit_event where id < $1)", first_id(before)):
        return None
    await audit.record("pruned", "audit_event", None, before=before.isoformat())
    return before


async def forget(before: datetime) -> int:
    """Delete some lines from before that moment; gives their number. Needs a `prune_scope`, which allows no others."""
    return await db.execute(
        "delete from audit_event where id = any(array(select id from audit_event where id < $1 order by id limit $2))",
        *(first_id(before), AT_ONCE),
    )
