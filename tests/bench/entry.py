"""Whether the time of an answer tells if an address has an account: signing in, and asking for a new password."""

import asyncio
import random
import time
from itertools import product
from statistics import median

import httpx

from tatausaha.core.ids import uuid7
from tatausaha.identity.service import found_provider
from tests.bench.report import Measure
from tests.bench.start import served
from tests.scenarios.house import House

PAIRS = 200
PASSWORD = "empat kata yang panjang"
KNOWN = "ada@example.test"
# Every try is the first one of its address, and nothing of the one before is under way any more.
FORGET = "truncate attempt_delay, attempt_window, password_reset"
QUIET_SECONDS = 0.03


async def measure(house: House) -> list[Measure]:
    await found_provider("PT Ukur", "Ada", KNOWN, PASSWORD)
    async with served(house.settings) as ours, httpx.AsyncClient(base_url=ours) as client:
        found = []
        for path, typed in (("/sign-in", {"password": "salah sama sekali"}), ("/forgotten", {})):
            known, unknown = await times(house, client, path, typed)
            found += told(path, known, unknown)
    return found


async def times(house: House, client: httpx.AsyncClient, path: str, typed: dict[str, str]) -> tuple[list[float], ...]:
    """Seconds of the answers to the known address and to unknown ones, in pairs whose order is drawn by lot."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    await once(house, client, path, {"email": KNOWN, **typed})
    for _ in range(PAIRS):
        for known in random.sample([True, False], 2):
            email = KNOWN if known else f"{uuid7().hex[-3:]}@example.test"
            seconds[known].append(await once(house, client, path, {"email": email, **typed}))
    return seconds[True], seconds[False]


async def once(house: House, client: httpx.AsyncClient, path: str, typed: dict[str, str]) -> float:
    await house.run(FORGET)
    await asyncio.sleep(QUIET_SECONDS)
    began = time.perf_counter()
    answer = await client.post(path, data=typed)
    assert answer.status_code in (303, 422), answer.text
    return time.perf_counter() - began


def told(path: str, known: list[float], unknown: list[float]) -> list[Measure]:
    """The gap, and how often a known address takes longer than an unknown one: half of the time says nothing."""
    gap = abs(median(known) - median(unknown)) * 1000
    longer = sum(a > b for a, b in product(known, unknown)) / len(known) / len(unknown)
    note = f"{median(known) * 1000:.1f} ms / {median(unknown) * 1000:.1f} ms"
    return [
        Measure(f"entry: {path}, known against unknown, gap", gap, "ms", 10, most=True, note=note),
        Measure(f"entry: {path}, how far known and unknown part", abs(longer - 0.5), "of 0.5", 0.25, most=True),
    ]
