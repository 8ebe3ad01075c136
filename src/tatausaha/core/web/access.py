"""Who may call which route. Every handler names its roles (`@get(…, roles=STAFF)`); one that does not is refused.

A route of the portal that belongs to a service (`service="stock"`, or one of several: `"stock sales"`) exists
for those alone whose company has bought it.
A route for programs of others that sign what they send says `signed=True`, and checks the signature itself.
What is grave says `recent=True` as well: it wants a person who proved within the last minutes to be the one.

Operations of the API name the token's scope as well.
A route that is not for a person's role does not exist for that person: 404, like another provider's records.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tatausaha.core.errors import ConfirmNeeded, Forbidden, NotFound, SignInNeeded
from tatausaha.core.i18n import text
from tatausaha.core.web.viewer import Viewer

OWNERS = frozenset({"owner"})
MANAGERS = frozenset({"owner", "manager"})
STAFF = frozenset({"owner", "manager", "worker"})
PORTAL = frozenset({"approver", "viewer"})
APPROVERS = frozenset({"approver"})
EVERYONE = STAFF | PORTAL
PUBLIC = frozenset({"public"})

ANY_SCOPE = "any"
"""Named by operations that every token may call, whatever its scopes."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "_csrf"
CSRF_HEADER = "x-csrf-token"


async def guard_roles(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let only the named roles in; a handler without roles is nobody's.

    It awaits nothing; Litestar would call a plain function in a thread, which each request would wait for.
    """
    roles: frozenset[str] = handler.opt.get("roles", frozenset())
    if not connection.scope["path"].isprintable():
        raise NotFound(text("This page does not exist."))
    if roles >= PUBLIC:
        return
    viewer: Viewer | None = connection.scope.get("user")
    if "scope" in handler.opt:
        _guard_operation(viewer, handler.opt)
    elif viewer is not None and viewer.scopes is not None:
        raise NotFound(text("This page does not exist."))
    if viewer is None and roles:
        raise SignInNeeded(text("You are not signed in any more. Sign in, in another tab if you typed something here."))
    if viewer is None or viewer.role not in roles:
        raise NotFound(text("This page does not exist."))
    if viewer.is_portal and not bought(viewer, handler.opt.get("service", "")):
        raise NotFound(text("Your company has not bought this service."))
    if handler.opt.get("recent") and not viewer.confirmed:
        raise ConfirmNeeded(text("Confirm first that it is you; then do this again."))


def bought(viewer: Viewer, services: str) -> bool:
    """Whether one of the services, written with blanks between them, is bought; no service is everybody's."""
    return not services or not viewer.services.isdisjoint(services.split())


def _guard_operation(viewer: Viewer | None, opt: Mapping[str, Any]) -> None:
    """Operations are called with a token that holds their scope; a cookie, which browsers send unasked, is not enough."""
    if viewer is None or (viewer.scopes is None and not opt.get("sessions")):
        raise SignInNeeded(text("Send a token that works, as Authorization: Bearer <token>."))
    held = viewer.scopes is None or opt["scope"] in viewer.scopes | {ANY_SCOPE}
    if viewer.role in opt["roles"] and not held:
        raise Forbidden(text("This token lacks the scope {scope}.", scope=opt["scope"]))


def csrf_token(viewer: Viewer | None, secret: str) -> str:
    """The token of a person's own session; another session's token, or none, is refused."""
    if viewer is None:
        return ""
    return hmac.new(secret.encode(), b"csrf" + viewer.session_hash, sha256).hexdigest()


async def refuse_forgery(request: Request[Any, Any, Any], secret: str) -> None:
    """Refuse a changing request that another site made, or that lacks the token of this very session."""
    caller: Viewer | None = request.scope.get("user")
    if request.method in SAFE_METHODS or (caller is not None and caller.scopes is not None):
        return  # a token is never sent unasked
    if request.route_handler.opt.get("signed"):
        return  # a program that signs what it sends; no session is looked at
    refused = Forbidden(text("This form is out of date. Go back, reload the page and send it again."))
    if _from_elsewhere(request.headers, request.headers.get("host", "")):
        raise refused
    # Read whole in any case: no handler then waits for a slow client while it holds one of the few connections.
    form = await request.form()
    viewer: Viewer | None = request.scope.get("user")
    if viewer is not None:
        sent = request.headers.get(CSRF_HEADER) or str(form.get(CSRF_FIELD, ""))
        if not hmac.compare_digest(sent.encode(), csrf_token(viewer, secret).encode()):
            raise refused


def _from_elsewhere(headers: Mapping[str, str], host: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin not in (f"http://{host}", f"https://{host}")
