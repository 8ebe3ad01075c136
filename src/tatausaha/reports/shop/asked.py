"""What is asked of a report: whose figures, of which days, and which of them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import EARLIEST, LATEST, ZONES, parse_day
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.stock.queries import items, places

Format = Literal["pdf", "xlsx", "csv"]
LONGEST_SPAN_DAYS = 3 * 366
LONGEST_CATEGORY = 200


class Client(msgspec.Struct, frozen=True):
    """The client whose figures a report tells, and how it counts days and looks on paper."""

    id: UUID
    name: str
    legal_name: str
    time_zone: str
    brand_colour: str | None
    slow_days: int
    services: list[str]

    @property
    def company(self) -> str:
        """The name for documents."""
        return self.legal_name or self.name

    @property
    def today(self) -> date:
        """The day that it is for the client."""
        return datetime.now(ZONES[self.time_zone]).date()


class Asked(msgspec.Struct, frozen=True):
    """The parameters of one report, checked; a job carries them as they are."""

    client_id: UUID
    today: date
    first: date
    last: date
    place_id: UUID | None = None
    item_id: UUID | None = None
    category: str = ""
    by: str = ""
    days: int = 90


async def get_client(client_id: UUID) -> Client:
    """The client, or `NotFound`."""
    found = await db.row(
        Client,
        "select c.id, c.name, c.legal_name, c.time_zone, c.brand_colour, coalesce(s.slow_days, 90) as slow_days,"
        " c.services"
        " from client c left join stock_policy s on s.client_id = c.id where c.id = $1",
        client_id,
    )
    if found is None:
        raise NotFound(text("This client does not exist."))
    return found


async def read_asked(client: Client, given: Mapping[str, str], choices: Mapping[str, Any]) -> Asked:
    """The parameters as an address or a form gives them; the month until today where it says nothing.

    Raises Invalid with a sentence for each that cannot be. What is no place of the client counts as not given.
    """
    problems: dict[str, Text] = {}
    today = client.today
    last = _day(given, "to", today, problems)
    first = _day(given, "from", min(last, today).replace(day=1), problems)
    if not problems and not 0 <= (last - first).days <= LONGEST_SPAN_DAYS:
        problems["from"] = text("Choose a first day before the last one, and at most three years.")
    days = given.get("days", "")
    if days and not (days.isdecimal() and days.isascii() and 1 <= int(days[:6]) <= 3650):
        problems["days"] = text("Write a whole number from 1 to 3650.")
    item_id = await _item(client, given.get("item", ""), problems)
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)
    return Asked(
        *(client.id, today, first, last, await _place(client, given.get("place", "")), item_id),
        category=given.get("category", "")[:LONGEST_CATEGORY],
        by=given.get("by", "") if given.get("by") in choices else next(iter(choices), ""),
        days=int(days) if days else client.slow_days,
    )


def _day(given: Mapping[str, str], name: str, otherwise: date, problems: dict[str, Text]) -> date:
    if not given.get(name):
        return otherwise
    try:
        day = parse_day(given[name])
    except ValueError:
        day = date.min
    if not EARLIEST <= day <= LATEST:
        problems[name] = text("Write a date that exists, for example 21/11/2026.")
        return otherwise
    return day


async def _place(client: Client, written: str) -> UUID | None:
    return next((one.id for one in await places.list_places(client.id, archived=True) if str(one.id) == written), None)


async def _item(client: Client, written: str, problems: dict[str, Text]) -> UUID | None:
    """An item by its code or barcode, or by its id."""
    if not written:
        return None
    try:
        found = (await items.list_refs([UUID(written)])).get(UUID(written))
    except ValueError:
        found = (await items.find_refs(client.id, [written[:80]])).get(written[:80])
    if found is None:
        problems["item"] = text("No item has the code or barcode {written}.", written=written[:80])
    return found.id if found else None
