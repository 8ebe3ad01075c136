"""Agreed prices, for programs."""

from uuid import UUID

from litestar import Controller
from litestar.params import FromQuery

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.operations import Page, cursor, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.queries import prices
from tatausaha.invoicing.queries.prices import PriceList

GROUP = text("Invoicing")
PAGE = 50


class PriceApi(Controller):
    """What clients agreed to pay."""

    path = "/api/v1"

    @read(
        "/price-lists",
        name="api.price_lists",
        says=text("List agreed prices"),
        group=GROUP,
        scope="invoicing:read",
        roles=MANAGERS,
    )
    async def list_prices(
        self, request: AppRequest, client: FromQuery[UUID | None] = None, after: FromQuery[str | None] = None
    ) -> Page[PriceList]:
        """Agreed lists with their lines, those written last first; amounts in whole rupiah without PPN, hours in minutes."""
        async with request.user.scope():
            found = await prices.page_lists(client, cursor(UUID, after), PAGE + 1)
            shown, following = paged(found, PAGE, lambda one: one.id)
            await audit.saw_list("price_lists", client, len(shown), clients=[one.client_id for one in shown])
        return Page(shown, following)
