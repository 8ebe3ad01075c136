"""The figures that reports of stock are made of. Quantities are thousandths of a unit, values whole rupiah."""

from datetime import date
from uuid import UUID

from tatausaha.core.figures import Figures

_ITEM = "i.code, i.name, i.category, i.unit, p.name as place"
_JOINS = "join item i on i.id = l.item_id join place p on p.id = l.place_id"
_WHERE = "l.client_id = $1 and ($2::uuid is null or l.place_id = $2) and ($3 = '' or i.category = $3)"


def card(client_id: UUID, place_id: UUID | None, item_id: UUID | None, first: date, last: date) -> Figures:
    """Every movement of an item in some days, with what there was after it; the first row is what there was before."""
    return Figures(
        "select nullif(booked_on, '-infinity') as booked_on, place, kind, reason,"
        " greatest(quantity, 0) as came, greatest(-quantity, 0) as went, value,"
        " (sum(quantity + opening) over card)::bigint as balance, (sum(value + opening_value) over card)::bigint as worth,"
        " row_number() over card as position from ("
        "   select '-infinity'::date as booked_on, '00000000-0000-0000-0000-000000000000'::uuid as id, '' as place,"
        "     'before' as kind, '' as reason, 0::bigint as quantity, 0::bigint as value,"
        "     coalesce(sum(quantity), 0) as opening, coalesce(sum(value), 0) as opening_value"
        "   from stock_movement where client_id = $1 and item_id = $2 and ($3::uuid is null or place_id = $3)"
        "     and booked_on < $4"
        "   union all select m.booked_on, m.id, p.name, m.kind, m.reason, m.quantity, m.value, 0, 0"
        "   from stock_movement m join place p on p.id = m.place_id where m.client_id = $1 and m.item_id = $2"
        "     and ($3::uuid is null or m.place_id = $3) and m.booked_on >= $4 and m.booked_on <= $5"
        " ) moved window card as (order by booked_on, id)",
        (client_id, item_id, place_id, first, last),
        "position",
    )


def value(client_id: UUID, place_id: UUID | None, category: str, on: date) -> Figures:
    """What lay where at the end of a day, and what it was worth: today's levels less what was booked since."""
    return Figures(
        f"select {_ITEM}, l.place_id, l.item_id, l.quantity - coalesce(m.quantity, 0) as quantity,"  # noqa: S608 - own words
        f" l.value - coalesce(m.value, 0) as value from stock_level l {_JOINS}"
        " left join (select place_id, item_id, sum(quantity)::bigint as quantity, sum(value)::bigint as value"
        "   from stock_movement where client_id = $1 and booked_on > $4 group by 1, 2) m"
        " on m.place_id = l.place_id and m.item_id = l.item_id"
        f" where {_WHERE} and (l.quantity <> coalesce(m.quantity, 0) or l.value <> coalesce(m.value, 0))",
        (client_id, place_id, category, on),
        "value desc, code, place, place_id",
    )


def low(client_id: UUID, place_id: UUID | None, category: str) -> Figures:
    """What is below its minimum, what is on its way, and how much is missing still."""
    return Figures(
        f"select {_ITEM}, l.id, l.quantity, l.minimum, l.on_order, l.reorder_quantity,"  # noqa: S608 - own words
        " case when l.quantity + l.on_order < l.minimum"
        "   then greatest(l.minimum - l.quantity - l.on_order, l.reorder_quantity) else 0 end as suggested, l.out_90"
        f" from stock_level l {_JOINS} where {_WHERE} and l.low and i.archived_at is null",
        (client_id, place_id, category),
        "name, code, place, id",
    )


def expiring(client_id: UUID, place_id: UUID | None, category: str, today: date) -> Figures:
    """Lots near their last day or past it, and what they are worth at the item's present cost."""
    return Figures(
        f"select {_ITEM}, l.id, l.number, l.expires_on, (l.expires_on - $4::date)::bigint as days_left, l.quantity,"  # noqa: S608
        " case when v.quantity > 0 then round(v.value::numeric * l.quantity / v.quantity)::bigint else 0 end as value"
        f" from stock_batch l {_JOINS}"
        " left join stock_level v on v.place_id = l.place_id and v.item_id = l.item_id"
        f" where {_WHERE} and l.quantity > 0 and l.warn_on <= $4",
        (client_id, place_id, category, today),
        "expires_on, name, code, number, id",
    )


def slow(client_id: UUID, place_id: UUID | None, category: str, today: date, days: int) -> Figures:
    """What lies there and has not gone out for so many days."""
    return Figures(
        f"select {_ITEM}, l.id, coalesce(l.last_out_on, l.last_in_on) as still_since,"  # noqa: S608 - own words
        " ($4::date - coalesce(l.last_out_on, l.last_in_on))::bigint as still_days, l.quantity, l.value, l.out_90,"
        " case when l.out_90 > 0 then l.quantity * 90 / l.out_90 end as cover_days"
        f" from stock_level l {_JOINS} where {_WHERE} and l.quantity > 0"
        " and coalesce(l.last_out_on, l.last_in_on) <= $4::date - $5::int",
        (client_id, place_id, category, today, days),
        "value desc, code, place, id",
    )
