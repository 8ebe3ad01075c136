"""Maker and checker, the one mechanism: what one person asks for takes effect when another one agrees.

A request keeps before and after, sealed, its maker, and whose consent the policy of that moment asked for. It is applied
in the transaction of its approval, by the function that its kind registered. The rule of who may decide is here and in the
database's own constraints, so that a page, an API, an import or a job all meet it.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar
from uuid import UUID

import msgspec

from tatausaha.core import audit, crypto, db
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import KINDS, Change, Field, Item, Kind, Line, State, Values, applies, lines
from tatausaha.core.change_policy import find_policy
from tatausaha.core.change_requests import PURPOSE, get, list_pending
from tatausaha.core.errors import Conflict, Forbidden, Invalid, NotFound
from tatausaha.core.four_eyes import Asks, may_decide
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import Job, enqueue

__all__ = ["Change", "Field", "Item", "Line", "applies", "get", "lines", "list_pending"]
LONGEST = 2000


class TellDeciders(Job, frozen=True):
    """Write to those who can decide a change."""

    kind: ClassVar[str] = "changes.tell"
    change_id: UUID

    def title(self) -> Text:
        return text("Tell who can approve a change")


class Proposed(msgspec.Struct, frozen=True):
    """What became of a wish: applied at once where the policy asks nobody, otherwise waiting."""

    id: UUID
    applied: bool
    asks: Asks


async def propose(
    kind: str,
    *,
    subject_id: UUID | None,
    client_id: UUID | None,
    before: Values,
    after: Values,
    subject: str,
    reason: str = "",
    amount: int = 0,
    asks: Asks | None = None,
    subject_ids: Sequence[UUID] = (),
) -> Proposed:
    """Ask for a change, or make it where the policy asks nobody. The same wish asked twice is one request.

    `amount` is the size of the change in rupiah, for policies with a threshold. `asks` is for callers that join changes
    of several kinds into one request and so know better whom to ask; by itself the policy of kind and client decides.
    `subject_ids` are all those whose page shows a request about many.
    """
    asked = asks or (await find_policy(KINDS[kind], client_id)).for_amount(KINDS[kind], amount)
    actor, keys = current_actor(), await crypto.keyring()
    values = [msgspec.json.encode(part, order="sorted").decode() for part in (before, after)]
    fingerprint = keys.index(PURPOSE, "\n".join(values))
    change_id: UUID | None = await db.value(
        "insert into change_request (id, kind, subject_id, client_id, before, after, fingerprint, subject, reason, amount,"
        " asks, maker_id, maker_name, subject_ids, state, decided_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
        " $11, $12, $13, $14, case $11 when 'nobody' then 'applied' else 'pending' end,"
        " case $11 when 'nobody' then now() end)"
        " on conflict (tenant_id, kind, subject_id, fingerprint) where state = 'pending' do nothing returning id",
        *(uuid7(), kind, subject_id, client_id, *(keys.seal(PURPOSE, part) for part in values), fingerprint, subject),
        *(reason.strip()[:LONGEST], amount, asked, actor.id, actor.name, list(subject_ids)),
    )
    if change_id is None:
        return Proposed(await _same(kind, subject_id, fingerprint), False, asked)
    await audit.record("proposed", "change", change_id, client_id, kind=kind, asks=asked)
    if asked == "nobody":
        await KINDS[kind].apply(await get(change_id))
    elif KINDS[kind].by_letter:
        told = TellDeciders(change_id)
        await enqueue(told, once_key=str(change_id), client_id=client_id, link=f"/changes/{change_id}")
    return Proposed(change_id, asked == "nobody", asked)


async def approve(change_id: UUID, comment: str = "") -> State:
    """Agree: the change takes effect now. Gives "applied", or "void" when what it would change is another meanwhile.

    Raises NotFound, Conflict (decided already, by whom), or Forbidden (one's own, or somebody else's to decide).
    """
    change = await _pending(change_id)
    kind = KINDS[change.kind]
    await _refuse_unfit(kind, change)
    if kind.present is not None and msgspec.to_builtins(await kind.present(change)) != change.before:
        await _decide(change, "void", comment)
        return "void"
    await _decide(change, "applied", comment)
    await kind.apply(change)
    return "applied"


async def reject(change_id: UUID, comment: str) -> None:
    """Say no, with a comment for the maker. Raises what `approve` raises, and Invalid without a comment."""
    change = await _pending(change_id)
    kind = KINDS[change.kind]
    await _refuse_unfit(kind, change)
    if not comment.strip():
        raise Invalid(text("Some fields need your attention."), {"comment": text("Say what is wrong with it.")})
    await _decide(change, "rejected", comment)
    if kind.refused is not None:
        await kind.refused(change, comment.strip()[:LONGEST])


async def withdraw(change_id: UUID) -> None:
    """The maker does not want it any more."""
    change = await _pending(change_id)
    if current_actor().id != change.maker_id:
        raise Forbidden(text("Only {name}, who asked for this, can withdraw it.", name=change.maker_name))
    await _decide(change, "withdrawn", "")
    if (withdrawn := KINDS[change.kind].withdrawn) is not None:
        await withdrawn(change)


async def overtake(kind: str, subject_id: UUID) -> None:
    """What is asked for about this subject has lost its ground: the requests that wait are void."""
    waiting = await db.records(
        "select id from change_request where kind = $1 and subject_id = $2 and state = 'pending'", kind, subject_id
    )
    for row in waiting:
        await _decide(await _pending(row["id"]), "void", "")


async def can_decide(change: Change) -> bool:
    """True when the acting person may say yes or no."""
    actor = current_actor()
    return change.state == "pending" and may_decide(await makers_of(change), actor.id, change.asks, actor.role)


async def _same(kind: str, subject_id: UUID | None, fingerprint: bytes) -> UUID:
    """The request that waits already, of whoever asked first."""
    found: UUID | None = await db.value(
        "select id from change_request where kind = $1 and subject_id is not distinct from $2 and fingerprint = $3"
        " and state = 'pending'",
        *(kind, subject_id, fingerprint),
    )
    if found is None:
        raise Conflict(text("This very change was just decided. Reload the page to see it."))
    return found


async def _pending(change_id: UUID) -> Change:
    """The request, locked for a decision; two who decide at once come one after the other."""
    change = await get(change_id, lock=True)
    if change.state == "pending":
        return change
    raise Conflict(_ALREADY[change.state](change))


_ALREADY: dict[str, Callable[[Change], Text]] = {
    "applied": lambda change: text("{name} has approved this change already.", name=change.decided_name),
    "rejected": lambda change: text("{name} has rejected this change already.", name=change.decided_name),
    "withdrawn": lambda change: text("{name} has withdrawn this change.", name=change.decided_name),
    "void": lambda change: text("This change is void: what it would have changed was changed meanwhile."),
}


async def makers_of(change: Change) -> set[UUID | None]:
    """Everybody who had a hand in it, and so does not decide it."""
    further = KINDS[change.kind].makers
    return {change.maker_id, *(await further(change) if further else ())}


async def _refuse_unfit(kind: Kind, change: Change) -> None:
    actor = current_actor()
    # What is not this person's to see does not exist; a client's approver sees what asks for the client's consent.
    if actor.role not in kind.seen_by and not (actor.role == "approver" and change.asks == "client"):
        raise NotFound(text("This change request does not exist."))
    if not may_decide(makers := await makers_of(change), actor.id, change.asks, actor.role):
        if actor.id in makers:
            raise Forbidden(text("You had a hand in this change yourself. Somebody else must decide it."))
        raise Forbidden(text("This change is somebody else's to decide."))


async def _decide(change: Change, state: State, comment: str) -> None:
    actor = current_actor()
    decided = await db.execute(
        "update change_request set state = $2, decided_by = $3, decided_name = $4, decided_at = now(), comment = $5"
        " where id = $1 and state = 'pending'",
        *(change.id, state, actor.id, actor.name, comment.strip()[:LONGEST]),
    )
    assert decided == 1, "the request was locked"
    await audit.record(_VERBS[state], "change", change.id, change.client_id, kind=change.kind)


_VERBS = {"applied": "approved", "rejected": "rejected", "withdrawn": "withdrawn", "void": "voided"}
