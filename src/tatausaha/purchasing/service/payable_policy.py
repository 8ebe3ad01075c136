"""How strict a client is with what suppliers bring and bill, as managers set it."""

from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import text
from tatausaha.purchasing.queries.payable_policy import PayablePolicy


async def set_policy(client_id: UUID, policy: PayablePolicy) -> None:
    """Keep it; Conflict when somebody else saved since `policy.version` was read."""
    saved = await db.execute(
        "insert into payable_policy as p (client_id, price_rate, quantity_rate, over_rate, near_days, claims_ppn)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, client_id) do update set"
        " price_rate = excluded.price_rate, quantity_rate = excluded.quantity_rate, over_rate = excluded.over_rate,"
        " near_days = excluded.near_days, claims_ppn = excluded.claims_ppn, version = p.version + 1 where p.version = $7",
        *(client_id, policy.price_rate, policy.quantity_rate, policy.over_rate, policy.near_days, policy.claims_ppn),
        policy.version,
    )
    if not saved:
        raise Conflict(text("Somebody else saved these rules meanwhile. Reload the page to see them."))
    await audit.record("changed", "payable_policy", client_id, client_id)
