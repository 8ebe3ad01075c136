"""Labels: which items, how many of each, on which paper."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.imports.cells import CellError, whole_number
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, typed_values
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.documents.filenames import file_name
from tatausaha.documents.queries import find_document_about
from tatausaha.stock.queries import items
from tatausaha.stock.rules.labels import SHEETS, Size
from tatausaha.stock.service import labels

COUNT = "count:"
MOST_ITEMS = 200
LONGEST_ADDRESS = MOST_ITEMS * 37


class LabelController(Controller):
    """From chosen items to a PDF."""

    @post("/stock/labels/choose", name="stock.choose_labels", roles=STAFF)
    async def choose(self, request: AppRequest) -> Redirect:
        """What was ticked in the list, as the address of the page for its labels."""
        return go_to(f"/stock/labels?item={(await typed_values(request)).get('ids', '')[:LONGEST_ADDRESS]}")

    @get("/stock/labels", name="stock.labels", roles=STAFF)
    async def show(self, request: AppRequest) -> Template:
        wanted = _ids(request.query_params.get("item", ""))
        async with request.user.scope():
            context = await _context(wanted)
            client: CurrentClient | None = context["client"]
            await audit.saw_list("items", client.id if client else None, len(context["items"]))
        values = {f"{COUNT}{item.id}": "1" for item in context["items"]} | {"size": "3x8", "prices": "1"}
        return page(request, "stock/labels.html", values=values, errors={}, **context)

    @post("/stock/labels", name="stock.print_labels", roles=STAFF)
    async def order(self, request: AppRequest) -> Redirect:
        """Set the labels and keep them as a document."""
        values = await typed_values(request)
        typed = {name.removeprefix(COUNT): value for name, value in values.items() if name.startswith(COUNT)}
        async with request.user.scope():
            context = await _context(_ids(",".join(typed)))
            expect_form(request, "stock/labels.html", values, **context)
            counts, size = _read(typed, values, context["items"])
            data = await labels.read(counts, size, prices=values.get("prices") == "1")
        client: CurrentClient = context["client"]
        name = file_name(str(text("Labels")), client.name, suffix="pdf")
        kept = await labels.print_labels(request.user.tenant_id, client.id, name, data)
        async with request.user.scope():
            await labels.keep(kept, sum(counts.values()))
            document = await find_document_about(labels.DOCUMENT, kept.subject_id, shared_only=False)
        assert document is not None
        return go_to(f"/documents/{document.id}")


async def _context(wanted: list[UUID]) -> dict[str, Any]:
    """The chosen items, which must be of one client; `NotFound` for what is not this person's to see."""
    found = await items.list_labelled(wanted)
    if len(found) < len(wanted):
        raise NotFound(text("This item does not exist."))
    clients = {(item.client_id, item.client_name) for item in found}
    if len(clients) > 1:
        raise Invalid(text("Labels are printed for one client at a time. Choose the client first, then the items."))
    return {
        "client": CurrentClient(*clients.pop()) if clients else None,
        "items": found,
        "sizes": [(size, sheet.label) for size, sheet in SHEETS.items()],
    }


def _read(typed: Typed, values: Typed, chosen: list[Any]) -> tuple[dict[UUID, int], Size]:
    """How many of each, and the paper. Raises `Invalid`."""
    problems, counts, parse = dict[str, Any](), dict[UUID, int](), whole_number(0, labels.MOST)
    for item in chosen:
        try:
            counts[item.id] = int(str(parse(typed[str(item.id)] or "0")))
        except CellError as error:
            problems[f"{COUNT}{item.id}"] = text("This {reason}.", reason=str(error.reason))
    size = next((one for one in SHEETS if one == values.get("size")), None)
    if size is None:
        problems["size"] = text("Choose one of the given values.")
    if not problems and not 0 < sum(counts.values()) <= labels.MOST:
        problems["size"] = text("Print between 1 and {most} labels at a time.", most=labels.MOST)
    if problems or size is None:
        raise Invalid(labels.ATTENTION, problems)
    return {item_id: count for item_id, count in counts.items() if count}, size


def _ids(written: str) -> list[UUID]:
    """The ids in a list with commas; nonsense is ignored."""
    found = dict[UUID, None]()
    for word in written[:LONGEST_ADDRESS].split(","):
        try:
            found[UUID(word)] = None
        except ValueError:
            continue
    return list(found)[:MOST_ITEMS]
