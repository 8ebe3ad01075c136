"""A message that outlives one redirect: signed, in a cookie of a minute, shown once."""

import base64
import hmac
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request, Response

from tatausaha.core.i18n import Text
from tatausaha.core.process import tools

COOKIE = "tata_flash"


def leave(response: Response[Any], message: Text) -> None:
    """Put `message` at the top of the next page."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(message)).decode()
    secure = tools().settings.base_url.startswith("https")
    response.set_cookie(COOKIE, f"{body}.{_sign(body)}", max_age=60, httponly=True, samesite="lax", secure=secure)


def take(request: Request[Any, Any, Any]) -> list[Text]:
    """The message left for this page, if it is ours."""
    body, _, signature = request.cookies.get(COOKIE, "").strip('"').partition(".")
    if not body or not hmac.compare_digest(signature.encode(), _sign(body).encode()):
        return []
    return [msgspec.json.decode(base64.urlsafe_b64decode(body), type=Text)]


def _sign(body: str) -> str:
    return hmac.new(tools().settings.secret_key.encode(), b"flash" + body.encode(), sha256).hexdigest()
