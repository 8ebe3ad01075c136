"""What costs much, limited for each person, so that nobody's clicking (or script) takes the machine from everybody else."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tatausaha.core import limits
from tatausaha.core.db import gate_scope

FILES = 30
ORDERS = 30
SEARCHES = 120
# By the name of the route: how often in a minute. Reading a document that is made already costs little and is not here.
PER_MINUTE = {
    "documents.run": FILES,
    "payroll.import_template": FILES,
    "people.import_template": FILES,
    "privacy.record_file": FILES,
    "reports.make_table": FILES,
    "portal.make_table": FILES,
    "api.make_report": FILES,
    "portal.order_pdf": FILES,
    "invoicing.hours_file": FILES,
    "invoicing.receivables_file": FILES,
    "invoicing.statement": FILES,
    "invoicing.profit_file": FILES,
    "payroll.calculate": ORDERS,
    "payroll.publish": ORDERS,
    "payroll.resume": ORDERS,
    "payroll.upload": ORDERS,
    "payroll.import_check": ORDERS,
    "payroll.import_confirm": ORDERS,
    "people.order_export": ORDERS,
    "people.upload": ORDERS,
    "people.import_check": ORDERS,
    "people.import_confirm": ORDERS,
    "privacy.order_copy": ORDERS,
    "work.retry_job": ORDERS,
    "work.search": SEARCHES,
}


async def guard_costly(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Count one call of a costly route for this person, or raise `TooMany`. Stands behind the guard of roles."""
    allowed = PER_MINUTE.get(handler.name or "")
    if allowed is not None and connection.scope.get("user") is not None:
        async with gate_scope():
            await limits.spend(f"{handler.name}:{connection.user.account_id}", allowed, limits.MINUTE)
