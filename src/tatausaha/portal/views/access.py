"""Who looked at a company's data: what it reads itself, without asking anybody."""

from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, audit_queries, audit_words
from tatausaha.core.audit_keep import Share, get_share
from tatausaha.core.audit_queries import Wanted
from tatausaha.core.web.access import PORTAL
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import go_to, is_swap
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import access_export
from tatausaha.identity.access_jobs import Format
from tatausaha.identity.access_views import wanted_from
from tatausaha.portal.frame import find_company, frame, portal_page
from tatausaha.portal.queries import Company

FILTERS = ("person", "action", "from", "to")


class ExportForm(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """The list's own filter, in a format."""

    person: str = ""
    action: str = ""
    from_: str = ""
    to: str = ""
    format: Format = "xlsx"


class AccessLogController(Controller):
    """The part of the access log that is the client's."""

    path = "/portal/access"

    @get("/", name="portal.access", roles=PORTAL)
    async def search(self, request: AppRequest) -> Template:
        """Lines about this company, newest first, with names or roles as its contract says."""
        params = list_query(request, *FILTERS, "after")
        async with request.user.scope():
            company = await find_company(request)
            share = await get_share(company.id)
            found = await audit_queries.page_events(_wanted(params, company, share), id_of(params, "after"))
            events, more = split_page(found, audit_queries.PAGE)
            doers = await audit_queries.list_doers(company.id) if share.shows_names else []
            await audit.saw_list("access_log", company.id, len(events))
        return portal_page(
            request,
            "portal/access.html",
            company,
            fragment="portal/_access.html",
            events=events,
            params=params,
            next=events[-1].id if more else None,
            doers=[(one.id, one.name) for one in doers],
            share=share,
            words=audit_words,
        )

    @get("/export", name="portal.export_access", roles=PORTAL)
    async def show_export(self, request: AppRequest) -> Template:
        values = {"format": "xlsx", **list_query(request, *FILTERS, "format")}
        async with request.user.scope():
            company = await find_company(request)
        return portal_page(request, "portal/access_export.html", company, values=values, errors={})

    @post("/export", name="portal.order_access", roles=PORTAL)
    async def order_export(self, request: AppRequest) -> Redirect:
        """Have the file written; everybody of the company may fetch it."""
        values = await typed_values(request)
        async with request.user.scope():
            company = await find_company(request)
            expect_form(request, "portal/access_export.html", values, **frame(company))
            form = parse(ExportForm, values)
            wanted = _wanted(values, company, await get_share(company.id))
            export_id = await access_export.order(wanted, form.format, for_client=True, home="/portal/access/exports")
        return go_to(f"/portal/access/exports/{export_id}")

    @get("/exports/{portal_export_id:uuid}", name="portal.access_file", roles=PORTAL)
    async def show_file(self, request: AppRequest, portal_export_id: FromPath[UUID]) -> Template:
        """Being made, then there."""
        async with request.user.scope():
            company = await find_company(request)
            job, document = await access_export.get(portal_export_id, shared_only=True)
            if not is_swap(request) or job.ended:
                await audit.saw("export", portal_export_id, company.id)
        return portal_page(
            request,
            "portal/access_export_file.html",
            company,
            fragment="portal/_access_export_file.html",
            job=job,
            document=document,
            export_id=portal_export_id,
        )


def _wanted(params: Typed, company: Company, share: Share) -> Wanted:
    """This company alone, by its own clock; people can be told apart only where they are named."""
    asked = wanted_from({name: value for name, value in params.items() if name in FILTERS})
    return msgspec.structs.replace(
        asked,
        client_id=company.id,
        actor_id=asked.actor_id if share.shows_names else None,
        zone=company.time_zone,
        outside=True,
    )
