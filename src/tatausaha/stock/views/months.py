"""Months of stock: which is closed next and what it waits for, those that are closed, and the rules of a client."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS, STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.stock.forms import StockPolicyForm
from tatausaha.stock.queries import months
from tatausaha.stock.service import months as service
from tatausaha.stock.service.policies import get_policy, keep_policy
from tatausaha.stock.views.items import about_client

NEGATIVE = [
    ("refuse", text("Refused: nothing goes out that is not there")),
    (
        "flag",
        text("Allowed and marked: it goes out at the last known cost, and the next receipt settles the difference"),
    ),
]


class CloseForm(msgspec.Struct, frozen=True):
    """The month that somebody saw and means to close."""

    month: str


class MonthController(Controller):
    """Staff see the months; managers close them."""

    path = "/stock/months"

    @get("/", name="stock.months", roles=STAFF)
    async def list_months(self, request: AppRequest) -> Template:
        """Closed months, and for one client what the next waits for."""
        params = list_query(request, "client", "after")
        client_id, cursor = id_of(params, "client"), read_cursor(months.Cursor, params.get("after"))
        async with request.user.scope():
            chosen = await about_client(client_id)
            found, more = split_page(await months.list_months(client_id, cursor), months.PAGE)
            upcoming = await _upcoming(client_id) if client_id else {}
            await audit.saw_list("stock_months", client_id, len(found), clients=[one.client_id for one in found])
        return page(
            request,
            "stock/months.html",
            fragment="stock/_months.html",
            found=found,
            next=cursor_of(months.Cursor(found[-1].month, found[-1].id)) if more else None,
            params=params,
            client=chosen["client"],
            **upcoming,
        )

    @post("/{client_id:uuid}/close", name="stock.close_month", roles=MANAGERS)
    async def close(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Close the month that the page named, if it is still the next."""
        async with request.user.scope():
            await _client(client_id)
            form = parse(CloseForm, await typed_values(request))
            try:
                month = Period.parse(form.month)
            except ValueError:
                raise Conflict(text("This is no month that could be closed; reload the page.")) from None
            key = await service.close(client_id, month, today())
        return go_to(f"/stock/months/{key}", text("The month is closed."))

    @get("/{stock_month_id:uuid}", name="stock.month", roles=STAFF)
    async def show(self, request: AppRequest, stock_month_id: FromPath[UUID]) -> Template:
        """What a month closed with, by place and category."""
        async with request.user.scope():
            month = await months.get_month(stock_month_id)
            values = await months.list_values(stock_month_id)
            await audit.saw("stock_month", stock_month_id, month.client_id)
        client = CurrentClient(month.client_id, month.client_name)
        return page(request, "stock/month.html", client=client, month=month, values=values)


class StockPolicyController(Controller):
    """How a client keeps its stock, for managers."""

    path = "/stock/settings/{client_id:uuid}"

    @get("/", name="stock.settings", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            client = await _client(client_id)
            policy = await get_policy(client_id)
            await audit.saw("stock_policy", client_id, client_id)
        return page(request, "stock/settings.html", client=client, values=policy, errors={}, negative=NEGATIVE)

    @post("/", name="stock.save_settings", roles=MANAGERS)
    async def save(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Keep what was chosen; a form that somebody else overtook comes back."""
        async with request.user.scope():
            client = await _client(client_id)
            values = await typed_values(request)
            shown = values | {"version": str((await get_policy(client_id)).version)}
            expect_form(request, "stock/settings.html", shown, client=client, negative=NEGATIVE)
            await keep_policy(client_id, parse(StockPolicyForm, values))
        return go_to(f"/stock/settings/{client_id}", text("Saved."))


async def _upcoming(client_id: UUID) -> dict[str, Any]:
    """The month that is closed next, why it cannot be yet, and what it would close with."""
    month = await service.next_month(client_id)
    if month is None:
        return {}
    day: date = today()
    return {
        "month": month,
        "waiting": await service.list_waiting(client_id, month, day),
        "would_close": sum(one.value for one in await months.value_at(client_id, month.last)),
    }


async def _client(client_id: UUID) -> CurrentClient:
    name = await clients.find_name(client_id)
    if name is None:
        raise NotFound(text("This client does not exist."))
    return CurrentClient(client_id, name)
