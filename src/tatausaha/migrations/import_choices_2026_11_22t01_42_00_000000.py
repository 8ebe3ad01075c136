"""How people have a spreadsheet read."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build

ID = "2026-11-22T01:42:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "import_choices"


async def forwards() -> MigrationManager:
    """Add the column; the walls around imports stand already."""
    return build(ID, DESCRIPTION, "import_choices.sql", "")
