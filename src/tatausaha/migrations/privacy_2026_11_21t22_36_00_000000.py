"""Requests of the people behind the data, retention and destruction, breaches, sub-processors."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import CLIENT, TENANT, protect

ID = "2026-11-21T22:36:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "privacy"

ENTER = "select, insert, update"
# What a destruction names is written once; how far it is may change.
DESTRUCTION = (
    "update (state, agreed_id, agreed_by, agreed_at, done_at, counts, certificate_sha256, subject_name, reason)"
)
NAMED = {
    "employee": "destruction_names(client_id, id, null)",
    "pay_run": "destruction_names(client_id, employee_id, null)",
    "pay_step": "exists (select from pay_run r where r.tenant_id = pay_step.tenant_id and r.id = pay_step.run_id"
    " and destruction_names(r.client_id, r.employee_id, null))",
}
# A client learns of those it is asked about.
ASKED = (
    f"{TENANT} and exists (select from processor_consent k where k.tenant_id = sub_processor.tenant_id"
    " and k.processor_id = sub_processor.id and k.client_id = any((select app_clients())::uuid[]))"
)
BEGINS = "state = 'waiting' and agreed_id is null"


def walls() -> str:
    """Row security; and for tables that nobody deletes from, the one way in which a destruction may."""
    tables = [
        protect("privacy_request", tenant=ENTER, client=ENTER),
        protect("retention_rule", tenant="select, insert"),
        protect("legal_hold", tenant=ENTER, client="select"),
        protect("destruction", tenant=f"select, insert, {DESTRUCTION}", client="select"),
        protect("breach", tenant=ENTER),
        protect(
            "breach_client",
            tenant=f"{ENTER}, delete",
            client="select",
            client_rule=f"{CLIENT} and released_at is not null",
        ),
        protect("breach_note", tenant="select, insert"),
        protect("sub_processor", tenant=ENTER, client="select", client_rule=ASKED),
        protect("processor_consent", tenant=ENTER, client="select, update (state, reason, decided_by, decided_at)"),
        # Who a request for a change was about is forgotten with the person.
        "grant update (subject, reason) on change_request to r_tenant;",
        f"create policy destruction_begins on destruction as restrictive for insert to r_tenant with check"
        f" ({TENANT} and {BEGINS});",
    ]
    deletes = [
        f"grant delete on {table} to r_tenant;"
        f"create policy {table}_destruction on {table} as restrictive for delete to r_tenant using ({TENANT} and {rule});"
        for table, rule in NAMED.items()
    ]
    return "\n".join([*tables, *deletes])


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "privacy.sql", walls())
