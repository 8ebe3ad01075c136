"""What every page of the portal carries: the company's name and, where it has one, its logo."""

from typing import Any

from litestar.response import Template

from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.pages import CurrentClient, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.portal import labels, queries
from tatausaha.portal.queries import Company


async def find_company(request: AppRequest) -> Company:
    """The company of the person who looks. Needs the scope."""
    if not request.user.client_ids:
        raise NotFound(text("This client does not exist."))
    return await queries.get_company(request.user.client_ids[0])


def frame(company: Company) -> dict[str, Any]:
    """The context that the layout and all pages need."""
    logo = {"logo_url": f"/clients/{company.id}/logo"} if company.has_logo else {}
    return {"client": CurrentClient(company.id, company.name), "company": company, "labels": labels, **logo}


def portal_page(
    request: AppRequest, template: str, company: Company, *, fragment: str | None = None, **context: Any
) -> Template:
    """A page of the portal, or its fragment; call it after the scope is closed."""
    return page(request, template, fragment=fragment, **frame(company), **context)
