"""Tills, their shifts, and what they sold."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:36:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "sales"

ALL = "select, insert, update, delete"
KEPT = "select, insert, update"
# What was sold is written once; a line only ceases to be late when its shift is counted again.
LINES = "select, insert, update (late)"


def walls() -> str:
    """Row security of every table, and who may do what."""
    tables = {
        **dict.fromkeys(("till", "shift", "shift_method", "sale_day"), KEPT),
        **dict.fromkeys(("till_layout", "till_item"), ALL),
        "sale_line": LINES,
    }
    return "\n".join(protect(table, tenant=verbs, client=verbs) for table, verbs in tables.items())


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "sales.sql", walls())
