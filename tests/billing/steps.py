"""What owners, their people and the nights do in tests of the subscription, through the product's own services."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from tatausaha.billing.jobs import CountUsage, Reconcile
from tatausaha.billing.queries import requests
from tatausaha.billing.queries.requests import Request
from tatausaha.billing.service import accounts, asking, catalogue, quantities
from tatausaha.core import db
from tatausaha.core.claims import Claim, ClaimedRow, claim
from tatausaha.core.db import ScopedTransaction
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools
from tests.make import Office, drain, make_client
from tests.stripe_double import Double


class Died(BaseException):
    """The worker is gone."""


class Dying(Claim):
    """A worker that dies when it would open its next transaction after so many."""

    def __init__(self, row: ClaimedRow, scopes: int) -> None:
        super().__init__(row)
        self.scopes = scopes

    def scope(self) -> ScopedTransaction:
        if self.scopes == 0:
            raise Died
        self.scopes -= 1
        return super().scope()


async def begin_trial(office: Office, stripe: Double) -> None:
    """What the installer and the founding of a provider do."""
    await catalogue.set_up()
    async with office.scope():
        await accounts.ensure(tools().settings, stripe.clock.now)


async def wish(office: Office, kind: requests.Kind, **what: object) -> Request:
    """An owner asks, and the workers carry it out."""
    async with office.scope():
        request_id = await asking.ask(kind, **what)  # type: ignore[arg-type]
    await drain(office.tenant_id)
    async with office.scope():
        return await requests.get_request(request_id)


async def subscribe(
    office: Office, stripe: Double, plan: str = "tumbuh", card: str | None = "4242424242424242", **what: object
) -> Request:
    """An owner chooses a plan and agrees on the payment page; the night looks at what came of it."""
    request = await wish(office, "checkout", plan=plan, **{"interval": "month", "currency": "idr", **what})
    assert request.state == "open", request.problem
    stripe.complete_checkout(request.stripe_id, card)
    await night(office, stripe)
    return request


async def night(office: Office, stripe: Double, *, deaths: Sequence[int] = ()) -> None:
    """The count of the night, at the hour of the payment service's clock. Workers may die after so many transactions."""
    async with office.scope():
        job_id = await enqueue(CountUsage(), once_key=str(uuid4()))
    assert job_id is not None
    for scopes in deaths:
        with pytest.raises(Died):
            await quantities.follow_count(Dying(await _claimed(job_id), scopes), stripe.clock.now)
        async with office.scope():  # as whoever finds that its lease ended does
            await db.execute("update job set state = 'queued', attempt = 0 where id = $1", job_id)
    held = Claim(await _claimed(job_id))
    await quantities.follow_count(held, stripe.clock.now)


async def _claimed(job_id: UUID) -> ClaimedRow:
    held = await claim(job_id)
    assert held is not None
    return held.row


async def compare(office: Office) -> None:
    """The comparison of the night."""
    async with office.scope():
        await enqueue(Reconcile(), once_key=str(uuid4()))
    await drain(office.tenant_id)


async def add_clients(office: Office, number: int) -> list[UUID]:
    async with office.scope():
        return [await make_client(name=f"PT Klien {count}") for count in range(number)]


async def archive(office: Office, *client_ids: UUID) -> None:
    async with office.scope():
        await db.execute("update client set archived_at = now() where id = any($1)", list(client_ids))


async def restore(office: Office, client_id: UUID) -> None:
    async with office.scope():
        await db.execute("update client set archived_at = null where id = $1", client_id)


async def customer_of(office: Office) -> str:
    async with office.scope():
        found: str = await db.value("select customer_id from billing_account")
    return found


async def held(office: Office, stripe: Double) -> dict[str, int]:
    """The quantities at the payment service, by meter."""
    items = stripe.subscription(await customer_of(office))["items"]["data"]
    return {item["price"]["lookup_key"].split("_")[2]: item["quantity"] for item in items}
