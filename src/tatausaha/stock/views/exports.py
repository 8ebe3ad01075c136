"""Exporting items to a file."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of
from tatausaha.core.web.pages import CurrentClient, go_to, is_swap, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock.service import exporting
from tatausaha.stock.service.items import ATTENTION
from tatausaha.stock.views.items import about_client, client_choices, list_params, wanted_from


class ExportForm(msgspec.Struct, frozen=True):
    """What to export: the list's own filter, for one client, in a format."""

    client: str = ""
    format: Literal["csv", "xlsx"] = "xlsx"
    q: str = ""
    category: str = ""
    place: str = ""
    state: str = ""


class ItemExportController(Controller):
    """Exactly what is filtered, as CSV or XLSX; a file holds the items of one client, so that it stays behind its wall."""

    @get("/stock/items/export", name="stock.export_items", roles=STAFF)
    async def show(self, request: AppRequest) -> Template:
        params = list_params(request)
        async with request.user.scope():
            context = await _context(id_of(params, "client"))
        values = {"format": request.query_params.get("format", "xlsx"), **params}
        return page(request, "stock/item_export.html", values=values, errors={}, **context)

    @post("/stock/items/export", name="stock.order_items", roles=STAFF)
    async def order(self, request: AppRequest) -> Redirect:
        """Have the file written."""
        values = await typed_values(request)
        client_id = id_of(values, "client")
        async with request.user.scope():
            expect_form(request, "stock/item_export.html", values, **await _context(client_id))
            form = parse(ExportForm, values)
            if client_id is None:
                raise Invalid(ATTENTION, {"client": text("Choose the client company.")})
            file_id = await exporting.order(wanted_from(msgspec.structs.asdict(form)), form.format)
        return go_to(f"/stock/items/files/{file_id}")

    @get("/stock/items/files/{item_file_id:uuid}", name="stock.items_file", roles=STAFF)
    async def show_file(self, request: AppRequest, item_file_id: FromPath[UUID]) -> Template:
        """The file's progress, then the file."""
        async with request.user.scope():
            job, document = await exporting.get(item_file_id)
            if not is_swap(request) or job.ended:
                await audit.saw("export", item_file_id, job.client_id)
        return page(
            request,
            "stock/item_file.html",
            fragment="stock/_item_file.html",
            client=CurrentClient(job.client_id, job.client_name or "") if job.client_id else None,
            job=job,
            document=document,
            file_id=item_file_id,
        )


async def _context(client_id: UUID | None) -> dict[str, Any]:
    return {"client": (await about_client(client_id))["client"], "clients": await client_choices()}
