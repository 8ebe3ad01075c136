"""Who is asking: from the session cookie to the viewer, before any handler runs."""

from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.response.base import Response

from tatausaha.core.actor import SYSTEM, set_actor
from tatausaha.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language, set_language
from tatausaha.core.process import tools
from tatausaha.core.web.lists import id_of
from tatausaha.identity.sign_in import find_viewer
from tatausaha.identity.tokens import viewer_of_token

LANGUAGE_COOKIE = "tata_language"
API = "/api/"


class FindViewer(AbstractAuthenticationMiddleware):
    """Sets `request.user` to the viewer, or to None for a visitor, and speaks that person's language."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        if "authorization" in connection.headers and connection.scope["path"].startswith(API):
            viewer = await viewer_of_token(connection)
        else:
            token = connection.cookies.get(session_cookie())
            viewer = await find_viewer(token, id_of(dict(connection.query_params), "client")) if token else None
        set_actor(msgspec.structs.replace(viewer.actor() if viewer else SYSTEM, address=address_of(connection)))
        set_language(viewer.language if viewer else visitor_language(connection))
        return AuthenticationResult(user=viewer, auth=None)


def session_cookie() -> str:
    """The cookie's name; over https the browser itself then holds it to this host."""
    return "__Host-tata" if _secure() else "tata"


def keep_session(response: Response[Any], token: str) -> None:
    """Give the browser the session's token."""
    _set_session(response, token, tools().settings.session_days * 86_400)


def forget_session(response: Response[Any]) -> None:
    """Have the browser drop the token; it heeds this only with the attributes that the cookie was set with."""
    _set_session(response, "", 0)


def secret_name(what: str) -> str:
    """The name of one of the small cookies on the way to a session."""
    return f"__Host-tata_{what}" if _secure() else f"tata_{what}"


def set_secret(response: Response[Any], what: str, value: str, seconds: int) -> None:
    """Keep a small secret in the browser as strictly as a session; with no seconds, drop it."""
    _set(response, secret_name(what), value, seconds)


def _set_session(response: Response[Any], token: str, seconds: int) -> None:
    _set(response, session_cookie(), token, seconds)


def _set(response: Response[Any], name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=_secure(),
        httponly=True,
        samesite="lax",
    )


def visitor_language(connection: ASGIConnection[Any, Any, Any, Any]) -> Language:
    """What a visitor chose, or else Indonesian."""
    chosen = connection.cookies.get(LANGUAGE_COOKIE)
    return next((language for language in LANGUAGES if language == chosen), DEFAULT_LANGUAGE)


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where the request came from; client-sent proxy headers have no say."""
    return connection.client.host if connection.client else ""


def origin_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Where a person signs in from, for the list of sessions."""
    return {
        "address": address_of(request),
        "device": request.headers.get("user-agent", "")[:200],
    }


def _secure() -> bool:
    return tools().settings.base_url.startswith("https")
