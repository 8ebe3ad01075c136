"""The first tables, with their walls."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import TENANT, protect

ID = "2026-11-21T19:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the house"

ALL = "select, insert, update, delete"
OPEN_RUNS = "select, insert, update"
APPEND = "select, insert"
# A slip is written once; only the mark that a later version took its place may change,
# and the seal of its account when keys are rotated, which a trigger watches.
SLIPS = "select, insert, delete, update (superseded)"
RESEALED_SLIPS = "select, insert, delete, update (superseded, bank_account)"

# Whoever serves several clients may have seen a list of them all: such a line belongs to none of them alone.
SIGHT = f"{TENANT} and (client_id is null or client_id = any((select app_clients())::uuid[]))"

# The relay moves jobs of every provider; beyond them it reads the ids of providers, for the clock.
JOBS = """
grant select (id) on provider to r_jobs;
create policy provider_r_jobs on provider to r_jobs using (true);
grant select, insert, update on job to r_jobs;
create policy job_r_jobs on job to r_jobs using (true) with check (true);
"""


def walls() -> str:
    """Row security of every table, and who may do what."""
    own = "id = (select app_tenant())"
    one_client = f"{TENANT} and id = any((select app_clients())::uuid[])"
    nobody = [protect(table, gate=ALL) for table in ("account", "user_session", "attempt_window")]
    shared = [
        protect("provider", gate=APPEND)
        + "grant select, update on provider to r_tenant; grant select on provider to r_client;"
        + f"create policy provider_r_tenant on provider to r_tenant using ({own}) with check ({own});"
        + f"create policy provider_r_client on provider to r_client using ({own});",
        protect("client", tenant=OPEN_RUNS, client="select", gate="select", client_rule=one_client),
        protect("member", tenant=OPEN_RUNS, client="select", gate=OPEN_RUNS),
        protect("assignment", tenant=ALL, gate="select"),
        protect("invitation", tenant=OPEN_RUNS, gate="select, update"),
        protect("job", tenant=ALL, client=OPEN_RUNS),
        protect("mail", tenant=OPEN_RUNS, client=OPEN_RUNS),
        protect("audit_event", tenant=APPEND, client="select", gate="insert")
        + "grant insert on audit_event to r_client;"
        + f"create policy audit_event_sight on audit_event for insert to r_client with check ({SIGHT});",
    ]
    client_owned = [
        protect("pay_policy", tenant=ALL, client="select"),
        protect("document", tenant=ALL, client=ALL),
        *(protect(table, tenant=OPEN_RUNS, client=OPEN_RUNS) for table in ("import_file", "employee", "pay_run")),
        *(protect(t, tenant=ALL, client=ALL) for t in ("contract", "pay_component", "tax_opening", "pay_input")),
        protect("pay_problem", tenant=ALL, client=ALL),
        protect("slip", tenant=RESEALED_SLIPS, client=SLIPS),
        protect("pay_step", tenant=APPEND, client=APPEND),
    ]
    return "\n".join([*nobody, *shared, *client_owned])


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "house.sql", walls() + JOBS)
