"""Pages: templates with what every page needs, as a whole or as the fragment that htmx asked for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_303_SEE_OTHER

from tatausaha.core.i18n import Text, current_language
from tatausaha.core.process import tools
from tatausaha.core.web import flash
from tatausaha.core.web.access import csrf_token
from tatausaha.core.web.banner import banner
from tatausaha.core.web.navigation import navigation
from tatausaha.core.web.viewer import Viewer

VARY = {"Vary": "HX-Request", "Cache-Control": "no-store"}


class CurrentClient(msgspec.Struct, frozen=True):
    """The client company whose record or list is on the page."""

    id: UUID
    name: str


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    fragment: str | None = None,
    client: CurrentClient | None = None,
    status: int = 200,
    **context: Any,
) -> Template:
    """The whole page for a visit, only `fragment` for an htmx swap. Call it after the scope is closed."""
    swap = fragment is not None and is_swap(request)
    shown = flash.take(request)
    response = Template(
        fragment if swap else template,
        context={**base_context(request), "client": client, "flashes": shown, **context},
        headers=dict(VARY),
        status_code=status,
    )
    if shown:
        response.delete_cookie(flash.COOKIE)
    return response


def is_swap(request: Request[Any, Any, Any]) -> bool:
    """True when htmx will put the answer into a part of the page that is open."""
    headers: Mapping[str, str] = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-boosted") != "true"
        and headers.get("hx-history-restore-request") != "true"
    )


def base_context(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every template is given."""
    viewer: Viewer | None = request.scope.get("user")
    return {
        "viewer": viewer,
        "here": request.url.path,
        "language": current_language(),
        "banner": banner(viewer, request.url.path),
        "nav": navigation(viewer, request.url.path, request.query_params.get("client")),
        "csrf_token": csrf_token(viewer, tools().settings.secret_key),
    }


def own_path(address: str) -> str:
    """Only paths of this very site: an address that names a host would carry the person elsewhere."""
    own = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if own and address.isprintable() else "/"


def go_to(path: str, message: Text | None = None) -> Redirect:
    """After a change: send the browser to a page of ours, with a message for its top."""
    response = Redirect(path, status_code=HTTP_303_SEE_OTHER)
    if message is not None:
        flash.leave(response, message)
    return response
