"""One migration of ours: a file of SQL beside it, and the walls around what the file makes."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder


def build(migration_id: str, description: str, tables: str, walls: str) -> MigrationManager:
    """Run the SQL file named `tables`, then `walls`, in Piccolo's one transaction. Waits five seconds for a lock."""
    manager = MigrationManager(migration_id=migration_id, app_name="tatausaha", description=description)

    async def run() -> None:
        engine = engine_finder()
        assert engine is not None
        transaction = engine.current_transaction.get()
        assert transaction is not None
        made = Path(__file__).with_name(tables).read_text(encoding="utf-8")
        await transaction.connection.execute("set local lock_timeout = '5s'")
        await transaction.connection.execute(made + walls)

    manager.add_raw(run)
    return manager
