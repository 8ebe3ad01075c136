"""What pages about the access log can show."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.identity.access_jobs import ExportLog

LOG_IDS = ("unusual_id", "log_export_id", "portal_export_id")


async def fill_log(client_id: UUID, actor_id: UUID, name: str) -> dict[str, UUID]:
    """An unusual hour of somebody, and two exports that were made: the provider's, and the client's. Needs the scope."""
    ids = {key: uuid7() for key in LOG_IDS}
    await db.execute(
        "insert into unusual_access (id, rule, actor_id, actor_name, hour, figures, grave)"
        " values ($1, 'many', $2, $3, date_trunc('hour', now()) - interval '1 hour', $4, true)",
        *(ids["unusual_id"], actor_id, name, {"what": "seen", "count": 9000, "usual": 40}),
    )
    for key, for_client in (("log_export_id", False), ("portal_export_id", True)):
        await db.execute(
            "insert into job (id, client_id, kind, queue, payload, title, unit, once_key, state)"
            " values ($1, $2, $3, 'documents', $4, $5, $5, $6, 'done')",
            *(uuid7(), client_id, ExportLog.kind, {"for_client": for_client}),
            *({"msgid": name, "params": {}}, str(ids[key])),
        )
    return ids
