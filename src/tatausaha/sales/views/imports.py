"""A till's file, step by step: uploaded, its columns and unknown items matched, checked, confirmed."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.core import audit
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import current_language, text
from tatausaha.core.imports import uploads
from tatausaha.core.imports.fields import missing_columns
from tatausaha.core.imports.uploads import ImportFile
from tatausaha.core.web import imports
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.uploads import spreadsheet
from tatausaha.core.web.viewer import AppRequest
from tatausaha.sales import forms
from tatausaha.sales.queries.lines import find_sold
from tatausaha.sales.service import tills
from tatausaha.sales.service.importing import MEGABYTES, SALES, UNKNOWN
from tatausaha.sales.service.tills import ATTENTION
from tatausaha.sales.spreadsheet import fields_for
from tatausaha.sales.views.choices import choose_client, list_places_of, place_of

ACCEPTED = spreadsheet(MEGABYTES)
MAX_UPLOAD = ACCEPTED.most_bytes + 1_000_000
PAGE, FILE = "sales/import.html", "sales/import_file.html"


class SalesImportController(Controller):
    """From a till's file to booked lines."""

    path = "/sales"

    @get("/import", name="sales.import", roles=STAFF)
    async def show_upload(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            context = await _upload_context(client_id)
            await audit.saw_list("imports", client_id, len(context["recent"]))
        return page(request, PAGE, values={}, errors={}, **context)

    @post("/import", name="sales.upload", roles=STAFF, request_max_body_size=MAX_UPLOAD)
    async def upload(self, request: AppRequest) -> Redirect:
        """Keep the file and have it checked; a file that was uploaded before leads to its import."""
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, PAGE, values, **await _upload_context(None))
            place = await place_of(values.get("place_id", ""))
        return await imports.take_in(request, SALES, place.client_id, place.id, ACCEPTED)

    @get("/import/template", name="sales.import_template", roles=STAFF)
    async def template(self, request: AppRequest) -> Response[bytes]:
        """An empty spreadsheet with every column and an example."""
        return await imports.send_template("sales", fields_for())

    @get("/imports/{sales_import_id:uuid}", name="sales.import_show", roles=STAFF)
    async def show(self, request: AppRequest, sales_import_id: FromPath[UUID]) -> Template:
        """How far the import is: under way, to be confirmed, done, or refused."""
        async with request.user.scope():
            file = await uploads.get(SALES, sales_import_id)
            context = await imports.read_context(SALES, file)
            await imports.note_look(request, file)
        return page(
            request,
            FILE,
            fragment="sales/_import_file.html",
            **_about(file),
            unknown=_unknown(file),
            values={},
            errors={},
            **context,
        )

    @post("/imports/{sales_import_id:uuid}/check", name="sales.import_check", roles=STAFF)
    async def check(self, request: AppRequest, sales_import_id: FromPath[UUID]) -> Redirect:
        """Check again, with the columns that were chosen; they are remembered for the next such file."""
        async with request.user.scope():
            file = await uploads.get(SALES, sales_import_id, lock=True)
            await imports.check_again(request, SALES, file)
            chosen = (await uploads.get(SALES, sales_import_id)).mapping
            headers = file.verdict.headers
            if chosen and headers and not missing_columns(fields_for(headers), chosen):
                await tills.remember_layout(file.client_id, headers, chosen)
        return go_to(f"/sales/imports/{sales_import_id}")

    @post("/imports/{sales_import_id:uuid}/match", name="sales.import_match", roles=STAFF)
    async def match(self, request: AppRequest, sales_import_id: FromPath[UUID]) -> Redirect:
        """Say which item a word of the till means; the file is checked again."""
        async with request.user.scope():
            file = await uploads.get(SALES, sales_import_id, lock=True)
            context = await imports.read_context(SALES, file)
            values = await typed_values(request)
            expect_form(request, FILE, values, **_about(file), unknown=_unknown(file), **context)
            form = parse(forms.MatchForm, values)
            if file.state == "done":
                raise Conflict(text("This file is booked already."))
            found = await find_sold(file.client_id, [form.item])
            if form.item not in found:
                raise Invalid(ATTENTION, {"item": text("This is the code, barcode or name of no item.")})
            await tills.match_item(file.client_id, form.written, found[form.item].item_id)
            await uploads.check_again(SALES, file, file.mapping, current_language())
        return go_to(f"/sales/imports/{sales_import_id}")

    @post("/imports/{sales_import_id:uuid}/confirm", name="sales.import_confirm", roles=STAFF)
    async def confirm(self, request: AppRequest, sales_import_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            file = await uploads.get(SALES, sales_import_id, lock=True)
            await uploads.confirm(SALES, file, current_language())
        return go_to(f"/sales/imports/{sales_import_id}")

    @get("/imports/{sales_import_id:uuid}/rejects", name="sales.import_rejects", roles=STAFF)
    async def rejects(self, request: AppRequest, sales_import_id: FromPath[UUID]) -> Stream:
        """The refused rows with their reasons, to mend and import again."""
        async with request.user.scope():
            file = await uploads.get(SALES, sales_import_id)
            await imports.note_rejects(file)
        return await imports.send_rejects(request, file)


def _about(file: ImportFile) -> dict[str, Any]:
    return {"client": CurrentClient(file.client_id, file.client_name)}


def _unknown(file: ImportFile) -> list[tuple[str, str]]:
    """The till's words that name no item, each once, to choose from, as far as the page shows bad cells."""
    words = (bad.problem.value for bad in file.verdict.bad_cells if bad.problem.reason == UNKNOWN)
    return [(word, word) for word in dict.fromkeys(words)]


async def _upload_context(client_id: UUID | None) -> dict[str, Any]:
    client = await choose_client(client_id)
    return {
        "client": client,
        "places": await list_places_of(client.id if client else None),
        "recent": await uploads.list_recent(SALES, client.id if client else None),
    }
