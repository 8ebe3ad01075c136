"""What clients buy: a capability of the house each, named as its package."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text

SERVICES: Mapping[str, Text] = {
    "people": text("People"),
    "payroll": text("Payroll"),
    "stock": text("Stock"),
    "purchasing": text("Purchasing"),
    "sales": text("Sales"),
}


class ServicesForm(msgspec.Struct, frozen=True):
    """One box for each service."""

    people: bool
    payroll: bool
    stock: bool
    purchasing: bool
    sales: bool


async def set_services(client_id: UUID, form: ServicesForm) -> None:
    """Keep what the client has bought. Raises Invalid when that is nothing at all."""
    bought = [name for name in SERVICES if getattr(form, name)]
    if not bought:
        raise Invalid(text("Choose at least one service; a client that is served no longer is archived."))
    await db.execute("update client set services = $2 where id = $1", client_id, bought)
    await audit.record("changed", "client", client_id, client_id, fields=["services"])
