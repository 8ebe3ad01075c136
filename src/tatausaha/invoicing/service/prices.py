"""Agreed prices: written by one person, agreed by a second, unchanged from then on, and ended by a follower or a last day."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.clients.queries import ClientView
from tatausaha.core import audit, changes, db
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import MANAGERS, Change, ChangeRow, Values
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.invoicing.queries import prices
from tatausaha.invoicing.queries.prices import PriceHead, PriceList
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.rules.succession import Span, cut, last_before, misend, misfit
from tatausaha.invoicing.service import drafting
from tatausaha.invoicing.service.price_lines import ATTENTION
from tatausaha.invoicing.service.price_words import show_agreement

AGREE = "price_list.agree"
END = "price_list.end"
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
    follows = await _follows(known)
    await _set_state(known.id, "waiting")
    await changes.propose(
        AGREE,
        subject_id=known.id,
        client_id=known.client_id,
        subject=known.name,
        reason=known.note,
        before={"follows": content(follows) if follows else {}},
        after=content(known),
    )


async def take_back(known: PriceHead) -> None:
    """Nobody is asked any more; it is a draft again. `known` must be locked."""
    if known.state != "waiting":
        raise Conflict(text("This list does not wait for anybody."))
    await changes.overtake(AGREE, known.id)
    await _set_state(known.id, "draft")
    await audit.record("withdrawn", "price_list", known.id, known.client_id)


async def give_up(known: PriceHead, reason: str) -> None:
    """A draft that nobody needs; it stays to be seen, with the reason. `known` must be locked."""
    if known.state != "draft":
        raise Conflict(text("Only a draft can be given up."))
    await _set_state(known.id, "refused", reason)
    await audit.record("cancelled", "price_list", known.id, known.client_id)


async def propose_end(known: PriceHead, day: date, reason: str) -> None:
    """Ask a second person for an earlier last day of an agreed list. `known` must be locked."""
    if known.state != "agreed":
        raise Conflict(text("Only an agreed list can be ended."))
    if problem := misend(_span(known), day, await _billed(known, day)):
        raise Invalid(ATTENTION, {"ends_on": problem})
    await changes.propose(
        END,
        subject_id=known.id,
        client_id=known.client_id,
        subject=known.name,
        reason=reason,
        before={"ends_on": known.ends_on.isoformat() if known.ends_on else None},
        after={"ends_on": day.isoformat()},
    )


def content(known: PriceList) -> Values:
    """What a list says, as a change request keeps it."""
    kept = {name: getattr(known, name) for name in Draft.__struct_fields__}
    plain: Values = msgspec.json.decode(msgspec.json.encode(kept))
    return plain | {"lines": [{name: one[name] for name in one if name != "id"} for one in plain["lines"]]}


# What a second person's consent does ---------------------------------------------------------------------------------------


def _page(change: ChangeRow) -> str | None:
    return f"/prices/{change.subject_id}"


async def _present(change: Change) -> Values:
    """The list that this one would follow, as it is now; nothing of the client's prices changes meanwhile."""
    known = await _locked(change)
    before = await _before(known)
    return {"follows": content(before) if before else {}}


async def _makers(change: Change) -> set[UUID]:
    """Who wrote it last, also where somebody else put it forward."""
    wrote = await db.value("select actor_id from price_list where id = $1", change.subject_id)
    return {wrote} if wrote else set()


async def _refused(change: Change, comment: str) -> None:
    await _set_state(_subject(change), "refused", comment)


async def _withdrawn(change: Change) -> None:
    await _set_state(_subject(change), "draft")


@changes.applies(
    AGREE,
    label=text("Prices of a client"),
    choices=("manager",),
    seen_by=MANAGERS,
    page=_page,
    present=_present,
    show=show_agreement,
    makers=_makers,
    refused=_refused,
    withdrawn=_withdrawn,
)
async def agree(change: Change) -> None:
    """From its first day on the list holds, and the one before it ends on the day before."""
    known = await _locked(change)
    if known.state != "waiting":
        raise Conflict(text("This list does not wait for anybody."))
    before = await _follows(known)
    if before:
        last = cut(_span(before), _span(known))
        await db.execute(
            "update price_list set ends_on = $2 where id = $1 and ends_on is distinct from $2", before.id, last
        )
    await db.execute(
        "update price_list set state = 'agreed', agreed_at = now(), agreed_name = $2, refusal = '' where id = $1",
        *(known.id, current_actor().name),
    )
    await audit.record("agreed", "price_list", known.id, known.client_id)
    await _draw_anew(known.client_id, known.starts_on)


async def _present_end(change: Change) -> Values:
    known = await _locked(change)
    return {"ends_on": known.ends_on.isoformat() if known.ends_on else None}


@changes.applies(
    END,
    label=text("End of a client's prices"),
    choices=("manager",),
    fields={"ends_on": changes.Field(text("Last day"), "day")},
    seen_by=MANAGERS,
    page=_page,
    present=_present_end,
)
async def end(change: Change) -> None:
    """The list holds no longer than that day."""
    known, day = await _locked(change), date.fromisoformat(change.after["ends_on"])
    if problem := misend(_span(known), day, await _billed(known, day)):
        raise Conflict(problem)
    await db.execute("update price_list set ends_on = $2 where id = $1", known.id, day)
    await audit.record("ended", "price_list", known.id, known.client_id)
    await _draw_anew(known.client_id, day)


async def _locked(change: Change) -> PriceList:
    """The list, once nothing of its client's prices can change until this transaction ends."""
    assert change.client_id is not None
    await drafting.hold(change.client_id)
    await prices.list_of_client(change.client_id, lock=True)
    return await prices.get_list(_subject(change))


async def _draw_anew(client_id: UUID, since: date) -> None:
    """Invoices that nobody was asked to approve yet follow the prices; one of a month without any goes away."""
    for month in await prices.list_billed(client_id, Period.of(since).first, prices.DRAFTED):
        await drafting.draft(client_id, month)


async def _follows(known: PriceHead) -> PriceList | None:
    """The list that it follows. Raises Conflict with a sentence where it cannot be agreed as things stand."""
    agreed = [_span(one) for one in await prices.list_of_client(known.client_id) if one.state == "agreed"]
    if problem := misfit(_span(known), agreed, await _billed(known, known.starts_on)):
        raise Conflict(problem)
    return await _before(known)


async def _before(known: PriceHead) -> PriceList | None:
    lists = {one.starts_on: one.id for one in await prices.list_of_client(known.client_id) if one.state == "agreed"}
    before = last_before(_span(known), [Span("", day) for day in lists])
    return await prices.get_list(lists[before.starts_on]) if before else None


async def _billed(known: PriceHead, since: date) -> list[Period]:
    return await prices.list_billed(known.client_id, Period.of(since).first)


async def _set_state(list_id: UUID, state: str, refusal: str = "") -> None:
    await db.execute("update price_list set state = $2, refusal = $3 where id = $1", list_id, state, refusal)


def _span(known: PriceHead) -> Span:
    return Span(known.name, known.starts_on, known.ends_on)


def _subject(change: Change) -> UUID:
    assert change.subject_id is not None
    return change.subject_id
