"""Orders by e-mail."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-22T01:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "order mail"

KEPT = "select, insert, update"
# A link only ends; what was sent and said stays as it was, beside what became of it.
LINKS = "select, insert, update (ended_at, expires_at)"
LETTERS = "select, insert, update (mail_id)"
ANSWERS = "select, insert, update (decision, decided_at, decided_name)"


def walls() -> str:
    """A link and a returned letter are met before anyone is known: then it is found whose they are, and no more."""
    return (
        protect("order_mail_policy", tenant=KEPT, client="select")
        + protect("order_template", tenant=KEPT, client="select")
        + protect("order_link", tenant=LINKS, client=LINKS, gate="select (tenant_id, id, client_id)")
        + protect("order_letter", tenant=LETTERS, client=LETTERS)
        + protect("order_answer", tenant=ANSWERS, client=ANSWERS)
        + protect("mail", gate="select (tenant_id, id, client_id, message_id, state)")
    )


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "order_mail.sql", walls())
