"""Reading client companies."""

from uuid import UUID

import msgspec

from tatausaha.core import db


class ClientName(msgspec.Struct, frozen=True):
    """A client company in a choice."""

    id: UUID
    name: str


async def list_names() -> list[ClientName]:
    """The clients that one may see and that are served, by name."""
    return await db.rows(ClientName, "select id, name from client where archived_at is null order by name, id limit 1000")


async def find_name(client_id: UUID) -> str | None:
    """A client's name, or None when it is not this person's to see."""
    name: str | None = await db.value("select name from client where id = $1", client_id)
    return name
