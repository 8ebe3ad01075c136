"""The figures that reports of purchasing are made of. Amounts are whole rupiah, shares parts per 100,000."""

from datetime import date
from uuid import UUID

from tatausaha.core.figures import Figures

# ruff: noqa: S608 - own words; values are arguments

_NAMED = "select s.code, s.name"
_ORDERED = "o.state in ('approved', 'sent', 'confirmed', 'received', 'closed')"


def purchases(client_id: UUID, first: date, last: date, place_id: UUID | None) -> Figures:
    """What was ordered from, received from, sent back to and billed by each supplier."""
    return Figures(
        f"{_NAMED}, sum(orders)::bigint as orders, sum(ordered)::bigint as ordered, sum(received)::bigint as received,"
        " sum(returned)::bigint as returned, sum(billed)::bigint as billed from ("
        " select o.supplier_id, 1 as orders, o.total as ordered, 0 as received, 0 as returned, 0 as billed"
        f"   from purchase_order o where o.client_id = $1 and o.ordered_on >= $2 and o.ordered_on <= $3 and {_ORDERED}"
        "   and ($4::uuid is null or o.place_id = $4)"
        " union all select supplier_id, 0, 0, value, 0, 0 from goods_receipt where client_id = $1"
        "   and received_on >= $2 and received_on <= $3 and state = 'booked' and ($4::uuid is null or place_id = $4)"
        " union all select supplier_id, 0, 0, 0, cost - exchanged, 0 from supplier_return where client_id = $1"
        "   and returned_on >= $2 and returned_on <= $3 and state not in ('draft', 'cancelled')"
        "   and ($4::uuid is null or place_id = $4)"
        " union all select b.supplier_id, 0, 0, 0, 0, b.total from supplier_bill b"
        "   left join purchase_order o on o.id = b.order_id where b.client_id = $1 and b.billed_on >= $2"
        "   and b.billed_on <= $3 and b.state in ('approved', 'paid') and ($4::uuid is null or o.place_id = $4)"
        " ) parts join supplier s on s.id = parts.supplier_id group by s.id, s.code, s.name",
        (client_id, first, last, place_id),
        "received desc, ordered desc, code",
    )


def performance(client_id: UUID, first: date, last: date) -> Figures:
    """How suppliers delivered what was expected in some days: how much of it came, how much on its day, what went back."""
    return Figures(
        f"{_NAMED}, count(*)::bigint as orders, count(*) filter (where on_time)::bigint as on_time,"
        " count(*) filter (where came_on is null)::bigint as nothing, sum(lines)::bigint as lines,"
        " sum(full_lines)::bigint as full_lines, sum(greatest(late, 0))::bigint as late_days,"
        " sum(ordered)::bigint as ordered, sum(came)::bigint as came, sum(back)::bigint as back from ("
        " select o.supplier_id, r.came_on, r.came_on <= o.expected_on as on_time, r.came_on - o.expected_on as late, l.*"
        " from purchase_order o cross join lateral (select count(*) as lines,"
        "   count(*) filter (where received >= quantity) as full_lines, sum(amount) as ordered,"
        "   sum(round(amount::numeric * received / quantity)) as came,"
        "   sum(round(amount::numeric * returned / quantity)) as back"
        "   from purchase_order_line l where l.order_id = o.id) l"
        " left join lateral (select max(received_on) as came_on from goods_receipt r where r.order_id = o.id"
        "   and r.state = 'booked') r on true"
        f" where o.client_id = $1 and o.expected_on >= $2 and o.expected_on <= $3 and {_ORDERED}"
        " ) parts join supplier s on s.id = parts.supplier_id group by s.id, s.code, s.name",
        (client_id, first, last),
        "ordered desc, code",
    )


def payables(client_id: UUID, today: date) -> Figures:
    """What is owed to each supplier, by days past the due day."""
    return Figures(
        f"{_NAMED}, coalesce(sum(b.open) filter (where late <= 0), 0)::bigint as not_due,"
        " coalesce(sum(b.open) filter (where late between 1 and 30), 0)::bigint as to_30,"
        " coalesce(sum(b.open) filter (where late between 31 and 60), 0)::bigint as to_60,"
        " coalesce(sum(b.open) filter (where late between 61 and 90), 0)::bigint as to_90,"
        " coalesce(sum(b.open) filter (where late > 90), 0)::bigint as over_90, sum(b.open)::bigint as total"
        " from (select *, $2::date - due_on as late from supplier_bill where client_id = $1"
        "   and state in ('draft', 'held', 'approved') and open > 0) b"
        " join supplier s on s.id = b.supplier_id group by s.id, s.code, s.name",
        (client_id, today),
        "total desc, code",
    )
