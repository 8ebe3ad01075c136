"""Price and stock for a client's own people, who may stand before a customer: nothing of what anything cost."""

from litestar import Controller, get
from litestar.response import Template

from tatausaha.core.web.access import PORTAL
from tatausaha.core.web.lists import list_query
from tatausaha.core.web.viewer import AppRequest
from tatausaha.portal.frame import find_company, portal_page
from tatausaha.stock.service.lookups import find


class PortalLookupController(Controller):
    """One search field."""

    @get("/portal/stock/lookup", name="portal.stock_lookup", roles=PORTAL, service="stock")
    async def show(self, request: AppRequest) -> Template:
        params = list_query(request, "q")
        async with request.user.scope():
            company = await find_company(request)
            found = await find(company.id, params.get("q", ""))
        return portal_page(
            request, "portal/lookup.html", company, fragment="stock/_lookup.html", params=params, found=found
        )
