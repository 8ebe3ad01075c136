"""Receipts of goods, returns, suppliers' bills and their payment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:34:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "payables"

ALL = "select, insert, update, delete"
KEPT = "select, insert, update"
APPEND = "select, insert"


def walls() -> str:
    """Row security of every table, and who may do what."""
    tables = {
        **dict.fromkeys(("payable_policy", "goods_receipt", "supplier_return", "credit_note"), KEPT),
        **dict.fromkeys(("supplier_bill", "supplier_payment", "supplier_payment_line"), KEPT),
        # What was written on a draft may be written anew.
        **dict.fromkeys(("supplier_return_line", "supplier_bill_line"), ALL),
        **dict.fromkeys(("goods_receipt_line",), KEPT),
        **dict.fromkeys(("credit_use",), APPEND),
    }
    return "\n".join(protect(table, tenant=verbs, client=verbs) for table, verbs in tables.items())


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "payables.sql", walls())
