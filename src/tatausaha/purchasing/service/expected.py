"""What is on its way: the quantity on order of each item in the place that waits for it."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from tatausaha.core import db
from tatausaha.purchasing.queries.orders import Line, Order


async def move(order: Order, before: Sequence[Line], after: Sequence[Line]) -> None:
    """What was still to come of the lines `before` is not awaited any more, that of `after` is."""
    change: Counter[UUID] = Counter()
    for sign, lines in ((-1, before), (1, after)):
        for line in lines:
            change[line.item_id] += sign * line.to_come
    moved = sorted((item_id, quantity) for item_id, quantity in change.items() if quantity)
    if not moved:
        return
    columns = ([item_id for item_id, _ in moved], [quantity for _, quantity in moved])
    await db.execute(
        "insert into stock_level (client_id, place_id, item_id) select $1, $2, item_id from unnest($3::uuid[]) a (item_id)"
        " on conflict (tenant_id, place_id, item_id) do nothing",
        *(order.client_id, order.place_id, columns[0]),
    )
    # An order that ended without goods leaves the item as low as before: it may be told again.
    await db.execute(
        "with locked as (select id from stock_level where place_id = $1 and item_id = any($2) order by item_id for update)"
        " update stock_level s set on_order = greatest(0, s.on_order + a.quantity),"
        " alerted_at = case when a.quantity < 0 and s.on_order + a.quantity <= 0 then null else s.alerted_at end"
        " from unnest($2::uuid[], $3::bigint[]) a (item_id, quantity), locked"
        " where s.place_id = $1 and s.item_id = a.item_id and s.id = locked.id",
        *(order.place_id, *columns),
    )
