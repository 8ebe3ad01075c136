"""A spreadsheet of employees on its way in: uploaded, checked, its columns matched again, confirmed, imported whole."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, outbox
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import Job, JobView
from tatausaha.core.process import tools
from tatausaha.people.jobs import CheckImport, RunImport
from tatausaha.people.rules import today
from tatausaha.people.service import bulk
from tatausaha.people.service.comparing import Change
from tatausaha.people.service.reading import Verdict, read

MOST_BYTES = 25 * 1024 * 1024
Progress = Callable[[int, int | None], None]


class ImportFile(msgspec.Struct, frozen=True):
    """An uploaded spreadsheet and how far it has come."""

    id: UUID
    tenant_id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    created_at: datetime
    name: str
    key: str
    state: str
    mapping: dict[str, int | None]
    row_count: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    preview: dict[str, Any]
    problem: Text | None
    actor_name: str

    @property
    def verdict(self) -> Verdict:
        """What its last check found."""
        return msgspec.convert(self.preview.get("verdict", {}), Verdict)

    @property
    def under_way(self) -> bool:
        """True while a worker has it."""
        return self.state in ("checking", "importing")


_IMPORT = (
    "select i.*, c.name as client_name, c.time_zone from import_file i join client c on c.id = i.client_id"
    " where i.kind = 'people'"
)


async def find_same(client_id: UUID, content: bytes) -> UUID | None:
    """The import of this very file for this client, if there was one that could be read."""
    found: UUID | None = await db.value(
        "select id from import_file where client_id = $1 and kind = 'people' and sha256 = $2 and state <> 'failed'"
        " order by id desc limit 1",
        *(client_id, hashlib.sha256(content).digest()),
    )
    return found


async def keep(tenant_id: UUID, client_id: UUID, name: str, content: bytes) -> tuple[UUID, str]:
    """Store the file; gives the new import's id and key. Raises `Invalid` when it is too large or empty."""
    if len(content) > MOST_BYTES:
        sentence = text("The file is larger than {size} MB. Split it into several files.", size=25)
        raise Invalid(text("Some fields need your attention."), {"file": sentence})
    if not content:
        raise Invalid(text("Some fields need your attention."), {"file": text("Choose a file that is not empty.")})
    import_id = uuid7()
    key = f"{tenant_id}/{client_id}/imports/{import_id}"
    await tools().storage.put(key, content)
    return import_id, key


async def begin(import_id: UUID, key: str, client_id: UUID, name: str, content: bytes, language: Language) -> None:
    """Enter a stored file as an import and have it checked."""
    actor = current_actor()
    await db.execute(
        "insert into import_file (id, client_id, kind, name, key, sha256, actor_id, actor_name)"
        " values ($1, $2, 'people', $3, $4, $5, $6, $7)",
        *(import_id, client_id, name, key, hashlib.sha256(content).digest(), actor.id, actor.name),
    )
    await audit.record("uploaded", "import", import_id, client_id)
    await _send(await get(import_id), CheckImport(import_id, language), "checking")


async def get(import_id: UUID, *, lock: bool = False) -> ImportFile:
    """The import, or `NotFound`."""
    suffix = " for update of i" if lock else ""
    found = await db.row(ImportFile, f"{_IMPORT} and i.id = $1{suffix}", import_id)
    if found is None:
        raise NotFound(text("This import does not exist."))
    return found


async def list_recent(client_id: UUID | None) -> list[ImportFile]:
    """The latest imports of one client, or of all one may see."""
    condition = "and ($1::uuid is null or i.client_id = $1) order by i.id desc limit 10"
    return await db.rows(ImportFile, f"{_IMPORT} {condition}", client_id)


async def find_job(file: ImportFile) -> JobView | None:
    """The job that has, or last had, the file."""
    return await outbox.find_job(UUID(file.preview["job"])) if "job" in file.preview else None


async def check_again(file: ImportFile, mapping: dict[str, int | None], language: Language) -> None:
    """Check once more, with other columns or after people were changed by hand. `file` must be locked."""
    await _refuse_under_way(file)
    await db.execute("update import_file set mapping = $2 where id = $1", file.id, mapping)
    await _send(file, CheckImport(file.id, language), "checking")


async def confirm(file: ImportFile, language: Language) -> None:
    """Have the accepted rows imported. `file` must be locked."""
    await _refuse_under_way(file)
    if file.state != "checked" or not file.created + file.changed:
        raise Conflict(text("There is nothing to import from this file; check it again first."))
    await _send(file, RunImport(file.id, language), "importing")
    await audit.record("confirmed", "import", file.id, file.client_id)


async def _refuse_under_way(file: ImportFile) -> None:
    job = await find_job(file)
    if file.under_way and job and not job.ended:
        raise Conflict(text("A worker has this file at the moment; wait until it is done."))


async def _send(file: ImportFile, job: Job, state: str) -> None:
    link = f"/people/imports/{file.id}"
    job_id = await outbox.enqueue(job, once_key=str(uuid7()), client_id=file.client_id, total=file.row_count, link=link)
    await db.execute(
        "update import_file set state = $2, problem = null, preview = $3 where id = $1",
        *(file.id, state, file.preview | {"job": str(job_id)}),
    )


async def check(file: ImportFile, content: bytes, progress: Progress) -> Verdict | Text:
    """What importing would do; nothing is changed. A file that cannot be read gives the sentence that says why."""
    try:
        async with read(content, file.client_id, today(file.time_zone)) as reading:
            async for _ in reading.chunks(file.mapping):
                progress(reading.verdict.rows, None)
            await reading.keep_rejects(file.key)
    except Invalid as error:
        return error.message
    progress(reading.verdict.rows, reading.verdict.rows)
    return reading.verdict


async def record_check(file: ImportFile, found: Verdict | Text) -> None:
    """Keep what a check found."""
    if isinstance(found, Text):
        await db.execute("update import_file set state = 'failed', problem = $2 where id = $1", file.id, as_json(found))
    else:
        await _record(file, found, "checked")


async def run(file: ImportFile, content: bytes, progress: Progress) -> None:
    """Import every accepted row into the open scope's one transaction."""
    async with read(content, file.client_id, today(file.time_zone)) as reading:
        async for changes in reading.chunks(file.mapping or file.verdict.mapping, lock=True):
            await _apply(changes)
            progress(reading.verdict.rows, file.row_count)
        await reading.keep_rejects(file.key)
        done = reading.verdict
    await _record(file, done, "done")
    counts = {"created": done.created, "changed": done.changed, "rejected": done.rejected}
    await audit.record("imported", "import", file.id, file.client_id, **counts)


async def _apply(changes: list[Change]) -> None:
    new = [change.facts for change in changes if change.new and change.facts]
    known = [change.facts for change in changes if not change.new and change.facts]
    contracts = [change.contract for change in changes if change.contract]
    pay = [row for change in changes for row in change.pay]
    await bulk.insert("employee", ("id", "client_id", *bulk.FACTS), new)
    await bulk.update_employees(known)
    await bulk.put_contracts(contracts)
    await bulk.put_components(pay)


async def _record(file: ImportFile, found: Verdict, state: str) -> None:
    await db.execute(
        "update import_file set state = $2, row_count = $3, created = $4, changed = $5, unchanged = $6, rejected = $7,"
        " preview = preview || $8 where id = $1",
        *(file.id, state, found.rows, found.created, found.changed, found.unchanged, found.rejected),
        {"verdict": as_json(found)},
    )


def as_json(value: Any) -> Any:
    """Plain values for a jsonb column."""
    return msgspec.to_builtins(value)
