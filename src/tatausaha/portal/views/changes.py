"""Changes that need the client's own consent: what its approvers see and decide."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_kinds import STATES, Change
from tatausaha.core.change_policy import ASKED
from tatausaha.core.change_requests import page_client_rows
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import APPROVERS, PORTAL
from tatausaha.core.web.forms import Lines, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.portal.frame import find_company, frame, portal_page
from tatausaha.purchasing.queries.orders import get_order
from tatausaha.purchasing.service.approving import RELEASE

PAGE = 50
ITEMS = 500
WORDS: dict[str, Any] = {"states": STATES, "asked": ASKED}


class Word(msgspec.Struct, frozen=True):
    """What somebody says with a decision."""

    comment: Lines = ""


class ClientChangeController(Controller):
    """Viewers see; approvers act. Nothing of this exists for a client whose policy never asks it."""

    path = "/portal/changes"

    @get("/", name="portal.changes", roles=PORTAL)
    async def list_changes(self, request: AppRequest) -> Template:
        """What waits for the client, and what was decided."""
        query = list_query(request, "after")
        async with request.user.scope():
            company = await find_company(request)
            waiting = await page_client_rows("waiting")
            found = await page_client_rows("decided", before=id_of(query, "after"), limit=PAGE + 1)
            await audit.saw_list("changes", company.id, len(waiting) + len(found[:PAGE]))
        decided, more = split_page(found, PAGE)
        return portal_page(
            request,
            "portal/changes.html",
            company,
            fragment="portal/_decided_changes.html",
            waiting=waiting,
            decided=decided,
            query=query,
            following=decided[-1].id if more else None,
            **WORDS,
        )

    @get("/{change_id:uuid}", name="portal.change", roles=PORTAL)
    async def show(self, request: AppRequest, change_id: FromPath[UUID]) -> Template:
        """One change before and after."""
        async with request.user.scope():
            change = await _load(change_id)
            company = await find_company(request)
            context = await _about(change)
            await audit.saw("change", change_id, company.id, subject_id=change.subject_id)
        return portal_page(request, "portal/change.html", company, values={}, errors={}, **context)

    @post("/{change_id:uuid}/approve", name="portal.approve_change", roles=APPROVERS, recent=True)
    async def approve(self, request: AppRequest, change_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await _load(change_id)
            word = parse(Word, await typed_values(request))
            state = await changes.approve(change_id, word.comment)
        if state == "void":
            return go_to(
                f"/portal/changes/{change_id}",
                text("What this would have changed was changed meanwhile. It has to be asked for anew."),
            )
        return go_to(f"/portal/changes/{change_id}", text("Thank you, the change is made."))

    @post("/{change_id:uuid}/reject", name="portal.reject_change", roles=APPROVERS, recent=True)
    async def reject(self, request: AppRequest, change_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            change = await _load(change_id)
            company = await find_company(request)
            values = await typed_values(request)
            expect_form(request, "portal/change.html", values, **frame(company), **await _about(change))
            await changes.reject(change_id, parse(Word, values).comment)
        return go_to(f"/portal/changes/{change_id}", text("Rejected, with your comment. Nothing was changed."))


async def _load(change_id: UUID) -> Change:
    """The change, if it asks for the client's consent."""
    change = await changes.get(change_id)
    if change.asks != "client":
        raise NotFound(text("This change request does not exist."))
    return change


async def _about(change: Change) -> dict[str, Any]:
    items = change.items
    return {
        "change": change,
        "items": items[:ITEMS],
        "count": len(items),
        "may_decide": await changes.can_decide(change),
        "address": f"/portal/changes/{change.id}",
        **WORDS,
        **(await _order(change) if change.kind == RELEASE and change.subject_id else {}),
    }


async def _order(change: Change) -> dict[str, Any]:
    """The order that would be released, as it would be."""
    assert change.subject_id is not None
    expected: str | None = change.after["expected_on"]
    return {
        "order": await get_order(change.subject_id),
        "content": change.after,
        "expected_on": date.fromisoformat(expected) if expected else None,
    }
