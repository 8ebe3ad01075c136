"""Where Stripe tells that something happened. The answer says that it is kept, and nothing was looked at yet."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.enums import MediaType

from tatausaha.billing import inbox
from tatausaha.billing.stripe_line import check_signature
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import render, text
from tatausaha.core.process import tools
from tatausaha.core.web.access import PUBLIC

LARGEST = 512 * 1024


class WebhookController(Controller):
    """One door, for who knows the signing secret."""

    path = "/billing"

    @post(
        "/stripe",
        name="billing.webhook",
        roles=PUBLIC,
        signed=True,
        status_code=200,
        media_type=MediaType.TEXT,
        request_max_body_size=LARGEST,
    )
    async def receive(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Keep a signed event. What is not signed, or not lately, is refused without saying why."""
        settings = tools().settings
        if not settings.billing:
            raise NotFound(text("This page does not exist."))
        body = await request.body()
        if not check_signature(body, request.headers.get("stripe-signature", ""), settings.stripe_webhook_secret):
            return Response(render(text("The signature does not hold.")), status_code=400, media_type=MediaType.TEXT)
        try:
            await inbox.store(body)
        except Invalid as problem:
            return Response(render(problem.message), status_code=400, media_type=MediaType.TEXT)
        return Response("", media_type=MediaType.TEXT)
