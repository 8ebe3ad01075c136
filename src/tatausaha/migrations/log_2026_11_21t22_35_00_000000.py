"""The chain over the access log, and what is made of it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import CLIENT, TENANT, protect

ID = "2026-11-21T22:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the access log"

SIGHT = f"{TENANT} and (client_id is null or client_id = any((select app_clients())::uuid[]))"
# The clock looks for providers with events to seal, and sees no more than whose they are.
CLOCK = """
grant select (tenant_id) on audit_waiting to r_jobs;
create policy audit_waiting_r_jobs on audit_waiting to r_jobs using (true);
"""
# Forgetting has a role of its own, which reaches nothing younger than the provider keeps: a year at the least.
PRUNE = f"""
grant select on log_policy to r_prune;
create policy log_policy_r_prune on log_policy to r_prune using ({TENANT});
grant select (tenant_id, id, created_at), delete on audit_event to r_prune;
create policy audit_event_r_prune on audit_event to r_prune using ({TENANT} and created_at <
  now() - make_interval(months => coalesce((select months from log_policy where {TENANT}), 24)));
"""  # noqa: S608 - no part of it comes from elsewhere


def walls() -> str:
    """Row security of every table, and who may do what."""
    return "\n".join(
        [
            protect(
                "audit_waiting", tenant="select, insert, delete", client="insert", gate="insert", client_rule=SIGHT
            ),
            protect("audit_link", tenant="select, insert"),
            protect("log_policy", tenant="select, insert, update"),
            protect("log_share", tenant="select, insert, update", client="select", client_rule=CLIENT),
            protect("unusual_access", tenant="select, insert, update (verdict, note, reviewed_at, reviewed_by)"),
            CLOCK,
            PRUNE,
        ]
    )


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "log.sql", walls())
