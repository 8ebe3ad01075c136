"""The newest movements, one document's, and what people write down by hand: movements and transfers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.dates import parse_day
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.stock.forms import MoveForm, TransferForm
from tatausaha.stock.queries import movements, places
from tatausaha.stock.queries.movements import PAGE, Cursor, Movement, Wanted
from tatausaha.stock.queries.places import Place
from tatausaha.stock.rules.handwritten import HAND_KINDS
from tatausaha.stock.rules.shelf import BELOW_ZERO
from tatausaha.stock.rules.sources import KINDS, document_link, document_name
from tatausaha.stock.service import adjusting, moves, transfers
from tatausaha.stock.views.items import about_client, client_choices

WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "document_link": document_link,
    "document_name": document_name,
    "below_zero": BELOW_ZERO,
}
ATTENTION = text("Some fields need your attention.")
CHOOSE = {"client_id": text("Choose the client company.")}


class MoveController(Controller):
    """What staff see of the ledger, and what they add to it by hand."""

    path = "/stock/moves"

    @get("/", name="stock.moves", roles=STAFF)
    async def list_moves(self, request: AppRequest) -> Template:
        """The newest movements of all clients one may see, or of one."""
        params = list_query(request, "client", "place", "kind", "from", "to", "after")
        wanted = wanted_from(params)
        async with request.user.scope():
            chosen = await about_client(wanted.client_id)
            found = await movements.page_movements(wanted, read_cursor(Cursor, params.get("after")))
            rows, more = split_page(found, PAGE)
            waiting = await changes.list_pending(wanted.client_id, adjusting.KIND) if wanted.client_id else []
            await audit.saw_list("movements", wanted.client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "stock/moves.html",
            fragment="stock/_moves.html",
            rows=rows,
            next=cursor_of(Cursor(rows[-1].booked_on, rows[-1].id)) if more else None,
            params=params,
            waiting=waiting,
            asked=ASKED,
            **chosen,
            **WORDS,
        )

    @get("/new", name="stock.new_move", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        """A movement by hand, of the client that the address names."""
        values = list_query(request, "client", "place", "kind", "item")
        async with request.user.scope():
            context = await _writing(id_of(values, "client"))
        shown = {**new_form(), "client_id": values.get("client", ""), **values}
        return page(request, "stock/move_form.html", values=shown, errors={}, **context)

    @post("/", name="stock.add_move", roles=STAFF)
    async def add(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            client_id, known = await _expect(request, "stock/move_form.html", values)
            form = parse(MoveForm, values)
            if client_id is None:
                raise Invalid(ATTENTION, CHOOSE)
            written = await moves.by_hand(client_id, known, form, today())
        if written.change_id:
            return go_to(f"/stock/moves?client={client_id}", text("Asked for. Somebody else has to agree."))
        return go_to(f"/stock/moves/{written.document_id}", text("The movement is booked."))

    @get("/transfer", name="stock.new_transfer", roles=STAFF)
    async def show_transfer(self, request: AppRequest) -> Template:
        """Goods that go to another place of the client that the address names."""
        values = list_query(request, "client", "origin", "target")
        async with request.user.scope():
            context = await _writing(id_of(values, "client"))
        shown = {**new_form(), "client_id": values.get("client", ""), **values}
        return page(request, "stock/transfer_form.html", values=shown, errors={}, **context)

    @post("/transfer", name="stock.add_transfer", roles=STAFF)
    async def add_transfer(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            client_id, known = await _expect(request, "stock/transfer_form.html", values)
            form = parse(TransferForm, values)
            if client_id is None:
                raise Invalid(ATTENTION, CHOOSE)
            key = await transfers.by_hand(client_id, known, form, today())
        return go_to(f"/stock/moves/{key}", text("The goods are booked in the other place."))

    @get("/{stock_document_id:uuid}", name="stock.move", roles=STAFF)
    async def show(self, request: AppRequest, stock_document_id: FromPath[UUID]) -> Template:
        """What one document moved."""
        async with request.user.scope():
            rows = await movements.list_document(stock_document_id)
            first = rows[0]
            await audit.saw("movement", stock_document_id, first.client_id, count=len(rows))
        return page(
            request,
            "stock/move.html",
            client=CurrentClient(first.client_id, first.client_name),
            rows=rows,
            first=first,
            total=_total(rows),
            **WORDS,
        )


def new_form() -> dict[str, Any]:
    """What every form of goods begins with: its day, and the token that makes sending it twice one."""
    return {"happened_on": today(), "token": str(uuid7())}


def wanted_from(params: Typed) -> Wanted:
    """The filter within a list's parameters; nonsense is ignored."""
    kind = params.get("kind")
    client_id = id_of(params, "client")
    return Wanted(
        client_id,
        id_of(params, "place") if client_id else None,
        None,
        kind if kind in KINDS else None,
        day_of(params, "from", date.min),
        day_of(params, "to", date.max),
    )


def day_of(params: Typed, name: str, otherwise: date) -> date:
    """A day of the address; nonsense counts as not given."""
    try:
        return parse_day(params[name])
    except (KeyError, ValueError):
        return otherwise


def _total(rows: Sequence[Movement]) -> int:
    """What a document changed in value over all places."""
    return sum(row.value for row in rows)


async def _writing(client_id: UUID | None) -> dict[str, Any]:
    """What a form of movements is shown with."""
    chosen = await about_client(client_id)
    return {**chosen, "clients": await client_choices(), "hand_kinds": list(HAND_KINDS.items())}


async def _expect(request: AppRequest, template: str, values: Typed) -> tuple[UUID | None, list[Place]]:
    """The client and its places; should the input prove wrong, the form is shown again."""
    client_id = id_of(values, "client_id")
    expect_form(request, template, values, **await _writing(client_id))
    return client_id, await places.list_places(client_id) if client_id else []
