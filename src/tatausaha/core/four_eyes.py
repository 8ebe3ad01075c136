"""Who may decide what another person asked for. Pure, so that every route asks the same rule."""

from collections.abc import Collection, Iterable
from typing import Literal
from uuid import UUID

Asks = Literal["nobody", "colleague", "manager", "client"]
ASKS: tuple[Asks, ...] = ("nobody", "colleague", "manager", "client")
"""Whose consent a change needs, from the mildest to the strictest."""

DECIDERS: dict[str, frozenset[str]] = {
    "nobody": frozenset(),
    "colleague": frozenset({"owner", "manager", "worker"}),
    "manager": frozenset({"owner", "manager"}),
    "client": frozenset({"approver"}),
}


def may_decide(makers: Collection[UUID | None], decider_id: UUID | None, asks: str, role: str) -> bool:
    """True for a person of the right role who had no hand in it. A job or the system itself is no person.

    An account is one member of a provider and never two (`member_account_key`), so that comparing members is
    comparing accounts, whatever roles a person has had.
    """
    return decider_id is not None and decider_id not in makers and role in DECIDERS[asks]


def strictest(asked: Iterable[Asks]) -> Asks:
    """The one consent that satisfies all of them."""
    return max(asked, key=ASKS.index)
