"""What may be tried only so often."""

import asyncio
from datetime import timedelta

import pytest

from tatausaha.core import db, limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import TooMany
from tatausaha.core.ids import uuid7

LONG = timedelta(days=3650)
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


async def spend(key: str, allowed: int = 3) -> bool:
    try:
        async with gate_scope():
            await limits.spend(key, allowed, LONG)
    except TooMany:
        return False
    return True


async def guess(who: str, address: str = HOME) -> int:
    """Try once, wrongly; gives the seconds to wait, or 0 when the guess was looked at."""
    try:
        async with gate_scope():
            await limits.attempt("password", who, address)
    except TooMany as refused:
        return refused.seconds
    return 0


async def enter(who: str, address: str = HOME) -> None:
    async with gate_scope():
        await limits.cleared("password", who, address)


async def later(seconds: float) -> None:
    """So much time passes, for everybody."""
    async with gate_scope():
        await db.execute(
            "update attempt_delay set failed_at = failed_at - $1::interval, free_at = free_at - $1::interval",
            timedelta(seconds=seconds),
        )
        if seconds >= 60:
            await db.execute("delete from attempt_window")


async def test_the_allowed_tries_pass_and_the_next_one_does_not(app: object) -> None:
    key, other = uuid7().hex, uuid7().hex

    assert [await spend(key) for _ in range(5)] == [True, True, True, False, False]
    assert await spend(other)


async def test_tries_at_the_same_moment_are_counted_exactly(app: object) -> None:
    key = uuid7().hex

    passed = await asyncio.gather(*(spend(key, allowed=4) for _ in range(12)))

    assert sum(passed) == 4


async def test_a_new_span_of_time_begins_at_nothing(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    key = uuid7().hex
    assert not all([await spend(key, allowed=1) for _ in range(2)])

    async with gate_scope():
        await limits.spend(key, 1, timedelta(days=7))


async def test_every_failure_after_the_fifth_doubles_the_wait_up_to_a_quarter_of_an_hour(app: object) -> None:
    who, waits = uuid7().hex, []
    assert [await guess(who) for _ in range(5)] == [0] * 5

    for _ in range(12):
        waits.append(await guess(who))
        await later(max(waits[-1], 60))  # at least a minute, so that the limit by the minute has no say
        assert await guess(who) == 0

    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == 900


async def test_guesses_of_one_moment_wait_for_one_another(app: object) -> None:
    who = uuid7().hex

    waits = await asyncio.gather(*(guess(who) for _ in range(10)))

    assert sum(wait == 0 for wait in waits) == 5


async def test_no_more_than_ten_guesses_in_any_minute_from_however_many_addresses(app: object) -> None:
    who, looked_at = uuid7().hex, 0
    for second in range(60):
        for number in range(3):
            looked_at += await guess(who, f"203.0.113.{second * 3 + number}") == 0
        async with gate_scope():
            await db.execute("update attempt_delay set free_at = free_at - interval '1 second'")

    assert 5 <= looked_at <= 10


async def test_success_forgets_the_failures(app: object) -> None:
    who = uuid7().hex
    for _ in range(5):
        await guess(who)
    await enter(who)

    assert [await guess(who) for _ in range(5)] == [0] * 5


async def test_a_strangers_guesses_keep_nobody_out_where_they_got_in_before(app: object) -> None:
    who = uuid7().hex
    await guess(who)
    await enter(who)
    for _ in range(7):
        await guess(who, ELSEWHERE)

    assert await guess(who, ELSEWHERE) > 0
    assert await guess(who, "203.0.113.200") > 0
    assert await guess(who) == 0


async def test_the_wait_from_anywhere_stays_below_a_minute(app: object) -> None:
    who = uuid7().hex
    for number in range(12):
        await guess(who, f"203.0.113.{number}")
        await later(61)

    await guess(who, "203.0.113.250")
    assert 0 < await guess(who, "203.0.113.251") <= 60


async def test_many_people_guessed_from_one_address_slow_down_that_address_alone(app: object) -> None:
    sprayer = f"2001:db8:{uuid7().hex[-4:]}:1::"
    passed = [await guess(uuid7().hex, f"{sprayer}{number:x}") for number in range(102)]

    assert passed[:100] == [0] * 100
    assert passed[-1] > 0
    assert await guess(uuid7().hex, ELSEWHERE) == 0


async def test_time_forgives(app: object) -> None:
    who = uuid7().hex
    for _ in range(5):
        await guess(who)
    await later(3600)

    assert [await guess(who) for _ in range(5)] == [0] * 5


async def test_what_was_typed_is_not_kept(app: object, superuser: object) -> None:
    who = f"my password {uuid7().hex}"
    await guess(who)

    async with gate_scope():
        kept = await db.records("select key::text from attempt_delay union all select key from attempt_window")
    assert not [row for row in kept if who[-10:] in row["key"] or who.encode().hex() in row["key"]]


async def test_old_counts_are_forgotten_and_proven_addresses_kept(app: object) -> None:
    who, proven = uuid7().hex, uuid7().hex
    await guess(who)
    await guess(proven)
    await enter(proven)
    await later(2 * 86_400)
    async with gate_scope():
        await limits.forget_old()
        left = [row["proven_at"] for row in await db.records("select proven_at from attempt_delay")]

    assert left
    assert None not in left
