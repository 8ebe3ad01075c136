"""Exporting employees to a file."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.errors import ConfirmNeeded, Forbidden, Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of
from tatausaha.core.web.pages import CurrentClient, go_to, is_swap, page
from tatausaha.core.web.reveal import REASONS, checked_reason
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import queries
from tatausaha.people.search import Sort
from tatausaha.people.service import exporting
from tatausaha.people.service.employees import ATTENTION
from tatausaha.people.views.employees import list_params, wanted_from


class ExportForm(msgspec.Struct, frozen=True):
    """What to export: the list's own filter, for one client, in a format."""

    client: str = ""
    format: Literal["csv", "xlsx"] = "xlsx"
    q: str = ""
    department: str = ""
    state: str = ""
    sort: str = ""
    whole: bool = False
    reason: str = ""


class ExportsController(Controller):
    """Exactly what is filtered, as CSV or XLSX. A file holds the people of one client, so that it stays behind its wall."""

    @get("/people/export", name="people.export", roles=STAFF)
    async def show(self, request: AppRequest) -> Template:
        params = list_params(request)
        wanted = wanted_from(params)
        async with request.user.scope():
            place = await queries.get_place(wanted.client_id) if wanted.client_id else None
            clients = await queries.list_clients()
        values = params | {"format": request.query_params.get("format", "xlsx")}
        client = CurrentClient(place.id, place.name) if place else None
        return page(
            request, "people/export.html", client=client, clients=clients, values=values, errors={}, reasons=REASONS
        )

    @post("/people/export", name="people.order_export", roles=STAFF)
    async def order(self, request: AppRequest) -> Redirect:
        """Have the file written; numbers are whole only for managers who confirmed who they are and say why."""
        values = await typed_values(request)
        client_id = id_of(values, "client")
        async with request.user.scope():
            place = await queries.get_place(client_id) if client_id else None
            expect_form(request, "people/export.html", values, clients=await queries.list_clients(), reasons=REASONS)
            form = parse(ExportForm, values)
            if place is None:
                raise Invalid(ATTENTION, {"client": text("Choose the client company.")})
            reason = _reason(request, form) if form.whole else ""
            wanted = wanted_from(msgspec.structs.asdict(form))
            export_id = await exporting.order(wanted, Sort.parse(form.sort), form.format, reason)
        return go_to(f"/people/exports/{export_id}")

    @get("/people/exports/{export_id:uuid}", name="people.export_show", roles=STAFF)
    async def show_export(self, request: AppRequest, export_id: FromPath[UUID]) -> Template:
        """The export's progress, then its file."""
        async with request.user.scope():
            job, document = await exporting.get(export_id)
            if not is_swap(request) or job.ended:
                await audit.saw("export", export_id, job.client_id)
        client = CurrentClient(job.client_id, job.client_name or "") if job.client_id else None
        return page(
            request,
            "people/export_file.html",
            fragment="people/_export_file.html",
            client=client,
            job=job,
            document=document,
            export_id=export_id,
        )


def _reason(request: AppRequest, form: ExportForm) -> str:
    """Why the numbers shall be whole. Raises Forbidden, ConfirmNeeded or Invalid."""
    if not request.user.manages:
        raise Forbidden(text("Whole identity and account numbers are exported by a manager."))
    reason = checked_reason(form.reason)
    if not request.user.confirmed:
        raise ConfirmNeeded(text("Confirm first that it is you; then do this again."))
    return reason
