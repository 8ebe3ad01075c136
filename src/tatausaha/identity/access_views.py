"""The access log of a provider: searched, taken away, and its rules."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, audit_queries, audit_words, db
from tatausaha.core.audit_keep import LogPolicy, Share, get_policy, set_policy, set_share
from tatausaha.core.audit_queries import Wanted
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, is_swap, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import access_export, access_watch
from tatausaha.identity.access_jobs import Format

ATTENTION = text("Some fields need your attention.")
FILTERS = ("client", "person", "employee", "action", "address", "from", "to")


class ExportForm(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """What to export: the list's own filter, for one client, in a format."""

    client: str = ""
    person: str = ""
    employee: str = ""
    action: str = ""
    address: str = ""
    from_: str = ""
    to: str = ""
    format: Format = "xlsx"


class ShareForm(msgspec.Struct, frozen=True):
    """What one client is shown."""

    shows_names: str = ""
    weekly: str = ""


class ClientShare(msgspec.Struct, frozen=True):
    """A client with what it is shown."""

    id: UUID
    name: str
    shows_names: bool
    weekly: bool


class AccessController(Controller):
    """What managers read in the access log."""

    path = "/access"

    @get("/", name="access.list", roles=MANAGERS)
    async def search(self, request: AppRequest) -> Template:
        """Lines by person, client, employee, action, days and address, newest first."""
        params = list_query(request, *FILTERS, "after")
        wanted = wanted_from(params)
        async with request.user.scope():
            found = await audit_queries.page_events(wanted, id_of(params, "after"))
            events, more = split_page(found, audit_queries.PAGE)
            context: dict[str, Any] = {
                "clients": [(one.id, one.name) for one in await clients.list_names()],
                "doers": [(one.id, one.name) for one in await audit_queries.list_doers()],
                "checked": await access_watch.last_check(),
                "subject": await _name_of(wanted.subject_id),
            }
            await audit.saw_list("access_log", wanted.client_id, len(events), filters=sorted(params))
        return page(
            request,
            "identity/access.html",
            fragment="identity/_access.html",
            events=events,
            params=params,
            next=events[-1].id if more else None,
            words=audit_words,
            **context,
        )

    @get("/export", name="access.export", roles=MANAGERS)
    async def show_export(self, request: AppRequest) -> Template:
        params = list_query(request, *FILTERS, "format")
        async with request.user.scope():
            choices = [(one.id, one.name) for one in await clients.list_names()]
        values = {"format": "xlsx", **params}
        return page(request, "identity/access_export.html", clients=choices, values=values, errors={})

    @post("/export", name="access.order_export", roles=MANAGERS)
    async def order_export(self, request: AppRequest) -> Redirect:
        """Have the file written; it belongs to one client."""
        values = await typed_values(request)
        async with request.user.scope():
            choices = [(one.id, one.name) for one in await clients.list_names()]
            expect_form(request, "identity/access_export.html", values, clients=choices)
            form = parse(ExportForm, values)
            wanted = wanted_from(values)
            if wanted.client_id is None:
                raise Invalid(ATTENTION, {"client": text("Choose the client company.")})
            await _client_name(wanted.client_id)
            export_id = await access_export.order(wanted, form.format, for_client=False, home="/access/exports")
        return go_to(f"/access/exports/{export_id}")

    @get("/exports/{log_export_id:uuid}", name="access.export_show", roles=MANAGERS)
    async def show_file(self, request: AppRequest, log_export_id: FromPath[UUID]) -> Template:
        """The export's progress, then its file."""
        async with request.user.scope():
            job, document = await access_export.get(log_export_id)
            if not is_swap(request) or job.ended:
                await audit.saw("export", log_export_id, job.client_id)
        return page(
            request,
            "identity/access_export_file.html",
            fragment="identity/_access_export_file.html",
            client=CurrentClient(job.client_id, job.client_name or "") if job.client_id else None,
            job=job,
            document=document,
            export_id=log_export_id,
        )

    @get("/settings", name="access.settings", roles=MANAGERS)
    async def show_settings(self, request: AppRequest) -> Template:
        async with request.user.scope():
            policy = await get_policy()
            shares = await _list_shares()
        values = msgspec.structs.asdict(policy)
        return page(request, "identity/access_settings.html", values=values, errors={}, clients=shares)

    @post("/settings", name="access.save_settings", roles=MANAGERS)
    async def save_settings(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, "identity/access_settings.html", values, clients=await _list_shares())
            policy = parse(LogPolicy, values)
            if problems := _problems(policy):
                raise Invalid(ATTENTION, problems)
            await set_policy(policy)
        return go_to("/access/settings", text("Saved."))

    @post("/settings/{client_id:uuid}", name="access.save_share", roles=MANAGERS)
    async def save_share(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """What one client is shown, as its contract says."""
        async with request.user.scope():
            name = await _client_name(client_id)
            form = parse(ShareForm, await typed_values(request))
            await set_share(client_id, Share(bool(form.shows_names), bool(form.weekly)))
        return go_to("/access/settings", text("Saved: what {name} is shown.", name=name))


def wanted_from(params: Typed) -> Wanted:
    """The filter within a list's parameters; nonsense is ignored."""
    action = params.get("action", "")
    return Wanted(
        client_id=id_of(params, "client"),
        actor_id=id_of(params, "person"),
        subject_id=id_of(params, "employee"),
        action=action if action in dict(audit_words.CHOICES) else "",
        address=params.get("address", "")[:100],
        first=_day(params.get("from", "")),
        last=_day(params.get("to", "")),
    )


def _day(written: str) -> date | None:
    """A day as a browser's own field sends it."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _problems(policy: LogPolicy) -> dict[str, Text]:
    found = {}
    if not 12 <= policy.months <= 120:
        found["months"] = text("Choose between 12 and 120 months.")
    if not 0 <= policy.opens <= 23:
        found["opens"] = text("Choose an hour between 0 and 23.")
    if not policy.opens < policy.closes <= 24:
        found["closes"] = text("Choose a later hour, at most 24.")
    return found


async def _list_shares() -> list[ClientShare]:
    return await db.rows(
        ClientShare,
        "select c.id, c.name, coalesce(s.shows_names, true) as shows_names, coalesce(s.weekly, true) as weekly"
        " from client c left join log_share s on s.tenant_id = c.tenant_id and s.client_id = c.id"
        " where c.archived_at is null order by c.name, c.id limit 500",
    )


async def _name_of(employee_id: UUID | None) -> str | None:
    return await db.value("select name from employee where id = $1", employee_id) if employee_id else None


async def _client_name(client_id: UUID) -> str:
    name = await clients.find_name(client_id)
    if name is None:
        raise NotFound(text("This client does not exist."))
    return name
