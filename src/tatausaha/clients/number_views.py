"""How a client's documents are numbered, kind by kind, with the number that comes next."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries
from tatausaha.clients.queries import ClientView
from tatausaha.clients.views import about, client_page
from tatausaha.core import audit, numbers
from tatausaha.core.dates import ZONES
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.numbers import KINDS, Pattern, Reset
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest


class PatternForm(msgspec.Struct, frozen=True):
    """A pattern as typed."""

    pattern: str
    reset: Reset
    version: str = "0"


class NumberController(Controller):
    """The patterns of a client."""

    path = "/clients/{client_id:uuid}/numbers"

    @get("/", name="clients.numbers", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """Every kind of document with its next number, and the numbers that were given up."""
        async with request.user.scope():
            shown = await queries.get_client(client_id)
            patterns = await numbers.list_patterns(client_id)
            following = {one.kind: await _next(one, shown) for one in patterns}
            voided = await numbers.list_voided(client_id)
            await audit.saw("number_pattern", client_id, client_id)
        context = {"patterns": patterns, "following": following, "voided": voided, "kinds": KINDS}
        return client_page(request, "clients/numbers.html", shown, **context)

    @get("/{series:str}", name="clients.edit_numbers", roles=MANAGERS)
    async def show_edit(self, request: AppRequest, client_id: FromPath[UUID], series: FromPath[str]) -> Template:
        async with request.user.scope():
            shown = await queries.get_client(client_id)
            context = await _context(shown, series)
            await audit.saw("number_pattern", client_id, client_id)
        return client_page(request, "clients/number.html", shown, values=context["kept"], errors={}, **context)

    @post("/{series:str}", name="clients.set_numbers", roles=MANAGERS)
    async def save(self, request: AppRequest, client_id: FromPath[UUID], series: FromPath[str]) -> Redirect:
        """Number so from now on."""
        async with request.user.scope():
            shown = await queries.get_client(client_id)
            values = await typed_values(request)
            context = await _context(shown, series)
            expect_form(request, "clients/number.html", values, **about(shown), **context)
            form = parse(PatternForm, values)
            version = int(form.version) if form.version in map(str, range(10_000)) else -1
            pattern = Pattern(series, form.pattern, form.reset, shown.code, version)
            following = await numbers.set_pattern(client_id, pattern, _today(shown))
        return go_to(f"/clients/{client_id}/numbers", text("Saved. The next number is {number}.", number=following))


async def _context(shown: ClientView, kind: str) -> dict[str, Any]:
    if kind not in KINDS:
        raise NotFound(text("Documents of this kind are not numbered here."))
    kept = await numbers.get_pattern(shown.id, kind)
    return {"kind": kind, "label": KINDS[kind].label, "kept": kept, "following": await _next(kept, shown)}


async def _next(pattern: Pattern, shown: ClientView) -> str | None:
    return await numbers.preview(pattern, shown.id, _today(shown))


def _today(shown: ClientView) -> date:
    return datetime.now(ZONES[shown.time_zone]).date()
