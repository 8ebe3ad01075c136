"""Items, for programs: the same verbs as the pages, with exact types."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import cursor_of
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, amend, change, cursor, once, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock import forms
from tatausaha.stock.queries import item_list, items
from tatausaha.stock.queries.item_list import Cursor, Row
from tatausaha.stock.rules.listed import State, Wanted
from tatausaha.stock.service import items as service

GROUP = text("Items")
READ, WRITE = "stock:read", "stock:write"

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^\S")]
Code = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^\S")]
UnitName = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^\S")]
Category = Annotated[str, Meta(max_length=100)]
Note = Annotated[str, Meta(max_length=500)]
Price = Annotated[int, Meta(ge=0, lt=10_000_000_000_000)]
ShelfDays = Annotated[int, Meta(ge=1, le=36_500)]
WarnDays = Annotated[int, Meta(ge=0, le=3_650)]
Version = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class ItemLine(msgspec.Struct, frozen=True):
    """An item as a line of a list; `quantity` in thousandths of its unit, `value` at cost and prices in whole rupiah."""

    id: UUID
    client_id: UUID
    code: str
    name: str
    category: str
    unit: str
    kind: str
    sale_price: int | None
    archived: bool
    quantity: int
    value: int
    low: bool


class ItemBarcode(msgspec.Struct, frozen=True):
    """A code on the item; `unit` is empty for the item's own."""

    barcode: str
    unit: str


class ItemOut(msgspec.Struct, frozen=True, kw_only=True):
    """An item; `units` are thousandths of its own unit by name. `version` guards changes."""

    id: UUID
    client_id: UUID
    version: int
    code: str
    name: str
    category: str
    unit: str
    kind: str
    cost_method: str
    batched: bool
    shelf_days: int | None
    warn_days: int
    sale_price: int | None
    note: str
    archived_at: datetime | None
    units: dict[str, int]
    barcodes: list[ItemBarcode]


class NewItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new item; `sale_price` in whole rupiah for one unit."""

    client_id: UUID
    code: Code
    name: Line
    unit: UnitName = "pcs"
    category: Category = ""
    kind: forms.ItemKind = "goods"
    cost_method: forms.CostMethod = "average"
    batched: bool = False
    shelf_days: ShelfDays | None = None
    warn_days: WarnDays = 30
    sale_price: Price | None = None
    note: Note = ""


class ItemChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to write anew; fields left out stay. `version` is that of the item as it was read."""

    version: Version
    name: Line | None = None
    category: Category | None = None
    warn_days: WarnDays | None = None
    sale_price: Price | None = None
    note: Note | None = None


class ItemReference(msgspec.Struct, frozen=True):
    """The item that was made."""

    id: UUID


class ItemApi(Controller):
    """What programs do with items."""

    path = "/api/v1/items"

    @read("/", name="api.items", says=text("List items"), group=GROUP, scope=READ, roles=STAFF)
    async def list_items(
        self,
        request: AppRequest,
        q: FromQuery[str] = "",
        client: FromQuery[UUID | None] = None,
        in_state: Annotated[State, QueryParameter(name="state")] = "",
        after: FromQuery[str | None] = None,
    ) -> Page[ItemLine]:
        """By name, over all clients of the token or of one; `q` is how name or code begins, or a barcode."""
        begin = cursor(Cursor, after)
        wanted = Wanted(client, q[:200].replace("\x00", ""), "", None, in_state)
        async with request.user.scope():
            found = await item_list.page_items(wanted, after=begin)
            await audit.saw_list("items", client, len(found.rows), q, [row.client_id for row in found.rows])
        return Page([_line(row) for row in found.rows], cursor_of(found.next) if found.next else None)

    @read("/{item_id:uuid}", name="api.item", says=text("Get an item"), group=GROUP, scope=READ, roles=STAFF)
    async def get_item(self, request: AppRequest, item_id: FromPath[UUID]) -> ItemOut:
        """All facts, with other units and barcodes."""
        async with request.user.scope():
            told = await _told(item_id)
            await audit.saw("item", item_id, told.client_id)
        return told

    @change(
        "/",
        name="api.create_item",
        says=text("Enter an item"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=201,
    )
    async def create(
        self, request: AppRequest, data: JSONBody[NewItem], key: IdempotencyKey = None
    ) -> Response[ItemReference]:
        """Refused with 422 when another item of the client has the code."""

        async def act() -> Done[ItemReference]:
            if await clients.find_name(data.client_id) is None:
                raise NotFound(text("This client does not exist."))
            facts = msgspec.structs.asdict(data)
            del facts["client_id"]
            return Done(ItemReference(await service.create(data.client_id, facts)), data.client_id, 201)

        return await once(request, key, act)

    @amend(
        "/{item_id:uuid}", name="api.change_item", says=text("Change an item"), group=GROUP, scope=WRITE, roles=STAFF
    )
    async def change(self, request: AppRequest, item_id: FromPath[UUID], data: JSONBody[ItemChange]) -> ItemOut:
        """Refused with 409 when somebody else saved the item since `version` was read."""
        async with request.user.scope():
            item = await items.get_item(item_id, lock=True)
            if data.version != item.version:
                raise Conflict(text("Somebody else saved this item meanwhile; read it again, then change it."))
            given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not None}
            del given["version"]
            if not given:
                raise Invalid(text("Name at least one field to change."))
            await service.change(item, given, str(item.version))
            return await _told(item_id)


async def _told(item_id: UUID) -> ItemOut:
    item = await items.get_item(item_id)
    barcodes = (await items.list_barcodes([item_id])).get(item_id, [])
    known: dict[str, Any] = {
        name: getattr(item, name) for name in ItemOut.__struct_fields__ if name not in ("units", "barcodes")
    }
    units = (await items.list_units([item_id])).get(item_id, {})
    return ItemOut(**known, units=units, barcodes=[ItemBarcode(one.barcode, one.unit) for one in barcodes])


def _line(row: Row) -> ItemLine:
    return ItemLine(**{name: getattr(row, name) for name in ItemLine.__struct_fields__})
