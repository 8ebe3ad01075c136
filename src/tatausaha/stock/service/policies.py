"""How a client keeps its stock: what happens below zero, and from when on something counts as slow."""

from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.stock.forms import StockPolicyForm

LONGEST_DAYS = 3650


class Policy(msgspec.Struct, frozen=True):
    """Version 0 is what holds for a client that never chose."""

    version: int = 0
    negative: str = "refuse"
    slow_days: int = 90


async def get_policy(client_id: UUID) -> Policy:
    """What the client chose, or what holds without a choice."""
    found = await db.row(
        Policy, "select version, negative, slow_days from stock_policy where client_id = $1", client_id
    )
    return found or Policy()


async def keep_policy(client_id: UUID, form: StockPolicyForm) -> None:
    """Keep what was chosen. `Invalid` for days that are none, and when somebody else saved meanwhile."""
    attention = text("Some fields need your attention.")
    days = (
        int(form.slow_days) if form.slow_days.isascii() and form.slow_days.isdigit() and len(form.slow_days) < 6 else 0
    )
    if not 1 <= days <= LONGEST_DAYS:
        problem = text("Write a number of days between {first} and {last}.", first=1, last=LONGEST_DAYS)
        raise Invalid(attention, {"slow_days": problem})
    kept = await db.execute(
        "insert into stock_policy as p (client_id, negative, slow_days) select $1, $2, $3"
        " on conflict (tenant_id, client_id) do update set negative = excluded.negative, slow_days = excluded.slow_days,"
        " version = p.version + 1 where p.version::text = $4",
        *(client_id, form.negative, days, form.version),
    )
    if not kept:
        raise Invalid(text("Somebody else saved this meanwhile. Compare, then save again to keep what you typed."))
    await audit.record("changed", "stock_policy", client_id, client_id, negative=form.negative, slow_days=days)
