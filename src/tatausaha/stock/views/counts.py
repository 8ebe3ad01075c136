"""Counting what is there: begun, typed line by line, finished, its differences asked for."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Lines, Quantity, Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock.queries import counts, items, places
from tatausaha.stock.queries.counts import Count, Line, Progress, View
from tatausaha.stock.service import counting
from tatausaha.stock.service.count_sheets import pick
from tatausaha.stock.service.counting import Counted, Scope

ATTENTION = text("Some fields need your attention.")
STATES: dict[str, tuple[Text, str]] = {
    "open": (text("Being counted"), "progress"),
    "counted": (text("Differences to explain"), "attention"),
    "waiting": (text("Waits for a second person"), "waiting"),
    "done": (text("Done"), "done"),
    "cancelled": (text("Given up"), "draft"),
}
SCOPES: dict[str, Text] = {
    "full": text("Everything, in all places"),
    "place": text("Everything in one place"),
    "category": text("One category"),
    "cycle": text("What was not counted for longest"),
}
WORDS: dict[str, Any] = {"states": STATES, "scopes": SCOPES}


class NewCount(msgspec.Struct, frozen=True):
    """What to count, and how strictly."""

    client: str
    scope: Scope
    place: str = ""
    category: str = ""
    number: str = "20"
    percent: str = "10"
    blind: bool = False


class LineForm(msgspec.Struct, frozen=True):
    """How much was found, in the item's own unit."""

    counted: Quantity


class ScanForm(msgspec.Struct, frozen=True):
    """What was found by its code or barcode; where and of which lot only if that is not clear."""

    code: str
    counted: Quantity
    place: str = ""
    lot: str = ""
    expires_on: date | None = None


class FinishForm(msgspec.Struct, frozen=True):
    """Whether lines that were not counted stay as they are."""

    leave_out: bool = False


class AskForm(msgspec.Struct, frozen=True):
    """How the differences came about."""

    reason: Lines = ""


class CountController(Controller):
    """Whoever counts types; whoever approves is somebody else."""

    path = "/stock/counts"

    @get("/", name="stock.counts", roles=STAFF)
    async def list_counts(self, request: AppRequest) -> Template:
        """The newest first."""
        params = list_query(request, "client", "state", "after")
        client_id, state = id_of(params, "client"), params.get("state", "")
        async with request.user.scope():
            name = await clients.find_name(client_id) if client_id else None
            found = await counts.page_counts(client_id, state if state in STATES else "", id_of(params, "after"))
            rows, more = split_page(found, counts.PAGE)
            await audit.saw_list("stock_counts", client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "stock/counts.html",
            fragment="stock/_counts.html",
            client=CurrentClient(client_id, name) if client_id and name else None,
            rows=rows,
            params=params,
            next=str(rows[-1].id) if more else None,
            **WORDS,
        )

    @get("/new", name="stock.new_count", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        params = list_query(request, "client", "place", "category")
        async with request.user.scope():
            context = await _new_context(params)
            if context["client"]:
                await audit.saw_list("places", context["client"].id, len(context["places"]))
        values = {"scope": "place", "number": "20", "percent": "10", "blind": "1", **params}
        return page(request, "stock/count_new.html", values=values, errors={}, **context)

    @post("/", name="stock.begin_count", roles=STAFF)
    async def begin(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            context = await _new_context(values)
            expect_form(request, "stock/count_new.html", values, **context)
            form = parse(NewCount, values)
            if context["client"] is None:
                raise Invalid(ATTENTION, {"client": text("Choose the client company.")})
            number, percent = _limits(form)
            place_id = _place(form, context)
            count_id = await counting.begin(
                *(context["client"].id, form.scope, place_id, form.category.strip(), number),
                blind=form.blind,
                percent=percent,
            )
        return go_to(f"/stock/counts/{count_id}", text("The count has begun. What moves meanwhile is allowed for."))

    @get("/{count_id:uuid}", name="stock.count", roles=STAFF)
    async def show(self, request: AppRequest, count_id: FromPath[UUID]) -> Template:
        """How far it is, and its lines."""
        params = list_query(request, "view", "after")
        async with request.user.scope():
            count = await counts.get_count(count_id)
            context = await _about(count, params)
            await audit.saw("stock_count", count_id, count.client_id, count=len(context["lines"]))
        return page(request, "stock/count.html", fragment="stock/_count_lines.html", values={}, errors={}, **context)

    @post("/{count_id:uuid}/scan", name="stock.count_scan", roles=STAFF)
    async def scan(self, request: AppRequest, count_id: FromPath[UUID]) -> Redirect:
        """Count what a code or barcode names, expected there or not."""
        async with request.user.scope():
            count = await counts.get_count(count_id, lock="share")
            values = await typed_values(request)
            expect_form(request, "stock/count.html", values, **await _about(count, {}))
            counting.refuse_closed(count)
            form = parse(ScanForm, values)
            name = await _scan(count, form)
        return go_to(f"/stock/counts/{count_id}", text("{name} is counted.", name=name))

    @get("/{count_id:uuid}/lines/{count_line_id:uuid}", name="stock.count_line", roles=STAFF)
    async def show_line(self, request: AppRequest, count_id: FromPath[UUID], count_line_id: FromPath[UUID]) -> Template:
        """One line, large, to be typed on a phone between the shelves."""
        async with request.user.scope():
            count = await counts.get_count(count_id)
            line = await counts.get_line(count_id, count_line_id)
            context = await _about_line(count, line)
            await audit.saw("count_lines", count_line_id, count.client_id)
        return page(request, "stock/count_line.html", values={}, errors={}, **context)

    @post("/{count_id:uuid}/lines/{count_line_id:uuid}", name="stock.count_one", roles=STAFF)
    async def count_one(self, request: AppRequest, count_id: FromPath[UUID], count_line_id: FromPath[UUID]) -> Redirect:
        """Keep what was found, and go on with the next line of the shelf."""
        async with request.user.scope():
            count = await counts.get_count(count_id, lock="share")
            line = await counts.get_line(count_id, count_line_id)
            values = await typed_values(request)
            expect_form(request, "stock/count_line.html", values, **await _about_line(count, line))
            await counting.count_lines(count, [Counted(count_line_id, parse(LineForm, values).counted)])
            following = await counts.page_lines(count_id, "left", count_line_id, 0)
        place = f"/lines/{following[0].id}" if following else ""
        return go_to(f"/stock/counts/{count_id}{place}", text("{name} is counted.", name=line.name))

    @post("/{count_id:uuid}/finish", name="stock.count_finish", roles=STAFF)
    async def finish(self, request: AppRequest, count_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            count = await counts.get_count(count_id, lock="update")
            values = await typed_values(request)
            expect_form(request, "stock/count.html", values, **await _about(count, {}))
            again = await counting.finish(count, leave_out=parse(FinishForm, values).leave_out)
        if again:
            return go_to(f"/stock/counts/{count_id}", text("{count} lines differ much. Count them again.", count=again))
        return go_to(f"/stock/counts/{count_id}", text("Counting is finished."))

    @post("/{count_id:uuid}/ask", name="stock.count_ask", roles=STAFF)
    async def ask(self, request: AppRequest, count_id: FromPath[UUID]) -> Redirect:
        """Ask a second person to agree to the differences."""
        async with request.user.scope():
            count = await counts.get_count(count_id, lock="update")
            values = await typed_values(request)
            expect_form(request, "stock/count.html", values, **await _about(count, {}))
            asked = await counting.ask(count, parse(AskForm, values).reason)
        if asked.applied:
            return go_to(f"/stock/counts/{count_id}", text("The differences are booked."))
        return go_to(f"/stock/counts/{count_id}", text("A second person is asked to agree to the differences."))

    @post("/{count_id:uuid}/reopen", name="stock.count_reopen", roles=STAFF)
    async def reopen(self, request: AppRequest, count_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await counting.reopen(await counts.get_count(count_id, lock="update"))
        return go_to(f"/stock/counts/{count_id}", text("Count on; nothing was booked."))

    @post("/{count_id:uuid}/cancel", name="stock.count_cancel", roles=STAFF)
    async def cancel(self, request: AppRequest, count_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await counting.cancel(await counts.get_count(count_id, lock="update"))
        return go_to(f"/stock/counts/{count_id}", text("The count is given up; nothing was booked."))


def _limits(form: NewCount) -> tuple[int, int]:
    problems: dict[str, Text] = {}
    for name, most in (("number", counting.MOST_CYCLE), ("percent", 1000)):
        written = getattr(form, name).strip()
        if not (written.isascii() and written.isdigit() and int(written[:9]) <= most):
            problems[name] = text("Write a whole number up to {most}.", most=most)
    if problems:
        raise Invalid(ATTENTION, problems)
    return int(form.number), int(form.percent)


def _place(form: NewCount, context: dict[str, Any]) -> UUID | None:
    """The place that was chosen, which must be one of the client's."""
    if form.scope == "full" or (not form.place and form.scope != "place"):
        return None
    found: UUID | None = next((one.id for one in context["places"] if str(one.id) == form.place), None)
    if found is None:
        raise Invalid(ATTENTION, {"place": text("Choose the place.")})
    return found


async def _scan(count: Count, form: ScanForm) -> str:
    item = (await items.find_refs(count.client_id, [form.code])).get(form.code)
    if item is None:
        raise Invalid(ATTENTION, {"code": text("No item of this client bears this code.")})
    known = await places.list_places(count.client_id)
    place_id = count.place_id or next((one.id for one in known if str(one.id) == form.place), None)
    if place_id is None:
        raise Invalid(ATTENTION, {"place": text("Choose the place.")})
    until = form.expires_on
    lines = [one for one in await counts.list_lines_of(count.id, [item.id]) if one.place_id == place_id]
    try:
        line = pick(lines, form.lot, until)
    except LookupError:
        raise Invalid(ATTENTION, {"lot": text("Several lots of this item are counted: name the lot.")}) from None
    if line is None and item.batched and not form.lot and until is None:
        raise Invalid(ATTENTION, {"lot": text("This item is kept by lots: name the lot or its last day.")})
    line_id = line.id if line else (await counting.add_lines(count, [(place_id, item.id, form.lot, until)]))[0]
    await counting.count_lines(count, [Counted(line_id, form.counted)])
    return item.name


def _of(count: Count) -> dict[str, Any]:
    return {"count": count, "client": CurrentClient(count.client_id, count.client_name), **WORDS}


async def _about_line(count: Count, line: Line) -> dict[str, Any]:
    return {**_of(count), "line": line, "standings": await _standings(count, [line])}


async def _standings(count: Count, lines: list[Line]) -> dict[UUID, int]:
    """What should be there of lines that are not counted yet, where that may be seen."""
    if count.hides:
        return {}
    left = [line.id for line in lines if line.expected is None]
    found = await counts.list_standings(left, [None] * len(left))
    return {key: one.expected for key, one in found.items()}


async def _about(count: Count, params: Typed) -> dict[str, Any]:
    progress = await counts.get_progress(count.id)
    view = _view(count, params.get("view", ""), progress)
    rows, more = split_page(await counts.page_lines(count.id, view, id_of(params, "after")), counts.LINES)
    return {
        **_of(count),
        "progress": progress,
        "view": view,
        "lines": rows,
        "standings": await _standings(count, rows),
        "next": str(rows[-1].id) if more else None,
        "params": params,
        "places": await places.list_places(count.client_id) if count.place_id is None else [],
        "waiting": await changes.list_pending(count.id),
        "asked": ASKED,
    }


def _view(count: Count, wanted: str, progress: Progress) -> View:
    """The lines to show: what is left while it is counted, then what differs; differences only to who may see them."""
    usual: View = "left" if count.state == "open" and progress.left else "all" if count.hides else "apart"
    view = next((one for one in counts.VIEWS if one == wanted), usual)
    return "all" if view == "apart" and count.hides else view


async def _new_context(params: Typed) -> dict[str, Any]:
    client_id = id_of(params, "client")
    name = await clients.find_name(client_id) if client_id else None
    return {
        "client": CurrentClient(client_id, name) if client_id and name else None,
        "clients": await clients.list_names(),
        "places": await places.list_places(client_id) if client_id and name else [],
        "categories": await items.list_categories(client_id) if client_id and name else [],
        **WORDS,
    }
