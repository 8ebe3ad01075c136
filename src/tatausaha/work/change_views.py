"""What people ask for and others decide: the inbox of changes, and each change before and after."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_kinds import KINDS, STATES, Change
from tatausaha.core.change_policy import ASKED
from tatausaha.core.change_requests import page_rows
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Lines, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity.deciders import list_deciders

PAGE = 50
ITEMS = 200
TABS = ("waiting", "mine", "others", "decided")
WORDS: dict[str, Any] = {"states": STATES, "asked": ASKED}


class Word(msgspec.Struct, frozen=True):
    """What somebody says with a decision."""

    comment: Lines = ""


class ChangeController(Controller):
    """Nobody decides their own."""

    path = "/changes"

    @get("/", name="work.changes", roles=STAFF)
    async def list_changes(self, request: AppRequest) -> Template:
        """What waits for this person, what this person asked for, and what was decided."""
        params = list_query(request, "tab", "client", "after")
        tab = params.get("tab", "") if params.get("tab") in TABS else "waiting"
        client_id, viewer = id_of(params, "client"), request.user
        async with viewer.scope():
            found = await page_rows(
                *(tab, viewer.member_id, viewer.role),
                before=id_of(params, "after"),
                client_id=client_id,
                limit=PAGE + 1,
            )
            name = await clients.find_name(client_id) if client_id else None
            await audit.saw_list("changes", client_id, len(found[:PAGE]))
        rows, more = split_page(found, PAGE)
        return page(
            request,
            "work/changes.html",
            fragment="work/_changes.html",
            client=CurrentClient(client_id, name) if client_id and name else None,
            rows=rows,
            tab=tab,
            params=params,
            following=rows[-1].id if more else None,
            **WORDS,
        )

    @get("/{change_id:uuid}", name="work.change", roles=STAFF)
    async def show(self, request: AppRequest, change_id: FromPath[UUID]) -> Template:
        """One change: before, after, why, and who may decide."""
        async with request.user.scope():
            change = await load_change(request, change_id)
            context = await _about(request, change)
            await audit.saw("change", change_id, change.client_id, subject_id=change.subject_id)
        return page(request, "work/change.html", values={}, errors={}, **context)

    @post("/{change_id:uuid}/approve", name="work.approve_change", roles=STAFF, recent=True)
    async def approve(self, request: AppRequest, change_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await load_change(request, change_id)
            word = parse(Word, await typed_values(request))
            state = await changes.approve(change_id, word.comment)
        return go_to(f"/changes/{change_id}", outcome(state))

    @post("/{change_id:uuid}/reject", name="work.reject_change", roles=STAFF, recent=True)
    async def reject(self, request: AppRequest, change_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            change = await load_change(request, change_id)
            values = await typed_values(request)
            expect_form(request, "work/change.html", values, **await _about(request, change))
            await changes.reject(change_id, parse(Word, values).comment)
        return go_to(f"/changes/{change_id}", text("Rejected, with your comment. Nothing was changed."))

    @post("/{change_id:uuid}/withdraw", name="work.withdraw_change", roles=STAFF)
    async def withdraw(self, request: AppRequest, change_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await load_change(request, change_id)
            await changes.withdraw(change_id)
        return go_to(f"/changes/{change_id}", text("Withdrawn. Nothing was changed."))


def outcome(state: str) -> Text:
    """What an approval brought."""
    if state == "void":
        return text(
            "What this would have changed was changed meanwhile. Nothing was done; it has to be asked for anew."
        )
    return text("Approved. The change is made.")


async def load_change(request: AppRequest, change_id: UUID) -> Change:
    """The change, if it is this person's to see."""
    change = await changes.get(change_id)
    if request.user.role not in KINDS[change.kind].seen_by:
        raise NotFound(text("This change request does not exist."))
    return change


async def _about(request: AppRequest, change: Change) -> dict[str, Any]:
    first = request.query_params.get("from", "")
    start = int(first) if first.isascii() and first.isdigit() and len(first) < 7 else 0
    items = change.items
    deciding = request.user.manages and change.state == "pending"
    return {
        "client": CurrentClient(change.client_id, change.client_name)
        if change.client_id and change.client_name
        else None,
        "change": change,
        "items": items[start : start + ITEMS],
        "count": len(items),
        "rest": start + ITEMS if len(items) > start + ITEMS else None,
        "may_decide": await changes.can_decide(change),
        # Only who sees the whole firm knows whether there is anybody.
        "deciders": await list_deciders(change.asks, change.client_id, change.maker_id) if deciding else None,
        "address": f"/changes/{change.id}",
        **WORDS,
    }
