"""A spreadsheet on its way in: uploaded, checked, its columns matched again, confirmed. What it is about is a `Flow`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Generic, Protocol
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, outbox
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.fields import CheckedRow, Field
from tatausaha.core.imports.reading import C, Verdict
from tatausaha.core.imports.table import Limits
from tatausaha.core.outbox import Job, JobView
from tatausaha.core.process import tools


class ImportJob(Job, frozen=True):
    """Work on an uploaded file."""

    import_id: UUID
    language: Language

    def unit(self) -> Text:
        return text("rows")


class Sheet(Protocol[C]):
    """What the rows of one file are compared with, inside an open scope."""

    async def judge(self, rows: list[CheckedRow]) -> Sequence[C | None]:
        """As `reading.Judge`."""
        ...

    async def apply(self, changes: list[C]) -> None:
        """Store accepted changes."""
        ...

    async def end(self) -> None:
        """All rows were applied."""
        ...


class Flow(msgspec.Struct, Generic[C], frozen=True):
    """One kind of spreadsheet: where its imports are shown, who works on them, its columns, what it is compared with.

    `place` is the address of an import with the holes `{id}` and `{subject_id}`. `open` is given the file, its fields
    and whether changes will follow, so that nobody else makes any until the scope ends. Fields in `hidden` are masked,
    and long numbers in all others that are not `harmless`.
    A `forgiving` one also takes columns whose names are misspelt; `tune` has fields read as a person chose for a file;
    `recall` gives what was said earlier about columns of these names, if anything was. What `begins` nothing new, such as
    a sheet for a run, belongs to work that is under way.
    """

    kind: str
    place: str
    checks: type[ImportJob]
    runs: type[ImportJob]
    fields_for: Callable[[Sequence[str]], list[Field]]
    open: Callable[["ImportFile", list[Field], bool], Awaitable[Sheet[C]]]
    hidden: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    limits: Limits = Limits()
    forgiving: bool = False
    tune: Callable[[list[Field], Mapping[str, str]], list[Field]] | None = None
    recall: Callable[["ImportFile", Sequence[str]], Awaitable[Mapping[str, int | None]]] | None = None
    begins: bool = True

    def fields(self, headers: Sequence[str], choices: Mapping[str, str]) -> list[Field]:
        """The fields of a file with these columns, read as was chosen for it."""
        found = self.fields_for(headers)
        return self.tune(found, choices) if self.tune else found

    def address(self, import_id: UUID, subject_id: UUID | None) -> str:
        """Where the import is shown."""
        return self.place.format(id=import_id, subject_id=subject_id)


class Upload(msgspec.Struct, frozen=True):
    """A file as a person sent it, for a client and, where the kind asks for it, for one subject of the client's.

    Its hash is what two uploads of the very same file share.
    """

    tenant_id: UUID
    client_id: UUID
    subject_id: UUID | None
    name: str
    content: IO[bytes]
    sha256: bytes
    id: UUID = msgspec.field(default_factory=uuid7)

    @property
    def key(self) -> str:
        """Where its content is stored."""
        return f"{self.tenant_id}/{self.client_id}/imports/{self.id}"


class ImportFile(msgspec.Struct, frozen=True):
    """An uploaded spreadsheet and how far it has come."""

    id: UUID
    tenant_id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    created_at: datetime
    subject_id: UUID | None
    name: str
    key: str
    state: str
    mapping: dict[str, int | None]
    choices: dict[str, str]
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
    " where i.kind = $1 and ($2::uuid is null or i.subject_id = $2)"
)


async def find_same(flow: Flow[C], upload: Upload) -> UUID | None:
    """The import of this very file for this client and subject, if there was one that could be read."""
    found: UUID | None = await db.value(
        "select id from import_file where client_id = $1 and kind = $2 and sha256 = $3 and state <> 'failed'"
        " and subject_id is not distinct from $4 order by id desc limit 1",
        *(upload.client_id, flow.kind, upload.sha256, upload.subject_id),
    )
    return found


async def keep(upload: Upload) -> None:
    """Store a file that came through the gate."""
    upload.content.seek(0)
    await tools().storage.put(upload.key, upload.content)


async def begin(flow: Flow[C], upload: Upload, language: Language) -> bool:
    """Enter a stored file as an import and have it checked. False when the same file was entered in the same moment."""
    actor = current_actor()
    begun = await db.execute(
        "insert into import_file (id, client_id, kind, subject_id, name, key, sha256, actor_id, actor_name)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        *(upload.id, upload.client_id, flow.kind, upload.subject_id, upload.name, upload.key, upload.sha256),
        *(actor.id, actor.name),
    )
    if begun:
        await audit.record("uploaded", "import", upload.id, upload.client_id)
        await _send(flow, await get(flow, upload.id), flow.checks(upload.id, language), "checking")
    return begun == 1


async def get(flow: Flow[C], import_id: UUID, subject_id: UUID | None = None, *, lock: bool = False) -> ImportFile:
    """The import, of this subject if one is named, or `NotFound`."""
    suffix = " for update of i" if lock else ""
    found = await db.row(ImportFile, f"{_IMPORT} and i.id = $3{suffix}", flow.kind, subject_id, import_id)
    if found is None:
        raise NotFound(text("This import does not exist."))
    return found


async def list_recent(flow: Flow[C], client_id: UUID | None, subject_id: UUID | None = None) -> list[ImportFile]:
    """The latest imports of one client or subject, or of all one may see."""
    condition = "and ($3::uuid is null or i.client_id = $3) order by i.id desc limit 10"
    return await db.rows(ImportFile, f"{_IMPORT} {condition}", flow.kind, subject_id, client_id)


async def find_job(file: ImportFile) -> JobView | None:
    """The job that has, or last had, the file."""
    return await outbox.find_job(UUID(file.preview["job"])) if "job" in file.preview else None


async def check_again(
    flow: Flow[C],
    file: ImportFile,
    mapping: dict[str, int | None],
    language: Language,
    choices: Mapping[str, str] | None = None,
) -> None:
    """Check once more, with other columns, other choices or after things were changed by hand. `file` must be locked."""
    await _refuse_under_way(file)
    kept = file.choices if choices is None else dict(choices)
    await db.execute("update import_file set mapping = $2, choices = $3 where id = $1", file.id, mapping, kept)
    await _send(flow, file, flow.checks(file.id, language), "checking")


async def confirm(flow: Flow[C], file: ImportFile, language: Language) -> None:
    """Have the accepted rows imported. `file` must be locked."""
    await _refuse_under_way(file)
    if file.state != "checked" or not file.created + file.changed:
        raise Conflict(text("There is nothing to import from this file; check it again first."))
    await _send(flow, file, flow.runs(file.id, language), "importing")
    await audit.record("confirmed", "import", file.id, file.client_id)


async def _refuse_under_way(file: ImportFile) -> None:
    job = await find_job(file)
    if file.under_way and job and not job.ended:
        raise Conflict(text("A worker has this file at the moment; wait until it is done."))


async def _send(flow: Flow[C], file: ImportFile, job: Job, state: str) -> None:
    link = flow.address(file.id, file.subject_id)
    job_id = await outbox.enqueue(job, once_key=str(uuid7()), client_id=file.client_id, total=file.row_count, link=link)
    await db.execute(
        "update import_file set state = $2, problem = null, preview = $3 where id = $1",
        *(file.id, state, file.preview | {"job": str(job_id)}),
    )
