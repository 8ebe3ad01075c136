"""What providers pay for the product, and what Stripe said."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T04:51:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "billing"

KEPT = "select, insert, update"
JOBS = """
grant select, update on stripe_event to r_jobs;
create policy stripe_event_r_jobs on stripe_event to r_jobs using (true) with check (true);
grant select (tenant_id, customer_id) on billing_account to r_jobs;
create policy billing_account_r_jobs on billing_account for select to r_jobs using (true);
"""


def walls() -> str:
    """All of it is the provider's alone. An event is stored before it is known whose it is; the relay finds that out."""
    own = (
        *("billing_account", "subscription", "stripe_invoice", "usage_day"),
        *("usage_period", "billing_difference", "billing_request"),
    )
    return (
        "".join(protect(table, tenant=KEPT) for table in own)
        + protect("stripe_event", tenant="select, update (handled_at, outcome)", gate="select (id), insert")
        + JOBS
    )


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "billing.sql", walls())
