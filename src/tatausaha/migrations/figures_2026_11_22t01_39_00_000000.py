"""The indexes that reports stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build

ID = "2026-11-22T01:39:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "figures"


async def forwards() -> MigrationManager:
    """Add the indexes."""
    return build(ID, DESCRIPTION, "figures.sql", "")
