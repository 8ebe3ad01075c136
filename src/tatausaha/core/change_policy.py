"""Whose consent a kind of change needs: set for the provider, and otherwise for a client where it wants it so."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.change_kinds import KINDS, Change, Item, Kind, Line, Values, applies
from tatausaha.core.change_kinds import MANAGERS as MANAGERS
from tatausaha.core.four_eyes import Asks
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import format_rupiah

ASKED: dict[str, Text] = {
    "nobody": text("nobody"),
    "colleague": text("another colleague"),
    "manager": text("another manager"),
    "client": text("the client's approver"),
}


class Policy(msgspec.Struct, frozen=True):
    """Who is asked, and up to which amount in rupiah nobody is."""

    asks: Asks
    free_up_to: int = 0

    def for_amount(self, kind: Kind, amount: int) -> Asks:
        """Who is asked about a change of this size; one of unknown size (zero) is never a small one."""
        return "nobody" if kind.by_amount and 0 < amount <= self.free_up_to else self.asks


async def find_policy(kind: Kind, client_id: UUID | None) -> Policy:
    """What holds for a kind: the client's own word, the provider's, or the usual."""
    return (await list_policies(client_id))[kind.name]


async def list_policies(client_id: UUID | None, *, own: bool = False) -> dict[str, Policy]:
    """What holds for every kind; with `own`, only what was said for exactly this client or for the provider."""
    said = await db.records(
        "select kind, asks, free_up_to from change_policy where client_id is not distinct from $1"
        " or ($2 and client_id is null) order by client_id is not null",
        *(client_id, not own),
    )
    usual = {} if own else {kind.name: Policy(kind.choices[0]) for kind in KINDS.values() if kind.choices}
    # A word that a kind does not know (any more) does not hold: it could open a door.
    return usual | {
        row["kind"]: Policy(row["asks"], row["free_up_to"])
        for row in said
        if row["kind"] in KINDS and row["asks"] in KINDS[row["kind"]].choices
    }


async def stored(client_id: UUID | None) -> Values:
    """What was said for this client, or for the provider, in the form that a change request keeps."""
    return {name: msgspec.to_builtins(policy) for name, policy in (await list_policies(client_id, own=True)).items()}


async def _present(change: Change) -> Mapping[str, Any]:
    now = await stored(change.subject_id)
    return {name: now.get(name) for name in change.before}


def _show(change: Change) -> list[Item]:
    lines = [
        Line(KINDS[name].label, _said(change.before.get(name)), _said(change.after.get(name)))
        for name in change.after
        if name in KINDS
    ]
    return [Item(change.subject, change.page, lines)]


def _said(policy: Mapping[str, Any] | None) -> str:
    if policy is None:
        return render(text("as usual"))
    if not policy["free_up_to"]:
        return render(ASKED[policy["asks"]])
    free = format_rupiah(policy["free_up_to"], current_language())
    return render(text("{who}, above {amount}", who=render(ASKED[policy["asks"]]), amount=free))


@applies(
    "policy",
    label=text("Rules of approval"),
    choices=("manager",),
    seen_by=MANAGERS,
    page=lambda change: f"/settings/approvals{f'/{change.subject_id}' if change.subject_id else ''}",
    present=_present,
    show=_show,
)
async def apply_policy(change: Change) -> None:
    """Keep what was said; a kind of which nothing is said any more follows the provider's word, or the usual."""
    for kind, policy in change.after.items():
        await db.execute(
            "delete from change_policy where client_id is not distinct from $1 and kind = $2", change.subject_id, kind
        )
        if policy is not None:
            await db.execute(
                "insert into change_policy (client_id, kind, asks, free_up_to) values ($1, $2, $3, $4)",
                *(change.subject_id, kind, policy["asks"], policy["free_up_to"]),
            )
