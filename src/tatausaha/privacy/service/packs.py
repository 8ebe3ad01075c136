"""The breach pack: whom to tell of each client, what the account did, and drafts of both notices, in one file."""

import asyncio
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, outbox
from tatausaha.core.claims import Claim
from tatausaha.core.exports import Column, Record, write_xlsx
from tatausaha.core.i18n import current_language, text
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.documents.filenames import file_name
from tatausaha.privacy.jobs import MakePack
from tatausaha.privacy.queries import breaches
from tatausaha.privacy.queries.breaches import Affected, Breach, Event
from tatausaha.privacy.rules import notices
from tatausaha.privacy.service.breaches import ZONE, facts_for

MOST_EVENTS = 100_000
PERSONS = (
    Column("client_name", text("Client")),
    Column("number", text("Employee number")),
    Column("name", text("Name")),
    Column("email", text("E-mail")),
    Column("phone", text("Telephone")),
    Column("address", text("Address")),
    Column("seen", text("Times seen"), "number"),
)
EVENTS = (
    Column("created_at", text("When"), "moment"),
    Column("actor_name", text("Who")),
    Column("address", text("From where")),
    Column("action", text("What")),
    Column("object_kind", text("Of which kind")),
    Column("count", text("How many"), "number"),
    Column("client_name", text("Client")),
    Column("subject_name", text("Whose")),
)


def key_of(tenant_id: UUID, breach_id: UUID) -> str:
    """Where the pack lies."""
    return f"{tenant_id}/office/breach_pack/{breach_id}"


async def order(breach: Breach) -> UUID | None:
    """Have the pack made from what is known now."""
    await audit.record("pack_ordered", "breach", breach.id)
    job = MakePack(breach.id, current_language())
    return await outbox.enqueue(job, once_key=f"{breach.id} {uuid7()}", link=f"/privacy/breaches/{breach.id}")


async def make(breach_id: UUID, claim: Claim) -> None:
    """Gather and keep the pack."""
    entries: dict[str, bytes] = {}
    async with claim.scope():
        breach = await breaches.get_breach(breach_id)
        concerned = await breaches.list_concerned(breach_id)
        persons = {one.client_name: await breaches.list_affected(breach, one.client_id) for one in concerned}
        events = await breaches.list_events(breach, MOST_EVENTS)
        for one in concerned:
            notice = notices.to_person(await facts_for(breach, one))
            entries[file_name("pemberitahuan", one.client_name, suffix="txt")] = notice.encode()
        entries["pemberitahuan lembaga.txt"] = notices.to_authority(await facts_for(breach, None)).encode()
    content = await asyncio.to_thread(_write, entries, persons, events)
    await tools().storage.put(key_of(claim.row.tenant_id, breach_id), content)
    claim.progress(len(concerned), len(concerned))
    async with claim.finishing():
        await audit.record("pack_made", "breach", breach_id, persons=sum(map(len, persons.values())))


def _write(entries: dict[str, bytes], persons: dict[str, list[Affected]], events: list[Event]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
        for client, people in persons.items():
            archive.writestr(file_name("persons", client, suffix="xlsx"), _sheet(PERSONS, people))
        archive.writestr("events.xlsx", _sheet(EVENTS, events))
    return target.getvalue()


def _sheet(columns: tuple[Column, ...], rows: list[Any]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="tata-") as folder:
        path = Path(folder) / "sheet.xlsx"
        records: list[Record] = [msgspec.structs.asdict(row) for row in rows]
        write_xlsx(path, columns, records, ZONE)
        return path.read_bytes()
