"""Importing a month's entries from a spreadsheet, step by step."""

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
from tatausaha.payroll import queries
from tatausaha.payroll.input_import import INPUTS, list_payees
from tatausaha.payroll.input_sheet import FIELDS
from tatausaha.payroll.inputs import open_run
from tatausaha.payroll.queries import RunView


class InputImportController(Controller):
    """From an uploaded file to the entries of a run; only while the run is a draft."""

    path = "/payroll/{run_id:uuid}/inputs"

    @get("/import", name="payroll.import", roles=STAFF)
    async def show_upload(self, request: AppRequest, run_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            run = await queries.get_run(run_id)
            context = await _upload_context(run)
            await audit.saw_list("imports", run.client_id, len(context["recent"]))
        return page(request, "payroll/import.html", values={}, errors={}, **context)

    @post("/import", name="payroll.upload", roles=STAFF, request_max_body_size=imports.MAX_UPLOAD)
    async def upload(self, request: AppRequest, run_id: FromPath[UUID]) -> Redirect:
        """Keep the file and have it checked; a file that was uploaded for this run before leads to its import."""
        async with request.user.scope():
            run = await open_run(run_id)
            expect_form(request, "payroll/import.html", {}, **await _upload_context(run))
        return await imports.take_in(request, INPUTS, run.client_id, run_id)

    @get("/template", name="payroll.import_template", roles=STAFF)
    async def template(self, request: AppRequest, run_id: FromPath[UUID]) -> Response[bytes]:
        """A spreadsheet with the people of the run, in which only amounts are missing."""
        async with request.user.scope():
            run = await queries.get_run(run_id)
            payees = await list_payees(run)
            await audit.saw("payees", run_id, run.client_id, action="downloaded", count=len(payees))
        rows = [(one.number, one.name) for one in payees if one.employed and run.employee_id in (None, one.id)]
        return await imports.send_template(f"entries-{run.period}", FIELDS, rows)

    @get("/imports/{sheet_id:uuid}", name="payroll.import_show", roles=STAFF)
    async def show(self, request: AppRequest, run_id: FromPath[UUID], sheet_id: FromPath[UUID]) -> Template:
        """How far the import is: under way, to be confirmed, done, or refused."""
        async with request.user.scope():
            run = await queries.get_run(run_id)
            file = await uploads.get(INPUTS, sheet_id, run_id)
            context = await imports.read_context(INPUTS, file)
            await imports.note_look(request, file)
        return page(
            request,
            "payroll/import_file.html",
            fragment="payroll/_import_file.html",
            client=CurrentClient(run.client_id, run.client_name),
            run=run,
            **context,
        )

    @post("/imports/{sheet_id:uuid}/check", name="payroll.import_check", roles=STAFF)
    async def check(self, request: AppRequest, run_id: FromPath[UUID], sheet_id: FromPath[UUID]) -> Redirect:
        """Check again, with the columns that were chosen."""
        async with request.user.scope():
            file = await uploads.get(INPUTS, sheet_id, run_id, lock=True)
            await open_run(run_id)
            await imports.check_again(request, INPUTS, file)
        return go_to(f"/payroll/{run_id}/inputs/imports/{sheet_id}")

    @post("/imports/{sheet_id:uuid}/confirm", name="payroll.import_confirm", roles=STAFF)
    async def confirm(self, request: AppRequest, run_id: FromPath[UUID], sheet_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            file = await uploads.get(INPUTS, sheet_id, run_id, lock=True)
            await open_run(run_id)
            await uploads.confirm(INPUTS, file, current_language())
        return go_to(f"/payroll/{run_id}/inputs/imports/{sheet_id}")

    @get("/imports/{sheet_id:uuid}/rejects", name="payroll.import_rejects", roles=STAFF)
    async def rejects(self, request: AppRequest, run_id: FromPath[UUID], sheet_id: FromPath[UUID]) -> Stream:
        """The refused rows with their reasons, to mend and import again."""
        async with request.user.scope():
            file = await uploads.get(INPUTS, sheet_id, run_id)
            await imports.note_rejects(file)
        return await imports.send_rejects(request, file)


async def _upload_context(run: RunView) -> dict[str, Any]:
    return {
        "client": CurrentClient(run.client_id, run.client_name),
        "run": run,
        "recent": await uploads.list_recent(INPUTS, run.client_id, run.id),
    }
