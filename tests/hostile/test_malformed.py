"""Ten thousand bodies that make no sense, through every route that changes something: a sentence each, never a fault.

`TATA_BODIES` says how many; `make fuzz` sends more. The routes are the application's own.
"""

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar

from tatausaha.core.ids import uuid7
from tests.api import program_of
from tests.hostile.malformed import Body, bodies
from tests.hostile.visiting import visitor
from tests.make import Office
from tests.test_isolation import BODIES, Case, Ids, cases, furnish

COUNT = int(os.environ.get("TATA_BODIES", "10000"))
SEED = int(os.environ.get("TATA_SEED", "2026"))
AT_ONCE = 8
"""Fewer than the pool has connections: more would be told to come again, which is a fault of the test."""
SHARES = 4
"""The routes are dealt to so many tests, so that they run in parallel."""
SPOKEN = {"application/problem+json", "application/json", "text/html; charset=utf-8"}


def changing(app: Litestar) -> list[Case]:
    return sorted((case for case in cases(app) if case.method != "GET"), key=lambda case: (case.path, case.method))


async def caller_of(app: Litestar, office: Office, case: Case) -> httpx.AsyncClient:
    """Somebody new whom the route is for, since some routes end what their caller came with."""
    role = next((one for one in ("owner", "approver", "viewer") if one in case.roles), None)
    if role is None:
        return visitor(app)
    person = await office.hire(role, office.client_id if role != "owner" else None)
    if case.path.startswith("/api/"):
        return (await program_of(office, role, person=person)).http
    person.http.headers["X-CSRF-Token"] = person.csrf
    return person.http


def verdict(case: Case, body: Body, answer: httpx.Response) -> Iterator[str]:
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if b"<b data-evil" in answer.content and "json" not in kind:
        yield "repeats what was sent"
    if answer.status_code >= 400 and kind not in SPOKEN:
        yield f"answers as {kind}"
    if case.path.startswith("/api/") and answer.status_code >= 400 and kind != "application/problem+json":
        yield "is no problem in JSON"


async def bombard(
    app: Litestar, office: Office, case: Case, own: Ids, number: int, count: int
) -> tuple[list[str], Counter[int]]:
    """Send so many bodies to one route; gives what went wrong, and how often each status came."""
    caller, gate, wrong, seen = (
        await caller_of(app, office, case),
        asyncio.Semaphore(AT_ONCE),
        list[str](),
        Counter[int](),
    )

    async def send(body: Body) -> None:
        async with gate:
            headers = {"Content-Type": body.kind} if body.kind else {}
            answer = await caller.request(case.method, case.address(own), content=body.content, headers=headers)
        seen[answer.status_code] += 1
        wrong.extend(
            f"{case.method} {case.path}: {what} for {body.kind} {body.content[:200]!r}"
            for what in verdict(case, body, answer)
        )

    await asyncio.gather(*(send(body) for body in bodies(SEED + number, count, BODIES.get(case.path, {}))))
    await caller.aclose()
    return wrong, seen


@pytest.mark.parametrize("share", range(SHARES))
async def test_no_body_makes_the_house_falter(app: Litestar, office: Office, share: int) -> None:
    own = defaultdict(uuid7, await furnish(office, office.client_id))
    routes = changing(app)
    each = -(-COUNT // len(routes))
    wrong: list[str] = []
    seen: Counter[int] = Counter()
    for number, case in enumerate(routes):
        if number % SHARES == share:
            faults, statuses = await bombard(app, office, case, own, number, each)
            wrong += faults
            seen += statuses
    print(f"{sum(seen.values())} bodies: {dict(seen)}")

    assert wrong == [], "\n".join(wrong[:20])
    assert seen[422] + seen[403] + seen[404] + seen[413] > sum(seen.values()) // 4, seen


async def test_the_bodies_are_the_same_for_the_same_seed() -> None:
    assert list(bodies(1, 200, {"a": 1})) == list(bodies(1, 200, {"a": 1}))
    assert len({body.content for body in bodies(1, 200, {})}) > 150
