"""Suppliers and their prices, requests and orders."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:32:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "purchasing"

ALL = "select, insert, update, delete"
KEPT = "select, insert, update"
# What was approved stays as it was.
APPEND = "select, insert"


def walls() -> str:
    """Row security of every table, and who may do what."""
    tables = {
        **dict.fromkeys(("supplier", "purchase_policy", "purchase_request", "purchase_order"), KEPT),
        **dict.fromkeys(("supplier_item", "supplier_price", "purchase_request_line", "purchase_order_line"), ALL),
        "purchase_order_revision": APPEND,
    }
    return "\n".join(protect(table, tenant=verbs, client=verbs) for table, verbs in tables.items())


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "purchasing.sql", walls())
