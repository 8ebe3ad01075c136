"""Numbers of documents."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "numbers"

KEPT = "select, insert, update"
# What was taken stays taken; only that its document was given up is written beside it.
TAKEN = "select, insert, update (voided_at, void_reason, void_name)"


def walls() -> str:
    """Whoever works for a client takes its numbers; how they are written is the managers' choice."""
    return (
        protect("number_pattern", tenant=KEPT, client="select")
        + protect("number_series", tenant=KEPT, client=KEPT)
        + protect("number_taken", tenant=TAKEN, client=TAKEN)
    )


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "numbers.sql", walls())
