"""The client's shop in the portal: stock, sales and orders at a glance, made for a phone."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Controller, get
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.change_requests import page_client_rows
from tatausaha.core.web.access import PORTAL
from tatausaha.core.web.viewer import AppRequest
from tatausaha.portal.frame import find_company, portal_page
from tatausaha.purchasing.service.approving import RELEASE
from tatausaha.reports.shop import asked as asking
from tatausaha.reports.shop import files, sales, stock
from tatausaha.reports.shop.asked import Asked, read_asked
from tatausaha.reports.shop.catalogue import list_reports
from tatausaha.reports.shop.tabular import Report, Shown, read_shown

FEW = 8
CARES = (stock.LOW_STOCK, stock.EXPIRING, stock.SLOW_MOVERS)


class ShopController(Controller):
    """Everything here is a report, in short; each one opens whole."""

    path = "/portal"

    @get("/shop", name="portal.shop", roles=PORTAL, service="stock purchasing sales")
    async def shop(self, request: AppRequest) -> Template:
        """What waits, what the month brought, what lies there."""
        async with request.user.scope():
            company = await find_company(request)
            client = await asking.get_client(company.id)
            asked = await read_asked(client, {}, sales.BY)
            waiting = [one for one in await page_client_rows("waiting") if one.kind == RELEASE]
            context = {
                **(await _sold(asked) if "sales" in client.services else {}),
                **(await _lying(asked, 0, CARES[:2]) if "stock" in client.services else {}),
            }
            await audit.saw("month", None, company.id)
        return portal_page(
            request,
            "portal/shop.html",
            company,
            waiting=waiting,
            services=client.services,
            reports=list_reports(client.services),
            printed=files.printed,
            **context,
        )

    @get("/stock", name="portal.stock", roles=PORTAL, service="stock")
    async def stock(self, request: AppRequest) -> Template:
        """What lies there and what it is worth; what runs out, expires, or lies still."""
        async with request.user.scope():
            company = await find_company(request)
            client = await asking.get_client(company.id)
            context = await _lying(await read_asked(client, {}, {}), FEW, CARES)
            await audit.saw("stock_value", None, company.id)
        return portal_page(request, "portal/stock.html", company, printed=files.printed, **context)

    @get("/sales", name="portal.sales", roles=PORTAL, service="sales")
    async def sales(self, request: AppRequest) -> Template:
        """The month so far: sales and margin by day, the best sellers, the categories."""
        async with request.user.scope():
            company = await find_company(request)
            client = await asking.get_client(company.id)
            asked = await read_asked(client, {}, sales.BY)
            context = await _sold(asked)
            context["best"] = await _part(sales.MARGINS, asked, "item")
            context["categories"] = await _part(sales.MARGINS, asked, "category")
            await audit.saw("report", None, company.id, name="margin")
        return portal_page(request, "portal/sales.html", company, printed=files.printed, **context)


async def _sold(asked: Asked) -> dict[str, Any]:
    """The month by day, with its totals and chart."""
    return {"asked": asked, "margin": await read_shown(sales.MARGINS, asked, 0)}


async def _lying(asked: Asked, rows: int, cares: Sequence[Report]) -> dict[str, Any]:
    """Value, and what needs somebody's care."""
    return {
        "asked": asked,
        "value": await read_shown(stock.STOCK_VALUE, asked, 0),
        "cares": [await read_shown(one, asked, rows) for one in cares],
    }


async def _part(report: Report, asked: Asked, by: str) -> Shown:
    """The first rows of a report told apart in one way."""
    return await read_shown(report, msgspec.structs.replace(asked, by=by), FEW)
