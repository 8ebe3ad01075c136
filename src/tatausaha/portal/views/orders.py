"""Orders in the portal: what waits for the client's word, what was ordered, and each order's paper."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.change_requests import list_pending, page_client_rows
from tatausaha.core.web.access import PORTAL
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents.filenames import attachment, file_name
from tatausaha.documents.service import PDF
from tatausaha.portal import order_queries
from tatausaha.portal.frame import find_company, portal_page
from tatausaha.portal.order_queries import PAGE
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.queries.orders import Order
from tatausaha.purchasing.service import documents
from tatausaha.purchasing.service.approving import RELEASE
from tatausaha.purchasing.service.content import version_of
from tatausaha.purchasing.words import ORDER_STATES


class ClientOrderController(Controller):
    """Viewers read; approvers decide, on the page of the change that asks them."""

    path = "/portal/orders"

    @get("/", name="portal.orders", roles=PORTAL, service="purchasing")
    async def list_orders(self, request: AppRequest) -> Template:
        """What waits for the company, and what was ordered."""
        query = list_query(request, "after")
        async with request.user.scope():
            company = await find_company(request)
            waiting = [one for one in await page_client_rows("waiting") if one.kind == RELEASE]
            found = await order_queries.page_orders(company.id, id_of(query, "after"))
            await audit.saw_list("purchase_orders", company.id, len(found[:PAGE]))
        rows, more = split_page(found, PAGE)
        return portal_page(
            request,
            "portal/orders.html",
            company,
            fragment="portal/_orders.html",
            waiting=waiting,
            orders=rows,
            states=ORDER_STATES,
            query=query,
            following=rows[-1].id if more else None,
        )

    @get("/{order_id:uuid}", name="portal.order", roles=PORTAL, service="purchasing")
    async def show(self, request: AppRequest, order_id: FromPath[UUID]) -> Template:
        """One order: lines, total, where it stands, its versions."""
        async with request.user.scope():
            company = await find_company(request)
            order = await order_queries.get_order(order_id)
            context = await _about(order)
            await audit.saw("purchase_order", order_id, company.id)
        return portal_page(request, "portal/order.html", company, order=order, states=ORDER_STATES, **context)

    @get("/{order_id:uuid}/pdf", name="portal.order_pdf", roles=PORTAL, service="purchasing")
    async def pdf(self, request: AppRequest, order_id: FromPath[UUID]) -> Response[bytes]:
        """The order's paper, as the supplier has it or will have it."""
        async with request.user.scope():
            order = await order_queries.get_order(order_id)
            content = await documents.order_pdf(order_id)
            await audit.saw("purchase_order", order_id, order.client_id, action="downloaded")
        name = file_name("PO", order.number or "", order.supplier_name, suffix="pdf")
        headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
        return Response(content, media_type=PDF, headers=headers)


async def _about(order: Order) -> dict[str, Any]:
    """The order's content as it is now, how much of each line came, its versions, and what waits for the client."""
    lines = await orders.list_lines(order.id)
    return {
        "content": version_of(order.place_name, order.expected_on, order.ppn_rate, order.note, lines),
        "received": {str(line.id): line.received for line in lines},
        "revisions": await orders.list_revisions(order.id),
        "waiting": [one for one in await list_pending(order.id, RELEASE) if one.asks == "client"],
    }
