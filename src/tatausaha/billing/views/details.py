"""Who is written on the invoices for the subscription."""

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.billing import banner, words
from tatausaha.billing.queries import accounts
from tatausaha.billing.service.accounts import DetailsForm, keep_details
from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.process import tools
from tatausaha.core.web.access import OWNERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest

DETAILS = "billing/details.html"


class DetailsController(Controller):
    """Name, address and number on the invoices, and where receipts go."""

    path = f"{banner.HOME}/details"

    @get("/", name="billing.details", roles=OWNERS)
    async def show(self, request: AppRequest) -> Template:
        async with request.user.scope():
            account, settled = await accounts.find_account(), await accounts.has_subscribed()
            await audit.saw("billing_account", account.id if account else None)
        values = msgspec.structs.asdict(account) if account else {}
        return page(
            request,
            DETAILS,
            account=account,
            billing=tools().settings.billing,
            settled=settled,
            values=values,
            errors={},
            words=words,
        )

    @post("/", name="billing.save_details", roles=OWNERS)
    async def save(self, request: AppRequest) -> Redirect:
        """Keep them; the next invoice bears them."""
        values = await typed_values(request)
        async with request.user.scope():
            account = await accounts.find_account()
            if account is None:
                raise NotFound(text("This firm has no subscription."))
            settled = await accounts.has_subscribed()
            expect_form(request, DETAILS, values, account=account, billing=True, settled=settled, words=words)
            await keep_details(parse(DetailsForm, values))
        return go_to(banner.HOME, text("Saved."))
