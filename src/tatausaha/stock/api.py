"""Balances and movements, for programs: read, and booked by hand with exact types."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, answers, change, cursor, once, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.stock.forms import MoveForm
from tatausaha.stock.queries import levels, movements, places
from tatausaha.stock.queries.movements import PAGE, Cursor, Movement, Wanted
from tatausaha.stock.rules.handwritten import HandKind
from tatausaha.stock.service import moves

T = TypeVar("T", bound=msgspec.Struct)
GROUP = text("Stock")
READ, WRITE = "stock:read", "stock:write"
LEVELS = 200

Thousandths = Annotated[int, Meta(ge=1, lt=1_000_000_000_000)]
Rupiahs = Annotated[int, Meta(ge=0, lt=10_000_000_000_000)]
Word = Annotated[str, Meta(max_length=200)]
Label = Annotated[str, Meta(max_length=60)]


class StockLevel(msgspec.Struct, frozen=True, kw_only=True):
    """What lies of an item in a place: quantities in thousandths of its unit, `value` at cost in whole rupiah."""

    client_id: UUID
    place_id: UUID
    item_id: UUID
    quantity: int
    value: int
    minimum: int
    reorder_quantity: int
    on_order: int
    low: bool
    last_in_on: date | None
    last_out_on: date | None


class StockMovement(msgspec.Struct, frozen=True, kw_only=True):
    """A movement; what goes out has a quantity and a value below zero, and a revaluation has no quantity."""

    id: UUID
    client_id: UUID
    place_id: UUID
    item_id: UUID
    item_code: str
    kind: str
    quantity: int
    value: int
    batch_number: str | None
    expires_on: date | None
    happened_on: date
    booked_on: date
    document_kind: str
    document_id: UUID | None
    department: str
    reason: str
    override: str
    actor_name: str
    created_at: datetime


class NewMovement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A movement by hand. `quantity` is in thousandths of `unit`, which is empty for the item's own; `value` is what
    incoming goods cost in all, in whole rupiah; `item` and `other_item` are codes or barcodes."""

    client_id: UUID
    place_id: UUID
    kind: HandKind
    item: Word
    quantity: Thousandths
    happened_on: date
    unit: Label = ""
    value: Rupiahs | None = None
    batch: Label = ""
    expires_on: date | None = None
    department: Word = ""
    reason: Word = ""
    override: Word = ""
    other_item: Word = ""
    other_quantity: Thousandths | None = None


class Booked(msgspec.Struct, frozen=True):
    """The document that the movements bear, and those movements. In the state `waiting` there are none yet: somebody else
    has to agree to the change first (`change_id`), and they will bear this document then."""

    document_id: UUID
    movements: list[StockMovement]
    state: Literal["booked", "waiting"] = "booked"
    change_id: UUID | None = None


class StockApi(Controller):
    """What programs do with the ledger of stock."""

    path = "/api/v1/stock"

    @read("/levels", name="api.levels", says=text("List balances"), group=GROUP, scope=READ, roles=STAFF)
    async def list_levels(
        self,
        request: AppRequest,
        client_id: Annotated[UUID | None, QueryParameter(name="client")] = None,
        place_id: Annotated[UUID | None, QueryParameter(name="place")] = None,
        after: FromQuery[str | None] = None,
    ) -> Page[StockLevel]:
        """By place and item, over all clients of the token, of one client, or of one place."""
        begin = cursor(tuple[UUID, UUID], after)
        async with request.user.scope():
            found = await levels.page_levels(client_id, place_id, begin, LEVELS)
            shown, following = paged(found, LEVELS, lambda one: (one.place_id, one.item_id))
            await audit.saw_list("stock_levels", client_id, len(shown), clients=[one.client_id for one in shown])
        return Page([_told(one, StockLevel) for one in shown], following)

    @read("/movements", name="api.movements", says=text("List movements"), group=GROUP, scope=READ, roles=STAFF)
    async def list_movements(
        self,
        request: AppRequest,
        client_id: Annotated[UUID | None, QueryParameter(name="client")] = None,
        item_id: Annotated[UUID | None, QueryParameter(name="item")] = None,
        place_id: Annotated[UUID | None, QueryParameter(name="place")] = None,
        first: Annotated[date | None, QueryParameter(name="from")] = None,
        last: Annotated[date | None, QueryParameter(name="to")] = None,
        after: FromQuery[str | None] = None,
    ) -> Page[StockMovement]:
        """The last booked first; `from` and `to` are days of booking."""
        begin = cursor(Cursor, after)
        async with request.user.scope():
            found = await movements.page_movements(
                Wanted(client_id, place_id, item_id, None, first or date.min, last or date.max), begin
            )
            shown, following = paged(found, PAGE, lambda one: Cursor(one.booked_on, one.id))
            await audit.saw_list("movements", client_id, len(shown), clients=[one.client_id for one in shown])
        return Page([_told(one, StockMovement) for one in shown], following)

    @change(
        "/movements",
        name="api.book_movement",
        says=text("Book a movement"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=201,
        responses={202: answers(Booked, "Nothing is booked yet: it waits for another person.")},
    )
    async def book(
        self, request: AppRequest, data: JSONBody[NewMovement], key: IdempotencyKey = None
    ) -> Response[Booked]:
        """Refused with 409 when the goods are not there; what is booked into a closed month counts for the open one.

        What is found, missing or written off is answered with 202 where another person has to agree first.
        """

        async def act() -> Done[Booked]:
            await _check_client(data.client_id)
            typed = msgspec.structs.asdict(data)
            place = str(typed.pop("place_id"))
            form = MoveForm(**typed | {"client_id": str(data.client_id), "place": place})
            within = await places.list_places(data.client_id)
            written = await moves.by_hand(data.client_id, within, form, today())
            document_id = written.document_id
            if written.change_id:
                return Done(Booked(document_id, [], "waiting", written.change_id), data.client_id, 202)
            booked = await movements.list_document(document_id)
            return Done(Booked(document_id, [_told(one, StockMovement) for one in booked]), data.client_id, 201)

        return await once(request, key, act)


def _told(row: levels.Level | Movement, kind: type[T]) -> T:
    return kind(**{name: getattr(row, name) for name in kind.__struct_fields__})


async def _check_client(client_id: UUID) -> None:
    if await clients.find_name(client_id) is None:
        raise NotFound(text("This client does not exist."))
