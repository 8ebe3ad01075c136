"""Personal data in the portal: requests of the client's people, sub-processors to agree to, breaches that concern it."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import APPROVERS, PORTAL
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.portal.frame import find_company, frame, portal_page
from tatausaha.portal.queries import Company
from tatausaha.privacy.forms import ConsentForm, PortalRequestForm
from tatausaha.privacy.queries import breaches, desk, processors, retention
from tatausaha.privacy.rules import kinds, labels
from tatausaha.privacy.service import desk as requests
from tatausaha.privacy.service import processors as consents

SHOW = "portal/privacy.html"


class PrivacyController(Controller):
    """What the law gives the client's people, and the client itself."""

    path = "/portal/privacy"

    @get("/", name="portal.privacy", roles=PORTAL)
    async def show(self, request: AppRequest) -> Template:
        """Requests, consents, breaches and certificates of one's own company."""
        async with request.user.scope():
            company = await find_company(request)
            context = await _context(company)
            await audit.saw("privacy_request", None, company.id, count=len(context["requests"]))
        return portal_page(request, SHOW, company, values={}, errors={}, **context)

    @post("/requests", name="portal.file_request", roles=APPROVERS)
    async def file_request(self, request: AppRequest) -> Redirect:
        """Pass on what one of the company's people asks."""
        values = await typed_values(request)
        async with request.user.scope():
            company = await find_company(request)
            expect_form(request, SHOW, values, **frame(company), **await _context(company))
            form = parse(PortalRequestForm, values)
            await requests.take_in(company.id, form.number, form.kind, "portal", form.wish)
        return go_to("/portal/privacy", text("Passed on. The answer is due within three days; you can follow it here."))

    @post("/processors/{consent_id:uuid}", name="portal.decide_processor", roles=APPROVERS)
    async def decide(self, request: AppRequest, consent_id: FromPath[UUID]) -> Redirect:
        """Agree to a sub-processor, or refuse with the reason."""
        async with request.user.scope():
            consent = await processors.get_consent(consent_id)
            values = await typed_values(request)
            company = await find_company(request)
            expect_form(request, SHOW, values, **frame(company), **await _context(company))
            await consents.decide(consent, parse(ConsentForm, values))
        return go_to("/portal/privacy", text("Your decision about {name} is kept.", name=consent.name))


async def _context(company: Company) -> dict[str, Any]:
    """What the page shows. Needs the scope."""
    return {
        "requests": await desk.page_requests(client_id=company.id),
        "consents": await processors.list_consents_of(company.id),
        "told": await breaches.list_told(company.id),
        "destructions": [one for one in await retention.list_destructions(company.id) if one.certificate_id],
        "words_of": labels,
        "kinds": kinds.KINDS,
    }
