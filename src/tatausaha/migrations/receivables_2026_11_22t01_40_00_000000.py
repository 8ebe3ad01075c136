"""Customers, what they owe and what they paid."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "receivables"

APPEND = "select, insert"
# What is owed stays as it was asked for; only how far it has come is written later.
OWED = "select, insert, update (number, paid, state, void_reason)"


def walls() -> str:
    """Row security of every table, and who may do what."""
    return "\n".join(
        [
            protect("customer", tenant="select, insert, update", client="select, insert, update"),
            protect("receivable", tenant=OWED, client=OWED),
            protect("customer_receipt", tenant=APPEND, client=APPEND),
            protect("customer_receipt_line", tenant=APPEND, client=APPEND),
        ]
    )


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "receivables.sql", walls())
