"""Profit per client and month, each figure with its parts; and for owners what an hour of each person costs."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.charts import Chart, Series
from tatausaha.core.dates import MONTHS, Period
from tatausaha.core.exports import Column
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import format_rupiah
from tatausaha.core.web.access import MANAGERS, OWNERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, list_query, month_of, read_cursor
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.hour_forms import CostForm
from tatausaha.invoicing.queries import hours
from tatausaha.invoicing.queries import profit as queries
from tatausaha.invoicing.queries.lines import list_lines
from tatausaha.invoicing.rules.hours import format_minutes
from tatausaha.invoicing.rules.profit import Result, Work
from tatausaha.invoicing.service import costs, profit
from tatausaha.invoicing.views.files import send_rows
from tatausaha.people.rules import today

PAGE = 50
COSTS = "invoicing/costs.html"
SOURCES: dict[str, tuple[Text, str]] = {
    "invoiced": (text("Invoiced"), "done"),
    "drafted": (text("Drafted"), "progress"),
    "estimated": (text("By agreed prices"), "waiting"),
    "none": (text("Nothing to bill by"), "draft"),
}
COLUMNS = [
    *(Column("client", text("Client")), Column("income", text("Income"), "money"), Column("source", text("Source"))),
    *(Column("minutes", text("Minutes"), "number"), Column("uncosted", text("Minutes without cost"), "number")),
    *(Column("cost", text("Cost"), "money"), Column("margin", text("Margin"), "money")),
    Column("per_hour", text("Margin per hour"), "money"),
]


class ProfitController(Controller):
    """Managers read sums; what a person costs is said and read by owners alone."""

    path = "/profit"

    @get("/", name="invoicing.profit", roles=MANAGERS)
    async def list_results(self, request: AppRequest) -> Template:
        """A month's clients, those that lose money first, and how the last twelve months went."""
        params = list_query(request, "month", "after")
        period = _period(params)
        async with request.user.scope():
            results = await profit.list_results(period)
            trend = await profit.list_trend(period)
            rows, following = _page(results, params.get("after"))
            await audit.saw_list("profit", None, len(rows), "", [row.client_id for row in rows])
        return page(
            request,
            "invoicing/profit.html",
            fragment="invoicing/_profit.html",
            params=params,
            period=period,
            rows=rows,
            next=following,
            income=sum(one.income for one in results),
            cost=sum(one.work.cost for one in results),
            work=sum((one.work for one in results), Work()),
            losing=sum(1 for one in results if one.margin < 0),
            chart=_chart(trend),
            months=_months(),
            sources=SOURCES,
            written=format_minutes,
        )

    @get("/file", name="invoicing.profit_file", roles=MANAGERS)
    async def export(self, request: AppRequest) -> Response[bytes]:
        """The month as XLSX or (`?format=csv`) CSV."""
        params = list_query(request, "month", "format")
        period = _period(params)
        async with request.user.scope():
            results = await profit.list_results(period)
            await audit.saw("profit", None, None, action="exported", count=len(results), month=str(period))
        return await send_rows(f"profit-{period}", params.get("format", ""), COLUMNS, [_row(one) for one in results])

    @get("/{client_id:uuid}", name="invoicing.client_profit", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """One client's month: what was billed line by line, what was worked at, and how the figures come about."""
        params = list_query(request, "month")
        period = _period(params)
        async with request.user.scope():
            client = await clients.get_client(client_id)
            result, invoice_id, estimate = await profit.get_result(client_id, client.name, period)
            lines = await list_lines(invoice_id) if invoice_id else []
            tasks = await queries.list_tasks(client_id, period.first, period.last)
            trend = await profit.list_trend(period, client_id)
            await audit.saw("profit", None, client_id, count=len(lines) + len(tasks))
        return page(
            request,
            "invoicing/client_profit.html",
            client=CurrentClient(client_id, client.name),
            params=params,
            period=period,
            result=result,
            invoice_id=invoice_id,
            lines=lines,
            estimate=estimate,
            tasks=tasks,
            chart=_chart(trend),
            months=_months(),
            sources=SOURCES,
            written=format_minutes,
        )

    @get("/costs", name="invoicing.costs", roles=OWNERS, recent=True)
    async def show_costs(self, request: AppRequest) -> Template:
        """What an hour of each person costs, since when, and the form that says so."""
        async with request.user.scope():
            context = await _costs()
            await audit.saw_list("member_cost", None, len(context["costs"]))
        values = {"starts_on": Period.of(today()).first}
        return page(request, COSTS, **context, values=values, errors={})

    @post("/costs", name="invoicing.set_cost", roles=OWNERS, recent=True)
    async def set_cost(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, COSTS, values, **await _costs())
            name = await costs.set_cost(parse(CostForm, values))
        return go_to("/profit/costs", text("Saved: what an hour of {name} costs.", name=name))


async def _costs() -> dict[str, Any]:
    people = await hours.list_people()
    return {"costs": await queries.list_costs(), "people": [(str(one.id), one.name) for one in people]}


def _page(results: list[Result], written: str | None) -> tuple[list[Result], str | None]:
    """A page of what was reckoned and sorted as a whole; it continues behind the last row of the one before."""
    if after := read_cursor(tuple[int, str, UUID], written):
        results = [one for one in results if _place(one) > after]
    rows = results[:PAGE]
    return rows, cursor_of(_place(rows[-1])) if len(results) > PAGE else None


def _place(one: Result) -> tuple[int, str, UUID]:
    return one.margin, one.client_name, one.client_id


def _row(one: Result) -> dict[str, object]:
    return {
        "client": one.client_name,
        "income": one.income,
        "source": SOURCES[one.source][0],
        "minutes": one.work.minutes,
        "uncosted": one.work.uncosted,
        "cost": one.work.cost,
        "margin": one.margin,
        "per_hour": one.per_hour,
    }


def _period(params: dict[str, str]) -> Period:
    """The month that the address names; the last whole one where it names none."""
    return Period.of(month_of(params, "month") or Period.of(today()).previous().first)


def _months() -> list[tuple[str, date]]:
    period, months = Period.of(today()), []
    for _ in range(24):
        months.append((str(period), period.first))
        period = period.previous()
    return months


def _chart(trend: list[profit.Month]) -> Chart:
    language, last = current_language(), trend[-1]
    said = text(
        "{month}: {amount} left.", month=_name(last.period), amount=format_rupiah(last.income - last.cost, language)
    )
    series = (
        (text("Income"), [one.income for one in trend]),
        (text("Cost of hours"), [one.cost for one in trend]),
        (text("Margin"), [one.income - one.cost for one in trend]),
    )
    return Chart(
        render(text("Twelve months")),
        render(said),
        "line",
        [_name(one.period) for one in trend],
        [Series(name=render(name), values=values) for name, values in series],
    )


def _name(period: Period) -> str:
    return f"{MONTHS[current_language()][period.month - 1][:3]} {period.year}"
