"""Price and stock for those who stand before a customer. What anything cost is in no query of this page."""

from litestar import Controller, get
from litestar.response import Template

from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock.service.lookups import find
from tatausaha.stock.views.items import about_client


class LookupController(Controller):
    """One search field, over all clients or one."""

    @get("/stock/lookup", name="stock.lookup", roles=STAFF)
    async def show(self, request: AppRequest) -> Template:
        params = list_query(request, "q", "client")
        client_id = id_of(params, "client")
        async with request.user.scope():
            client = (await about_client(client_id))["client"]
            found = await find(client_id, params.get("q", ""))
        return page(
            request, "stock/lookup.html", fragment="stock/_lookup.html", client=client, params=params, found=found
        )
