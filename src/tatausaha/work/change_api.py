"""What people and programs ask for and others decide, for programs. The rule of who decides is that of the pages."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from tatausaha.core import audit, changes
from tatausaha.core.change_kinds import KINDS, Change, ChangeRow
from tatausaha.core.change_requests import page_client_rows, page_rows
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import render, text
from tatausaha.core.web.access import APPROVERS, STAFF
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, change, once, paged, read
from tatausaha.core.web.viewer import AppRequest, Viewer

GROUP = text("Changes")
READ, DECIDE = "changes:read", "changes:decide"
ROLES = STAFF | APPROVERS
PAGE = 50
Tab = Literal["waiting", "mine", "others", "decided"]


class ChangeItem(msgspec.Struct, frozen=True, kw_only=True):
    """A change that somebody asked for. `asks` is whose consent it needs; `amount` is its size in whole rupiah."""

    id: UUID
    created_at: datetime
    kind: str
    client_id: UUID | None
    subject_id: UUID | None
    subject: str
    amount: int
    reason: str
    asks: str
    maker_name: str
    state: str
    decided_name: str
    decided_at: datetime | None
    comment: str


class LineOut(msgspec.Struct, frozen=True):
    """One value as it was and as it would be; account and tax numbers by their last digits."""

    about: str
    label: str
    before: str
    after: str


class ChangeOut(ChangeItem, frozen=True, kw_only=True):
    """A change with its values; at most the first 200, of a change about many people."""

    lines: list[LineOut]


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agreement, with a word for the maker if one is wanted."""

    comment: Annotated[str, Meta(max_length=2000)] = ""


class Rejection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refusal; the comment says what is wrong."""

    comment: Annotated[str, Meta(min_length=1, max_length=2000)]


class Decided(msgspec.Struct, frozen=True):
    """What became of it; void when what it would change is another meanwhile."""

    id: UUID
    state: Literal["applied", "rejected", "void"]


class ChangeApi(Controller):
    """Nobody decides their own, by whatever way."""

    path = "/api/v1/changes"

    @read("/", name="api.changes", says=text("List proposed changes"), group=GROUP, scope=READ, roles=ROLES)
    async def list_changes(
        self,
        request: AppRequest,
        tab: FromQuery[Tab] = "waiting",
        client: FromQuery[UUID | None] = None,
        after: FromQuery[UUID | None] = None,
    ) -> Page[ChangeItem]:
        """Newest first: those that wait for the token's person, that this person made, that wait for others, or all decided."""
        async with request.user.scope():
            found = await _page(request.user, tab, client, after)
            await audit.saw_list("changes", client, len(found[:PAGE]))
        shown, following = paged(found, PAGE, lambda row: row.id)
        return Page([_item(row) for row in shown], following)

    @read(
        "/{change_id:uuid}",
        name="api.change",
        says=text("Get a proposed change"),
        group=GROUP,
        scope=READ,
        roles=ROLES,
    )
    async def get_change(self, request: AppRequest, change_id: FromPath[UUID]) -> ChangeOut:
        """With every value before and after."""
        async with request.user.scope():
            found = await _load(request.user, change_id)
            await audit.saw("change", change_id, found.client_id, subject_id=found.subject_id)
        return _told(found)

    @change(
        "/{change_id:uuid}/approve",
        name="api.approve_change",
        says=text("Approve a change of somebody else"),
        group=GROUP,
        scope=DECIDE,
        roles=ROLES,
        status_code=200,
    )
    async def approve(
        self, request: AppRequest, change_id: FromPath[UUID], data: JSONBody[Approval], key: IdempotencyKey = None
    ) -> Response[Decided]:
        """The change takes effect in the same step. One that was decided already is refused with 409."""

        async def decide(found: Change) -> str:
            return await changes.approve(found.id, data.comment)

        return await _decide(request, key, change_id, decide)

    @change(
        "/{change_id:uuid}/reject",
        name="api.reject_change",
        says=text("Reject a change of somebody else"),
        group=GROUP,
        scope=DECIDE,
        roles=ROLES,
        status_code=200,
    )
    async def reject(
        self, request: AppRequest, change_id: FromPath[UUID], data: JSONBody[Rejection], key: IdempotencyKey = None
    ) -> Response[Decided]:
        """Nothing is changed; the maker reads the comment."""

        async def decide(found: Change) -> str:
            await changes.reject(found.id, data.comment)
            return "rejected"

        return await _decide(request, key, change_id, decide)


async def _decide(
    request: AppRequest, key: str | None, change_id: UUID, decide: Callable[[Change], Awaitable[str]]
) -> Response[Decided]:
    async def act() -> Done[Decided]:
        found = await _load(request.user, change_id)
        state = await decide(found)
        return Done(msgspec.convert({"id": change_id, "state": state}, Decided), found.client_id)

    return await once(request, key, act)


async def _page(viewer: Viewer, tab: Tab, client_id: UUID | None, after: UUID | None) -> list[ChangeRow]:
    if viewer.is_portal:
        return await page_client_rows(tab, before=after, limit=PAGE + 1)
    return await page_rows(tab, viewer.member_id, _role(viewer), before=after, client_id=client_id, limit=PAGE + 1)


async def _load(viewer: Viewer, change_id: UUID) -> Change:
    found = await changes.get(change_id)
    if not _sees(viewer, found):
        raise NotFound(text("This change request does not exist."))
    return found


def _sees(viewer: Viewer, row: ChangeRow) -> bool:
    return row.asks == "client" if viewer.is_portal else _role(viewer) in KINDS[row.kind].seen_by


def _role(viewer: Viewer) -> str:
    """As on the pages; a token for some clients alone has nothing to do with what only managers see."""
    return viewer.role if viewer.client_ids is None else "worker"


def _item(row: ChangeRow) -> ChangeItem:
    return ChangeItem(**{name: getattr(row, name) for name in ChangeItem.__struct_fields__})


def _told(found: Change) -> ChangeOut:
    lines = [
        LineOut(item.name, render(line.label), render(line.before), render(line.after))
        for item in found.items[:200]
        for line in item.lines
    ]
    return ChangeOut(**{name: getattr(found, name) for name in ChangeItem.__struct_fields__}, lines=lines)
