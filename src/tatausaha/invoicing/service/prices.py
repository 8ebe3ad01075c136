"""Lists of prices as they are written: drafts, put forward, taken back, given up."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.clients.queries import ClientView
from tatausaha.core import audit, changes, db
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.invoicing.queries.prices import PriceHead, PriceList
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.service import agreeing
from tatausaha.invoicing.service.price_lines import ATTENTION

LONGEST = 200
MOST_DAYS = 180


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it was typed and found to fit; `minimum` is the least that a month costs without PPN, in rupiah."""

    name: str
    starts_on: date
    ends_on: date | None
    minimum: int
    terms_days: int
    note: str
    lines: tuple[PriceLine, ...]


def draft(lines: tuple[PriceLine, ...], **head: Any) -> Draft:
    """The typed head with its lines; `terms_days` still as written. Raises Invalid with a sentence at each field."""
    problems = {}
    if len(head["name"]) > LONGEST:
        problems["name"] = text("Use at most {most} characters.", most=LONGEST)
    if head["ends_on"] and head["ends_on"] < head["starts_on"]:
        problems["ends_on"] = text("The last day cannot be before the first.")
    written = head["terms_days"]
    if not (written.isascii() and written.isdigit() and len(written) < 4 and int(written) <= MOST_DAYS):
        problems["terms_days"] = text("Write a number of days from 0 to {most}.", most=MOST_DAYS)
    if problems:
        raise Invalid(ATTENTION, problems)
    return Draft(lines=lines, **head | {"terms_days": int(written)})


async def write(client: ClientView, new: Draft, token: str) -> UUID:
    """A draft of a list for a client. The same form (by its token, an id) sent twice makes one."""
    try:
        list_id = UUID(token)
    except ValueError:
        raise Invalid(text("This form is out of date. Reload the page and try again.")) from None
    made = await db.execute(
        "insert into price_list (id, client_id, name, starts_on) values ($1, $2, $3, $4) on conflict do nothing",
        *(list_id, client.id, new.name, new.starts_on),
    )
    if not made:
        return list_id
    await _store(list_id, client.id, new)
    await audit.record("created", "price_list", list_id, client.id)
    return list_id


def refuse_settled(known: PriceHead) -> None:
    """Raises Conflict for a list that was asked for or agreed."""
    if not known.editable:
        raise Conflict(text("This list was asked for or agreed; it does not change any more."))


async def rewrite(known: PriceList, version: str, new: Draft) -> None:
    """Change a draft, or one that was not agreed. `known` must be locked. Raises Conflict where it is neither."""
    refuse_settled(known)
    if version != str(known.version):
        raise Conflict(text("Somebody else saved this list meanwhile. Reload the page to see it."))
    await _store(known.id, known.client_id, new)
    await audit.record("changed", "price_list", known.id, known.client_id)


async def _store(list_id: UUID, client_id: UUID, new: Draft) -> None:
    actor = current_actor()
    await db.execute(
        "update price_list set version = version + 1, name = $2, starts_on = $3, ends_on = $4, minimum = $5,"
        " terms_days = $6, note = $7, state = 'draft', refusal = '', actor_id = $8, actor_name = $9 where id = $1",
        *(list_id, new.name, new.starts_on, new.ends_on, new.minimum, new.terms_days, new.note, actor.id, actor.name),
    )
    await db.execute("delete from price_line where price_list_id = $1", list_id)
    await db.execute(
        "insert into price_line (client_id, price_list_id, position, kind, label, price, included, tiers, ppn, pph23)"
        " select $1, $2, position, kind, label, price, included, tiers, ppn, pph23"
        " from jsonb_populate_recordset(null::price_line, $3)",
        *(client_id, list_id),
        [msgspec.to_builtins(line) | {"position": position} for position, line in enumerate(new.lines, 1)],
    )


async def propose(known: PriceList) -> None:
    """Ask a second person to agree to a draft. `known` must be locked. Raises Conflict where it could not be agreed."""
    if known.state != "draft":
        raise Conflict(text("Only a draft can be put forward."))
    await agreeing.ask(known)


async def take_back(known: PriceHead) -> None:
    """Nobody is asked any more; it is a draft again. `known` must be locked."""
    if known.state != "waiting":
        raise Conflict(text("This list does not wait for anybody."))
    await changes.overtake(agreeing.AGREE, known.id)
    await agreeing.set_state(known.id, "draft")
    await audit.record("withdrawn", "price_list", known.id, known.client_id)


async def give_up(known: PriceHead, reason: str) -> None:
    """A draft that nobody needs; it stays to be seen, with the reason. `known` must be locked."""
    if known.state != "draft":
        raise Conflict(text("Only a draft can be given up."))
    await agreeing.set_state(known.id, "refused", reason)
    await audit.record("cancelled", "price_list", known.id, known.client_id)
