"""One of everything that the privacy pages show by an id, for the tests that walk through all pages."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.privacy.service import packs

NAMES = ("request", "hold", "destruction", "breach", "concerned", "processor", "consent")


async def fill_privacy(client_id: UUID, employee_id: UUID, word: str) -> dict[str, UUID]:
    """Rows of the open scope's provider that bear the word, with files where a page gives one."""
    ids = {f"{name}_id": uuid7() for name in NAMES}
    request_id, breach_id = ids["request_id"], ids["breach_id"]
    await db.execute(
        "insert into privacy_request (id, client_id, subject_id, subject_name, kind, channel, received_at, due_at, wish,"
        " asked_by, copy_key, copy_until) values ($1, $2, $3, $4, 'access',"
        " 'letter', now(), now() + interval '3 days', $4, 'Dewi', $5, now() + interval '9 days')",
        *(request_id, client_id, employee_id, word, str(request_id)),
    )
    await db.execute(
        "insert into legal_hold (id, client_id, reason, placed_by) values ($1, $2, $3, 'Dewi')",
        *(ids["hold_id"], client_id, word),
    )
    await db.execute(
        "insert into destruction (id, client_id, scope, until, reason, asked_id, asked_by)"
        " values ($1, $2, 'payroll', '2010-01-01', $3, $1, 'Dewi')",
        *(ids["destruction_id"], client_id, word),
    )
    await _fill_breach(ids, client_id, word)
    await db.execute(
        "insert into sub_processor (id, name, service, country, kinds, since) values ($1, $2, $3, 'Indonesia',"
        " '{contact}', '2026-01-01')",
        *(ids["processor_id"], word, str(ids["processor_id"])),
    )
    await db.execute(
        "insert into processor_consent (id, client_id, processor_id) values ($1, $2, $3)",
        *(ids["consent_id"], client_id, ids["processor_id"]),
    )
    tenant_id = await db.value("select app_tenant()")
    await tools().storage.put(str(request_id), b"PK")
    await tools().storage.put(packs.key_of(tenant_id, breach_id), b"PK")
    return ids


async def _fill_breach(ids: dict[str, UUID], client_id: UUID, word: str) -> None:
    await db.execute(
        "insert into breach (id, title, noticed_at, due_at, began_at, what, kinds, state, entered_by) values ($1, $2, now(),"
        " now() + interval '3 days', now() - interval '1 day', $2, '{pay}', 'confirmed', 'Dewi')",
        *(ids["breach_id"], word),
    )
    await db.execute(
        "insert into breach_client (id, client_id, breach_id, persons, notice) values ($1, $2, $3, 2, $4)",
        *(ids["concerned_id"], client_id, ids["breach_id"], word),
    )
    await db.execute(
        "insert into breach_note (id, breach_id, note, actor_name) values ($1, $2, $3, 'Dewi')",
        *(uuid7(), ids["breach_id"], word),
    )
