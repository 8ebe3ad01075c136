"""Orders as the client whose orders they are sees them: what was released, and what waits for its word."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.queries.orders import Order, Row

PAGE = 50
_SHOWN = (
    "(o.number is not null or exists (select from change_request w where w.tenant_id = o.tenant_id"
    " and w.subject_id = o.id and w.state = 'pending' and w.asks = 'client'))"
)


async def page_orders(client_id: UUID, after: UUID | None = None, limit: int = PAGE) -> list[Row]:
    """A client's orders, the newest first, one more than `limit`; `after` continues behind a page's last order."""
    return await db.rows(
        Row,
        "select o.id, o.created_at, o.client_id, c.name as client_name, o.supplier_id, s.name as supplier_name,"  # noqa: S608
        " p.name as place_name, o.number, o.revision, o.state, o.ordered_on, o.expected_on, o.total"
        " from purchase_order o join client c on c.id = o.client_id join supplier s on s.id = o.supplier_id"
        f" join place p on p.id = o.place_id where o.client_id = $1 and {_SHOWN}"
        " and ($2::uuid is null or o.id < $2) order by o.id desc limit $3",
        *(client_id, after, limit + 1),
    )


async def get_order(order_id: UUID) -> Order:
    """The order, or `NotFound`, also while it is still being written."""
    shown = await db.value(f"select true from purchase_order o where o.id = $1 and {_SHOWN}", order_id)  # noqa: S608
    if not shown:
        raise NotFound(text("This order does not exist."))
    return await orders.get_order(order_id)
