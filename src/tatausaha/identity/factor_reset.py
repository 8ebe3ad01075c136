"""A new second step for somebody who lost theirs: asked for by one manager, agreed on by another, never by the person."""

from uuid import UUID

from tatausaha.core import changes
from tatausaha.core.change_kinds import MANAGERS, Change
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.identity import factors, queries

FACTORS = "member.factors"
LEAST_REASON = 5


async def ask_reset(member_id: UUID, reason: str) -> Proposed:
    """Ask for a person's second steps to be taken away. Raises NotFound, Conflict, or Invalid without a reason."""
    member = await queries.get_member(member_id)
    if member.ended_at is not None:
        raise Conflict(text("{name} has no access any more.", name=member.name))
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid(text("Some fields need your attention."), {"reason": text("Say how you know who asked for it.")})
    return await changes.propose(
        FACTORS,
        subject_id=member.id,
        client_id=member.client_id,
        subject=member.name,
        before={"steps": "now"},
        after={"steps": "none"},
        reason=reason,
    )


async def _makers(change: Change) -> set[UUID]:
    """The person has a hand in it too: a stolen session must not agree to its own way in."""
    return {change.subject_id} if change.subject_id else set()


@changes.applies(
    FACTORS,
    label=text("New second step after a loss"),
    choices=("manager",),
    fields={
        "steps": changes.Field(
            text("Second steps"),
            words={"now": text("those of now"), "none": text("none; set up anew at the next sign-in")},
        )
    },
    seen_by=MANAGERS,
    page=lambda change: f"/team/{change.subject_id}",
    makers=_makers,
)
async def apply_reset(change: Change) -> None:
    """Take them away, end the sessions, and tell the person."""
    assert change.subject_id is not None
    await factors.reset_factors(change.subject_id)
