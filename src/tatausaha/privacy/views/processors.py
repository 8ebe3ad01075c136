"""Sub-processors, and what each client said about them."""

from collections import defaultdict
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import list_query
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.privacy.forms import ProcessorForm
from tatausaha.privacy.queries import processors as queries
from tatausaha.privacy.queries.processors import Consent
from tatausaha.privacy.rules.kinds import CHOICES
from tatausaha.privacy.service import processors as service
from tatausaha.privacy.views.frame import frame, privacy_page

FORM = "privacy/processor_form.html"


class ProcessorController(Controller):
    """To whom the office hands data."""

    path = "/privacy/processors"

    @get("/", name="privacy.processors", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        """The list, with each client's word, and hosts in the settings that are not in it."""
        async with request.user.scope():
            known = await queries.list_processors()
            said: dict[UUID, list[Consent]] = defaultdict(list)
            for consent in await queries.list_consents():
                said[consent.processor_id].append(consent)
        return privacy_page(
            request,
            "privacy/processors.html",
            "processors",
            processors=known,
            said=said,
            proposals=service.in_settings(known),
        )

    @get("/new", name="privacy.new_processor", roles=MANAGERS)
    async def new(self, request: AppRequest) -> Template:
        """The form; a host from the settings is filled in."""
        values = list_query(request, "host", "service", "kinds")
        return privacy_page(request, FORM, "processors", values=values, errors={}, choices=CHOICES)

    @post("/", name="privacy.add_processor", roles=MANAGERS)
    async def add(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, FORM, values, **frame(request, "processors"), choices=CHOICES)
            await service.add(parse(ProcessorForm, values))
        return go_to("/privacy/processors", text("Added. Each client's approver is asked for consent."))

    @post("/{processor_id:uuid}/ask", name="privacy.ask_consent", roles=MANAGERS)
    async def ask(self, request: AppRequest, processor_id: FromPath[UUID]) -> Redirect:
        """Ask the clients that came later."""
        async with request.user.scope():
            found = await queries.get_processor(processor_id)
            count = await service.ask_all(found.id, found.name)
        return go_to("/privacy/processors", text("{count} clients are asked.", count=count))

    @post("/{processor_id:uuid}/end", name="privacy.end_processor", roles=MANAGERS)
    async def end(self, request: AppRequest, processor_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.end(await queries.get_processor(processor_id))
        return go_to("/privacy/processors", text("It is used no more."))
