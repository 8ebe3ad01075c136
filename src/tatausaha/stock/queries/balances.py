"""Where what is kept says something else than the ledger, from which it follows."""

from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import db

LIMIT = 100
"""So many differences of a kind are named; one is enough to look at it."""


class Difference(msgspec.Struct, frozen=True):
    """A balance that differs: what it is of, what is kept, and what the ledger says (thousandths and rupiah)."""

    kind: Literal["level", "batch", "layer", "month"]
    name: str
    place: str
    kept_quantity: int
    kept_value: int
    quantity: int
    value: int


class Owner(msgspec.Struct, frozen=True):
    """A client whose stock is kept."""

    id: UUID
    name: str


_LEVELS = """
select 'level' as kind, i.name, p.name as place, coalesce(l.quantity, 0)::bigint as kept_quantity,
  coalesce(l.value, 0)::bigint as kept_value, coalesce(m.quantity, 0)::bigint as quantity,
  coalesce(m.value, 0)::bigint as value
from (select place_id, item_id, quantity, value from stock_level where client_id = $1) l
full join (select place_id, item_id, sum(quantity) as quantity, sum(value) as value from stock_movement
  where client_id = $1 group by place_id, item_id) m using (place_id, item_id)
join item i on i.id = item_id join place p on p.id = place_id
where (coalesce(l.quantity, 0), coalesce(l.value, 0)) <> (coalesce(m.quantity, 0), coalesce(m.value, 0)) limit $2
"""
_BATCHES = """
select 'batch' as kind, i.name || ' ' || b.number as name, p.name as place, b.quantity as kept_quantity,
  0::bigint as kept_value, coalesce(m.quantity, 0)::bigint as quantity, 0::bigint as value
from stock_batch b
left join (select batch_id, sum(quantity) as quantity from stock_movement
  where client_id = $1 and batch_id is not null group by batch_id) m on m.batch_id = b.id
join item i on i.id = b.item_id join place p on p.id = b.place_id
where b.client_id = $1 and b.quantity <> coalesce(m.quantity, 0) limit $2
"""
_LAYERS = """
select 'layer' as kind, i.name, p.name as place, coalesce(y.quantity, 0)::bigint as kept_quantity,
  coalesce(y.value, 0)::bigint as kept_value, l.quantity, l.value
from stock_level l join item i on i.id = l.item_id and i.cost_method = 'fifo' join place p on p.id = l.place_id
left join (select place_id, item_id, sum(quantity) as quantity, sum(value) as value from stock_layer
  where client_id = $1 and quantity <> 0 group by place_id, item_id) y
  on y.place_id = l.place_id and y.item_id = l.item_id
where l.client_id = $1 and (l.quantity, l.value) <> (coalesce(y.quantity, 0), coalesce(y.value, 0)) limit $2
"""
_MONTHS = """
with sums as (select place_id, date_trunc('month', booked_on::timestamp)::date as month, sum(quantity) as quantity,
    sum(value) as value from stock_movement where client_id = $1 group by 1, 2),
  kept as (select month_id, place_id, sum(quantity) as quantity, sum(value) as value from stock_month_value
    where client_id = $1 group by 1, 2)
select 'month' as kind, to_char(m.month, 'YYYY-MM') as name, p.name as place,
  coalesce(k.quantity, 0)::bigint as kept_quantity, coalesce(k.value, 0)::bigint as kept_value,
  s.quantity::bigint, s.value::bigint
from stock_month m
cross join place p
cross join lateral (select coalesce(sum(quantity), 0) as quantity, coalesce(sum(value), 0) as value from sums
  where sums.place_id = p.id and sums.month <= m.month) s
left join kept k on k.month_id = m.id and k.place_id = p.id
where m.client_id = $1 and p.client_id = $1
  and (coalesce(k.quantity, 0), coalesce(k.value, 0)) <> (s.quantity, s.value) limit $2
"""


async def list_differences(client_id: UUID) -> list[Difference]:
    """Everything of a client that does not follow from its ledger: levels, batches, layers and closed months."""
    return [
        one
        for query in (_LEVELS, _BATCHES, _LAYERS, _MONTHS)
        for one in await db.rows(Difference, query, client_id, LIMIT)
    ]


async def list_clients_with_stock() -> list[Owner]:
    """The clients that have a place, whose balances are worth a look."""
    return await db.rows(
        Owner,
        "select c.id, c.name from client c where exists (select from place p where p.client_id = c.id) order by c.id",
    )
