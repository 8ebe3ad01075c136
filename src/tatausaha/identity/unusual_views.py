"""Unusual access: what it was, why it stands here, and what a manager made of it."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, audit_queries, audit_words
from tatausaha.core.audit_queries import Event, Wanted
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.ids import first_id
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import Lines, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import access_watch
from tatausaha.identity.access_watch import Unusual


class Verdict(msgspec.Struct, frozen=True):
    """What it was, and how one knows."""

    verdict: Literal["expected", "wrong"]
    note: Lines = ""


class UnusualController(Controller):
    """What managers do about unusual access."""

    path = "/access/unusual"

    @get("/", name="access.unusual", roles=MANAGERS)
    async def list_unusual(self, request: AppRequest) -> Template:
        params = list_query(request, "state", "after")
        async with request.user.scope():
            found = await access_watch.list_unusual(params.get("state") == "open", id_of(params, "after"))
            shown, more = split_page(found, access_watch.PAGE)
            await audit.saw_list("unusual", None, len(shown))
        return page(
            request,
            "identity/unusual.html",
            fragment="identity/_unusual.html",
            found=shown,
            params=params,
            next=shown[-1].id if more else None,
        )

    @get("/{unusual_id:uuid}", name="access.unusual_one", roles=MANAGERS)
    async def show(self, request: AppRequest, unusual_id: FromPath[UUID]) -> Template:
        """One entry, with the lines that it is about."""
        async with request.user.scope():
            one = await access_watch.get_unusual(unusual_id)
            events = await _events_of(one)
            await audit.saw("unusual", unusual_id)
        return page(
            request, "identity/unusual_one.html", one=one, events=events, words=audit_words, values={}, errors={}
        )

    @post("/{unusual_id:uuid}", name="access.judge", roles=MANAGERS)
    async def judge(self, request: AppRequest, unusual_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            one = await access_watch.get_unusual(unusual_id)
            values = await typed_values(request)
            context = {"one": one, "events": await _events_of(one), "words": audit_words}
            expect_form(request, "identity/unusual_one.html", values, **context)
            form = parse(Verdict, values)
            if not form.note.strip():
                wrong = {"note": text("Write in a few words what you found out.")}
                raise Invalid(text("Some fields need your attention."), wrong)
            viewer = request.user
            await access_watch.judge(
                one, form.verdict, form.note[:1000], judge_id=viewer.member_id, judge_name=viewer.name
            )
        return go_to("/access/unusual", text("Kept: what it was about {name}.", name=one.actor_name))


async def _events_of(one: Unusual) -> list[Event]:
    """The last lines of that person in that hour."""
    end = first_id(one.hour + timedelta(hours=1))
    found = await audit_queries.page_events(Wanted(actor_id=one.actor_id), before=end)
    return [event for event in found[: audit_queries.PAGE] if event.created_at >= one.hour]
