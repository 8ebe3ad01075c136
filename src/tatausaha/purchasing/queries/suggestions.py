"""What runs out in a place before a delivery could come, with who delivers it."""

from uuid import UUID

import msgspec

from tatausaha.core import db

MOST = 200
"""The most urgent ones; the next come into sight once these are ordered."""

USUAL_LEAD = 7
"""Days that a delivery takes where nobody is known to deliver the item."""


class Short(msgspec.Struct, frozen=True):
    """An item that is or will be short; quantities in thousandths of its own unit, pack and least order of `pack_unit`."""

    item_id: UUID
    code: str
    name: str
    unit: str
    quantity: int
    on_order: int
    minimum: int
    reorder_quantity: int
    out_90: int
    supplier_id: UUID | None
    supplier_name: str | None
    lead_days: int
    pack_unit: str
    factor: int
    pack: int
    least: int


async def list_short(client_id: UUID, place_id: UUID, limit: int = MOST) -> list[Short]:
    """Items whose stock and open orders do not reach until a delivery; the soonest to be used up first.

    The first condition on the pace needs no supplier and leaves few rows for the look-up of who delivers them.
    """
    return await db.rows(
        Short,
        "select l.item_id, i.code, i.name, i.unit, l.quantity, l.on_order, l.minimum, l.reorder_quantity, l.out_90,"
        " d.supplier_id, d.supplier_name, coalesce(d.lead_days, $4) as lead_days, coalesce(d.unit, i.unit) as pack_unit,"
        " coalesce(d.factor, 1000) as factor, coalesce(d.pack, 1000) as pack, coalesce(d.least, 0) as least"
        " from stock_level l join item i on i.id = l.item_id left join lateral ("
        "  select s.id as supplier_id, s.name as supplier_name, s.lead_days, p.unit, p.pack, p.minimum as least,"
        "   case when p.unit = i.unit then 1000 else u.factor end as factor from supplier_item p"
        "  join supplier s on s.id = p.supplier_id left join item_unit u on u.item_id = p.item_id and u.unit = p.unit"
        "  where p.item_id = l.item_id and s.archived_at is null and (p.unit = i.unit or u.factor is not null)"
        "  order by p.preferred desc, p.id limit 1) d on true"
        " where l.client_id = $1 and l.place_id = $2 and i.archived_at is null"
        " and l.quantity + l.on_order < l.minimum + (l.out_90 * 365 + 89) / 90"
        " and l.quantity + l.on_order < l.minimum + (greatest(l.out_90, 0) * coalesce(d.lead_days, $4) + 89) / 90"
        " order by case when l.out_90 > 0 then greatest(l.quantity, 0) * 90 / l.out_90 end nulls last, i.name_norm, i.id"
        " limit $3",
        *(client_id, place_id, limit, USUAL_LEAD),
    )
