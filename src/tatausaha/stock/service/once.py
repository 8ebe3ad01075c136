"""A form of goods that is sent twice moves them once: its token names the document that it makes."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7

OUT_OF_DATE = text("This form is out of date. Reload the page and try again.")


async def key_of(token: str) -> UUID:
    """The document that a form makes; nobody else makes it until the scope ends.

    A form without a token makes a document of its own. Raises `Invalid` for a token that is none.
    """
    if not token:
        return uuid7()
    try:
        key = UUID(token)
    except ValueError:
        raise Invalid(OUT_OF_DATE) from None
    await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"stock document {key}")
    return key


async def document_of(token: str) -> tuple[UUID, bool]:
    """The document that a form of movements makes, held as by `key_of`, and whether it is booked already."""
    key = await key_of(token)
    return key, bool(await db.value("select exists (select from stock_movement where document_id = $1)", key))
