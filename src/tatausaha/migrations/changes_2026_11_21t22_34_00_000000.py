"""Change requests, and the policies that say who decides them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import TENANT, protect

ID = "2026-11-21T22:34:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "maker and checker"

# What is asked for stays as it was asked; only the decision is written later.
REQUESTS = "select, insert, update (state, decided_by, decided_name, decided_at, comment)"
# Rotation of keys, which works for the whole provider, seals the same words anew.
RESEALED = f"{REQUESTS[:-1]}, before, after)"
# Whoever serves one client reads what holds for all of them.
OWN_AND_COMMON = f"{TENANT} and (client_id is null or client_id = any((select app_clients())::uuid[]))"


def walls() -> str:
    """Row security of both tables."""
    return "\n".join(
        [
            protect("change_request", tenant=RESEALED, client=REQUESTS),
            protect(
                "change_policy", tenant="select, insert, update, delete", client="select", client_rule=OWN_AND_COMMON
            ),
        ]
    )


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "changes.sql", walls())
