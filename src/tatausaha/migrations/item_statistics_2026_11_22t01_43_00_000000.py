"""What the database knows of items before there are any."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build

ID = "2026-11-22T01:43:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "item_statistics"


async def forwards() -> MigrationManager:
    """Write the statistics; tables and walls stay as they are."""
    return build(ID, DESCRIPTION, "item_statistics.sql", "")
