"""The figures that reports of sales are made of. Quantities are thousandths of a unit, amounts whole rupiah.

What a day sold lies summed by place and item (`sale_day`), so that no report walks the lines of receipts.
"""

from datetime import date
from uuid import UUID

from tatausaha.core.figures import Figures

# By what sales are told apart: what days and items are summed by first, so that only few rows are given names; the label
# of a row, what is joined for it, and the order of the rows.
_NAMED = "join item i on i.id = s.item_id"
_BY = {
    "day": ("sold_on", "s.sold_on as label, ''::text as code", "", "label"),
    "month": ("sold_on", "to_char(s.sold_on, 'YYYY-MM') as label, ''::text as code", "", "label"),
    "item": ("item_id", "i.name as label, i.code as code", _NAMED, "amount desc, label, code"),
    "category": ("item_id", "i.category as label, ''::text as code", _NAMED, "amount desc, label"),
    "place": ("place_id", "p.name as label, p.code", "join place p on p.id = s.place_id", "amount desc, label, code"),
}


def sales(client_id: UUID, first: date, last: date, place_id: UUID | None, category: str, by: str) -> Figures:
    """What was sold, what it cost and what is left of it, by day, month, item, category or place."""
    key, label, joins, order = _BY[by]
    of_category = " and item_id in (select id from item where client_id = $1 and category = $5)" if category else ""
    return Figures(
        f"select {label}, sum(quantity)::bigint as quantity, sum(amount - refunds)::bigint as sold,"  # noqa: S608 - own words
        " sum(refunds)::bigint as refunds, sum(amount)::bigint as amount, sum(cost)::bigint as cost,"
        " sum(amount - cost)::bigint as profit from ("
        f"   select {key}, sum(quantity) as quantity, sum(amount) as amount, sum(refunds) as refunds, sum(cost) as cost"
        "   from sale_day where client_id = $1 and sold_on >= $2 and sold_on <= $3"
        f"   and ($4::uuid is null or place_id = $4){of_category} group by 1) s {joins} group by 1, 2",
        (client_id, first, last, place_id, *((category,) if category else ())),
        order,
    )


def sellers(client_id: UUID, first: date, last: date, place_id: UUID | None, category: str, by: str) -> Figures:
    """Every item that was sold or lies there, the best or the worst seller first."""
    return Figures(
        "select i.code, i.name, i.category, i.unit, coalesce(s.quantity, 0) as quantity, coalesce(s.amount, 0) as amount,"
        " coalesce(s.profit, 0) as profit, coalesce(l.quantity, 0) as left_over, coalesce(l.value, 0) as value from item i"
        " left join (select item_id, sum(quantity)::bigint as quantity, sum(amount)::bigint as amount,"
        "   sum(amount - cost)::bigint as profit from sale_day where client_id = $1 and sold_on >= $2 and sold_on <= $3"
        "   and ($4::uuid is null or place_id = $4) group by 1) s on s.item_id = i.id"
        " left join (select item_id, sum(quantity)::bigint as quantity, sum(value)::bigint as value from stock_level"
        "   where client_id = $1 and ($4::uuid is null or place_id = $4) group by 1) l on l.item_id = i.id"
        " where i.client_id = $1 and i.kind = 'goods' and ($5 = '' or i.category = $5)"
        " and (s.item_id is not null or l.quantity > 0)",
        (client_id, first, last, place_id, category),
        "amount desc, code" if by == "best" else "amount, value desc, code",
    )


_TAKEN = {
    "till": ("coalesce(t.code, '') as label, p.name as place", "label, place"),
    "method": ("m.method as label, p.name as place", "label, place"),
    "cashier": ("f.cashier as label, p.name as place", "label, place"),
}


def takings(client_id: UUID, first: date, last: date, place_id: UUID | None, by: str) -> Figures:
    """What the shifts of some days took in, by till, way of paying or cashier, beside what was counted."""
    label, order = _TAKEN[by]
    return Figures(
        f"select {label}, count(distinct f.id)::bigint as shifts, sum(m.sales)::bigint as sold,"  # noqa: S608 - own words
        " sum(m.refunds)::bigint as refunds, sum(m.late)::bigint as late,"
        " sum(m.sales + m.refunds + m.late)::bigint as amount,"
        " coalesce(sum(m.counted - m.expected), 0)::bigint as difference"
        " from shift f join shift_method m on m.shift_id = f.id join place p on p.id = f.place_id"
        " left join till t on t.id = f.till_id"
        " where f.client_id = $1 and f.day >= $2 and f.day <= $3 and ($4::uuid is null or f.place_id = $4) group by 1, 2",
        (client_id, first, last, place_id),
        order,
    )


_LOST = "('write_off', 'count', 'adjustment', 'revaluation')"


def gross_profit(client_id: UUID, first: date, last: date, place_id: UUID | None) -> Figures:
    """Month by month: sales, what they cost, and what was lost of the stock besides."""
    return Figures(
        "select to_char(day, 'YYYY-MM') as label, sum(amount)::bigint as amount, sum(cost)::bigint as cost,"  # noqa: S608
        " sum(amount - cost)::bigint as profit, sum(lost)::bigint as lost, sum(amount - cost + lost)::bigint as remaining"
        " from (select sold_on as day, sum(amount) as amount, sum(cost) as cost, 0 as lost from sale_day"
        "   where client_id = $1 and sold_on >= $2 and sold_on <= $3 and ($4::uuid is null or place_id = $4) group by 1"
        " union all select booked_on, 0, 0, sum(value) from stock_movement"
        "   where client_id = $1 and booked_on >= $2 and booked_on <= $3 and ($4::uuid is null or place_id = $4)"
        f"   and kind in {_LOST} group by 1) parts group by 1",
        (client_id, first, last, place_id),
        "label",
    )


def receivables(client_id: UUID, today: date) -> Figures:
    """What each customer owes, by days past the due day."""
    return Figures(
        "select k.code, k.name, coalesce(sum(r.amount - r.paid) filter (where late <= 0), 0)::bigint as not_due,"
        " coalesce(sum(r.amount - r.paid) filter (where late between 1 and 30), 0)::bigint as to_30,"
        " coalesce(sum(r.amount - r.paid) filter (where late between 31 and 60), 0)::bigint as to_60,"
        " coalesce(sum(r.amount - r.paid) filter (where late between 61 and 90), 0)::bigint as to_90,"
        " coalesce(sum(r.amount - r.paid) filter (where late > 90), 0)::bigint as over_90,"
        " sum(r.amount - r.paid)::bigint as total"
        " from (select *, $2::date - due_on as late from receivable where client_id = $1 and state = 'open') r"
        " join customer k on k.id = r.customer_id group by k.id, k.code, k.name",
        (client_id, today),
        "total desc, code",
    )
