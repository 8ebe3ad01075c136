"""Items, places, and the ledger of stock."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stock"

ALL = "select, insert, update, delete"
KEPT = "select, insert, update"
# The ledger, and what a month closed with, are written once.
APPEND = "select, insert"


def walls() -> str:
    """Row security of every table, and who may do what."""
    tables = {
        **dict.fromkeys(("place", "item", "stock_level", "stock_batch", "stock_layer", "stock_policy"), KEPT),
        **dict.fromkeys(("item_unit", "item_barcode"), ALL),
        **dict.fromkeys(("stock_movement", "stock_month", "stock_month_value"), APPEND),
    }
    return "\n".join(protect(table, tenant=verbs, client=verbs) for table, verbs in tables.items())


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "stock.sql", walls())
