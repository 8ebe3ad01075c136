"""The address that opens an order to its supplier: reckoned from the link's id and the house's secret, kept nowhere."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from tatausaha.core import limits
from tatausaha.core.db import gate_scope
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.process import tools
from tatausaha.purchasing.queries.links import LinkOwner, find_owner

ID = 16
VISITS_PER_MINUTE = 60


def address_of(link_id: UUID) -> str:
    """The whole address, for a letter."""
    return f"{tools().settings.base_url}/order/{token_of(link_id)}"


def token_of(link_id: UUID) -> str:
    """The link's id and its seal of 128 bits, as one word."""
    return urlsafe_b64encode(link_id.bytes + _seal(link_id.bytes)).decode().rstrip("=")


def read_token(token: str) -> UUID | None:
    """The link of a word that we made; None for any other."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 2 * ID or not hmac.compare_digest(raw[ID:], _seal(raw[:ID])):
        return None
    return UUID(bytes=raw[:ID])


def _seal(link: bytes) -> bytes:
    return hmac.new(tools().settings.secret_key.encode(), b"order link" + link, sha256).digest()[:ID]


async def open_link(token: str, visitor: str) -> tuple[UUID, LinkOwner]:
    """The link and whose it is. Raises NotFound, and TooMany for one address that asks without end."""
    async with gate_scope():
        await limits.spend(f"order_link:{visitor}", VISITS_PER_MINUTE, limits.MINUTE)
    link_id = read_token(token)
    owner = await find_owner(link_id) if link_id else None
    if link_id is None or owner is None:
        raise ended()
    return link_id, owner


def ended() -> NotFound:
    """What is said of a link that is wrong, too old, or of a version that was replaced."""
    return NotFound(
        text(
            "This link opens nothing any more: the order was changed, or the link is too old. Look for our newest e-mail,"
            " or answer it."
        )
    )
