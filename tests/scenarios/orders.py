"""Orders that were released, in an installation whose workers are killed while they hand them over."""

from collections.abc import Callable
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.claims import LEASE_SECONDS
from tatausaha.core.db import ScopedTransaction, gate_scope, tenant_scope
from tatausaha.core.ids import uuid7
from tatausaha.purchasing.service import sending
from tests.make import make_client, make_item, make_order, make_place, make_supplier
from tests.scenarios.house import House

SENT = (
    "select string_agg(distinct m.state, ',') from order_letter l join mail m on m.tenant_id = l.tenant_id"
    " and m.id = l.mail_id where l.order_id = $1"
)


class Orders:
    """Some orders of a new client."""

    def __init__(self, house: House, tenant_id: UUID, ids: list[UUID]) -> None:
        self.house, self.tenant_id, self.ids = house, tenant_id, ids

    def scope(self) -> ScopedTransaction:
        return tenant_scope(self.tenant_id)

    async def states(self) -> dict[UUID, str]:
        """How the letters of each order fared."""
        return {order_id: await self.house.ask(SENT, order_id) for order_id in self.ids}

    async def settled(self) -> bool:
        """Whether everything has ended. Leases that nobody extends any more end after two seconds instead of thirty."""
        await self.house.ask(
            "update job set claimed_until = now() where state = 'running'"
            " and claimed_until < now() + make_interval(secs => $1)",
            LEASE_SECONDS - 2,
        )
        return not await self.house.ask(
            "select count(*) from job where tenant_id = $1 and state in ('queued', 'sent', 'running', 'waiting')",
            self.tenant_id,
        )

    def copies(self) -> dict[UUID, int]:
        """How often the mail server took each order."""
        return {key: self.house.inbox.taken[sending.message_id(key, 1)] for key in self.ids}


async def release_orders(house: House, count: int) -> Orders:
    """New orders, all of them queued to be sent in one transaction."""
    tenant_id = uuid7()
    async with gate_scope():
        await db.execute("insert into provider (id, name) values ($1, 'PT Tata Kelola')", tenant_id)
    async with tenant_scope(tenant_id):
        client_id = await make_client()
        supplier_id = await make_supplier(client_id, email="sales@sumber.example")
        place_id, item_id = await make_place(client_id), await make_item(client_id, "B-001")
        ids = [await make_order(client_id, supplier_id, place_id, [(item_id, 12_000, 65_000)]) for _ in range(count)]
        for order_id in ids:
            await sending.queue(order_id)
    return Orders(house, tenant_id, ids)


def kill_workers_when_taken(house: House) -> Callable[[], bool]:
    """Kill both workers once, when the mail server has a message and has not said so; gives whether it happened."""
    done: list[str] = []

    def disturb() -> None:
        if not done:
            done.append("killed")
            for worker in ("worker-1", "worker-2"):
                if house.processes.pid(worker):
                    house.signal(worker)

    house.inbox.before_answer = disturb
    return lambda: bool(done)
