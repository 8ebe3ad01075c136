"""What clients agreed to pay: which list holds, one list with what a month would cost by it, writing and agreeing."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.dates import Period
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing import forms
from tatausaha.invoicing.queries import prices
from tatausaha.invoicing.queries.prices import PriceList
from tatausaha.invoicing.queries.profile import get_profile
from tatausaha.invoicing.rules.kinds import KINDS
from tatausaha.invoicing.rules.tax import EXEMPT_NOTE
from tatausaha.invoicing.rules.wording import count_words, price_words, tax_words
from tatausaha.invoicing.service import agreeing
from tatausaha.invoicing.service import prices as service
from tatausaha.invoicing.views import price_forms
from tatausaha.invoicing.views.samples import sample
from tatausaha.people.rules import today

PAGE = 50
FORM, SHOW = "invoicing/prices_form.html", "invoicing/prices_list.html"
WANTED = {"none": text("Without prices"), "held": text("With prices"), "waiting": text("Waiting for a second person")}
WORDS = {
    "kinds": KINDS,
    "price_words": price_words,
    "tax_words": tax_words,
    "count_words": count_words,
    "exempt_note": EXEMPT_NOTE,
}
"""What a list is written with."""


class PriceListController(Controller):
    """Prices are for those who direct the work."""

    path = "/prices"

    @get("/", name="invoicing.prices", roles=MANAGERS)
    async def list_clients(self, request: AppRequest) -> Template:
        """Every client with the list that holds today, those without one first; of a chosen client all its lists."""
        params = list_query(request, "client", "state", "after")
        if client_id := id_of(params, "client"):
            return await _of_client(request, client_id)
        wanted = params.get("state", "") if params.get("state") in WANTED else ""
        async with request.user.scope():
            found = await prices.page_clients(
                today(), wanted, read_cursor(tuple[bool, str, UUID], params.get("after")), PAGE + 1
            )
            rows, more = split_page(found, PAGE)
            await audit.saw_list("price_lists", None, len(rows), "", [row.client_id for row in rows])
        last = rows[-1] if more else None
        return page(
            request,
            "invoicing/prices.html",
            fragment="invoicing/_prices.html",
            params=params,
            rows=rows,
            next=cursor_of((last.list_id is not None, last.client_name, last.client_id)) if last else None,
            states=forms.LIST_STATES,
            wanted=WANTED,
        )

    @get("/new", name="invoicing.new_prices", roles=MANAGERS)
    async def show_new(self, request: AppRequest) -> Template:
        """An empty form for a client, or one that begins with another list (`from`); first the choice of a client."""
        params = list_query(request, "client", "from")
        client_id, from_id = id_of(params, "client"), id_of(params, "from")
        async with request.user.scope():
            known = await prices.get_list(from_id) if from_id else None
            client_id = known.client_id if known else client_id
            client = await clients.get_client(client_id) if client_id else None
            names = [(str(one.id), one.name) for one in await clients.list_names()] if client is None else []
            if client:
                await audit.saw("price_list", from_id, client.id)
        if client is None:
            return page(request, "invoicing/prices_client.html", names=names)
        values = _begun(client.id, known)
        return page(request, FORM, values=values, errors={}, **price_forms.about(client, values))

    @post("/", name="invoicing.create_prices", roles=MANAGERS)
    async def create(self, request: AppRequest) -> Redirect:
        async with request.user.scope():
            values = await typed_values(request)
            client_id = id_of(values, "client_id")
            client = await clients.get_client(client_id or UUID(int=0))
            expect_form(request, FORM, values, **price_forms.about(client, values))
            form, draft = price_forms.read(forms.NewPriceListForm, values, client)
            list_id = await service.write(client, draft, values["token"])
        return go_to(_after(list_id, form), text("The draft is kept. It holds once a second person agrees."))

    @get("/{price_list_id:uuid}", name="invoicing.price_list", roles=MANAGERS)
    async def show(self, request: AppRequest, price_list_id: FromPath[UUID]) -> Template:
        """One list, and what a month with the typed counts would cost by it."""
        async with request.user.scope():
            known = await prices.get_list(price_list_id)
            context = await _about(known)
            profile = await get_profile()
            await audit.saw("price_list", price_list_id, known.client_id)
        shown = sample(known, request.query_params, profile)
        context |= {"values": {}, "errors": {}, "sample": shown, "pkp": profile.pkp}
        return page(request, SHOW, fragment="invoicing/_prices_sample.html", **context)

    @get("/{price_list_id:uuid}/edit", name="invoicing.edit_prices", roles=MANAGERS)
    async def show_edit(self, request: AppRequest, price_list_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            known = await prices.get_list(price_list_id)
            service.refuse_settled(known)
            client = await clients.get_client(known.client_id)
            await audit.saw("price_list", price_list_id, known.client_id)
        values = price_forms.typed_from(known)
        return page(request, FORM, values=values, errors={}, known=known, **price_forms.about(client, values))

    @post("/{price_list_id:uuid}", name="invoicing.save_prices", roles=MANAGERS)
    async def save(self, request: AppRequest, price_list_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            known = await prices.get_list(price_list_id, lock=True)
            client = await clients.get_client(known.client_id)
            values = await typed_values(request)
            expect_form(request, FORM, values, known=known, **price_forms.about(client, values))
            form, draft = price_forms.read(forms.PriceListForm, values, client)
            await service.rewrite(known, form.version, draft)
        return go_to(_after(price_list_id, form), text("Saved."))

    @post("/{price_list_id:uuid}/propose", name="invoicing.propose_prices", roles=MANAGERS)
    async def propose(self, request: AppRequest, price_list_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.propose(await prices.get_list(price_list_id, lock=True))
        return go_to(f"/prices/{price_list_id}", text("A second person is asked to agree."))

    @post("/{price_list_id:uuid}/take-back", name="invoicing.take_back_prices", roles=MANAGERS)
    async def take_back(self, request: AppRequest, price_list_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await service.take_back(await prices.get_list(price_list_id, lock=True))
        return go_to(f"/prices/{price_list_id}", text("It is a draft again."))

    @post("/{price_list_id:uuid}/give-up", name="invoicing.give_up_prices", roles=MANAGERS)
    async def give_up(self, request: AppRequest, price_list_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            known = await prices.get_list(price_list_id, lock=True)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **await _about(known), sample=None)
            await service.give_up(known, parse(forms.ReasonForm, values).reason)
        return go_to(f"/prices?client={known.client_id}", text("The draft is given up."))

    @post("/{price_list_id:uuid}/end", name="invoicing.end_prices", roles=MANAGERS)
    async def end(self, request: AppRequest, price_list_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            known = await prices.get_list(price_list_id, lock=True)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **await _about(known), sample=None)
            form = parse(forms.EndListForm, values)
            await agreeing.ask_end(known, form.ends_on, form.reason)
        return go_to(f"/prices/{price_list_id}", text("A second person is asked to agree."))


def _begun(client_id: UUID, known: PriceList | None) -> dict[str, Any]:
    """What the form of a new list holds: nothing yet, or what another list said, from next month on."""
    head = {"client_id": str(client_id), "token": str(uuid7()), "starts_on": Period.of(today()).next().first}
    if known is None:
        return head | {"terms_days": "14"}
    return price_forms.typed_from(known) | head | {"ends_on": None, "note": ""}


async def _of_client(request: AppRequest, client_id: UUID) -> Template:
    async with request.user.scope():
        client = await clients.get_client(client_id)
        rows = await prices.list_of_client(client_id)
        await audit.saw_list("price_lists", client_id, len(rows))
    return page(
        request,
        "invoicing/prices_of_client.html",
        client=CurrentClient(client.id, client.name),
        rows=rows,
        today=today(client.time_zone),
        states=forms.LIST_STATES,
    )


async def _about(known: PriceList) -> dict[str, Any]:
    return {
        "client": CurrentClient(known.client_id, known.client_name),
        "known": known,
        "waiting": await changes.list_pending(known.id),
        "asked": ASKED,
        "states": forms.LIST_STATES,
        **WORDS,
    }


def _after(list_id: UUID, form: forms.PriceListForm) -> str:
    return f"/prices/{list_id}{'/edit' if form.add else ''}"
