"""The breach register: owner and managers alone."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, outbox
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.process import tools
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.privacy.forms import BreachForm, NoteForm
from tatausaha.privacy.queries import breaches as queries
from tatausaha.privacy.queries.breaches import Breach
from tatausaha.privacy.rules import notices
from tatausaha.privacy.rules.kinds import CHOICES
from tatausaha.privacy.service import breaches as service
from tatausaha.privacy.service import packs
from tatausaha.privacy.views.files import ZIP, send_kept
from tatausaha.privacy.views.frame import frame, privacy_page

FORM = "privacy/breach_form.html"
SHOW = "privacy/breach.html"
STEPS = {"confirm": service.confirm, "close": service.close}


class BreachController(Controller):
    """What went wrong, whom it concerns, who was told when."""

    path = "/privacy/breaches"

    @get("/", name="privacy.breaches", roles=MANAGERS)
    async def register(self, request: AppRequest) -> Template:
        """All of them, newest first."""
        async with request.user.scope():
            found = await queries.list_breaches()
            await audit.saw_list("breaches", None, len(found))
        return privacy_page(request, "privacy/breaches.html", "breaches", breaches=found)

    @get("/new", name="privacy.new_breach", roles=MANAGERS)
    async def new(self, request: AppRequest) -> Template:
        async with request.user.scope():
            members = await queries.list_members()
        return privacy_page(
            request, FORM, "breaches", values={}, errors={}, members=members, choices=CHOICES, found=None
        )

    @post("/", name="privacy.enter_breach", roles=MANAGERS)
    async def enter(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            members = await queries.list_members()
            context = {"members": members, "choices": CHOICES, "found": None}
            expect_form(request, FORM, values, **frame(request, "breaches"), **context)
            breach_id = await service.enter(service.read(parse(BreachForm, values)))
        return go_to(
            f"/privacy/breaches/{breach_id}", text("Entered. Three days are counted from when it was noticed.")
        )

    @get("/{breach_id:uuid}", name="privacy.breach", roles=MANAGERS)
    async def show(self, request: AppRequest, breach_id: FromPath[UUID]) -> Template:
        """What is known, the notices as they would read now, and the next step."""
        job_id = id_of(list_query(request, "job"), "job")
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            context = await _context(found)
            job = await outbox.find_job(job_id) if job_id else None
            await audit.saw("breach", breach_id)
        has_pack = await tools().storage.exists(packs.key_of(request.user.tenant_id, breach_id))
        return privacy_page(request, SHOW, "breaches", **context, values={}, errors={}, job=job, has_pack=has_pack)

    @get("/{breach_id:uuid}/edit", name="privacy.edit_breach", roles=MANAGERS)
    async def show_edit(self, request: AppRequest, breach_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            members = await queries.list_members()
            await audit.saw("breach", breach_id)
        values = service.typed_from(found)
        return privacy_page(
            request, FORM, "breaches", values=values, errors={}, members=members, choices=CHOICES, found=found
        )

    @post("/{breach_id:uuid}", name="privacy.change_breach", roles=MANAGERS)
    async def change(self, request: AppRequest, breach_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            values = await typed_values(request)
            context = {"members": await queries.list_members(), "choices": CHOICES, "found": found}
            expect_form(request, FORM, values, **frame(request, "breaches"), **context)
            await service.change(found, service.read(parse(BreachForm, values)))
        return go_to(f"/privacy/breaches/{breach_id}", text("Saved."))

    @post("/{breach_id:uuid}/notes", name="privacy.note_breach", roles=MANAGERS)
    async def note(self, request: AppRequest, breach_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            values = await typed_values(request)
            shown = {"job": None, "has_pack": False}
            expect_form(request, SHOW, values, **frame(request, "breaches"), **await _context(found), **shown)
            await service.add_note(found, parse(NoteForm, values).note)
        return go_to(f"/privacy/breaches/{breach_id}", text("The note is kept."))

    @post("/{breach_id:uuid}/clients", name="privacy.breach_clients", roles=MANAGERS)
    async def name_clients(self, request: AppRequest, breach_id: FromPath[UUID]) -> Redirect:
        """Which clients it concerns; ids of others are left out by the scope."""
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            values = await typed_values(request)
            asked = {one for word in values.get("clients", "").split(",") if (one := id_of({"id": word}, "id"))}
            known = [one.id for one in await clients.list_names() if one.id in asked]
            await service.name_clients(found, known)
        return go_to(f"/privacy/breaches/{breach_id}", text("Saved; the people are counted."))

    @post("/{breach_id:uuid}/pack", name="privacy.order_pack", roles=MANAGERS)
    async def order_pack(self, request: AppRequest, breach_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            job_id = await packs.order(await queries.get_breach(breach_id))
        return go_to(f"/privacy/breaches/{breach_id}?job={job_id}", text("The pack is being made."))

    @get("/{breach_id:uuid}/pack", name="privacy.pack", roles=MANAGERS, recent=True)
    async def pack(self, request: AppRequest, breach_id: FromPath[UUID]) -> Stream:
        """Whom to tell, with contacts; what the account did; drafts of the notices."""
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            await audit.saw("breach", breach_id, action="downloaded")
        return await send_kept(packs.key_of(request.user.tenant_id, breach_id), f"{found.title}.zip", ZIP)

    @post("/{breach_id:uuid}/clients/{concerned_id:uuid}/release", name="privacy.release_breach", roles=MANAGERS)
    async def release(self, request: AppRequest, breach_id: FromPath[UUID], concerned_id: FromPath[UUID]) -> Redirect:
        """Ask a second person to show the client its notice."""
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            one = next((one for one in await queries.list_concerned(breach_id) if one.id == concerned_id), None)
            if one is None:
                raise NotFound(text("This breach does not concern this client."))
            await service.ask_to_release(found, one)
        return go_to(f"/privacy/breaches/{breach_id}", text("A second manager must agree before the client sees it."))

    @post("/{breach_id:uuid}/told/{whom:str}", name="privacy.told", roles=MANAGERS)
    async def told(self, request: AppRequest, breach_id: FromPath[UUID], whom: FromPath[str]) -> Redirect:
        """The persons (subjects) or the authority were told."""
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            if whom not in ("subjects", "authority"):
                raise NotFound(text("This page does not exist."))
            await service.mark_told(found, whom)
        return go_to(f"/privacy/breaches/{breach_id}", text("Written down."))

    @post("/{breach_id:uuid}/step/{step:str}", name="privacy.step_breach", roles=MANAGERS)
    async def step(self, request: AppRequest, breach_id: FromPath[UUID], step: FromPath[str]) -> Redirect:
        """Confirm or close."""
        async with request.user.scope():
            found = await queries.get_breach(breach_id)
            if step not in STEPS:
                raise NotFound(text("This page does not exist."))
            await STEPS[step](found)
        return go_to(f"/privacy/breaches/{breach_id}", text("Saved."))


async def _context(found: Breach) -> dict[str, Any]:
    """What the page of a breach shows. Needs the scope."""
    facts = await service.facts_for(found, None)
    members = dict(await queries.list_members()) if found.actor_id else {}
    return {
        "found": found,
        "concerned": await queries.list_concerned(found.id),
        "notes": await queries.list_notes(found.id),
        "choices": await clients.list_names(),
        "account": members.get(found.actor_id) if found.actor_id else None,
        "to_person": notices.to_person(facts),
        "to_authority": notices.to_authority(facts),
    }
