"""Importing a spreadsheet, step by step: what the pages of every kind of import share."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response import Redirect, Stream

from tatausaha.core import audit, entitlements
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import current_language, text
from tatausaha.core.imports import uploads
from tatausaha.core.imports.fields import Field
from tatausaha.core.imports.files import write_template
from tatausaha.core.imports.reading import C, Verdict
from tatausaha.core.imports.uploads import Flow, ImportFile, Upload
from tatausaha.core.process import tools
from tatausaha.core.web.forms import Typed, typed_values
from tatausaha.core.web.pages import go_to, is_swap
from tatausaha.core.web.uploads import SPREADSHEET, Accepted, take_file
from tatausaha.core.web.viewer import AppRequest

MAX_UPLOAD = SPREADSHEET.most_bytes + 1_000_000
"""A little above what is accepted, so that a file just too large is told so at its field."""

SPREADSHEETS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
COLUMN = "column:"
CHUNK = 1024 * 1024


async def take_in(
    request: AppRequest,
    flow: Flow[C],
    client_id: UUID,
    subject_id: UUID | None = None,
    accepted: Accepted = SPREADSHEET,
) -> Redirect:
    """Keep the uploaded file and have it checked; one that was uploaded before leads to its import. Opens its scopes."""
    taken = await take_file(request, "file", accepted, client_id)
    if taken is None:
        raise Invalid(text("Some fields need your attention."), {"file": text("Choose a spreadsheet.")})
    digest = await asyncio.to_thread(_digest, taken.file)
    upload = Upload(request.user.tenant_id, client_id, subject_id, taken.name, taken.file, digest)
    async with request.user.scope():
        same = await uploads.find_same(flow, upload)
        if same is None and flow.begins:
            await entitlements.begin("import")
    if same:
        message = text("This very file was uploaded before; here is what came of it.")
        return go_to(flow.address(same, subject_id), message)
    await uploads.keep(upload)
    async with request.user.scope():
        begun = await uploads.begin(flow, upload, current_language())
        first = await uploads.find_same(flow, upload)
    if not begun:
        await tools().storage.delete(upload.key)
    return go_to(flow.address(first or upload.id, subject_id))


def _digest(content: IO[bytes]) -> bytes:
    content.seek(0)
    found = hashlib.sha256()
    while piece := content.read(CHUNK):
        found.update(piece)
    return found.digest()


async def read_context(flow: Flow[C], file: ImportFile) -> dict[str, Any]:
    """What the page of one import shows. Needs the scope."""
    found = file.verdict
    fields = flow.fields(found.headers, file.choices) if found.headers else []
    secret = [field.label for field in fields if field.name in flow.hidden]
    return {
        "file": file,
        "job": await uploads.find_job(file),
        "found": found,
        "fields": fields,
        "here_is": flow.address(file.id, file.subject_id),
        "columns": [(str(index), header or f"({index + 1})") for index, header in enumerate(found.headers)],
        "chosen": {f"{COLUMN}{name}": index for name, index in found.mapping.items()},
        "unread": _unread(found),
        "bad_cells": [
            msgspec.structs.replace(bad.problem, value=f"••••{bad.problem.value[-4:]}")
            if bad.problem.value and bad.problem.column in secret
            else bad.problem
            for bad in found.bad_cells
        ],
    }


def _unread(found: Verdict) -> list[str]:
    read = set(found.mapping.values())
    return [header for index, header in enumerate(found.headers) if header and index not in read]


async def note_look(request: AppRequest, file: ImportFile) -> None:
    """Write that a person looks at an import; not once more for each second of waiting. Needs the scope."""
    if not (is_swap(request) and file.under_way):
        await audit.saw("import", file.id, file.client_id)


async def check_again(
    request: AppRequest, flow: Flow[C], file: ImportFile, choices: Mapping[str, str] | None = None
) -> None:
    """Check a locked file once more, with the columns that were chosen. Needs the scope."""
    headers = file.verdict.headers
    mapping = _mapping(await typed_values(request), flow.fields(headers, file.choices), len(headers))
    await uploads.check_again(flow, file, mapping, current_language(), choices)


def _mapping(values: Typed, fields: Sequence[Field], width: int) -> dict[str, int | None]:
    """Which column tells each field, as chosen on the page; nothing chosen has them matched by name."""
    chosen = {name.removeprefix(COLUMN): value for name, value in values.items() if name.startswith(COLUMN)}
    known = {field.name for field in fields}
    places = {str(index): index for index in range(width)}
    return {name: places.get(value) for name, value in chosen.items() if name in known}


async def note_rejects(file: ImportFile) -> None:
    """Refuse where there is nothing to download, else write the download into the log. Needs the scope."""
    if not file.rejected:
        raise NotFound(text("No row of this file was refused."))
    await audit.saw("rejects", file.id, file.client_id, action="downloaded", count=file.rejected)


async def send_rejects(request: AppRequest, file: ImportFile) -> Stream:
    """The refused rows with their reasons, to mend and import again; after the scope is closed."""
    format = "csv" if request.query_params.get("format") == "csv" else "xlsx"
    key = f"{file.key}-rejects.{format}"
    await tools().storage.size(key)
    return Stream(tools().storage.stream(key), media_type=SPREADSHEETS[format], headers=_attached(f"rejects.{format}"))


async def send_template(
    name: str, fields: Sequence[Field], rows: Iterable[Sequence[str]] | None = None
) -> Response[bytes]:
    """An XLSX file to fill in, with an example or with rows that are begun already."""
    with TemporaryDirectory(prefix="tata-template-") as folder:
        target = Path(folder) / "template.xlsx"
        await asyncio.to_thread(write_template, target, fields, rows)
        content = await asyncio.to_thread(target.read_bytes)
    return Response(content, media_type=SPREADSHEETS["xlsx"], headers=_attached(f"{name}.xlsx"))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
