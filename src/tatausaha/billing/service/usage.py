"""What is counted, by day and by paid period. A period that ended stays as it was."""

from datetime import datetime

import msgspec

from tatausaha.billing.queries.accounts import Subscription
from tatausaha.billing.rules.quantities import Quantities
from tatausaha.clients import queries as clients
from tatausaha.core import db, entitlements
from tatausaha.core.dates import ZONES
from tatausaha.identity import queries as members
from tatausaha.people import queries as people

# Each of these registers its counter when it is loaded.
COUNTERS_OF = (clients, members, people)
DAY_OF = ZONES["Asia/Jakarta"]


class Counted(msgspec.Struct, frozen=True):
    """Active client companies, active employees of them, and the provider's own people."""

    clients: int
    employees: int
    seats: int

    @property
    def quantities(self) -> Quantities:
        """What of it is billed."""
        return Quantities(self.clients, self.employees)

    @property
    def by_limit(self) -> dict[str, int]:
        """As plans name their limits."""
        return {"client": self.clients, "employee": self.employees, "seat": self.seats}


async def look() -> Counted:
    """Count anew what there is now. Needs the provider's scope, open."""
    used = await entitlements.recount()
    return Counted(used["client"], used["employee"], used["seat"])


async def count(now: datetime) -> Counted:
    """Count anew, and keep it as the count of this day: what Stripe is told of, and periods are compared with."""
    counted = await look()
    await db.execute(
        "insert into usage_day (counted_on, counted_at, clients, employees, seats) values ($1, $2, $3, $4, $5)"
        " on conflict (tenant_id, counted_on) do update set counted_at = excluded.counted_at, clients = excluded.clients,"
        " employees = excluded.employees, seats = excluded.seats where usage_day.counted_at <= excluded.counted_at",
        *(now.astimezone(DAY_OF).date(), now, counted.clients, counted.employees, counted.seats),
    )
    return counted


async def roll(subscription: Subscription) -> None:
    """Keep the running period by what Stripe says of the subscription, and freeze those that it is over with.

    What a period begins with is what was counted last before it: by the page that it was bought on, or by the night.
    While a subscription is paused nothing is billed, and there is no period.
    """
    key = (subscription.stripe_id, subscription.period_starts_at)
    await db.execute(
        "update usage_period set frozen_at = now(),"
        " ends_at = case when starts_at < $2 then least(ends_at, $2) else ends_at end"
        " where frozen_at is null and (stripe_subscription_id <> $1 or starts_at <> $2 or $3)",
        *(*key, subscription.status == "paused"),
    )
    if subscription.status == "paused":
        return
    began = await _counted_before(subscription)
    await db.execute(
        "insert into usage_period (stripe_subscription_id, starts_at, ends_at, clients, employees, most_clients,"
        " most_employees, frozen_at) values ($1, $2, $3, $4, $5, $6, $7, case when $8 then now() end)"
        " on conflict (tenant_id, stripe_subscription_id, starts_at) do update set ends_at = excluded.ends_at,"
        " most_clients = greatest(usage_period.most_clients, excluded.most_clients),"
        " most_employees = greatest(usage_period.most_employees, excluded.most_employees),"
        " frozen_at = excluded.frozen_at where usage_period.frozen_at is null",
        *(*key, subscription.period_ends_at, began.clients, began.employees),
        *(subscription.clients, subscription.employees, not subscription.alive),
    )


async def begin_with(subscription: Subscription, counted: Quantities) -> None:
    """The running period was begun by somebody's wish: it is billed by what was counted for it."""
    await db.execute(
        "update usage_period set clients = $3, employees = $4 where stripe_subscription_id = $1 and starts_at = $2"
        " and frozen_at is null",
        *(subscription.stripe_id, subscription.period_starts_at, counted.clients, counted.employees),
    )


async def charged(subscription: Subscription) -> Quantities:
    """The most that the running period was charged for."""
    found = await db.row(
        Quantities,
        "select most_clients as clients, most_employees as employees from usage_period"
        " where stripe_subscription_id = $1 and starts_at = $2",
        *(subscription.stripe_id, subscription.period_starts_at),
    )
    return found or subscription.quantities


async def _counted_before(subscription: Subscription) -> Quantities:
    """What was counted when the running period began; what Stripe bills where nothing was counted yet."""
    first = not await db.value(
        "select exists (select from usage_period where stripe_subscription_id = $1 and starts_at < $2)",
        *(subscription.stripe_id, subscription.period_starts_at),
    )
    # Stripe tells whole seconds, by a clock of its own.
    before = "<= $1::timestamptz + interval '1 minute'"
    page = (
        await db.row(
            Quantities,
            f"select clients, employees from billing_request where kind = 'checkout' and created_at {before}"  # noqa: S608
            " and state in ('open', 'done') order by id desc limit 1",
            subscription.began_at,
        )
        if first
        else None
    )
    night = await db.row(
        Quantities,
        f"select clients, employees from usage_day where counted_at {before} order by counted_on desc limit 1",  # noqa: S608
        subscription.period_starts_at,
    )
    return page or night or subscription.quantities
