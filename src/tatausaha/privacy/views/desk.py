"""The requests desk: what people ask about their own data, and how it is answered."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS, STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.privacy.forms import AnswerForm, IdentityForm, ReasonForm, RequestForm
from tatausaha.privacy.queries import desk as queries
from tatausaha.privacy.queries.desk import PAGE, Request
from tatausaha.privacy.rules import labels
from tatausaha.privacy.service import desk as service
from tatausaha.privacy.views.files import ZIP, send_kept
from tatausaha.privacy.views.frame import frame, privacy_page

SHOW = "privacy/request.html"
NEW = "privacy/new_request.html"


class DeskController(Controller):
    """What people ask about their own data."""

    @get("/privacy", name="privacy.requests", roles=STAFF)
    async def requests(self, request: AppRequest) -> Template:
        """Requests of all clients one may see, newest first."""
        params = list_query(request, "client", "state", "kind", "before")
        client_id = id_of(params, "client")
        async with request.user.scope():
            name = await clients.find_name(client_id) if client_id else None
            found = await queries.page_requests(
                client_id=client_id,
                state=params.get("state", ""),
                kind=params.get("kind", ""),
                before=id_of(params, "before"),
            )
            of = [one.client_id for one in found[:PAGE]]
            await audit.saw_list("privacy_requests", client_id, len(of), clients=of)
        rows, more = split_page(found, PAGE)
        return privacy_page(
            request,
            "privacy/requests.html",
            "requests",
            fragment="privacy/_requests.html",
            client=CurrentClient(client_id, name) if client_id and name else None,
            params=params,
            requests=rows,
            following=rows[-1].id if more else None,
        )

    @get("/privacy/requests/new", name="privacy.new_request", roles=STAFF)
    async def new(self, request: AppRequest) -> Template:
        """The form; an employee named in the address is filled in."""
        params = list_query(request, "employee", "client", "kind")
        employee_id = id_of(params, "employee")
        async with request.user.scope():
            choices = await clients.list_names()
            subject = await queries.find_subject(employee_id) if employee_id else None
            if subject:
                await audit.saw("employee", employee_id, subject.client_id)
        values = {"client_id": params.get("client", ""), "kind": params.get("kind", ""), "channel": "letter"}
        if subject:
            values |= {"client_id": str(subject.client_id), "number": subject.number}
        return privacy_page(request, NEW, "requests", values=values, errors={}, choices=choices)

    @post("/privacy/requests", name="privacy.create_request", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            choices = await clients.list_names()
            expect_form(request, NEW, values, **frame(request, "requests"), choices=choices)
            form = parse(RequestForm, values)
            client_id = id_of(values, "client_id")
            if client_id not in {one.id for one in choices} or client_id is None:
                raise Invalid(service.ATTENTION, {"client_id": text("Choose the client company.")})
            request_id = await service.take_in(client_id, form.number, form.kind, form.channel, form.wish)
        return go_to(f"/privacy/requests/{request_id}", text("Taken in. The clock of three days has begun."))

    @get("/privacy/requests/{request_id:uuid}", name="privacy.request", roles=STAFF)
    async def show(self, request: AppRequest, request_id: FromPath[UUID]) -> Template:
        """One request, with the steps that are left."""
        async with request.user.scope():
            found = await queries.get_request(request_id)
            context = await _context(found)
            await audit.saw("privacy_request", request_id, found.client_id, subject_id=found.subject_id)
        client = CurrentClient(found.client_id, found.client_name)
        return privacy_page(request, SHOW, "requests", client=client, values={}, errors={}, **context)

    @post("/privacy/requests/{request_id:uuid}/identity", name="privacy.identity", roles=STAFF)
    async def identity(self, request: AppRequest, request_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            found, values = await _load(request, request_id)
            await service.confirm_identity(found, parse(IdentityForm, values))
        return go_to(f"/privacy/requests/{request_id}", text("The identity is confirmed."))

    @post("/privacy/requests/{request_id:uuid}/copy", name="privacy.order_copy", roles=MANAGERS)
    async def order_copy(self, request: AppRequest, request_id: FromPath[UUID]) -> Redirect:
        """Have the copy made."""
        async with request.user.scope():
            found, _ = await _load(request, request_id)
            job_id = await service.order_copy(found)
        return go_to(f"/privacy/requests/{request_id}?job={job_id}", text("The copy is being made."))

    @get("/privacy/requests/{request_id:uuid}/copy", name="privacy.copy", roles=MANAGERS, recent=True)
    async def copy(self, request: AppRequest, request_id: FromPath[UUID]) -> Stream:
        """The copy, as long as it is kept."""
        async with request.user.scope():
            found = await queries.get_request(request_id)
            if not found.has_copy or found.copy_key is None:
                raise NotFound(text("There is no copy, or it is not kept any longer. Order a new one."))
            await audit.saw(
                "privacy_request", request_id, found.client_id, action="downloaded", subject_id=found.subject_id
            )
        return await send_kept(found.copy_key, f"{found.subject_name}.zip", ZIP)

    @post("/privacy/requests/{request_id:uuid}/answer", name="privacy.answer", roles=MANAGERS)
    async def answer(self, request: AppRequest, request_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            found, values = await _load(request, request_id)
            await service.answer(found, parse(AnswerForm, values))
        return go_to(f"/privacy/requests/{request_id}", text("Answered."))

    @post("/privacy/people/{employee_id:uuid}/restrict", name="privacy.restrict", roles=MANAGERS)
    async def restrict(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        """The person's data rest from now on."""
        async with request.user.scope():
            subject = await queries.get_subject(employee_id)
            await service.restrict(subject, parse(ReasonForm, await typed_values(request)).reason)
        return go_to(f"/people/{employee_id}", text("The data of {name} are kept and not used.", name=subject.name))

    @post("/privacy/people/{employee_id:uuid}/lift", name="privacy.lift", roles=MANAGERS)
    async def lift(self, request: AppRequest, employee_id: FromPath[UUID]) -> Redirect:
        """Ask a second person to end the restriction."""
        async with request.user.scope():
            subject = await queries.get_subject(employee_id)
            await service.ask_to_lift(subject, parse(ReasonForm, await typed_values(request)).reason)
        return go_to(f"/people/{employee_id}", text("A second manager must agree before the data are used again."))


async def _load(request: AppRequest, request_id: UUID) -> tuple[Request, dict[str, str]]:
    """The request that still waits, and what was typed. Needs the scope."""
    await queries.get_request(request_id)
    values = await typed_values(request)
    found = await service.load_open(request_id)
    client = CurrentClient(found.client_id, found.client_name)
    expect_form(request, SHOW, values, client=client, **frame(request, "requests"), **await _context(found))
    return found, values


async def _context(found: Request) -> dict[str, Any]:
    return {
        "request_": found,
        "subject": await queries.find_subject(found.subject_id),
        "held": await queries.is_held(found.client_id, found.subject_id),
        "jobs": await service.list_copy_jobs(found.id),
        "urgency": labels.URGENCY[found.urgency],
    }
