"""The stock card of an item: every movement with the balance after it; and why something cost what it cost."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock.queries import items, movements, places
from tatausaha.stock.queries.movements import PAGE, Balance, Cursor, Movement, Wanted
from tatausaha.stock.rules.explaining import explain
from tatausaha.stock.views.moves import WORDS, day_of


class Line(msgspec.Struct, frozen=True):
    """A movement, and what lay there after it."""

    movement: Movement
    quantity: int
    value: int


class CardController(Controller):
    """What happened to an item."""

    @get("/stock/items/{item_id:uuid}/card", name="stock.card", roles=STAFF)
    async def show(self, request: AppRequest, item_id: FromPath[UUID]) -> Template:
        """In all places or one, between two days, the last booked first."""
        params = list_query(request, "place", "from", "to", "after")
        last = day_of(params, "to", date.max)
        place_id, cursor = id_of(params, "place"), read_cursor(Cursor, params.get("after"))
        async with request.user.scope():
            item = await items.get_item(item_id)
            within = await places.list_places(item.client_id, archived=True)
            if place_id not in {place.id for place in within}:
                place_id = None
            wanted = Wanted(item.client_id, place_id, item_id, None, day_of(params, "from", date.min), last)
            found = await movements.page_movements(wanted, cursor)
            now = Balance(cursor.quantity, cursor.value) if cursor else None
            lines, before = _run(found[:PAGE], now or await movements.balance_at(item_id, place_id, last))
            await audit.saw("stock_card", item_id, item.client_id, count=len(lines))
        more = split_page(found, PAGE)[1]
        edge = found[: len(lines)][-1] if lines else None
        return page(
            request,
            "stock/card.html",
            fragment="stock/_card.html",
            client=CurrentClient(item.client_id, item.client_name),
            item=item,
            lines=lines,
            before=before,
            next=cursor_of(Cursor(edge.booked_on, edge.id, before.quantity, before.value)) if more and edge else None,
            params=params,
            places=[(str(place.id), place.name) for place in within],
            **WORDS,
        )

    @get("/stock/moves/cost/{movement_id:uuid}", name="stock.explain", roles=STAFF)
    async def show_cost(self, request: AppRequest, movement_id: FromPath[UUID]) -> Template:
        """Which layers, or which average, with the numbers put in."""
        async with request.user.scope():
            movement = await movements.get_movement(movement_id)
            steps = await movements.list_steps(movement)
            await audit.saw("movement", movement_id, movement.client_id)
        return page(
            request,
            "stock/cost.html",
            fragment="stock/_cost.html",
            client=CurrentClient(movement.client_id, movement.client_name),
            movement=movement,
            explained=explain(steps, fifo=movement.cost_method == "fifo"),
            **WORDS,
        )


def _run(found: list[Movement], after: Balance) -> tuple[list[Line], Balance]:
    """The balance after each movement, the last first, and what lay there before them all."""
    lines, quantity, value = [], after.quantity, after.value
    for movement in found:
        lines.append(Line(movement, quantity, value))
        quantity, value = quantity - movement.quantity, value - movement.value
    return lines, Balance(quantity, value)
