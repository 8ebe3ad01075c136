"""Importing a spreadsheet of employees, step by step."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import current_language, text
from tatausaha.core.imports import uploads
from tatausaha.core.web import imports
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import queries
from tatausaha.people.service import importing
from tatausaha.people.service.employees import ATTENTION
from tatausaha.people.service.importing import EMPLOYEES
from tatausaha.people.spreadsheet import FIELDS
from tatausaha.people.views.employees import list_params, wanted_from


class ImportsController(Controller):
    """From an uploaded file to employees."""

    @get("/people/import", name="people.import", roles=STAFF)
    async def show_upload(self, request: AppRequest) -> Template:
        client_id = wanted_from(list_params(request)).client_id
        async with request.user.scope():
            context = await _upload_context(client_id)
            await audit.saw_list("imports", client_id, len(context["recent"]))
        return page(request, "people/import.html", values={"client_id": client_id}, errors={}, **context)

    @post("/people/import", name="people.upload", roles=STAFF, request_max_body_size=imports.MAX_UPLOAD)
    async def upload(self, request: AppRequest) -> Redirect:
        """Keep the file and have it checked; a file that was uploaded before leads to its import."""
        values = await typed_values(request)
        client_id = id_of(values, "client_id")
        async with request.user.scope():
            expect_form(request, "people/import.html", values, **await _upload_context(client_id))
        if client_id is None:
            raise Invalid(ATTENTION, {"client_id": text("Choose the client company.")})
        return await imports.take_in(request, EMPLOYEES, client_id)

    @get("/people/import/template", name="people.import_template", roles=STAFF)
    async def template(self, request: AppRequest) -> Response[bytes]:
        """An empty spreadsheet with every column and an example."""
        return await imports.send_template("employees", FIELDS)

    @get("/people/imports/{import_id:uuid}", name="people.import_show", roles=STAFF)
    async def show(self, request: AppRequest, import_id: FromPath[UUID]) -> Template:
        """How far the import is: under way, to be confirmed, done, or refused."""
        async with request.user.scope():
            file = await uploads.get(EMPLOYEES, import_id)
            context = await imports.read_context(EMPLOYEES, file)
            waiting = await changes.list_pending(import_id)
            await imports.note_look(request, file)
        return page(
            request,
            "people/import_file.html",
            fragment="people/_import_file.html",
            client=CurrentClient(file.client_id, file.client_name),
            waiting=waiting,
            asked=ASKED,
            **context,
        )

    @post("/people/imports/{import_id:uuid}/check", name="people.import_check", roles=STAFF)
    async def check(self, request: AppRequest, import_id: FromPath[UUID]) -> Redirect:
        """Check again, with the columns that were chosen."""
        async with request.user.scope():
            file = await uploads.get(EMPLOYEES, import_id, lock=True)
            await imports.check_again(request, EMPLOYEES, file)
        return go_to(f"/people/imports/{import_id}")

    @post("/people/imports/{import_id:uuid}/confirm", name="people.import_confirm", roles=STAFF)
    async def confirm(self, request: AppRequest, import_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            file = await uploads.get(EMPLOYEES, import_id, lock=True)
            await importing.confirm(file, current_language())
        return go_to(f"/people/imports/{import_id}")

    @get("/people/imports/{import_id:uuid}/rejects", name="people.import_rejects", roles=STAFF)
    async def rejects(self, request: AppRequest, import_id: FromPath[UUID]) -> Stream:
        """The refused rows with their reasons, to mend and import again."""
        async with request.user.scope():
            file = await uploads.get(EMPLOYEES, import_id)
            await imports.note_rejects(file)
        return await imports.send_rejects(request, file)


async def _upload_context(client_id: UUID | None) -> dict[str, Any]:
    place = await queries.get_place(client_id) if client_id else None
    return {
        "client": CurrentClient(place.id, place.name) if place else None,
        "clients": await queries.list_clients(),
        "recent": await uploads.list_recent(EMPLOYEES, client_id),
    }
