"""How long data are kept, what must stay, what is due, and destruction by two people."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.privacy.forms import DestructionForm, HoldForm, RuleForm
from tatausaha.privacy.queries import retention as queries
from tatausaha.privacy.rules.retention import kept_from
from tatausaha.privacy.service import retention as service
from tatausaha.privacy.service.destruction import LABELS
from tatausaha.privacy.views.frame import frame, privacy_page

SHOW = "privacy/retention.html"


class RetentionController(Controller):
    """What is kept, and how it ends."""

    @get("/privacy/retention", name="privacy.retention", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        """Rules, holds, what is due, and past destructions; of all clients or of one."""
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            name = await clients.find_name(client_id) if client_id else None
            context = await _context(client_id)
            await audit.saw("retention", None, client_id)
        client = CurrentClient(client_id, name) if client_id and name else None
        return privacy_page(request, SHOW, "retention", client=client, values={}, errors={}, **context)

    @post("/privacy/retention", name="privacy.set_rule", roles=MANAGERS, recent=True)
    async def set_rule(self, request: AppRequest) -> Redirect:
        async with request.user.scope():
            values = await _typed(request)
            await service.set_rule(parse(RuleForm, values))
        return go_to("/privacy/retention", text("Saved."))

    @post("/privacy/holds", name="privacy.place_hold", roles=MANAGERS)
    async def place_hold(self, request: AppRequest) -> Redirect:
        async with request.user.scope():
            values = await _typed(request)
            form = parse(HoldForm, values)
            await service.place_hold(await _client(values), form)
        return go_to("/privacy/retention", text("The hold stands. Nothing that it names is destroyed."))

    @post("/privacy/holds/{hold_id:uuid}/release", name="privacy.release_hold", roles=MANAGERS, recent=True)
    async def release_hold(self, request: AppRequest, hold_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.release_hold(await queries.get_hold(hold_id))
        return go_to("/privacy/retention", text("The hold is released."))

    @post("/privacy/destructions", name="privacy.ask_to_destroy", roles=MANAGERS, recent=True)
    async def ask(self, request: AppRequest) -> Redirect:
        """Ask a second person."""
        async with request.user.scope():
            values = await _typed(request)
            form = parse(DestructionForm, values)
            destruction_id = await service.ask_to_destroy(await _client(values), form, id_of(values, "employee_id"))
        return go_to(f"/privacy/destructions/{destruction_id}", text("A second manager must agree."))

    @get("/privacy/destructions/{destruction_id:uuid}", name="privacy.destruction", roles=MANAGERS)
    async def destruction(self, request: AppRequest, destruction_id: FromPath[UUID]) -> Template:
        """One destruction: who, when, what, and its certificate."""
        async with request.user.scope():
            found = await queries.get_destruction(destruction_id)
            change_id = await service.find_change(found)
            await audit.saw("destruction", destruction_id, found.client_id)
        return privacy_page(
            request,
            "privacy/destruction.html",
            "retention",
            client=CurrentClient(found.client_id, found.client_name),
            found=found,
            change_id=change_id,
            kinds_of_rows=LABELS,
        )


async def _context(client_id: UUID | None) -> dict[str, Any]:
    """What the page shows. Needs the scope."""
    day = today()
    rules = await queries.rules_on(day)
    return {
        "rules": list(rules.values()),
        "holds": await queries.list_holds(),
        "people": await queries.list_due_people(day, rules["person"].months, client_id),
        "payroll": await queries.list_due_payroll(day, rules["payroll"].months, client_id),
        "destructions": await queries.list_destructions(client_id),
        "choices": [(one.id, one.name) for one in await clients.list_names()],
        "kept_since": kept_from(day, rules["payroll"].months),
    }


async def _typed(request: AppRequest) -> Typed:
    values = await typed_values(request)
    expect_form(request, SHOW, values, **frame(request, "retention"), **await _context(None))
    return values


async def _client(values: Typed) -> UUID:
    client_id = id_of(values, "client_id")
    if client_id is None or await clients.find_name(client_id) is None:
        raise Invalid(service.ATTENTION, {"client_id": text("Choose the client company.")})
    return client_id
