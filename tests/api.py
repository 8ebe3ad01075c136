"""Programs with tokens, for tests."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from tatausaha.core.web.scopes import scopes_of
from tatausaha.core.web.viewer import Role, Viewer
from tatausaha.identity import tokens
from tests.make import Office, Person


class Program:
    """Something that calls the API with a token of a person's own, and has no cookies."""

    def __init__(self, office: Office, token: str) -> None:
        self.token = token
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(office.app, raise_app_exceptions=False),
            base_url="http://testserver",
            headers={"Authorization": f"Bearer {token}"},
        )

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.http.get(path, **kwargs)

    async def post(self, path: str, json: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.http.post(path, json=json, **kwargs)


async def token_of(
    office: Office,
    role: Role,
    *,
    person: Person | None = None,
    scopes: Iterable[str] | None = None,
    client_ids: list[UUID] | None = None,
    days: int = 30,
) -> str:
    """A token of the office's person of this role, with all scopes that the role can have unless some are named."""
    who = person or office.people[role]
    viewer = Viewer(
        account_id=who.member_id,
        member_id=who.member_id,
        tenant_id=office.tenant_id,
        role=role,
        name=who.name,
        email=who.email,
        provider_name="",
        language="id",
        theme="auto",
        client_ids=None,
        session_hash=b"",
    )
    ends = datetime.now(UTC) + timedelta(days=days)
    return await tokens.create(viewer, "Tes", scopes_of(role) if scopes is None else scopes, client_ids, ends)


async def program_of(office: Office, role: Role, **about: Any) -> Program:
    """A program of the office's person of this role; see `token_of`."""
    return Program(office, await token_of(office, role, **about))
