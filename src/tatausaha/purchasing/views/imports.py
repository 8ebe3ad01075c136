"""Importing a spreadsheet of suppliers with their price lists, step by step."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import current_language, text
from tatausaha.core.imports import uploads
from tatausaha.core.web import imports
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.purchasing.queries import suppliers
from tatausaha.purchasing.service.importing import SUPPLIERS
from tatausaha.purchasing.service.prices import ATTENTION
from tatausaha.purchasing.spreadsheet import FIELDS
from tatausaha.purchasing.views.frame import about_client

UPLOAD = "purchasing/supplier_import.html"


class SupplierImportController(Controller):
    """From an uploaded file to suppliers and prices."""

    path = "/purchasing/suppliers"

    @get("/import", name="purchasing.import", roles=STAFF)
    async def show_upload(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            context = await _upload_context(client_id)
            await audit.saw_list("imports", client_id, len(context["recent"]))
        return page(request, UPLOAD, values={"client_id": client_id}, errors={}, **context)

    @post("/import", name="purchasing.upload", roles=STAFF, request_max_body_size=imports.MAX_UPLOAD)
    async def upload(self, request: AppRequest) -> Redirect:
        """Keep the file and have it checked; a file that was uploaded before leads to its import."""
        values = await typed_values(request)
        client_id = id_of(values, "client_id")
        async with request.user.scope():
            expect_form(request, UPLOAD, values, **await _upload_context(client_id))
        if client_id is None:
            raise Invalid(ATTENTION, {"client_id": text("Choose the client company.")})
        return await imports.take_in(request, SUPPLIERS, client_id)

    @get("/import/template", name="purchasing.import_template", roles=STAFF)
    async def template(self, request: AppRequest) -> Response[bytes]:
        """An empty spreadsheet with every column and an example."""
        return await imports.send_template("suppliers", FIELDS)

    @get("/imports/{supplier_import_id:uuid}", name="purchasing.import_show", roles=STAFF)
    async def show(self, request: AppRequest, supplier_import_id: FromPath[UUID]) -> Template:
        """How far the import is: under way, to be confirmed, done, or refused."""
        async with request.user.scope():
            file = await uploads.get(SUPPLIERS, supplier_import_id)
            context = await imports.read_context(SUPPLIERS, file)
            await imports.note_look(request, file)
        return page(
            request,
            "purchasing/supplier_import_file.html",
            fragment="purchasing/_supplier_import_file.html",
            client=CurrentClient(file.client_id, file.client_name),
            **context,
        )

    @post("/imports/{supplier_import_id:uuid}/check", name="purchasing.import_check", roles=STAFF)
    async def check(self, request: AppRequest, supplier_import_id: FromPath[UUID]) -> Redirect:
        """Check again, with the columns that were chosen."""
        async with request.user.scope():
            file = await uploads.get(SUPPLIERS, supplier_import_id, lock=True)
            await imports.check_again(request, SUPPLIERS, file)
        return go_to(f"/purchasing/suppliers/imports/{supplier_import_id}")

    @post("/imports/{supplier_import_id:uuid}/confirm", name="purchasing.import_confirm", roles=STAFF)
    async def confirm(self, request: AppRequest, supplier_import_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            file = await uploads.get(SUPPLIERS, supplier_import_id, lock=True)
            await uploads.confirm(SUPPLIERS, file, current_language())
        return go_to(f"/purchasing/suppliers/imports/{supplier_import_id}")

    @get("/imports/{supplier_import_id:uuid}/rejects", name="purchasing.import_rejects", roles=STAFF)
    async def rejects(self, request: AppRequest, supplier_import_id: FromPath[UUID]) -> Stream:
        """The refused rows with their reasons, to mend and import again."""
        async with request.user.scope():
            file = await uploads.get(SUPPLIERS, supplier_import_id)
            await imports.note_rejects(file)
        return await imports.send_rejects(request, file)


async def _upload_context(client_id: UUID | None) -> dict[str, Any]:
    return {
        **await about_client(client_id),
        "clients": await suppliers.list_clients(),
        "recent": await uploads.list_recent(SUPPLIERS, client_id),
    }
