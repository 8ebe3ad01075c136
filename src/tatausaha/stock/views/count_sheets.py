"""Count sheets: printed, filled in a spreadsheet, and brought back."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from tatausaha.core import audit
from tatausaha.core.i18n import current_language
from tatausaha.core.imports import uploads
from tatausaha.core.web import imports
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.stock.queries import counts
from tatausaha.stock.queries.counts import Count
from tatausaha.stock.service import counting
from tatausaha.stock.service.count_sheets import COUNTS, FIELDS, sheet_rows

MOST_PRINTED = 2_000


class CountSheetController(Controller):
    """From a sheet to lines; only while the count is open."""

    path = "/stock/counts/{count_id:uuid}"

    @get("/sheet", name="stock.count_sheet", roles=STAFF)
    async def show_sheet(self, request: AppRequest, count_id: FromPath[UUID]) -> Template:
        """The lines on paper, with room for what is found; without what should be there while that is hidden."""
        async with request.user.scope():
            count = await counts.get_count(count_id)
            lines = await counts.page_lines(count_id, "all", None, MOST_PRINTED)
            await audit.saw("count_lines", count_id, count.client_id, count=len(lines))
        shown, more = lines[:MOST_PRINTED], len(lines) > MOST_PRINTED
        return page(request, "stock/count_sheet.html", **_about(count), lines=shown, more=more)

    @get("/template", name="stock.count_template", roles=STAFF)
    async def template(self, request: AppRequest, count_id: FromPath[UUID]) -> Response[bytes]:
        """The lines as a spreadsheet in which only the quantities are missing."""
        async with request.user.scope():
            count = await counts.get_count(count_id)
            rows = await sheet_rows(count)
            await audit.saw("count_lines", count_id, count.client_id, action="downloaded", count=len(rows))
        return await imports.send_template(f"count-{count.created_at:%Y-%m-%d}", FIELDS, rows)

    @get("/import", name="stock.count_import", roles=STAFF)
    async def show_upload(self, request: AppRequest, count_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            count = await counts.get_count(count_id)
            context = await _upload_context(count)
            await audit.saw_list("imports", count.client_id, len(context["recent"]))
        return page(request, "stock/count_import.html", values={}, errors={}, **context)

    @post("/import", name="stock.count_upload", roles=STAFF, request_max_body_size=imports.MAX_UPLOAD)
    async def upload(self, request: AppRequest, count_id: FromPath[UUID]) -> Redirect:
        """Keep the file and have it checked; a file that was uploaded for this count before leads to its import."""
        async with request.user.scope():
            count = await counts.get_count(count_id)
            counting.refuse_closed(count)
            expect_form(request, "stock/count_import.html", {}, **await _upload_context(count))
        return await imports.take_in(request, COUNTS, count.client_id, count_id)

    @get("/imports/{count_sheet_id:uuid}", name="stock.count_import_show", roles=STAFF)
    async def show(self, request: AppRequest, count_id: FromPath[UUID], count_sheet_id: FromPath[UUID]) -> Template:
        """How far the import is: under way, to be confirmed, done, or refused."""
        async with request.user.scope():
            count = await counts.get_count(count_id)
            file = await uploads.get(COUNTS, count_sheet_id, count_id)
            context = await imports.read_context(COUNTS, file)
            await imports.note_look(request, file)
        return page(
            request,
            "stock/count_import_file.html",
            fragment="stock/_count_import_file.html",
            **_about(count),
            **context,
        )

    @post("/imports/{count_sheet_id:uuid}/check", name="stock.count_import_check", roles=STAFF)
    async def check(self, request: AppRequest, count_id: FromPath[UUID], count_sheet_id: FromPath[UUID]) -> Redirect:
        """Check again, with the columns that were chosen."""
        async with request.user.scope():
            file = await uploads.get(COUNTS, count_sheet_id, count_id, lock=True)
            counting.refuse_closed(await counts.get_count(count_id))
            await imports.check_again(request, COUNTS, file)
        return go_to(f"/stock/counts/{count_id}/imports/{count_sheet_id}")

    @post("/imports/{count_sheet_id:uuid}/confirm", name="stock.count_import_confirm", roles=STAFF)
    async def confirm(self, request: AppRequest, count_id: FromPath[UUID], count_sheet_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            file = await uploads.get(COUNTS, count_sheet_id, count_id, lock=True)
            counting.refuse_closed(await counts.get_count(count_id))
            await uploads.confirm(COUNTS, file, current_language())
        return go_to(f"/stock/counts/{count_id}/imports/{count_sheet_id}")

    @get("/imports/{count_sheet_id:uuid}/rejects", name="stock.count_import_rejects", roles=STAFF)
    async def rejects(self, request: AppRequest, count_id: FromPath[UUID], count_sheet_id: FromPath[UUID]) -> Stream:
        """The refused rows with their reasons, to mend and import again."""
        async with request.user.scope():
            file = await uploads.get(COUNTS, count_sheet_id, count_id)
            await imports.note_rejects(file)
        return await imports.send_rejects(request, file)


def _about(count: Count) -> dict[str, Any]:
    return {"count": count, "client": CurrentClient(count.client_id, count.client_name)}


async def _upload_context(count: Count) -> dict[str, Any]:
    return {**_about(count), "recent": await uploads.list_recent(COUNTS, count.client_id, count.id)}
