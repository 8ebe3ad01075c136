"""The record of processing: of each client, on the page, as PDF and as XLSX."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Stream, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.process import tools
from tatausaha.core.report_sheets import write_report_xlsx
from tatausaha.core.typesetting import typeset
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents.filenames import file_name
from tatausaha.documents.service import PDF, XLSX
from tatausaha.people import queries as people
from tatausaha.privacy.rules import law
from tatausaha.privacy.service import record as service
from tatausaha.privacy.service.record import ProcessingRecord
from tatausaha.privacy.views.files import send_made
from tatausaha.privacy.views.frame import privacy_page


class RecordController(Controller):
    """What is kept about people, why, and who receives it."""

    @get("/privacy/record", name="privacy.record", roles=MANAGERS)
    async def show(self, request: AppRequest) -> Template:
        """The record of one client; with a single client, of that one."""
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            choices = await clients.list_names()
            chosen = next((one for one in choices if one.id == client_id), choices[0] if len(choices) == 1 else None)
            record = await _read(chosen.id) if chosen else None
            await audit.saw("processing_record", None, chosen.id if chosen else None)
        client = CurrentClient(chosen.id, chosen.name) if chosen else None
        return privacy_page(
            request,
            "privacy/record.html",
            "record",
            client=client,
            choices=choices,
            record=record,
            duties=law.DUTIES,
            stated_on=law.STATED_ON,
        )

    @get("/privacy/record/{client_id:uuid}/{suffix:str}", name="privacy.record_file", roles=MANAGERS)
    async def download(self, request: AppRequest, client_id: FromPath[UUID], suffix: FromPath[str]) -> Stream:
        """The same as pdf or xlsx."""
        async with request.user.scope():
            record = await _read(client_id)
            if suffix not in ("pdf", "xlsx"):
                raise NotFound(text("The record exists as pdf and as xlsx."))
            await audit.saw("processing_record", None, client_id, action="exported", format=suffix)
        now = datetime.now(UTC)
        name = file_name(str(service.TITLE), record.client_name, f"{now:%Y-%m-%d}", suffix=suffix)
        if suffix == "pdf":
            made = await typeset(tools().typesetter.render, service.TEMPLATE, service.sheet(record, now))
            return send_made(made, name, PDF)
        with tempfile.TemporaryDirectory(prefix="tata-") as folder:
            target = Path(folder) / "record.xlsx"
            report, rows = service.report(record, now), service.rows(record)
            await asyncio.to_thread(write_report_xlsx, target, report, rows, record.time_zone)
            return send_made(await asyncio.to_thread(target.read_bytes), name, XLSX)


async def _read(client_id: UUID) -> ProcessingRecord:
    place = await people.get_place(client_id)
    return await service.read(place.id, place.name, place.time_zone)
