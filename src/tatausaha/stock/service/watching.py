"""What is watched without anybody looking: what runs out is told once, paces and warnings are kept up to date."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters
from tatausaha.core.i18n import Language
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.core.quantities import format_quantity
from tatausaha.identity.deciders import list_deciders
from tatausaha.stock.rules.cover import PACE_DAYS, suggested

LANGUAGE: Language = "id"
"""Of letters to the office; which language an account prefers is known only where it signs in."""
NAMED = 20
"""So many items are named in a letter; the list has them all."""


class Untold(msgspec.Struct, frozen=True):
    """An item that runs out in a place, and of which nobody was told."""

    id: UUID
    client_id: UUID
    client_name: str
    name: str
    unit: str
    place_name: str
    quantity: int
    minimum: int
    reorder_quantity: int

    def words(self) -> dict[str, str]:
        """The item as a letter names it."""
        order = suggested(self.quantity, self.minimum, 0, self.reorder_quantity)
        sums = {"left": self.quantity, "minimum": self.minimum, "suggested": order}
        return {"name": self.name, "unit": self.unit, "place": self.place_name} | {
            word: format_quantity(amount, LANGUAGE) for word, amount in sums.items()
        }


async def tell_low() -> int:
    """Write to whoever works for a client what newly runs out there, one letter each; gives how many items.

    An item is told once: again only after it was ordered and the order ended, or after it was there again.
    """
    untold = await db.rows(
        Untold,
        "update stock_level l set alerted_at = now() from item i, place p, client c"
        " where l.low and l.alerted_at is null and l.on_order = 0 and i.id = l.item_id and i.archived_at is null"
        " and p.id = l.place_id and c.id = l.client_id and c.archived_at is null"
        " returning l.id, l.client_id, c.name as client_name, i.name, i.unit, p.name as place_name, l.quantity,"
        " l.minimum, l.reorder_quantity",
    )
    for client_id in sorted({one.client_id for one in untold}):
        await _write([one for one in untold if one.client_id == client_id])
    return len(untold)


async def _write(untold: Sequence[Untold]) -> None:
    sweep, first = uuid7(), untold[0]
    told = sorted(untold, key=lambda one: (one.place_name, one.name))
    for person in await list_deciders("colleague", first.client_id, None):
        await letters.write(
            "stock_low",
            person.email,
            once_key=f"stock-low {sweep} {person.email}",
            language=LANGUAGE,
            client_id=first.client_id,
            client=first.client_name,
            count=len(told),
            items=[one.words() for one in told[:NAMED]],
            link=f"{tools().settings.base_url}/stock/low?client={first.client_id}",
        )
    await audit.record("alerted", "stock_level", None, first.client_id, items=len(told))


async def reckon_pace() -> int:
    """Count anew what went out of every place in the last ninety days; gives the number of levels that changed."""
    return await db.execute(
        "update stock_level l set out_90 = n.out from (select l.id, coalesce(m.out, 0) as out from stock_level l"  # noqa: S608 - our own number
        " left join (select place_id, item_id, greatest(-sum(quantity), 0)::bigint as out from stock_movement"
        f"  where booked_on > current_date - {PACE_DAYS} and kind in ('issue', 'sale', 'refund')"
        "  group by place_id, item_id) m using (place_id, item_id)) n where l.id = n.id and l.out_90 <> n.out"
    )
