"""Counts of stock, and what departments ask for out of the supplies."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "counts and supplies"

KEPT = "select, insert, update"
# The clock looks after the stock of those who have a place for it, and sees no more of them than that.
PLACES = "grant select (tenant_id) on place to r_jobs; create policy place_r_jobs on place to r_jobs using (true);"


def walls() -> str:
    """Row security of every table, and who may do what."""
    tables = {
        "stock_count": KEPT,
        "stock_count_line": f"{KEPT}, delete",
        "supply_request": KEPT,
        "supply_request_line": KEPT,
    }
    return "\n".join([*(protect(table, tenant=verbs, client=verbs) for table, verbs in tables.items()), PLACES])


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "counts.sql", walls())
