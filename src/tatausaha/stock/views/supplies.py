"""Office supplies: what departments ask for, what is handed out, what it costs."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.charts import Chart, Series
from tatausaha.core.dates import MONTHS, Period
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import format_rupiah
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query, month_of, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import queries as people
from tatausaha.people.rules import today
from tatausaha.stock.queries import places, supplies
from tatausaha.stock.queries.supplies import Cost, Request
from tatausaha.stock.rules.months import months_until, rows_of
from tatausaha.stock.service import supplies as service

MONTHS_SHOWN = 12
MOST_SERIES = 8


class SupplyController(Controller):
    """From a wish to the cost of a department."""

    path = "/stock/supplies"

    @get("/", name="stock.supplies", roles=STAFF)
    async def list_requests(self, request: AppRequest) -> Template:
        """The newest first."""
        params = list_query(request, "client", "state", "after")
        client_id, state = id_of(params, "client"), params.get("state", "")
        async with request.user.scope():
            name = await clients.find_name(client_id) if client_id else None
            found = await supplies.page_requests(
                client_id, state if state in service.STATES else "", id_of(params, "after")
            )
            rows, more = split_page(found, supplies.PAGE)
            await audit.saw_list("supply_requests", client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "stock/supplies.html",
            fragment="stock/_supplies.html",
            client=CurrentClient(client_id, name) if client_id and name else None,
            rows=rows,
            params=params,
            next=str(rows[-1].id) if more else None,
            states=service.STATES,
        )

    @get("/new", name="stock.new_supply", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        params = list_query(request, "client", "place")
        async with request.user.scope():
            context = await _new_context(params)
            if context["client"]:
                await audit.saw_list("items", context["client"].id, len(context["supplies"]))
        return page(request, "stock/supply_new.html", values={**params, "token": str(uuid7())}, errors={}, **context)

    @post("/", name="stock.ask_supplies", roles=STAFF)
    async def ask(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            context = await _new_context(values)
            expect_form(request, "stock/supply_new.html", values, **context)
            if context["client"] is None:
                raise Invalid(service.ATTENTION, {"client": text("Choose the client company.")})
            request_id, agreed = await service.ask_typed(context["client"].id, context["chosen"], values)
        told = text("It may be issued.") if agreed else text("Asked for. Somebody else has to agree.")
        return go_to(f"/stock/supplies/{request_id}", told)

    @get("/costs", name="stock.supply_costs", roles=STAFF)
    async def show_costs(self, request: AppRequest) -> Template:
        """What each department used up, month by month."""
        params = list_query(request, "client", "month")
        client_id, last = id_of(params, "client"), Period.of(month_of(params, "month") or today())
        months = months_until(last, MONTHS_SHOWN)
        async with request.user.scope():
            name = await clients.find_name(client_id) if client_id else None
            costs = await supplies.list_costs(client_id, months[0].first, last.last) if client_id and name else []
            names = await clients.list_names()
            await audit.saw_list("supply_costs", client_id if name else None, len(costs))
        rows = rows_of([(one.department, one.month, one.value) for one in costs], months)
        return page(
            request,
            "stock/supply_costs.html",
            client=CurrentClient(client_id, name) if client_id and name else None,
            clients=names,
            params=params,
            months=[str(month) for month in months],
            rows=rows,
            totals=[sum(column) for column in zip(*rows.values(), strict=True)],
            chart=_chart(rows, months, costs),
        )

    @get("/{supply_request_id:uuid}", name="stock.supply", roles=STAFF)
    async def show(self, request: AppRequest, supply_request_id: FromPath[UUID]) -> Template:
        """What was asked for, what is there, what was issued."""
        async with request.user.scope():
            asked = await supplies.get_request(supply_request_id)
            context = await _about(asked)
            await audit.saw("supply_request", supply_request_id, asked.client_id, count=len(context["lines"]))
        return page(request, "stock/supply.html", values={}, errors={}, **context)

    @post("/{supply_request_id:uuid}/issue", name="stock.issue_supplies", roles=STAFF)
    async def issue(self, request: AppRequest, supply_request_id: FromPath[UUID]) -> Redirect:
        """Hand out, wholly or in part."""
        async with request.user.scope():
            asked = await supplies.get_request(supply_request_id, lock=True)
            values = await typed_values(request)
            expect_form(request, "stock/supply.html", values, **await _about(asked))
            await service.issue(asked, service.read_quantities(values, service.ISSUE))
        return go_to(
            f"/stock/supplies/{supply_request_id}", text("Issued to {department}.", department=asked.department)
        )

    @post("/{supply_request_id:uuid}/close", name="stock.close_supplies", roles=STAFF)
    async def close(self, request: AppRequest, supply_request_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.close(await supplies.get_request(supply_request_id, lock=True))
        return go_to(f"/stock/supplies/{supply_request_id}", text("Closed: nothing more is issued."))


async def _new_context(params: Typed) -> dict[str, Any]:
    client_id = id_of(params, "client")
    name = await clients.find_name(client_id) if client_id else None
    known = client_id if name else None
    within = await places.list_places(known) if known else []
    chosen = next((one.id for one in within if str(one.id) == params.get("place")), within[0].id if within else None)
    return {
        "client": CurrentClient(known, name) if known and name else None,
        "clients": await clients.list_names(),
        "places": within,
        "chosen": chosen,
        "supplies": await supplies.list_supplies(known, chosen) if known and chosen else [],
        "departments": (await people.get_place(known)).departments if known else [],
    }


async def _about(asked: Request) -> dict[str, Any]:
    return {
        "asked_for": asked,
        "client": CurrentClient(asked.client_id, asked.client_name),
        "lines": await supplies.list_lines(asked.id),
        "waiting": await changes.list_pending(asked.id),
        "asked": ASKED,
        "states": service.STATES,
    }


def _chart(rows: Any, months: list[Period], costs: list[Cost]) -> Chart:
    names = MONTHS[current_language()]
    series = [Series(name=name, values=values) for name, values in list(rows.items())[:MOST_SERIES]]
    if rest := list(rows.values())[MOST_SERIES:]:
        series.append(
            Series(name=render(text("Other departments")), values=[sum(column) for column in zip(*rest, strict=True)])
        )
    total = format_rupiah(sum(one.value for one in costs), current_language())
    said = render(text("{amount} in twelve months.", amount=total))
    labels = [f"{names[month.month - 1][:3]} {month.year}" for month in months]
    return Chart(render(text("Cost of supplies by department")), said, "stacked", labels, series)
