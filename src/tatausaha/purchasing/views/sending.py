"""How an order fares by e-mail: its sendings, sending it once more on purpose, and deciding on what the supplier proposes."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Lines, expect_form, parse, typed_values
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.purchasing.queries import letters
from tatausaha.purchasing.queries.letters import OrderFacts
from tatausaha.purchasing.service import answering, sending
from tatausaha.purchasing.service.approving import outcome


class SendForm(msgspec.Struct, frozen=True):
    """Which sending it will be, as the page knew it, and why there is one more."""

    sending: str
    again: str = ""


class DeclineForm(msgspec.Struct, frozen=True):
    """What the supplier is told with the no."""

    comment: Lines = ""


class SendingController(Controller):
    """The letters of one order."""

    path = "/purchasing/orders/{order_id:uuid}"

    @get("/letters", name="purchasing.letters", roles=STAFF)
    async def show(self, request: AppRequest, order_id: FromPath[UUID]) -> Template:
        """Every sending with what the mail server said, and every answer; asked again while one is under way."""
        async with request.user.scope():
            order = await letters.get_facts(order_id)
            context = await letters_context(order)
            await audit.saw("order_letters", order_id, order.client_id, count=len(context["letters"]))
        client = CurrentClient(order.client_id, order.client_name)
        template, fragment = "purchasing/letters.html", "purchasing/_letters.html"
        return page(request, template, fragment=fragment, client=client, values={}, errors={}, **context)

    @post("/letters", name="purchasing.send", roles=STAFF)
    async def send(self, request: AppRequest, order_id: FromPath[UUID]) -> Redirect:
        """Send the present version (again), on purpose."""
        async with request.user.scope():
            order = await letters.get_facts(order_id)
            values = await typed_values(request)
            client = CurrentClient(order.client_id, order.client_name)
            expect_form(request, "purchasing/letters.html", values, client=client, **await letters_context(order))
            form = parse(SendForm, values)
            await sending.send_again(order_id, int(form.sending) if form.sending in _COUNTS else 1, form.again)
        return go_to(
            f"/purchasing/orders/{order_id}/letters", text("The order is on its way. Its state is shown here.")
        )

    @post("/answers/{answer_id:uuid}/accept", name="purchasing.accept_answer", roles=STAFF)
    async def accept(self, request: AppRequest, order_id: FromPath[UUID], answer_id: FromPath[UUID]) -> Redirect:
        """Take over what the supplier proposes, as a new version."""
        async with request.user.scope():
            await letters.get_facts(order_id)
            asked = await answering.accept(order_id, answer_id)
        done = text("Accepted. The new version is on its way to the supplier.")
        return go_to(f"/purchasing/orders/{order_id}", outcome(asked, done))

    @post("/answers/{answer_id:uuid}/decline", name="purchasing.decline_answer", roles=STAFF)
    async def decline(self, request: AppRequest, order_id: FromPath[UUID], answer_id: FromPath[UUID]) -> Redirect:
        """Leave the order as it is, and ask the supplier again."""
        async with request.user.scope():
            await letters.get_facts(order_id)
            form = parse(DeclineForm, await typed_values(request))
            await answering.decline(order_id, answer_id, form.comment)
        return go_to(f"/purchasing/orders/{order_id}/letters", text("Declined. The supplier is asked again."))


_COUNTS = frozenset(map(str, range(1, 100)))


async def letters_context(order: OrderFacts) -> dict[str, Any]:
    """What `purchasing/_letters.html` is given; the order's own page may include it too. Needs the open scope."""
    found = await letters.list_letters(order.id)
    present = [letter for letter in found if letter.revision == order.revision]
    return {
        "order": order,
        "address": order.email,
        "letters": found,
        "answers": await letters.list_answers(order.id),
        "next_sending": len(present) + 1,
        "sendable": order.state in sending.SENDABLE and not (present and present[0].under_way),
        "under_way": any(letter.under_way for letter in present),
    }
