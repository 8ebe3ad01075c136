"""What should be ordered, with the numbers that say so; what is chosen becomes orders or a request."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import gettext, text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing import forms
from tatausaha.purchasing.queries import suggestions, suppliers
from tatausaha.purchasing.queries.suggestions import Short
from tatausaha.purchasing.rules.suggest import Need, Pack, Suggestion, in_own_unit, per_day, suggest
from tatausaha.purchasing.service import lines, orders, requests, wishes
from tatausaha.purchasing.service.prices import ATTENTION
from tatausaha.purchasing.views.frame import about_client, parse_lines, split_lines
from tatausaha.stock.queries import places

COVER_DAYS = 14
MOST_COVER = 180
TEMPLATE = "purchasing/suggestions.html"


class Chosen(msgspec.Struct, frozen=True):
    """What shall become of the chosen lines."""

    client: str
    place: str
    into: Literal["orders", "request"] = "orders"
    days: str = ""


class Row(msgspec.Struct, frozen=True):
    """An item that is short, and what to order of it."""

    short: Short
    pack: Pack
    order: Suggestion

    @property
    def pace(self) -> int:
        """Thousandths of the item's unit that go out a day."""
        return per_day(self.short.out_90)

    @property
    def own(self) -> int:
        """What would be ordered, in the item's own unit."""
        return in_own_unit(self.order, self.pack)


class SuggestionController(Controller):
    """From what runs out to orders."""

    path = "/purchasing/suggestions"

    @get("/", name="purchasing.suggestions", roles=STAFF)
    async def show(self, request: AppRequest) -> Template:
        """What runs out in one place of one client; without a client, the choice of one."""
        params = list_query(request, "client", "place", "days")
        async with request.user.scope():
            context = await _context(params)
            await audit.saw_list("suggestions", id_of(params, "client"), len(context["rows"]))
        return page(request, TEMPLATE, values={}, errors={}, **context)

    @post("/", name="purchasing.take_suggestions", roles=STAFF)
    async def take(self, request: AppRequest) -> Redirect:
        """Make drafts of orders, one for each supplier, or one request."""
        values = await typed_values(request)
        async with request.user.scope():
            context = await _context(values)
            expect_form(request, TEMPLATE, values, **context)
            head, rows = split_lines(values)
            chosen, typed = parse(Chosen, head), parse_lines(rows)
            if not typed or context["client"] is None:
                raise Invalid(ATTENTION, {"item-0": text("Choose at least one item.")})
            client_id = context["client"].id
            if chosen.into == "request":
                form = forms.RequestForm(place_id=chosen.place, department=gettext("Purchasing"))
                request_id = await requests.create(client_id, form, typed)
                return go_to(
                    f"/purchasing/requests/{request_id}", text("The request is a draft. Submit it when it is complete.")
                )
            place = await orders.place_of(client_id, chosen.place)
            zone = (await suppliers.get_client(client_id)).time_zone
            drafts = await lines.resolve(client_id, typed, today(zone), None, priced=False)
            made = await wishes.into_orders(place, drafts)
        address = f"/purchasing/orders?client={client_id}&state=draft"
        if len(made) == 1:
            address = f"/purchasing/orders/{next(iter(made.values()))}"
        return go_to(address, text("Drafts of orders were made: {count}.", count=len(made)))


async def _context(params: Typed) -> dict[str, Any]:
    client_id = id_of(params, "client")
    chosen = await about_client(client_id)
    known = await places.list_places(client_id) if client_id else []
    asked = id_of(params, "place")
    place = next((one for one in known if one.id == asked), known[0] if known else None)
    days = params.get("days", "")
    cover = min(int(days), MOST_COVER) if days.isascii() and days.isdigit() and len(days) < 5 else COVER_DAYS
    return {
        **chosen,
        "clients": await suppliers.list_clients() if client_id is None else [],
        "places": [(str(one.id), one.name) for one in known],
        "place": place,
        "cover": cover,
        "rows": await _rows(client_id, place.id, cover) if client_id and place else [],
        "most": suggestions.MOST,
    }


async def _rows(client_id: UUID, place_id: UUID, cover: int) -> list[Row]:
    rows = []
    for one in await suggestions.list_short(client_id, place_id):
        need = Need(one.quantity, one.on_order, one.minimum, one.reorder_quantity, one.out_90, one.lead_days)
        pack = Pack(one.pack_unit, one.factor, one.pack, one.least)
        if order := suggest(need, pack, cover):
            rows.append(Row(one, pack, order))
    return rows
