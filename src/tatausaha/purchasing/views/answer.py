"""What a supplier sees and says through the link of an order. Looking changes nothing; only the buttons do."""

from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.core import audit
from tatausaha.core.actor import set_actor
from tatausaha.core.db import client_scope
from tatausaha.core.i18n import set_language, text
from tatausaha.core.web.access import PUBLIC
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents import queries as files
from tatausaha.documents.sending import send
from tatausaha.identity.middleware import LANGUAGE_COOKIE, address_of
from tatausaha.purchasing.queries import links
from tatausaha.purchasing.queries.links import LinkOwner, Offer
from tatausaha.purchasing.service import answering
from tatausaha.purchasing.service.answering import AnswerForm
from tatausaha.purchasing.service.links import ended, open_link


class AnswerController(Controller):
    """The page behind the link; it needs no account and no scripts."""

    path = "/order/{link:str}"

    @get("/", name="purchasing.answer", roles=PUBLIC)
    async def show(self, request: AppRequest, link: FromPath[str]) -> Template:
        """The order, and either the three answers or the one that was given."""
        link_id, owner = await open_link(link, address_of(request))
        async with _scope(owner):
            offer = await _offer(request, link_id)
            context = await _context(offer, link)
            await audit.saw("purchase_order", offer.order_id, offer.client_id)
        return page(request, "purchasing/answer.html", values={}, errors={}, **context)

    @post("/", roles=PUBLIC)
    async def answer(self, request: AppRequest, link: FromPath[str]) -> Redirect:
        link_id, owner = await open_link(link, address_of(request))
        values = await typed_values(request)
        async with _scope(owner):
            offer = await _offer(request, link_id)
            expect_form(request, "purchasing/answer.html", values, **await _context(offer, link))
            form = parse(AnswerForm, _common(values))
            await answering.answer(offer, form, values)
        return go_to(f"/order/{link}", text("Thank you. Your answer is kept, and we are told."))

    @get("/file", name="purchasing.answer_file", roles=PUBLIC)
    async def download(self, request: AppRequest, link: FromPath[str]) -> Stream:
        """The order's document, as it was sent."""
        link_id, owner = await open_link(link, address_of(request))
        async with _scope(owner):
            offer = await _offer(request, link_id)
            if offer.document_id is None:
                raise ended()
            document = await files.get_document(offer.document_id, shared_only=True)
            await audit.saw("document", document.id, document.client_id, action="downloaded", kind=document.kind)
        return await send(document)


def _scope(owner: LinkOwner) -> AbstractAsyncContextManager[Any]:
    """What the link's client owns, and nothing of any other."""
    return client_scope(owner.tenant_id, [owner.client_id])


async def _offer(request: AppRequest, link_id: UUID) -> Offer:
    """What the link shows; from here on the supplier acts, in the supplier's language unless the visitor chose one."""
    offer = await answering.get_offer(link_id)
    set_actor(answering.supplier_of(offer, address_of(request)))
    if request.user is None and LANGUAGE_COOKIE not in request.cookies:
        set_language(offer.language)
    return offer


async def _context(offer: Offer, link: str) -> dict[str, Any]:
    return {
        "offer": offer,
        "lines": await links.list_lines(offer.order_id),
        "answer": await links.find_answer(offer),
        "link": link,
    }


def _common(values: Typed) -> Typed:
    """The fields of the form itself; those of the lines are read beside them. A field of any other name is refused."""
    return {name: value for name, value in values.items() if not name.startswith(("quantity-", "day-"))}
