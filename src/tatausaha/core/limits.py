"""How often something may be tried: counted in PostgreSQL, exact across processes, needing no other server."""

from datetime import timedelta

from tatausaha.core import db
from tatausaha.core.errors import TooMany
from tatausaha.core.i18n import text


async def spend(key: str, allowed: int, per: timedelta) -> None:
    """Count one try against `key`, or raise `TooMany`. Needs the gate scope, which must commit."""
    attempts = await db.value(
        "insert into attempt_window (key, starts_at) values ($1, date_bin($2, now(), 'epoch'))"
        " on conflict (key, starts_at) do update set attempts = attempt_window.attempts + 1 returning attempts",
        *(key, per),
    )
    if attempts > allowed:
        raise TooMany(text("Too many attempts. Please wait a while and try again."))
