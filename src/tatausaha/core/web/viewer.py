"""Who looks at a page, and the scope that person may open."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import State

from tatausaha.core.actor import Actor
from tatausaha.core.db import ScopedTransaction, client_scope, tenant_scope
from tatausaha.core.entitlements import Standing
from tatausaha.core.i18n import Language, Text, text

RECENT = timedelta(minutes=10)
NOT_TAKEN = text("Your provider takes in nothing new here at the moment. What is under way goes on. Please ask them.")

Role = Literal["owner", "manager", "worker", "approver", "viewer"]


class Membership(msgspec.Struct, frozen=True):
    """Another provider or client in whose name the same person may work."""

    id: UUID
    label: str


class Viewer(msgspec.Struct, frozen=True):
    """A signed-in person, or a program with a token of that person.

    `client_ids` is None for those who may see every client of the provider.
    """

    account_id: UUID
    member_id: UUID
    tenant_id: UUID
    role: Role
    name: str
    email: str
    provider_name: str
    language: Language
    theme: str
    client_ids: tuple[UUID, ...] | None
    session_hash: bytes
    brand_css: str | None = None
    # Bought by the client chosen in the address, or by any of the clients.
    services: frozenset[str] = frozenset()
    others: tuple[Membership, ...] = ()
    confirmed_at: datetime | None = None
    # Of a program that came with a token: what it may do, and the token's id.
    scopes: frozenset[str] | None = None
    token_id: UUID | None = None
    # How the provider's subscription stands, and who can mend it; None where nothing is limited.
    standing: Standing | None = None
    owners: tuple[str, ...] = ()

    @property
    def is_portal(self) -> bool:
        """True for people of a client company, who see their own portal alone."""
        return self.role in ("approver", "viewer")

    @property
    def manages(self) -> bool:
        """True for those who direct the provider's work."""
        return self.role in ("owner", "manager")

    @property
    def confirmed(self) -> bool:
        """True while it is not long ago that this session's person proved to be the one."""
        return self.confirmed_at is not None and datetime.now(UTC) - self.confirmed_at < RECENT

    def refusal(self, what: str, more: int = 1) -> Text | None:
        """Why `more` of a thing may not be begun now, so that a page can say so before a form is filled."""
        reason = self.standing.refusal(what, more) if self.standing else None
        return NOT_TAKEN if reason and self.is_portal else reason

    def actor(self) -> Actor:
        """This person as written beside what is done."""
        return Actor(self.member_id, self.name, self.role)

    def scope(self) -> ScopedTransaction:
        """The transaction of this person's request: the provider, or only the clients that are theirs to see."""
        if self.client_ids is None:
            return tenant_scope(self.tenant_id)
        return client_scope(self.tenant_id, self.client_ids)


AppRequest = Request[Viewer, None, State]
