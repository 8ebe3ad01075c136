"""What the workers do with an uploaded spreadsheet: tell what importing it would do, and import it whole."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.claims import Claim
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, use_language
from tatausaha.core.imports import uploads
from tatausaha.core.imports.fields import Field, Mapped
from tatausaha.core.imports.reading import C, Verdict, read
from tatausaha.core.imports.uploads import Flow, ImportFile, ImportJob
from tatausaha.core.process import tools


async def check(flow: Flow[C], job: ImportJob, claim: Claim) -> None:
    """Find out what importing would do, and change nothing."""
    with use_language(job.language):
        async with _fetched(flow, job, claim) as (file, content), claim.scope():
            found = await _find(flow, file, content, claim)
        async with claim.finishing():
            if isinstance(found, Text):
                problem = msgspec.to_builtins(found)
                await db.execute(
                    "update import_file set state = 'failed', problem = $2 where id = $1", file.id, problem
                )
            else:
                await _record(file, found, "checked")


async def run(flow: Flow[C], job: ImportJob, claim: Claim) -> None:
    """Import every accepted row, or none."""
    with use_language(job.language):
        async with _fetched(flow, job, claim) as (file, content), claim.finishing():
            done = await _walk(flow, file, content, claim, applying=True)
            await _record(file, done, "done")
            counts: dict[str, Any] = {"created": done.created, "changed": done.changed, "rejected": done.rejected}
            await audit.record("imported", "import", file.id, file.client_id, **counts)


@asynccontextmanager
async def _fetched(flow: Flow[C], job: ImportJob, claim: Claim) -> AsyncIterator[tuple[ImportFile, IO[bytes]]]:
    """The import and its content as an open file, however large it is."""
    async with claim.scope():
        file = await uploads.get(flow, job.import_id)
    with TemporaryFile(prefix="tata-import-") as content:
        async for piece in tools().storage.stream(file.key):
            content.write(piece)
        yield file, content


async def _find(flow: Flow[C], file: ImportFile, content: IO[bytes], claim: Claim) -> Verdict | Text:
    """A file that cannot be read gives the sentence that says why."""
    try:
        found = await _walk(flow, file, content, claim, applying=False)
    except Invalid as error:
        return error.message
    claim.progress(found.rows, found.rows)
    return found


async def _walk(flow: Flow[C], file: ImportFile, content: IO[bytes], claim: Claim, *, applying: bool) -> Verdict:
    def fields_for(headers: Sequence[str]) -> list[Field]:
        return flow.fields(headers, file.choices)

    async with read(
        content, fields_for, flow.hidden, flow.limits, forgiving=flow.forgiving, harmless=flow.harmless
    ) as reading:
        if await reading.match(file.mapping or await _mapped(flow, file, reading.verdict.headers, applying)):
            sheet = await flow.open(file, reading.fields, applying)
            async for changes in reading.chunks(sheet.judge):
                if applying:
                    await sheet.apply(changes)
                claim.progress(reading.verdict.rows, file.row_count or None)
            if applying:
                await sheet.end()
        await reading.keep_rejects(file.key)
        return reading.verdict


async def _mapped(flow: Flow[C], file: ImportFile, headers: Sequence[str], applying: bool) -> Mapped:
    """The columns as the last check had them, or for a first one as they were chosen for an earlier file."""
    if applying:
        return file.verdict.mapping
    return await flow.recall(file, headers) if flow.recall else {}


async def _record(file: ImportFile, found: Verdict, state: str) -> None:
    await db.execute(
        "update import_file set state = $2, row_count = $3, created = $4, changed = $5, unchanged = $6, rejected = $7,"
        " preview = preview || $8 where id = $1",
        *(file.id, state, found.rows, found.created, found.changed, found.unchanged, found.rejected),
        {"verdict": msgspec.to_builtins(found)},
    )
