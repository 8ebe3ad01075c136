"""What the provider bills its clients."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import CLIENT, protect

ID = "2026-11-22T04:52:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "invoicing"

KEPT = "select, insert, update"
REMADE = "select, insert, update, delete"
SENT = f"{CLIENT} and sent_at is not null"
OF_SENT = f"{CLIENT} and exists (select from client_invoice i where i.tenant_id = {{0}}.tenant_id and i.id = {{0}}.invoice_id)"


# The clock asks whose invoices there are, and nothing of them.
CLOCK = (
    "grant select (tenant_id) on client_invoice to r_jobs;"
    " create policy client_invoice_r_jobs on client_invoice for select to r_jobs using (true);"
)


def walls() -> str:
    """Prices and drafts are the provider's alone; a client sees its invoices once they were sent, and what is behind them."""
    return (
        protect("invoicing_profile", tenant=KEPT)
        + protect("price_list", tenant=KEPT)
        + protect("price_line", tenant=REMADE)
        + protect("work_time", tenant=REMADE, client=REMADE)
        + protect("member_cost", tenant=KEPT)
        + protect("client_invoice", tenant=REMADE, client="select", client_rule=SENT)
        + protect(
            "client_invoice_line", tenant=REMADE, client="select", client_rule=OF_SENT.format("client_invoice_line")
        )
        + protect("billed_item", tenant=REMADE, client="select", client_rule=OF_SENT.format("billed_item"))
        + protect(
            "client_payment",
            tenant="select, insert, update (voided_at, void_reason, voided_name)",
            client="select",
            client_rule=OF_SENT.format("client_payment"),
        )
        + CLOCK
    )


async def forwards() -> MigrationManager:
    """Make the tables, then their walls."""
    return build(ID, DESCRIPTION, "invoicing.sql", walls())
