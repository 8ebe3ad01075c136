"""Sales by shift: the list of days, one shift with its lines, opening, counting, and lines by hand."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.sales import forms
from tatausaha.sales.queries import lines as line_queries
from tatausaha.sales.queries import shifts as queries
from tatausaha.sales.queries.shifts import Cursor, Method, Shift, Wanted
from tatausaha.sales.rules.drawer import Taken, expected
from tatausaha.sales.rules.methods import CASH, label_of
from tatausaha.sales.service import counting, shifts
from tatausaha.sales.service.tills import ATTENTION
from tatausaha.sales.views.choices import choose_client, list_places_of, place_of

NEW, COUNT = "sales/shift_form.html", "sales/shift_count.html"


class ShiftController(Controller):
    """Drawers from their opening to their count."""

    path = "/sales"

    @get("/", name="sales.home", roles=STAFF)
    async def home(self, request: AppRequest) -> Template:
        """The latest days first, with what each shift took in and how far it is."""
        params = list_query(request, "client", "place", "state", "after")
        wanted = Wanted(id_of(params, "client"), id_of(params, "place"), _known(params.get("state", "")))
        async with request.user.scope():
            client = await choose_client(wanted.client_id)
            places = await list_places_of(client.id if client else None)
            found = await queries.page_shifts(wanted, read_cursor(Cursor, params.get("after")))
            rows, more = split_page(found, queries.PAGE)
            await audit.saw_list("shifts", wanted.client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "sales/home.html",
            fragment="sales/_home.html",
            client=client,
            params=params,
            rows=rows,
            places=places,
            states=forms.STATES,
            state_options=[(state, label) for state, (label, _) in forms.STATES.items()],
            next=cursor_of(Cursor(rows[-1].day, rows[-1].id)) if more else None,
        )

    @get("/shifts/new", name="sales.new_shift", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            client, places = await choose_client(client_id), await list_places_of(client_id)
        values = {"day": today(), "opening_cash": ""}
        return page(request, NEW, client=client, places=places, values=values, errors={})

    @post("/shifts", name="sales.open_shift", roles=STAFF)
    async def open(self, request: AppRequest) -> Redirect:
        """Open a drawer; one that is open already is shown."""
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, NEW, values, places=await list_places_of(None))
            form = parse(forms.ShiftForm, values)
            place = await place_of(form.place_id)
            if form.day > today():
                raise Invalid(ATTENTION, {"day": text("This day is still to come.")})
            shift_id, new = await shifts.open_shift(
                place, form.day, form.till, form.number, form.cashier, form.opening_cash
            )
        return go_to(f"/sales/shifts/{shift_id}", text("The shift is open.") if new else text("This shift was there."))

    @get("/shifts/{shift_id:uuid}", name="sales.shift", roles=STAFF)
    async def show(self, request: AppRequest, shift_id: FromPath[UUID]) -> Template:
        """What it took in by each way of paying, and its lines; those that came after the count stand apart."""
        params = list_query(request, "after", "late")
        late = True if params.get("late") == "1" else None
        async with request.user.scope():
            shift = await queries.get_shift(shift_id)
            methods = await queries.list_methods(shift_id)
            found = await line_queries.page_lines(shift_id, late=late, after=id_of(params, "after"))
            waiting = await changes.list_pending(shift_id) if shift.state == "waiting" else []
            rows, more = split_page(found, line_queries.PAGE)
            await audit.saw("shift", shift_id, shift.client_id, count=len(rows))
        return page(
            request,
            "sales/shift.html",
            fragment="sales/_shift_lines.html",
            **about(shift),
            methods=methods,
            due=expected_of(shift, methods),
            label_of=label_of,
            rows=rows,
            params=params,
            next=str(rows[-1].id) if more else None,
            waiting=waiting,
            asked=ASKED,
        )

    @get("/shifts/{shift_id:uuid}/count", name="sales.count_shift", roles=STAFF)
    async def show_count(self, request: AppRequest, shift_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            shift = await queries.get_shift(shift_id)
            context = await _count_context(shift)
            await audit.saw("shift", shift_id, shift.client_id)
        values: dict[str, Any] = {"opening_cash": shift.opening_cash}
        return page(request, COUNT, **context, values=values, errors={})

    @post("/shifts/{shift_id:uuid}/count", name="sales.close_shift", roles=STAFF)
    async def count(self, request: AppRequest, shift_id: FromPath[UUID]) -> Redirect:
        """Close it; a count that is off needs a reason and waits for a second person."""
        async with request.user.scope():
            shift = await queries.get_shift(shift_id, lock=True)
            values = await typed_values(request)
            expect_form(request, COUNT, values, **await _count_context(shift))
            opening, counted, reason = counting.read_count(values)
            await shifts.count(shift, opening, counted, reason)
            closed = (await queries.get_shift(shift_id)).state == "closed"
        done = text("The shift is closed.") if closed else text("Another person is asked to agree to the difference.")
        return go_to(f"/sales/shifts/{shift_id}", done)

    @post("/shifts/{shift_id:uuid}/seen", name="sales.see_late", roles=STAFF)
    async def see_late(self, request: AppRequest, shift_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            shift = await queries.get_shift(shift_id, lock=True)
            await shifts.see_late(shift, (await typed_values(request)).get("lines", ""))
        return go_to(f"/sales/shifts/{shift_id}", text("Noted."))


def about(shift: Shift) -> dict[str, Any]:
    """What every page of a shift shows."""
    return {
        "shift": shift,
        "client": CurrentClient(shift.client_id, shift.client_name),
        "states": forms.STATES,
    }


def expected_of(shift: Shift, methods: list[Method]) -> dict[str, int]:
    """What each way of paying must come to: as it was counted against, or as it is now."""
    now = expected(shift.opening_cash, [Taken(one.method, one.sales, one.refunds) for one in methods])
    said = {one.method: one.expected for one in methods if one.expected is not None}
    return now | said if shift.state in ("waiting", "closed") else now


async def _count_context(shift: Shift) -> dict[str, Any]:
    methods = await queries.list_methods(shift.id)
    due = expected_of(shift, methods) | {CASH: expected_of(shift, methods).get(CASH, shift.opening_cash)}
    return {**about(shift), "due": due, "labels": {method: label_of(method) for method in due}}


def _known(state: str) -> str:
    return state if state in forms.STATES else ""
