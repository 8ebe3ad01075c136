"""What a provider may begin."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T04:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "entitlements"


def walls() -> str:
    """Everybody who works may ask; who begins something counted raises its count. It is told with the session."""
    return protect(
        "entitlement",
        tenant="select, insert, update, delete",
        client="select, update (used)",
        gate="select",
        client_rule="tenant_id = (select app_tenant())",
    )


async def forwards() -> MigrationManager:
    """Make the table, then its walls."""
    return build(ID, DESCRIPTION, "entitlements.sql", walls())
