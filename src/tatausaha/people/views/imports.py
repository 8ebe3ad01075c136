"""Importing a spreadsheet of employees, step by step."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.core import audit
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import current_language, text
from tatausaha.core.imports.files import write_template
from tatausaha.core.outbox import JobView
from tatausaha.core.process import tools
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, typed_values
from tatausaha.core.web.lists import id_of
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import queries
from tatausaha.people.service import importing, reading
from tatausaha.people.service.employees import ATTENTION
from tatausaha.people.service.importing import ImportFile
from tatausaha.people.spreadsheet import FIELDS, fields_for
from tatausaha.people.views.employees import list_params, wanted_from

MAX_UPLOAD = importing.MOST_BYTES + 1_000_000
"""A little above what is accepted, so that a file just too large is told so at its field."""

SPREADSHEETS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
COLUMN = "column:"


class ImportsController(Controller):
    """From an uploaded file to employees."""

    @get("/people/import", name="people.import", roles=STAFF)
    async def show_upload(self, request: AppRequest) -> Template:
        client_id = wanted_from(list_params(request)).client_id
        async with request.user.scope():
            context = await _upload_context(client_id)
        return page(request, "people/import.html", values={"client_id": client_id}, errors={}, **context)

    @post("/people/import", name="people.upload", roles=STAFF, request_max_body_size=MAX_UPLOAD)
    async def upload(self, request: AppRequest) -> Redirect:
        """Keep the file and have it checked; a file that was uploaded before leads to its import."""
        values = await typed_values(request)
        client_id = id_of(values, "client_id")
        async with request.user.scope():
            expect_form(request, "people/import.html", values, **await _upload_context(client_id))
        if client_id is None:
            raise Invalid(ATTENTION, {"client_id": text("Choose the client company.")})
        name, content = await _uploaded(request)
        async with request.user.scope():
            same = await importing.find_same(client_id, content)
        if same:
            return go_to(
                f"/people/imports/{same}", text("This very file was uploaded before; here is what came of it.")
            )
        import_id, key = await importing.keep(request.user.tenant_id, client_id, name, content)
        async with request.user.scope():
            await importing.begin(import_id, key, client_id, name, content, current_language())
        return go_to(f"/people/imports/{import_id}")

    @get("/people/import/template", name="people.import_template", roles=STAFF)
    async def template(self, request: AppRequest) -> Response[bytes]:
        """An empty spreadsheet with every column and an example."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "template.xlsx"
            write_template(target, FIELDS)
            content = target.read_bytes()
        headers = {"Content-Disposition": 'attachment; filename="employees.xlsx"', "Cache-Control": "no-store"}
        return Response(content, media_type=SPREADSHEETS["xlsx"], headers=headers)

    @get("/people/imports/{import_id:uuid}", name="people.import_show", roles=STAFF)
    async def show(self, request: AppRequest, import_id: FromPath[UUID]) -> Template:
        """How far the import is: under way, to be confirmed, done, or refused."""
        async with request.user.scope():
            file = await importing.get(import_id)
            job = await importing.find_job(file)
        return page(
            request,
            "people/import_file.html",
            fragment="people/_import_file.html",
            client=CurrentClient(file.client_id, file.client_name),
            **_import_context(file, job),
        )

    @post("/people/imports/{import_id:uuid}/check", name="people.import_check", roles=STAFF)
    async def check(self, request: AppRequest, import_id: FromPath[UUID]) -> Redirect:
        """Check again, with the columns that were chosen."""
        async with request.user.scope():
            file = await importing.get(import_id, lock=True)
            mapping = _mapping(await typed_values(request), file.verdict.headers)
            await importing.check_again(file, mapping, current_language())
        return go_to(f"/people/imports/{import_id}")

    @post("/people/imports/{import_id:uuid}/confirm", name="people.import_confirm", roles=STAFF)
    async def confirm(self, request: AppRequest, import_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            file = await importing.get(import_id, lock=True)
            await importing.confirm(file, current_language())
        return go_to(f"/people/imports/{import_id}")

    @get("/people/imports/{import_id:uuid}/rejects", name="people.import_rejects", roles=STAFF)
    async def rejects(self, request: AppRequest, import_id: FromPath[UUID]) -> Stream:
        """The refused rows with their reasons, to mend and import again."""
        format = "csv" if request.query_params.get("format") == "csv" else "xlsx"
        async with request.user.scope():
            file = await importing.get(import_id)
            if not file.rejected:
                raise NotFound(text("No row of this file was refused."))
            await audit.record("downloaded_rejects", "import", import_id, file.client_id)
        key = f"{file.key}-rejects.{format}"
        await tools().storage.size(key)
        headers = {"Content-Disposition": f'attachment; filename="rejects.{format}"', "Cache-Control": "no-store"}
        return Stream(tools().storage.stream(key), media_type=SPREADSHEETS[format], headers=headers)


async def _upload_context(client_id: UUID | None) -> dict[str, Any]:
    place = await queries.get_place(client_id) if client_id else None
    return {
        "client": CurrentClient(place.id, place.name) if place else None,
        "clients": await queries.list_clients(),
        "recent": await importing.list_recent(client_id),
    }


async def _uploaded(request: AppRequest) -> tuple[str, bytes]:
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Invalid(ATTENTION, {"file": text("Choose a spreadsheet.")})
    name = "".join(letter for letter in file.filename if letter.isprintable())[-200:]
    return name, await file.read()


def _mapping(values: Typed, headers: tuple[str, ...]) -> dict[str, int | None]:
    """Which column tells each field, as chosen on the page; nothing chosen has them matched by name."""
    chosen = {name.removeprefix(COLUMN): value for name, value in values.items() if name.startswith(COLUMN)}
    known = {field.name for field in fields_for(headers)}
    places = {str(index): index for index in range(len(headers))}
    return {name: places.get(value) for name, value in chosen.items() if name in known}


def _import_context(file: ImportFile, job: JobView | None) -> dict[str, Any]:
    found = file.verdict
    return {
        "file": file,
        "job": job,
        "found": found,
        "fields": fields_for(found.headers) if found.headers else [],
        "columns": [(str(index), header or f"({index + 1})") for index, header in enumerate(found.headers)],
        "chosen": {f"{COLUMN}{name}": index for name, index in found.mapping.items()},
        "bad_cells": [
            msgspec.structs.replace(bad.problem, value=f"••••{bad.problem.value[-4:]}") if _secret(bad) else bad.problem
            for bad in found.bad_cells
        ],
    }


def _secret(bad: reading.BadCell) -> bool:
    hidden = [field.label for field in FIELDS if field.name in reading.HIDDEN]
    return bool(bad.problem.value) and bad.problem.column in hidden
