"""The page of a tabular report, and its files: the same for the provider's people and for the client's own."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Response
from litestar.response import Redirect

from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.figures import COUNT
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import go_to
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents.filenames import attachment
from tatausaha.reports.shop import files, tabular
from tatausaha.reports.shop.asked import Asked, Client, Format, read_asked
from tatausaha.reports.shop.tabular import Options, Report

TEMPLATE = "reports/table.html"
GIVEN = ("client", "from", "to", "place", "category", "item", "days", "by")
FORMATS: Mapping[str, Format] = {"pdf": "pdf", "xlsx": "xlsx", "csv": "csv"}


async def read_page(request: AppRequest, report: Report, client: Client, frame: Mapping[str, Any]) -> dict[str, Any]:
    """What the template needs. Needs the scope. What cannot be meant is told at its field, on the page without figures."""
    given = list_query(request, *GIVEN)
    context: dict[str, Any] = {"report": report, "asking": client, "shown": None, "options": Options([], []), **frame}
    expect_form(request, TEMPLATE, given, **context)
    asked = await read_asked(client, given, report.choices)
    context["options"] = options = await tabular.read_options(report, asked)
    if asked.item_id or "item" not in report.parameters:
        context["shown"] = await tabular.read_shown(report, asked)
        context["period"] = tabular.period_of(report, asked)
    await audit.saw("report", None, client.id, name=report.name)
    values = tabular.address_of(report, asked) | ({"item": options.item_code} if options.item_code else {})
    return context | {"values": values, "errors": {}, "file_id": uuid7(), "printed": files.printed}


async def make_file(
    request: AppRequest, report: Report, client: Client, frame: Mapping[str, Any], *, shared: bool, home: str
) -> tuple[Report, Asked, Format] | Redirect:
    """What to make at once, or, for a long one, the way to the page where its job is followed. Needs the scope."""
    values = await typed_values(request)
    context = {"report": report, "asking": client, "shown": None, "options": Options([], []), **frame}
    expect_form(request, TEMPLATE, values, **context)
    asked = await read_asked(client, values, report.choices)
    format = FORMATS.get(values.get("format", ""))
    if format is None or ("item" in report.parameters and asked.item_id is None):
        raise Invalid(text("Choose the item and the format of the file."))
    count = (await tabular.read_totals(report, asked))[COUNT]
    if count <= files.AT_ONCE[format]:
        return report, asked, format
    file_id = id_of(values, "file_id") or uuid7()
    await files.order(report, asked, format, file_id, shared=shared, home=home)
    return go_to(f"{home}/{file_id}")


async def send_file(request: AppRequest, wanted: tuple[Report, Asked, Format]) -> Response[bytes]:
    """A short report as a file, made on the spot. Opens the scope itself."""
    report, asked, format = wanted
    with TemporaryDirectory(prefix="tata-report-") as folder:
        target = Path(folder) / f"report.{format}"
        async with request.user.scope():
            written = await files.write(report, asked, format, target, lambda _done, _total: None)
        await files.set_pdf(written, target)
        content = await asyncio.to_thread(target.read_bytes)
    headers = {"Content-Disposition": attachment(written.name), "Cache-Control": "no-store"}
    return Response(content, status_code=200, media_type=files.MEDIA[format], headers=headers)
