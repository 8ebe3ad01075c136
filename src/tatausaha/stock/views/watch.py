"""What runs out, what expires, what lies still: the lists, and their files."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor
from tatausaha.core.web.pages import CurrentClient, go_to, is_swap, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock.queries import items, places, watch
from tatausaha.stock.queries.watch import Cursor
from tatausaha.stock.rules.cover import ENDLESS
from tatausaha.stock.rules.watched import Kind, Wanted
from tatausaha.stock.service import listing


class ExportForm(msgspec.Struct, frozen=True):
    """What to write to a file: the list's own filter, for one client, in a format."""

    list: Kind
    client: str = ""
    format: Literal["csv", "xlsx"] = "xlsx"
    place: str = ""
    category: str = ""


class WatchController(Controller):
    """Lists for those who order, discount, send back and throw away."""

    path = "/stock"

    @get("/low", name="stock.low", roles=STAFF)
    async def show_low(self, request: AppRequest) -> Template:
        """Less than the minimum, what ends first on top."""
        return await _list(request, "low")

    @get("/expiring", name="stock.expiring", roles=STAFF)
    async def show_expiring(self, request: AppRequest) -> Template:
        """Lots within their days of warning, and those that are past their last day."""
        return await _list(request, "expiring")

    @get("/slow", name="stock.slow", roles=STAFF)
    async def show_slow(self, request: AppRequest) -> Template:
        """What did not go out for longer than the client thinks right."""
        return await _list(request, "slow")

    @get("/export", name="stock.export_list", roles=STAFF)
    async def show_export(self, request: AppRequest) -> Template:
        """Which client, and which format."""
        values = list_query(request, "list", "client", "place", "category", "format")
        async with request.user.scope():
            context = await _export_context(values)
        return page(request, "stock/watch_export.html", values={"format": "xlsx", **values}, errors={}, **context)

    @post("/export", name="stock.order_list", roles=STAFF)
    async def order(self, request: AppRequest) -> Redirect:
        """Have the file written."""
        values = await typed_values(request)
        client_id = id_of(values, "client")
        async with request.user.scope():
            name = await clients.find_name(client_id) if client_id else None
            expect_form(request, "stock/watch_export.html", values, **await _export_context(values))
            form = parse(ExportForm, values)
            if client_id is None or name is None:
                problem = {"client": text("Choose the client company.")}
                raise Invalid(text("Some fields need your attention."), problem)
            file_id = await listing.order(_wanted(form.list, msgspec.structs.asdict(form)), form.format)
        return go_to(f"/stock/files/{file_id}")

    @get("/files/{list_file_id:uuid}", name="stock.list_file", roles=STAFF)
    async def show_file(self, request: AppRequest, list_file_id: FromPath[UUID]) -> Template:
        """The file's progress, then the file."""
        async with request.user.scope():
            job, document = await listing.get(list_file_id)
            if not is_swap(request) or job.ended:
                await audit.saw("export", list_file_id, job.client_id)
        return page(
            request,
            "stock/watch_file.html",
            fragment="stock/_watch_file.html",
            client=CurrentClient(job.client_id, job.client_name or "") if job.client_id else None,
            job=job,
            document=document,
            file_id=list_file_id,
        )


async def _list(request: AppRequest, kind: Kind) -> Template:
    params = list_query(request, "client", "place", "category", "after")
    wanted, cursor = _wanted(kind, params), read_cursor(Cursor, params.get("after"))
    async with request.user.scope():
        of = await watch.find_of(wanted.client_id) if wanted.client_id else None
        rows, following = await watch.page_watched(wanted, cursor if cursor and cursor.fits(kind) else None, of)
        chosen = of.id if of else None
        within = await places.list_places(chosen) if chosen else []
        categories = await items.list_categories(chosen) if chosen else []
        await audit.saw_list(f"stock_{kind}", wanted.client_id, len(rows), clients=[row.client_id for row in rows])
    return page(
        request,
        "stock/watch.html",
        fragment=f"stock/_watch_{kind}.html",
        client=CurrentClient(of.id, of.name) if of else None,
        kind=kind,
        title=listing.TITLES[kind],
        here_is=f"/stock/{kind}",
        rows=rows,
        next=cursor_of(following) if following else None,
        params=params,
        places=[(str(one.id), one.name) for one in within],
        categories=[(one, one) for one in categories],
        endless=ENDLESS,
    )


def _wanted(kind: Kind, params: Typed) -> Wanted:
    """The filter within a list's parameters; a place or category without its client counts as not given."""
    client_id = id_of(params, "client")
    if client_id is None:
        return Wanted(kind)
    return Wanted(kind, client_id, id_of(params, "place"), params.get("category", ""))


async def _export_context(values: Typed) -> dict[str, Any]:
    client_id = id_of(values, "client")
    name = await clients.find_name(client_id) if client_id else None
    return {
        "client": CurrentClient(client_id, name) if client_id and name else None,
        "clients": await clients.list_names(),
        "lists": list(listing.TITLES.items()),
    }
