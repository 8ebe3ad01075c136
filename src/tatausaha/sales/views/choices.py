"""What forms about sales let a person choose from."""

from uuid import UUID

from tatausaha.clients import queries as clients
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.pages import CurrentClient
from tatausaha.sales.queries import tills
from tatausaha.sales.service.tills import ATTENTION
from tatausaha.stock.queries import places as queries
from tatausaha.stock.queries.places import Place


async def choose_client(client_id: UUID | None) -> CurrentClient | None:
    """The client that the address names, if it is this person's to see. Needs the scope."""
    name = await clients.find_name(client_id) if client_id else None
    return CurrentClient(client_id, name) if client_id and name else None


async def list_places_of(client_id: UUID | None) -> list[tuple[str, str]]:
    """Places to choose from: those of one client, or of all, with the client's name."""
    found = await tills.list_places(client_id)
    return [(str(one.id), one.name if client_id else f"{one.client_name} · {one.name}") for one in found]


async def place_of(written: str) -> Place:
    """The place that a form names. Raises `Invalid` at its field."""
    try:
        return await queries.get_open_place(UUID(written))
    except (ValueError, NotFound):
        raise Invalid(ATTENTION, {"place_id": text("Choose the place.")}) from None
