"""A second person's consent to a list of prices, and to its end: from then on it does not change.

What was drafted by other prices meanwhile follows; what was billed stays, and stops the consent.
"""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import MANAGERS, Change, ChangeRow, Values
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.invoicing.queries import prices
from tatausaha.invoicing.queries.prices import PriceHead, PriceList
from tatausaha.invoicing.rules.succession import Span, cut, last_before, misend, misfit
from tatausaha.invoicing.service import drafting
from tatausaha.invoicing.service.price_lines import ATTENTION
from tatausaha.invoicing.service.price_words import show_agreement

AGREE = "price_list.agree"
END = "price_list.end"
SAID = ("name", "starts_on", "ends_on", "minimum", "terms_days", "note", "lines")
"""What a list says, and a second person agrees to."""


async def ask(known: PriceList) -> None:
    """Ask a second person to agree to a list. `known` must be locked. Raises Conflict where it could not be agreed."""
    follows = await _follows(known)
    await set_state(known.id, "waiting")
    await changes.propose(
        AGREE,
        subject_id=known.id,
        client_id=known.client_id,
        subject=known.name,
        reason=known.note,
        before={"follows": content(follows) if follows else {}},
        after=content(known),
    )


async def ask_end(known: PriceHead, day: date, reason: str) -> None:
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
    kept = {name: getattr(known, name) for name in SAID}
    plain: Values = msgspec.json.decode(msgspec.json.encode(kept))
    return plain | {"lines": [{name: one[name] for name in one if name != "id"} for one in plain["lines"]]}


async def set_state(list_id: UUID, state: str, refusal: str = "") -> None:
    """Where a list stands now, and why nobody agreed."""
    await db.execute("update price_list set state = $2, refusal = $3 where id = $1", list_id, state, refusal)


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
    await set_state(_subject(change), "refused", comment)


async def _withdrawn(change: Change) -> None:
    await set_state(_subject(change), "draft")


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
    return await prices.get_list(_subject(change), lock=True)


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


def _span(known: PriceHead) -> Span:
    return Span(known.name, known.starts_on, known.ends_on)


def _subject(change: Change) -> UUID:
    assert change.subject_id is not None
    return change.subject_id
