"""What a client's people ask for out of their own office supplies."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import PORTAL
from tatausaha.core.web.forms import Typed, expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people import queries as people
from tatausaha.portal.frame import find_company, frame, portal_page
from tatausaha.stock.queries import places, supplies
from tatausaha.stock.service import supplies as service


class SuppliesController(Controller):
    """Approvers and viewers may both ask: whether it is granted, somebody else decides."""

    path = "/portal/supplies"

    @get("/", name="portal.supplies", roles=PORTAL, service="stock")
    async def list_requests(self, request: AppRequest) -> Template:
        """What the company's departments asked for, the newest first."""
        params = list_query(request, "after")
        async with request.user.scope():
            company = await find_company(request)
            found = await supplies.page_requests(company.id, "", id_of(params, "after"))
            rows, more = split_page(found, supplies.PAGE)
            await audit.saw_list("supply_requests", company.id, len(rows))
        return portal_page(
            request,
            "portal/supplies.html",
            company,
            fragment="portal/_supplies.html",
            rows=rows,
            params=params,
            next=str(rows[-1].id) if more else None,
            states=service.STATES,
        )

    @get("/new", name="portal.new_supply", roles=PORTAL, service="stock")
    async def show_new(self, request: AppRequest) -> Template:
        params = list_query(request, "place")
        async with request.user.scope():
            company = await find_company(request)
            context = await _form(company.id, params)
            await audit.saw_list("items", company.id, len(context["supplies"]))
        return portal_page(
            request, "portal/supply_new.html", company, values={**params, "token": str(uuid7())}, errors={}, **context
        )

    @post("/", name="portal.ask_supplies", roles=PORTAL, service="stock")
    async def ask(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            company = await find_company(request)
            context = await _form(company.id, values)
            expect_form(request, "portal/supply_new.html", values, **frame(company), **context)
            request_id, agreed = await service.ask_typed(company.id, context["chosen"], values)
        told = text("It may be issued.") if agreed else text("Asked for. Somebody else has to agree.")
        return go_to(f"/portal/supplies/{request_id}", told)

    @get("/{supply_request_id:uuid}", name="portal.supply", roles=PORTAL, service="stock")
    async def show(self, request: AppRequest, supply_request_id: FromPath[UUID]) -> Template:
        """One request: what was asked for and what was handed out."""
        async with request.user.scope():
            company = await find_company(request)
            asked = await supplies.get_request(supply_request_id)
            if asked.client_id != company.id:
                raise NotFound(text("This request does not exist."))
            lines = await supplies.list_lines(supply_request_id)
            await audit.saw("supply_request", supply_request_id, company.id, count=len(lines))
        return portal_page(request, "portal/supply.html", company, asked_for=asked, lines=lines, states=service.STATES)


async def _form(client_id: UUID, params: Typed) -> dict[str, Any]:
    within = await places.list_places(client_id)
    chosen = next((one.id for one in within if str(one.id) == params.get("place")), within[0].id if within else None)
    return {
        "places": within,
        "chosen": chosen,
        "supplies": await supplies.list_supplies(client_id, chosen) if chosen else [],
        "departments": (await people.get_place(client_id)).departments,
    }
