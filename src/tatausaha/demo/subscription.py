"""How the demo's firms pay for the product: the first has subscribed, the second is on trial. No money moves."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx

from tatausaha.billing.jobs import CountUsage
from tatausaha.billing.queries import accounts as account_queries
from tatausaha.billing.queries import requests
from tatausaha.billing.queries.requests import Request
from tatausaha.billing.service import accounts, asking, catalogue
from tatausaha.core import db, entitlements
from tatausaha.core.actor import Actor, acting
from tatausaha.core.db import tenant_scope
from tatausaha.core.outbox import enqueue
from tatausaha.demo.founding import Staff
from tatausaha.local.child import LocalError
from tatausaha.settings import Settings

PATIENCE, LOOK_EVERY = 60.0, 0.1  # seconds
SINCE = timedelta(days=90)


async def begin(settings: Settings, staff: Staff, owner: Actor, *, subscribed: bool) -> None:
    """A firm's trial; one that is to be `subscribed` has its trial behind it, chooses a plan and pays. Once."""
    if not settings.billing:
        return
    await catalogue.set_up()
    now = datetime.now(UTC)
    async with tenant_scope(staff.tenant_id):
        await accounts.ensure(settings, now)
        new = subscribed and not await requests.find_latest("checkout")
        if new:
            await db.execute("update billing_account set trial_ends_at = $1", now - SINCE)
    if new:
        await _subscribe(staff.tenant_id, owner)


async def count(tenant_id: UUID) -> None:
    """What the night does: count, and tell what was counted. Once."""
    async with tenant_scope(tenant_id):
        if await account_queries.find_account():
            await enqueue(CountUsage(), once_key="demo")


async def _subscribe(tenant_id: UUID, owner: Actor) -> None:
    """The owner chooses a plan and pays on the stand-in's page; the workers hear of it."""
    with acting(owner):
        async with tenant_scope(tenant_id):
            request_id = await asking.ask("checkout", plan="tumbuh", interval="month", currency="idr")
    request = await _opened(tenant_id, request_id)
    async with httpx.AsyncClient() as person:
        answer = await person.post(request.url, data={"do": "works"})
    if answer.is_error:
        raise LocalError(f"The stand-in's payment page answered {answer.status_code}.")
    deadline = time.monotonic() + PATIENCE
    while not await _paid(tenant_id):
        await _wait(deadline, "The payment was not heard of.")


async def _opened(tenant_id: UUID, request_id: UUID) -> Request:
    deadline = time.monotonic() + PATIENCE
    while True:
        async with tenant_scope(tenant_id):
            request = await requests.get_request(request_id)
        if request.state == "open":
            return request
        await _wait(deadline, f"The payment page was not opened, it is {request.state}.")


async def _paid(tenant_id: UUID) -> bool:
    async with tenant_scope(tenant_id):
        standing = await entitlements.find()
        return standing is not None and standing.reason == "paid" and bool(await db.value("select 1 from subscription"))


async def _wait(deadline: float, problem: str) -> None:
    if time.monotonic() > deadline:
        raise LocalError(f"{problem} The logs of the workers may say why.")
    await asyncio.sleep(LOOK_EVERY)
