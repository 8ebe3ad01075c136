"""Importing a spreadsheet of items with their opening stock, step by step."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.core import audit
from tatausaha.core.dates import parse_day
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import current_language, text
from tatausaha.core.imports import uploads
from tatausaha.core.imports.prices import SIGNS
from tatausaha.core.imports.uploads import ImportFile
from tatausaha.core.quantities import format_quantity
from tatausaha.core.web import imports
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock.queries import places
from tatausaha.stock.service.importing import ITEMS, read_choices
from tatausaha.stock.service.items import ATTENTION
from tatausaha.stock.spreadsheet import DAYS, FIELDS
from tatausaha.stock.views.items import about_client, client_choices


class ItemImportController(Controller):
    """From an uploaded file to items and what there is of them."""

    @get("/stock/import", name="stock.import", roles=STAFF)
    async def show_upload(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            context = await _upload_context(client_id)
            await audit.saw_list("imports", client_id, len(context["recent"]))
        return page(request, "stock/import.html", values={"client_id": client_id}, errors={}, **context)

    @post("/stock/import", name="stock.upload", roles=STAFF, request_max_body_size=imports.MAX_UPLOAD)
    async def upload(self, request: AppRequest) -> Redirect:
        """Keep the file and have it checked; a file that was uploaded before leads to its import."""
        values = await typed_values(request)
        client_id = id_of(values, "client_id")
        async with request.user.scope():
            expect_form(request, "stock/import.html", values, **await _upload_context(client_id))
        if client_id is None:
            raise Invalid(ATTENTION, {"client_id": text("Choose the client company.")})
        return await imports.take_in(request, ITEMS, client_id)

    @get("/stock/import/template", name="stock.import_template", roles=STAFF)
    async def template(self, request: AppRequest) -> Response[bytes]:
        """An empty spreadsheet with every column and an example."""
        return await imports.send_template("items", FIELDS)

    @get("/stock/imports/{item_import_id:uuid}", name="stock.import_show", roles=STAFF)
    async def show(self, request: AppRequest, item_import_id: FromPath[UUID]) -> Template:
        """How far the import is: under way, to be confirmed, done, or refused."""
        async with request.user.scope():
            file = await uploads.get(ITEMS, item_import_id)
            context = await _file_context(file)
            await imports.note_look(request, file)
        return page(
            request,
            "stock/import_file.html",
            fragment="stock/_import_file.html",
            values=_typed(file),
            errors={},
            **context,
        )

    @post("/stock/imports/{item_import_id:uuid}/check", name="stock.import_check", roles=STAFF)
    async def check(self, request: AppRequest, item_import_id: FromPath[UUID]) -> Redirect:
        """Check again, with the columns and the reading that were chosen."""
        async with request.user.scope():
            file = await uploads.get(ITEMS, item_import_id, lock=True)
            values = await typed_values(request)
            expect_form(request, "stock/import_file.html", values, **await _file_context(file))
            await imports.check_again(request, ITEMS, file, read_choices(values, file.time_zone))
        return go_to(f"/stock/imports/{item_import_id}")

    @post("/stock/imports/{item_import_id:uuid}/confirm", name="stock.import_confirm", roles=STAFF)
    async def confirm(self, request: AppRequest, item_import_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            file = await uploads.get(ITEMS, item_import_id, lock=True)
            await uploads.confirm(ITEMS, file, current_language())
        return go_to(f"/stock/imports/{item_import_id}")

    @get("/stock/imports/{item_import_id:uuid}/rejects", name="stock.import_rejects", roles=STAFF)
    async def rejects(self, request: AppRequest, item_import_id: FromPath[UUID]) -> Stream:
        """The refused rows with their reasons, to mend and import again."""
        async with request.user.scope():
            file = await uploads.get(ITEMS, item_import_id)
            await imports.note_rejects(file)
        return await imports.send_rejects(request, file)


async def _upload_context(client_id: UUID | None) -> dict[str, Any]:
    return {
        "client": (await about_client(client_id))["client"],
        "clients": await client_choices(),
        "recent": await uploads.list_recent(ITEMS, client_id),
    }


async def _file_context(file: ImportFile) -> dict[str, Any]:
    """What the page of one import shows."""
    known = await places.list_places(file.client_id)
    labels = {field.name: field.label for field in FIELDS}
    return {
        **await imports.read_context(ITEMS, file),
        "client": CurrentClient(file.client_id, file.client_name),
        "places": [(str(place.id), place.name) for place in known],
        "currencies": [(code, f"{code} ({signs[0]})") for code, signs in SIGNS.items()],
        "days": [(name, labels[name]) for name in DAYS if file.verdict.mapping.get(name) is not None],
        "labels": labels,
    }


def _typed(file: ImportFile) -> Typed:
    """What the form for the reading begins with."""
    typed = dict(file.choices)
    if "rate" in typed:
        typed["rate"] = format_quantity(int(typed["rate"]), current_language())
    if "rate_on" in typed:
        typed["rate_on"] = parse_day(typed["rate_on"]).strftime("%d/%m/%Y")
    return typed
