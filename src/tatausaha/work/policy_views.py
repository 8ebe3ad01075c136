"""Whose consent which change needs: the provider's word for all clients, and the word for one of them."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_kinds import KINDS, Kind
from tatausaha.core.change_policy import ASKED, Policy, list_policies, stored
from tatausaha.core.change_requests import list_pending
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.money import parse_rupiah
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import Typed, expect_form, typed_values
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest

PATH = "/settings/approvals"
MOST = 10_000_000_000_000


class ApprovalPolicyController(Controller):
    """A change of these rules is itself decided by another manager."""

    path = PATH

    @get("/", name="work.policy", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        async with request.user.scope():
            context = await _about(None)
        return page(request, "work/policy.html", values=_values(context), errors={}, **context)

    @get("/{client_id:uuid}", name="work.client_policy", roles=MANAGERS)
    async def show_client(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            context = await _about(await _client(client_id))
            await audit.saw("client", client_id, client_id)
        return page(request, "work/policy.html", values=_values(context), errors={}, **context)

    @post("/", name="work.set_policy", roles=MANAGERS)
    async def ask(self, request: AppRequest) -> Redirect:
        return await _ask(request, None)

    @post("/{client_id:uuid}", name="work.set_client_policy", roles=MANAGERS)
    async def ask_client(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        return await _ask(request, client_id)


async def _ask(request: AppRequest, client_id: UUID | None) -> Redirect:
    address = f"{PATH}/{client_id}" if client_id else PATH
    async with request.user.scope():
        context = await _about(await _client(client_id) if client_id else None)
        values = await typed_values(request)
        expect_form(request, "work/policy.html", values, **context)
        before = await stored(client_id)
        wanted = _read(values, context["kinds"])
        after = {name: policy for name, policy in wanted.items() if policy != _usual(name, before, client_id)}
        if not after:
            return go_to(address, text("Nothing is different from what holds already."))
        proposed = await changes.propose(
            "policy",
            subject_id=client_id,
            client_id=client_id,
            subject=context["client"].name if client_id else request.user.provider_name,
            before={name: before.get(name) for name in after},
            after=after,
        )
    return go_to(
        address, text("Another manager has to agree before these rules hold.") if not proposed.applied else None
    )


def _usual(name: str, before: dict[str, Any], client_id: UUID | None) -> dict[str, Any] | None:
    """What holds where nothing else is said."""
    usual = None if client_id else msgspec.to_builtins(Policy(KINDS[name].choices[0]))
    found: dict[str, Any] | None = before.get(name, usual)
    return found


def _read(values: Typed, kinds: list[Kind]) -> dict[str, dict[str, Any] | None]:
    """What was typed, by kind; None where the client follows the provider."""
    problems: dict[str, Text] = {}
    wanted: dict[str, dict[str, Any] | None] = {}
    known = {field(kind, part) for kind in kinds for part in ("asks", "free")}
    if unknown := set(values) - known:
        raise Invalid(text("The form holds an unknown field: {field}.", field=sorted(unknown)[0][:40]))
    for kind in kinds:
        asks, free = values.get(field(kind, "asks"), ""), values.get(field(kind, "free"), "").strip()
        if asks and asks not in kind.choices:
            problems[field(kind, "asks")] = text("Choose one of the given values.")
        try:
            amount = parse_rupiah(free) if free and kind.by_amount else 0
        except ValueError:
            amount = -1
        if not 0 <= amount < MOST:
            problems[field(kind, "free")] = text("Write an amount of whole rupiah, for example 1.250.000.")
        wanted[kind.name] = {"asks": asks, "free_up_to": amount} if asks else None
    if problems:
        raise Invalid(text("Some fields need your attention."), problems)
    return wanted


def field(kind: Kind, part: str) -> str:
    """The name of a kind's field in the form."""
    return f"{part}-{kind.name.replace('.', '-')}"


async def _about(client: CurrentClient | None) -> dict[str, Any]:
    """What the page shows: the kinds on which there is a choice, those on which there is none, and what waits."""
    client_id = client.id if client else None
    return {
        "client": client,
        "kinds": [kind for kind in KINDS.values() if len(kind.choices) > 1],
        "fixed": [kind for kind in KINDS.values() if len(kind.choices) == 1],
        "said": await list_policies(client_id, own=client is not None),
        "general": await list_policies(None),
        "waiting": await list_pending(client_id, "policy"),
        "asked": ASKED,
        "field": field,
        "address": f"{PATH}/{client_id}" if client_id else PATH,
    }


def _values(context: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Policy] = context["said"]
    values: dict[str, Any] = {}
    for kind in context["kinds"]:
        policy = said.get(kind.name)
        values[field(kind, "asks")] = policy.asks if policy else ""
        values[field(kind, "free")] = policy.free_up_to if policy and policy.free_up_to else ""
    return values


async def _client(client_id: UUID) -> CurrentClient:
    name = await clients.find_name(client_id)
    if name is None:
        raise NotFound(text("This client does not exist."))
    return CurrentClient(client_id, name)
