"""Ways back in: reset links, changes of address, and the growing delay for guesses."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-21T22:32:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "recovery"


def walls() -> str:
    """These belong to accounts, not to a provider: the gate alone reads and writes them."""
    every = "select, insert, update, delete"
    return "\n".join(protect(table, gate=every) for table in ("attempt_delay", "password_reset", "email_change"))


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "recovery.sql", walls())
