"""The verbs of a place: create, change, give up, take back."""

from typing import Any
from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.stock.forms import PlaceForm
from tatausaha.stock.queries.places import Place, get_place

ATTENTION = text("Some fields need your attention.")
FACTS = ("code", "name", "kind", "address")
LONGEST = {"code": 40, "name": 200, "address": 500}


async def load(place_id: UUID) -> Place:
    """The place, locked for a change, or `NotFound`."""
    await db.execute("select from place where id = $1 for update", place_id)
    return await get_place(place_id)


async def create(client_id: UUID, form: PlaceForm) -> UUID:
    """A new place. Raises `Invalid` when its code is another place's."""
    facts = await _facts(client_id, None, form)
    place_id = uuid7()
    await db.execute(
        "insert into place (id, client_id, code, name, kind, address) values ($1, $2, $3, $4, $5, $6)",
        *(place_id, client_id, *facts.values()),
    )
    await audit.record("created", "place", place_id, client_id)
    return place_id


async def change(place: Place, form: PlaceForm) -> None:
    """Keep what was typed. `place` must be locked; `Invalid` names what is stored when the form is stale."""
    facts = await _facts(place.client_id, place.id, form)
    changed = {name: value for name, value in facts.items() if value != getattr(place, name)}
    if form.version != str(place.version):
        raise Invalid(
            text("Somebody else saved this place meanwhile. Compare, then save again to keep what you typed."),
            {name: text("Stored now: {value}", value=str(getattr(place, name) or "–")) for name in changed},
        )
    if changed:
        await db.execute(
            "update place set version = version + 1, code = $2, name = $3, kind = $4, address = $5 where id = $1",
            *(place.id, *facts.values()),
        )
        await audit.record("changed", "place", place.id, place.client_id, fields=sorted(changed))


async def archive(place: Place) -> None:
    """Give the place up. Raises `Conflict` while anything lies there. `place` must be locked."""
    if await db.value(
        "select exists (select from stock_level where place_id = $1 and client_id = $2 and (quantity <> 0 or value <> 0))",
        *(place.id, place.client_id),
    ):
        raise Conflict(text("There is still stock in {name}. Move it to another place first.", name=place.name))
    await _set_archived(place, archived=True)


async def restore(place: Place) -> None:
    """Take the place into use again. `place` must be locked."""
    await _set_archived(place, archived=False)


async def _set_archived(place: Place, *, archived: bool) -> None:
    await db.execute(
        "update place set archived_at = case when $2 then now() end, version = version + 1 where id = $1",
        *(place.id, archived),
    )
    await audit.record("archived" if archived else "restored", "place", place.id, place.client_id)


async def _facts(client_id: UUID, place_id: UUID | None, form: PlaceForm) -> dict[str, Any]:
    """The columns as they shall be. Raises `Invalid`."""
    facts: dict[str, Any] = {name: getattr(form, name) for name in FACTS}
    problems: dict[str, Text] = {
        name: text("This has more than {limit} characters.", limit=limit)
        for name, limit in LONGEST.items()
        if len(facts[name]) > limit
    }
    other = await db.value(
        "select name from place where client_id = $1 and code = $2 and id is distinct from $3",
        *(client_id, facts["code"], place_id),
    )
    if other is not None:
        problems["code"] = text("{other} has this code already.", other=other)
    if problems:
        raise Invalid(ATTENTION, problems)
    return facts
