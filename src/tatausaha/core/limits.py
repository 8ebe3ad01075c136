"""How often something may be tried: counted in PostgreSQL, exact across processes, needing no other server."""

from datetime import timedelta

from tatausaha.core import db
from tatausaha.core.errors import TooMany
from tatausaha.core.i18n import text


async def spend(key: str, allowed: int, per: timedelta) -> None:
    """Count one try against `key`, or raise `TooMany`. Needs the gate scope, which must commit."""
    attempts = await db.value(
        "with spent as (insert into attempt_window (key, starts_at) values ($1, date_bin($2, now(), 'epoch'))"
        " on conflict (key, starts_at) do update set attempts = attempt_window.attempts + 1 returning attempts)"
        # The span before counts as well, or twice as many would fit around the end of one.
        " select spent.attempts + coalesce((select w.attempts from attempt_window w"
        "   where w.key = $1 and w.starts_at = date_bin($2, now(), 'epoch') - $2), 0)::int from spent",
        *(key, per),
    )
    if attempts > allowed:
        raise TooMany(text("Too many attempts. Please wait a while and try again."))
