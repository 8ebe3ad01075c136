"""Hours: one's own week, and for managers everybody's."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.dates import EARLIEST, LATEST, Period
from tatausaha.core.exports import Column
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS, STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, month_of, read_cursor, split_page
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.hour_forms import HourForm
from tatausaha.invoicing.queries import hours as queries
from tatausaha.invoicing.queries.hours import Hours, Wanted
from tatausaha.invoicing.rules.hours import format_minutes
from tatausaha.invoicing.service import hours as service
from tatausaha.invoicing.views.files import chosen, send_rows
from tatausaha.people.rules import today

PAGE = 50
WEEK = timedelta(days=7)
MINE, ALL = "invoicing/hours.html", "invoicing/all_hours.html"
COLUMNS = [
    *(Column("worked_on", text("Day"), "day"), Column("member_name", text("Staff member"))),
    *(Column("client_name", text("Client")), Column("task", text("Task")), Column("note", text("Note"))),
    *(
        Column("minutes", text("Minutes"), "number"),
        Column("billable", text("Billable")),
        Column("billed", text("Billed")),
    ),
]


class HourController(Controller):
    """Everybody of the staff enters their own hours; managers read all."""

    path = "/hours"

    @get("/", name="invoicing.hours", roles=STAFF)
    async def show_week(self, request: AppRequest) -> Template:
        """My week by day, with the form; `edit` names the entry that the form changes."""
        params = list_query(request, "week", "edit", "client")
        async with request.user.scope():
            context = await _week(request, _monday(params))
            await audit.saw_list("work_time", None, context["count"], "", context["client_ids"])
        entries = [one for _, ones in context["days"] for one in ones]
        edited = next((one for one in entries if one.id == id_of(params, "edit") and not one.billed), None)
        return page(request, MINE, **context, edited=edited, values=_values(edited, params, context), errors={})

    @post("/", name="invoicing.enter_hours", roles=STAFF)
    async def enter(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, MINE, values, **await _week(request, _monday({})), edited=None)
            form = parse(HourForm, values)
            await service.enter(form)
        return go_to(_back(form.worked_on), text("Entered: {task}.", task=form.task))

    @post("/{work_time_id:uuid}", name="invoicing.change_hours", roles=STAFF)
    async def change(self, request: AppRequest, work_time_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            hours = await queries.get_own(work_time_id, request.user.member_id, lock=True)
            values = await typed_values(request)
            expect_form(request, MINE, values, **await _week(request, hours.worked_on), edited=hours)
            form = parse(HourForm, values)
            await service.change(hours, form)
        return go_to(_back(form.worked_on), text("Saved."))

    @post("/{work_time_id:uuid}/delete", name="invoicing.delete_hours", roles=STAFF)
    async def delete(self, request: AppRequest, work_time_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            hours = await queries.get_own(work_time_id, request.user.member_id, lock=True)
            await service.remove(hours)
        return go_to(_back(hours.worked_on), text("Deleted: {task}.", task=hours.task))

    @get("/all", name="invoicing.all_hours", roles=MANAGERS)
    async def list_all(self, request: AppRequest) -> Template:
        """Everybody's hours by client, person and month, with their sum."""
        params = list_query(request, "client", "member", "month", "after")
        wanted = _wanted(params)
        async with request.user.scope():
            client = await chosen(wanted.client_id)
            found = await queries.page_hours(wanted, read_cursor(tuple[date, UUID], params.get("after")), PAGE + 1)
            sums, people = await queries.sum_hours(wanted), await queries.list_people()
            rows, more = split_page(found, PAGE)
            await audit.saw_list("work_time", wanted.client_id, len(rows), "", [row.client_id for row in rows])
        return page(
            request,
            ALL,
            fragment="invoicing/_all_hours.html",
            client=client,
            params=params,
            rows=rows,
            sums=sums,
            people=[(str(one.id), one.name) for one in people],
            months=_months(),
            next=cursor_of((rows[-1].worked_on, rows[-1].id)) if more else None,
            written=format_minutes,
        )

    @get("/file", name="invoicing.hours_file", roles=MANAGERS)
    async def export(self, request: AppRequest) -> Response[bytes]:
        """Exactly what is filtered, as XLSX or (`?format=csv`) CSV."""
        params = list_query(request, "client", "member", "month", "format")
        wanted = _wanted(params)
        async with request.user.scope():
            rows = [_row(one) async for chunk in queries.stream_hours(wanted) for one in chunk]
            client = await chosen(wanted.client_id)
            await audit.saw("work_time", None, client.id if client else None, action="exported", count=len(rows))
        return await send_rows("hours", params.get("format", ""), COLUMNS, rows)


async def _week(request: AppRequest, day: date) -> dict[str, Any]:
    """The days from Monday on with one's entries and their sums, the clients to choose from, and one's recent tasks."""
    monday = day - timedelta(days=day.weekday())
    member_id = request.user.member_id
    found = await queries.list_days(member_id, monday, monday + WEEK - timedelta(days=1))
    days = [monday + timedelta(days=number) for number in range(7)]
    return {
        "days": [(one, [entry for entry in found if entry.worked_on == one]) for one in days],
        "minutes": sum(one.minutes for one in found),
        "count": len(found),
        "client_ids": [one.client_id for one in found],
        "monday": monday,
        "before": monday - WEEK,
        "after": monday + WEEK,
        "today": today(),
        "clients": [(str(one.id), one.name) for one in await clients.list_names()],
        "tasks": await queries.list_tasks(member_id, today()),
        "written": format_minutes,
    }


def _values(edited: Hours | None, params: dict[str, str], context: dict[str, Any]) -> dict[str, Any]:
    if edited is None:
        day = max(context["monday"], min(context["today"], context["after"] - timedelta(days=1)))
        return {"worked_on": day, "client_id": params.get("client", ""), "billable": "1"}
    return {
        "client_id": str(edited.client_id),
        "worked_on": edited.worked_on,
        "time": format_minutes(edited.minutes),
        "task": edited.task,
        "note": edited.note,
        "billable": "1" if edited.billable else "",
        "version": str(edited.version),
    }


def _monday(params: dict[str, str]) -> date:
    """The Monday of the week that the address names; of this week where it names none."""
    try:
        day = date.fromisoformat(params.get("week", ""))
    except ValueError:
        day = today()
    day = min(max(day, EARLIEST + WEEK), LATEST - WEEK)
    return day - timedelta(days=day.weekday())


def _back(day: date) -> str:
    return f"/hours?week={day - timedelta(days=day.weekday())}"


def _wanted(params: dict[str, str]) -> Wanted:
    month = month_of(params, "month")
    last = Period.of(month).last if month else None
    return Wanted(id_of(params, "client"), id_of(params, "member"), month, last)


def _months() -> list[tuple[str, date]]:
    """The last two years, to choose from."""
    period, months = Period.of(today()), []
    for _ in range(24):
        months.append((str(period), period.first))
        period = period.previous()
    return months


def _row(one: Hours) -> dict[str, object]:
    words = {True: text("yes"), False: text("no")}
    names = ("worked_on", "member_name", "client_name", "task", "note", "minutes")
    return {name: getattr(one, name) for name in names} | {"billable": words[one.billable], "billed": words[one.billed]}
