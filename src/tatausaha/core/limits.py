"""How often something may be tried: counted in PostgreSQL, exact across processes, needing no other server.

`spend` allows so many in a span of time. `attempt` is for guesses: each failure makes the wait before the next one longer,
for the person at this address most, for the person from anywhere else less, and for the address over all persons last.
Someone who got in from an address before is bound by their own failures there alone, so that a stranger's guesses lock
nobody out (decision 12).
"""

from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import TooMany
from tatausaha.core.i18n import Text, text

MINUTE = timedelta(minutes=1)
TRIES_PER_MINUTE = 10
PROVEN_DAYS = 90


class Delay(msgspec.Struct, frozen=True):
    """How waits grow: `free` failures cost nothing, then 2, 4, 8 … seconds up to `longest`; one is forgiven every `forgive`."""

    free: int
    longest: timedelta
    forgive: timedelta


HERE = Delay(5, timedelta(minutes=15), timedelta(minutes=10))
ANYWHERE = Delay(5, timedelta(minutes=1), timedelta(minutes=10))
ADDRESS = Delay(100, timedelta(minutes=15), timedelta(seconds=6))


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
        raise too_many(per)


async def attempt(what: str, who: str, address: str) -> None:
    """Before a guess at `what` ("password", "code") of `who` is looked at: count it as failed, or raise `TooMany`.

    `who` is what was typed or an account's id, known or not: unknown ones count alike. Needs the gate scope; what
    raises there is rolled back, so a refused try costs nothing. Then call `cleared` once the guess proves right.
    """
    if not await _count(_key(what, who, _network(address)), HERE):
        await _count(_key(what, who), ANYWHERE)
        await _count(_key(what, "", _network(address)), ADDRESS)
    await spend(_key(what, who).hex(), TRIES_PER_MINUTE, MINUTE)


async def cleared(what: str, who: str, address: str) -> None:
    """The guess was right: forget the person's failures, and know this address from now on. Needs the gate scope."""
    await db.execute(
        "insert into attempt_delay as d (key, failures, proven_at) values ($1, 0, now())"
        " on conflict (key) do update set failures = 0, free_at = now(), failed_at = now(), proven_at = now()",
        _key(what, who, _network(address)),
    )
    await db.execute("delete from attempt_delay where key = $1", _key(what, who))
    await db.execute("delete from attempt_window where key = $1", _key(what, who).hex())


async def forget_old() -> None:
    """Delete what no limit looks at any more. Needs the gate scope."""
    await db.execute("delete from attempt_window where starts_at < now() - interval '1 day'")
    await db.execute(
        "delete from attempt_delay where failed_at < now() - interval '1 day'"
        " and coalesce(proven_at, '-infinity') < now() - make_interval(days => $1)",
        PROVEN_DAYS,
    )


def too_many(wait: timedelta) -> TooMany:
    """The refusal that says how long to wait."""
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    return TooMany(_sentence(seconds), seconds)


def _sentence(seconds: int) -> Text:
    if seconds <= 90:
        return text("Too many attempts. Wait {seconds} seconds, then try again.", seconds=seconds)
    return text("Too many attempts. Wait {minutes} minutes, then try again.", minutes=-(-seconds // 60))


async def _count(key: bytes, delay: Delay) -> bool:
    """Count a failure against `key` and say whether it was proven, or raise `TooMany` while its wait lasts."""
    counted = await db.records(
        # The clock, not the transaction's beginning: tries of one moment wait here for one another.
        "insert into attempt_delay as d (key, failures, failed_at, free_at)"
        " values ($1, 1, clock_timestamp(), clock_timestamp()) on conflict (key) do update set"
        " failures = still_counted(d.failures, d.failed_at, $4) + 1, failed_at = clock_timestamp(),"
        " free_at = clock_timestamp() + wait_after(still_counted(d.failures, d.failed_at, $4) + 1, $2, $3)"
        " where d.free_at <= clock_timestamp() returning d.proven_at is not null as proven",
        *(key, delay.free, delay.longest, delay.forgive),
    )
    if counted:
        return bool(counted[0]["proven"])
    raise too_many(await db.value("select free_at - clock_timestamp() from attempt_delay where key = $1", key))


def _key(what: str, who: str, address: str = "") -> bytes:
    """A hash: people type passwords where their address belongs, and nothing of that may be kept."""
    return sha256("\0".join((what, who.strip().lower(), address)).encode()).digest()


def _network(address: str) -> str:
    """One household: the address, or of IPv6 the first half, of which one machine may use every number it likes."""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    return str(int(number) >> 64) if isinstance(number, IPv6Address) and not number.ipv4_mapped else str(number)
