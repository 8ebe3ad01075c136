"""The provider as an invoice shows it, kept with the invoice when it is issued."""

import msgspec

from tatausaha.core import db
from tatausaha.invoicing.queries.profile import Profile, get_profile


class Issuer(Profile, frozen=True, kw_only=True):
    """Who sends an invoice and whom to pay, with the colour and logo of the letterhead."""

    colour: str | None = None
    logo_key: str | None = None


async def get_issuer() -> Issuer:
    """The provider as it is now."""
    look = await db.records("select brand_colour as colour, logo_key from provider")
    return msgspec.convert({**msgspec.structs.asdict(await get_profile()), **look[0]}, Issuer)
