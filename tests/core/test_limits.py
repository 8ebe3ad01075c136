"""What may be tried only so often."""

import asyncio
from datetime import timedelta

import pytest

from tatausaha.core import limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import TooMany
from tatausaha.core.ids import uuid7

LONG = timedelta(days=3650)


async def spend(key: str, allowed: int = 3) -> bool:
    async with gate_scope():
        try:
            await limits.spend(key, allowed, LONG)
        except TooMany:
            return False
    return True


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
