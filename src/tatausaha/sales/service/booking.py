"""The one way into the books of sales: lines from a file, a form or a program, each booked once whoever tells it again.

Lines wait in a temporary table until all of them are known. Then stock is drawn down by item and day, the cost of each
movement is shared out to its lines to the rupiah, and lines and sums are written: all of it in the caller's transaction.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from tatausaha.core import db, entitlements
from tatausaha.core.db import DB
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.sales.queries.lines import may_go_below_zero
from tatausaha.sales.rules.lines import Line
from tatausaha.sales.service.judging import Judge
from tatausaha.stock.service import ledger

BUFFER = 20_000
POSTED_AT_ONCE = 20_000
PATIENCE_SECONDS = 10

TOLD = (
    *("n", "shift_id", "late", "sold_on", "sold_at", "till", "ticket", "line", "item_id", "quantity", "amount"),
    *("discount", "method"),
)

_WAITING = """
create temp table told_sale (n int, shift_id uuid, late boolean, sold_on date, sold_at timestamptz, till text, ticket text,
  line int, item_id uuid, quantity bigint, amount bigint, discount bigint, method text) on commit drop;
create temp table cost_sale (n int, cost bigint) on commit drop
"""

# A million lines are sorted in memory, in this transaction alone.
_SUM_UP = """
set local work_mem = '128MB';
create temp table sold_sale on commit drop as
select row_number() over (order by item_id, sold_on, refund desc)::int as n, g.* from (
  select item_id, sold_on, quantity < 0 as refund, sum(quantity)::bigint as quantity, sum(amount)::bigint as amount
  from told_sale group by 1, 2, 3) g;
analyze sold_sale; analyze told_sale
"""

# A movement's cost up to and with a line, less its cost before it: so that the lines' shares are the movement's cost.
_LINES = """
insert into sale_line (id, client_id, place_id, shift_id, sold_on, sold_at, receipt, line, item_id, quantity, amount, discount,
  method, cost, late)
select sale_line_id($2, till, sold_on, ticket, line), $1, $2, shift_id, sold_on, sold_at,
  case when starts_with(ticket, chr(30)) then '' else ticket end, line, item_id, quantity, amount, discount, method,
  (round(cost * upto / whole) - round(cost * (upto - quantity) / whole))::bigint, late
from (
  select t.*, c.cost::numeric as cost, s.quantity as whole,
    sum(t.quantity) over (partition by t.sold_on, t.item_id, t.quantity < 0 order by t.n) as upto
  from told_sale t join sold_sale s on s.item_id = t.item_id and s.sold_on = t.sold_on and s.refund = (t.quantity < 0)
  join cost_sale c on c.n = s.n) l
"""

_DAYS = """
insert into sale_day as d (client_id, place_id, item_id, sold_on, quantity, amount, cost, refunds)
select $1, $2, s.item_id, s.sold_on, sum(s.quantity), sum(s.amount), sum(c.cost),
  coalesce(sum(s.amount) filter (where s.refund), 0)
from sold_sale s join cost_sale c using (n) group by s.item_id, s.sold_on order by s.sold_on, s.item_id
on conflict (tenant_id, place_id, item_id, sold_on) do update set quantity = d.quantity + excluded.quantity,
  amount = d.amount + excluded.amount, cost = d.cost + excluded.cost, refunds = d.refunds + excluded.refunds
"""

_METHODS = """
insert into shift_method as m (client_id, shift_id, method, sales, refunds, late, lines, late_lines)
select $1, shift_id, method, coalesce(sum(amount) filter (where not late and quantity > 0), 0),
  coalesce(sum(amount) filter (where not late and quantity < 0), 0), coalesce(sum(amount) filter (where late), 0),
  count(*) filter (where not late), count(*) filter (where late)
from told_sale group by shift_id, method order by shift_id, method
on conflict (tenant_id, shift_id, method) do update set sales = m.sales + excluded.sales,
  refunds = m.refunds + excluded.refunds, late = m.late + excluded.late, lines = m.lines + excluded.lines,
  late_lines = m.late_lines + excluded.late_lines
"""


class Document(msgspec.Struct, frozen=True):
    """What tells the sales: an import, a shift's form, a program's call."""

    kind: str
    id: UUID


class Booked(msgspec.Struct, frozen=True):
    """How many lines were new, how many of these came late, and how many were booked already."""

    new: int
    late: int
    known: int


async def book(client_id: UUID, place_id: UUID, lines: Sequence[Line], document: Document) -> Booked:
    """Book the lines that are new, in the caller's transaction.

    Raises `Invalid` with a reason for each line that cannot be booked, by its index: then none is. Raises `Conflict` when
    stock goes elsewhere in this very moment, or when a file of the place is being booked for long.
    """
    booking = await Booking.begin(client_id, place_id, document, patience=PATIENCE_SECONDS)
    judge = Judge(client_id, place_id, below_zero=await may_go_below_zero(client_id))
    judged = await judge.judge(lines)
    refused = {f"lines.{index}": one.reason for index, one in enumerate(judged) if one.reason}
    if refused:
        raise Invalid(text("Nothing was booked, because some lines cannot be."), refused)
    new = [one.line for one in judged if one.new]
    await booking.add(new)
    await booking.finish()
    return Booked(len(new), booking.late, len(judged) - len(new))


class Booking:
    """Judged lines of one place on their way into the books, any number of them; nobody else books there meanwhile."""

    def __init__(self, client_id: UUID, place_id: UUID, document: Document) -> None:
        self.client_id, self.place_id, self.document = client_id, place_id, document
        self.shifts: dict[tuple[str, date, str], tuple[UUID, bool]] = {}
        self.waiting: list[tuple[Any, ...]] = []
        self.count = self.late = 0

    @classmethod
    async def begin(cls, client_id: UUID, place_id: UUID, document: Document, patience: int = 0) -> "Booking":
        """Wait for whoever books in this place, for so many seconds at most, or as long as it takes."""
        await db.execute("select set_config('lock_timeout', $1, true)", f"{patience}s")
        try:
            await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"sales {place_id}")
        except asyncpg.LockNotAvailableError:
            raise Conflict(
                text("A large file of this place is being booked at this moment. Try again in a minute.")
            ) from None
        await db.execute("select set_config('lock_timeout', '0', true)")
        await db.execute(_WAITING)
        return cls(client_id, place_id, document)

    async def add(self, lines: Sequence[Line]) -> None:
        """Take in lines that are new."""
        await self._find_shifts(lines)
        for line in lines:
            till, day, ticket = line.ticket
            shift_id, late = self.shifts[till, day, line.session]
            self.count += 1
            self.late += late
            self.waiting.append(
                (
                    *(self.count, shift_id, late, day, line.sold_at, till, ticket, line.line, line.item_id),
                    *(line.quantity, line.amount, line.discount, line.method),
                )
            )
        if len(self.waiting) >= BUFFER:
            await self._flush()

    async def finish(self) -> None:
        """Draw stock down and write lines and sums. Raises `Conflict` for goods that are not there or have expired."""
        await self._flush()
        if self.count:
            await db.execute(_SUM_UP)
            await self._post()
            try:
                await db.execute(_LINES, self.client_id, self.place_id)
            except asyncpg.UniqueViolationError:
                raise Conflict(
                    text("Lines of one receipt lie too far apart in this file. Sort it by receipt and upload it again.")
                ) from None
            await db.execute(_DAYS, self.client_id, self.place_id)
            await db.execute(_METHODS, self.client_id)
            await db.execute("drop table sold_sale")
        await db.execute("drop table told_sale; drop table cost_sale")

    async def _flush(self) -> None:
        if self.waiting:
            await DB.current().connection.copy_records_to_table("told_sale", records=self.waiting, columns=TOLD)
            self.waiting.clear()

    async def _post(self) -> None:
        items = await db.records("select distinct item_id from sold_sale")
        await ledger.hold(self.client_id, ((self.place_id, record["item_id"]) for record in items))
        whole = await db.value("select count(*) from sold_sale")
        for first in range(0, whole, POSTED_AT_ONCE):
            sold = await db.records(
                "select n, item_id, sold_on, refund, quantity from sold_sale where n > $1 and n <= $2 order by n",
                *(first, first + POSTED_AT_ONCE),
            )
            posted = await ledger.post(self.client_id, [self._entry(record) for record in sold])
            costs = [(record["n"], -one.value) for record, one in zip(sold, posted, strict=True)]
            await DB.current().connection.copy_records_to_table("cost_sale", records=costs, columns=("n", "cost"))

    def _entry(self, record: asyncpg.Record) -> ledger.Entry:
        return ledger.Entry(
            "refund" if record["refund"] else "sale",
            self.place_id,
            record["item_id"],
            -record["quantity"],
            record["sold_on"],
            document_kind=self.document.kind,
            document_id=self.document.id,
        )

    async def _find_shifts(self, lines: Sequence[Line]) -> None:
        """The shifts of lines, opened where there are none yet; those that were counted already make their lines late."""
        unseen = {(line.till, line.sold_on, line.session): line.cashier for line in lines}
        unseen = {key: cashier for key, cashier in unseen.items() if key not in self.shifts}
        if not unseen:
            return
        keys = [list(column) for column in zip(*unseen, strict=True)]
        await db.execute(
            "insert into till (client_id, place_id, code) select distinct $1::uuid, $2::uuid, k.code"
            " from unnest($3::text[]) k (code) where k.code <> '' on conflict do nothing",
            *(self.client_id, self.place_id, keys[0]),
        )
        opened = await db.execute(
            "insert into shift (client_id, place_id, till_id, day, number, cashier)"
            " select $1, $2, t.id, k.day, k.number, k.cashier"
            " from unnest($3::text[], $4::date[], $5::text[], $6::text[]) k (code, day, number, cashier)"
            " left join till t on t.place_id = $2 and t.code = k.code on conflict do nothing",
            *(self.client_id, self.place_id, *keys, list(unseen.values())),
        )
        if opened and self.document.kind == "sales_call":  # a file was begun when it came
            await entitlements.begin("shift")
        for record in await db.records(
            "select k.code, k.day, k.number, s.id, s.state in ('waiting', 'closed') as late"
            " from unnest($2::text[], $3::date[], $4::text[]) k (code, day, number)"
            " left join till t on t.place_id = $1 and t.code = k.code"
            " join shift s on s.place_id = $1 and s.day = k.day and s.number = k.number"
            "  and s.till_id is not distinct from t.id order by s.id for update of s",
            *(self.place_id, *keys),
        ):
            self.shifts[record["code"], record["day"], record["number"]] = (record["id"], record["late"])
