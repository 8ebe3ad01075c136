"""Tills, and what is remembered of their files."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.cells import normalised
from tatausaha.sales.forms import TillForm
from tatausaha.sales.queries.tills import Till
from tatausaha.sales.rules.lines import till_code
from tatausaha.stock.queries.places import Place

ATTENTION = text("Some fields need your attention.")
LONGEST_CODE, LONGEST_NAME, LONGEST_WORD = 40, 200, 200


async def create(place: Place, form: TillForm) -> UUID:
    """Enter a till. Raises `Invalid` for a code that the place has already."""
    code, till_id = till_code(form.code), uuid7()
    if len(code) > LONGEST_CODE:
        raise Invalid(ATTENTION, {"code": text("At most {limit} characters.", limit=LONGEST_CODE)})
    made = await db.execute(
        "insert into till (id, client_id, place_id, code, name) values ($1, $2, $3, $4, $5) on conflict do nothing",
        *(till_id, place.client_id, place.id, code, form.name[:LONGEST_NAME]),
    )
    if not made:
        raise Invalid(ATTENTION, {"code": text("This place has a till with this code already.")})
    await audit.record("created", "till", till_id, place.client_id)
    return till_id


async def rename(till: Till, version: str, name: str) -> None:
    """Call it otherwise. `till` must be locked; Conflict when somebody else saved it meanwhile."""
    if version != str(till.version):
        raise Conflict(text("Somebody else saved this till meanwhile. Reload the page and look again."))
    await db.execute("update till set name = $2, version = version + 1 where id = $1", till.id, name[:LONGEST_NAME])
    await audit.record("changed", "till", till.id, till.client_id)


async def remember_layout(client_id: UUID, headers: Sequence[str], mapping: Mapping[str, int | None]) -> None:
    """The next file with these columns is read alike."""
    await db.execute(
        "insert into till_layout (client_id, headers, mapping, actor_name) values ($1, $2, $3, $4)"
        " on conflict (tenant_id, client_id, headers) do update set mapping = $3, actor_name = $4",
        *(client_id, list(headers), dict(mapping), current_actor().name),
    )


async def match_item(client_id: UUID, written: str, item_id: UUID) -> None:
    """This word of a till means this item from now on. Raises `Invalid` for a word that says nothing."""
    word = normalised(written)
    if not 0 < len(word) <= LONGEST_WORD:
        raise Invalid(ATTENTION, {"written": text("This is no word that a till could use.")})
    try:
        await db.execute(
            "insert into till_item (client_id, written, item_id, actor_name) values ($1, $2, $3, $4)"
            " on conflict (tenant_id, client_id, written) do update set item_id = $3, actor_name = $4",
            *(client_id, word, item_id, current_actor().name),
        )
    except asyncpg.ForeignKeyViolationError:
        raise Invalid(ATTENTION, {"item": text("This item does not exist.")}) from None
    await audit.record("matched", "till_item", item_id, client_id)


async def forget_layout(layout_id: UUID) -> UUID:
    """The next such file is read by the names of its columns; gives the client. Raises `NotFound`."""
    gone = await db.value("delete from till_layout where id = $1 returning client_id", layout_id)
    return await _gone(gone, "till_layout", layout_id)


async def forget_match(match_id: UUID) -> UUID:
    """The next file that uses the word asks again what it means; gives the client. Raises `NotFound`."""
    gone = await db.value("delete from till_item where id = $1 returning client_id", match_id)
    return await _gone(gone, "till_item", match_id)


async def _gone(client_id: UUID | None, kind: str, key: UUID) -> UUID:
    if client_id is None:
        raise NotFound(text("This is forgotten already."))
    await audit.record("removed", kind, key, client_id)
    return client_id
