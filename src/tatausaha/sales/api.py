"""Shifts and sales, for programs: a till that talks books the same lines as a file, each once."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from tatausaha.core import audit
from tatausaha.core.dates import EARLIEST, ZONES
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, change, cursor, once, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.sales.queries import shifts as queries
from tatausaha.sales.queries.lines import Sold, find_sold, get_zone, scaled
from tatausaha.sales.queries.shifts import Cursor, Shift, Wanted
from tatausaha.sales.rules.lines import Line, net_amount, till_code
from tatausaha.sales.rules.methods import method_of
from tatausaha.sales.service import booking, shifts
from tatausaha.sales.service.booking import Booked, Document
from tatausaha.stock.queries import places

GROUP = text("Sales")
READ, WRITE = "sales:read", "sales:write"
ATTENTION = text("Some fields need your attention.")

MOST = 1_000_000_000_000
Amount = Annotated[int, Meta(ge=0, lt=MOST)]
Thousandths = Annotated[int, Meta(ge=1, lt=MOST)]
Word = Annotated[str, Meta(max_length=200)]
Label = Annotated[str, Meta(max_length=60)]
Code = Annotated[str, Meta(max_length=40)]


class ShiftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A shift. Amounts in whole rupiah; `taken` is sales less refunds before the count, `late` what came after it."""

    id: UUID
    client_id: UUID
    place_id: UUID
    till_code: str
    day: date
    number: str
    cashier: str
    state: str
    opening_cash: int
    counted_cash: int | None
    difference: int | None
    taken: int
    lines: int
    late: int
    late_lines: int


class NewShift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drawer is opened; one of this till, day and number exists only once."""

    place_id: UUID
    day: date
    till: Code = ""
    number: Label = ""
    cashier: Word = ""
    opening_cash: Amount = 0


class SoldLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a receipt. `line` counts the receipt's lines from 1; `item` is a code or barcode, `quantity` thousandths
    of its unit. Give the `amount` net of the discount, or the `price` of one. A refund has positive figures too."""

    receipt: Annotated[str, Meta(min_length=1, max_length=60)]
    line: Annotated[int, Meta(ge=1, le=9_999)]
    day: date
    sold_at: datetime | None = None
    item: Annotated[str, Meta(min_length=1, max_length=200)]
    quantity: Thousandths
    price: Amount | None = None
    amount: Amount | None = None
    discount: Amount = 0
    method: Label = ""
    kind: Literal["sale", "refund"] = "sale"


class NewSales(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of one till: all of them are booked, or none. Those that are booked already are passed over."""

    place_id: UUID
    till: Code = ""
    shift: Label = ""
    cashier: Word = ""
    lines: Annotated[list[SoldLine], Meta(min_length=1, max_length=1_000)]


class SalesApi(Controller):
    """What programs do with sales."""

    path = "/api/v1"

    @read("/shifts", name="api.shifts", says=text("List shifts"), group=GROUP, scope=READ, roles=STAFF)
    async def list_shifts(
        self, request: AppRequest, client: FromQuery[UUID | None] = None, after: FromQuery[str | None] = None
    ) -> Page[ShiftOut]:
        """The latest days first."""
        begin = cursor(Cursor, after)
        async with request.user.scope():
            found = await queries.page_shifts(Wanted(client), begin)
            shown, following = paged(found, queries.PAGE, lambda row: Cursor(row.day, row.id))
            await audit.saw_list("shifts", client, len(shown), clients=[row.client_id for row in shown])
        return Page([_told(row) for row in shown], following)

    @read("/shifts/{shift_id:uuid}", name="api.shift", says=text("Get a shift"), group=GROUP, scope=READ, roles=STAFF)
    async def get_shift(self, request: AppRequest, shift_id: FromPath[UUID]) -> ShiftOut:
        """How far it is, and what it took in."""
        async with request.user.scope():
            shift = await queries.get_shift(shift_id)
            await audit.saw("shift", shift_id, shift.client_id)
        return _told(shift)

    @change(
        "/shifts",
        name="api.open_shift",
        says=text("Open a shift"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=201,
    )
    async def open(
        self, request: AppRequest, data: JSONBody[NewShift], key: IdempotencyKey = None
    ) -> Response[ShiftOut]:
        """One that is open already is answered with, and stays as it is."""

        async def act() -> Done[ShiftOut]:
            place = await places.get_open_place(data.place_id)
            if not EARLIEST <= data.day <= today():
                raise Invalid(ATTENTION, {"day": text("This day is still to come, or too long ago.")})
            shift_id, new = await shifts.open_shift(
                place, data.day, data.till, data.number, data.cashier, data.opening_cash
            )
            return Done(_told(await queries.get_shift(shift_id)), place.client_id, 201 if new else 200)

        return await once(request, key, act)

    @change(
        "/sales",
        name="api.book_sales",
        says=text("Book sales"),
        group=GROUP,
        scope=WRITE,
        roles=STAFF,
        status_code=200,
    )
    async def book(self, request: AppRequest, data: JSONBody[NewSales], key: IdempotencyKey = None) -> Response[Booked]:
        """Stock is drawn down, the nearest to its end first. What a file told already is known here, and the other way."""

        async def act() -> Done[Booked]:
            place = await places.get_open_place(data.place_id)
            sold = await find_sold(place.client_id, sorted({line.item for line in data.lines}))
            _refuse_unfit(data.lines, sold)
            zone = await get_zone(place.client_id)
            lines = [_line(data, one, sold[one.item], zone) for one in data.lines]
            booked = await booking.book(place.client_id, place.id, lines, Document("sales_call", uuid7()))
            return Done(booked, place.client_id)

        return await once(request, key, act)


def _told(shift: Shift) -> ShiftOut:
    return ShiftOut(**{name: getattr(shift, name) for name in ShiftOut.__struct_fields__})


def _refuse_unfit(lines: list[SoldLine], sold: dict[str, Sold]) -> None:
    problems: dict[str, Text] = {}
    for index, one in enumerate(lines):
        if one.item not in sold:
            problems[f"lines.{index}.item"] = text("This is the code, barcode or name of no item.")
        net = net_amount(one.quantity, one.price, one.discount, one.amount)
        if net is None or not 0 <= net < MOST:
            problems[f"lines.{index}.amount"] = text(
                "Give the amount, or the price of one and less discount than that."
            )
        if not EARLIEST <= one.day <= today():
            problems[f"lines.{index}.day"] = text("This day is still to come, or too long ago.")
    if problems:
        raise Invalid(text("Nothing was booked, because some lines cannot be."), problems)


def _line(data: NewSales, one: SoldLine, sold: Sold, zone: str) -> Line:
    sign = -1 if one.kind == "refund" else 1
    amount = net_amount(one.quantity, one.price, one.discount, one.amount)
    moment = one.sold_at
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONES[zone])
    return Line(
        one.day,
        sold.item_id,
        sign * scaled(one.quantity, sold.factor),
        sign * (amount or 0),
        one.receipt,
        one.line,
        method_of(one.method),
        sign * one.discount,
        moment,
        till_code(data.till),
        data.shift,
        data.cashier,
    )
