"""The services that clients have bought."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build

ID = "2026-11-22T01:38:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "services"


async def forwards() -> MigrationManager:
    """Add the column; the walls around clients stand already."""
    return build(ID, DESCRIPTION, "services.sql", "")
