"""What was done against what was billed: a month of all clients, and the work of one client's month, piece by piece."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients.queries import get_client
from tatausaha.core import audit
from tatausaha.core.dates import Period
from tatausaha.core.errors import Invalid
from tatausaha.core.exports import Column
from tatausaha.core.i18n import render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import Rupiah
from tatausaha.core.outbox import enqueue
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, list_query, month_of, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing import invoice_forms as forms
from tatausaha.invoicing.jobs import DraftInvoices
from tatausaha.invoicing.queries import finished, invoices, lines, prices
from tatausaha.invoicing.queries.finished import KindCount
from tatausaha.invoicing.queries.invoices import InvoiceRow
from tatausaha.invoicing.queries.prices import PriceList
from tatausaha.invoicing.rules.kinds import KINDS
from tatausaha.invoicing.rules.pricing import price
from tatausaha.invoicing.service import drafting, waiving
from tatausaha.invoicing.service.documents import quantity_of, unit_of
from tatausaha.invoicing.views.files import send_rows
from tatausaha.people.rules import today

CLIENTS, ITEMS, MOST = 25, 100, 100_000
WORK = "invoicing/client_work.html"
FATES = {
    "open": (text("Not billed yet"), "waiting"),
    "drafted": (text("In a draft"), "progress"),
    "billed": (text("Billed"), "done"),
    "waived": (text("Not billed on purpose"), "draft"),
}
COLUMNS = (
    Column("kind", text("Work")),
    Column("finished_on", text("Day"), "day"),
    Column("label", text("Number")),
    Column("quantity", text("Quantity"), "number"),
    Column("unit", text("Unit")),
    Column("state", text("State")),
    Column("waived_reason", text("Reason")),
)


class KindRow(msgspec.Struct, frozen=True):
    """A kind of a client's work: the counts, what stands on its invoice, and what the rest would cost (None: no price)."""

    count: KindCount
    amount: Rupiah
    missing: Rupiah | None


class ClientMonth(msgspec.Struct, frozen=True):
    """A client's month."""

    id: UUID
    name: str
    agreed: PriceList | None
    invoice: InvoiceRow | None
    kinds: list[KindRow]


class WorkController(Controller):
    """Managers see that nothing is forgotten."""

    path = "/invoices/work"

    @get("/", name="invoicing.work", roles=MANAGERS)
    async def show_month(self, request: AppRequest) -> Template:
        """Each client's month: done, billed, waived, and what is still to be billed."""
        params = list_query(request, "month", "after")
        period = _month(params)
        async with request.user.scope():
            found = await _clients(period)
            after = read_cursor(tuple[str, UUID], params.get("after"))
            found = [one for one in found if after is None or (one.name, one.id) > after]
            rows, more = split_page(found, CLIENTS)
            await audit.saw_list("client_work", None, len(rows), "", [row.id for row in rows])
        return page(
            request,
            "invoicing/work.html",
            fragment="invoicing/_work.html",
            params={**params, "month": str(period)},
            period=period,
            over=period.last < today(),
            rows=rows,
            next=cursor_of((rows[-1].name, rows[-1].id)) if more else None,
            kinds=KINDS,
            states=invoices.STATES,
            quantity_of=quantity_of,
        )

    @post("/draft", name="invoicing.draft_all", roles=MANAGERS)
    async def draft_all(self, request: AppRequest) -> Redirect:
        """Have the invoices of a month drafted for all clients that have none yet."""
        values = await typed_values(request)
        period = _month({"month": values.get("month", "")})
        async with request.user.scope():
            job_id = await enqueue(DraftInvoices(period=str(period)), once_key=f"by hand {uuid7()}", link="/invoices")
        return go_to(f"/jobs/{job_id}")

    @get("/{client_id:uuid}", name="invoicing.client_work", roles=MANAGERS)
    async def show_client(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """The pieces of work of a client's month, with what became of each."""
        params = list_query(request, "month", "kind", "state", "after")
        async with request.user.scope():
            context = await _work(client_id, params)
            await audit.saw("client_work", client_id, client_id, count=len(context["rows"]))
        return page(request, WORK, fragment="invoicing/_client_work.html", **context, values={}, errors={})

    @get("/{client_id:uuid}/file", name="invoicing.work_file", roles=MANAGERS)
    async def send_work(self, request: AppRequest, client_id: FromPath[UUID]) -> Response[bytes]:
        """The same as a file."""
        params = list_query(request, "month", "kind", "state", "format")
        period = _month(params)
        async with request.user.scope():
            shown = await get_client(client_id)
            found = await finished.page_done(client_id, period.first, period.last, *_filters(params), limit=MOST)
            await audit.saw("client_work", client_id, client_id, action="exported", count=len(found))
        records = [
            {
                **msgspec.structs.asdict(one),
                "kind": KINDS[one.kind].label,
                "unit": unit_of(one.kind),
                "state": FATES[one.state][0],
            }
            for one in found
        ]
        return await send_rows(f"{shown.name} {period}", params.get("format", ""), COLUMNS, records)

    @post("/{client_id:uuid}/draft", name="invoicing.draft", roles=MANAGERS)
    async def draft(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Draft the invoice of a client's month, or draw it up anew."""
        async with request.user.scope():
            await get_client(client_id)
            values = await typed_values(request)
            period = _month({"month": values.get("month", "")})
            expect_form(request, WORK, values, **await _work(client_id, {"month": str(period)}))
            made = await drafting.draft(client_id, period)
        if made.invoice_id:
            return go_to(f"/invoices/{made.invoice_id}", text("The draft is there. Look it through."))
        said = _NONE[made.why]
        return go_to(f"/invoices/work/{client_id}?month={period}", said)

    @post("/{client_id:uuid}/waive", name="invoicing.waive", roles=MANAGERS)
    async def waive(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Do not bill the chosen work, for a reason."""
        async with request.user.scope():
            form, period = await _chosen(request, client_id)
            count = await waiving.waive(client_id, period, forms.keys_of(form.ids), form.reason)
        return go_to(f"/invoices/work/{client_id}?month={period}", text("{count} are not billed.", count=count))

    @post("/{client_id:uuid}/put-back", name="invoicing.put_back", roles=MANAGERS)
    async def put_back(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """Bill the chosen work after all."""
        async with request.user.scope():
            form, period = await _chosen(request, client_id)
            count = await waiving.put_back(client_id, period, forms.keys_of(form.ids))
        return go_to(f"/invoices/work/{client_id}?month={period}", text("{count} are billed after all.", count=count))


_NONE = {
    "no_prices": text("No prices were agreed for this month, so nothing can be billed."),
    "nothing": text("There is nothing to bill in this month, so there is no invoice."),
}


async def _chosen(request: AppRequest, client_id: UUID) -> tuple[forms.WaiveForm, Period]:
    """What was chosen on the page of a client's month, which is shown again should it prove wrong."""
    await get_client(client_id)
    values = await typed_values(request)
    period = _month({"month": values.get("month", "")})
    expect_form(request, WORK, values, **await _work(client_id, {"month": str(period)}))
    if "month" not in values:
        raise Invalid(forms.ATTENTION, {"month": text("Choose the month.")})
    return parse(forms.WaiveForm, values), period


def _month(params: dict[str, str]) -> Period:
    """The month of the address, or the last one."""
    first = month_of(params, "month")
    return Period.of(first) if first else Period.of(today()).previous()


def _filters(params: dict[str, str]) -> tuple[str, str]:
    kind, state = params.get("kind", ""), params.get("state", "")
    return kind if kind in finished.SOURCES else "", state if state in FATES else ""


async def _work(client_id: UUID, params: dict[str, str]) -> dict[str, Any]:
    """What the page of a client's month is given."""
    shown, period = await get_client(client_id), _month(params)
    after = read_cursor(tuple[date, UUID, str], params.get("after"))
    found = await finished.page_done(
        client_id, period.first, period.last, *_filters(params), after=after, limit=ITEMS + 1
    )
    rows, more = split_page(found, ITEMS)
    invoice = await invoices.find_of_month(client_id, period.first)
    return {
        "client": CurrentClient(client_id, shown.name),
        "params": {**params, "month": str(period)},
        "period": period,
        "over": period.last < today(shown.time_zone),
        "rows": rows,
        "next": cursor_of((rows[-1].finished_on, rows[-1].item_id, rows[-1].kind)) if more else None,
        "waived": await lines.list_waived(client_id, period.first, period.last),
        "invoice": invoice,
        "agreed": await prices.find_for_month(client_id, period),
        "settled": invoice is not None and invoice.state != "draft",
        "kinds": KINDS,
        "fates": FATES,
        "states": invoices.STATES,
        "sources": [(kind, render(KINDS[kind].label)) for kind in finished.SOURCES],
        "quantity_of": quantity_of,
    }


async def _clients(period: Period) -> list[ClientMonth]:
    """Every client served in the month that has work in it or prices for it, by name."""
    counts = await finished.count_done(None, period.first, period.last)
    agreed = await prices.list_for_month(period)
    made = {one.client_id: one for one in await invoices.list_of_month(period.first)}
    amounts = await lines.sum_by_kind(period.first)
    months = []
    for client in await invoices.list_served(period.first):
        own = sorted((one for one in counts if one.client_id == client.id), key=lambda one: list(KINDS).index(one.kind))
        if own or client.id in agreed:
            held = agreed.get(client.id)
            kinds = [KindRow(one, amounts.get((client.id, one.kind), 0), _missing(held, one)) for one in own]
            months.append(ClientMonth(client.id, client.name, held, made.get(client.id), kinds))
    return sorted(months, key=lambda one: (one.name, one.id))


def _missing(agreed: PriceList | None, count: KindCount) -> Rupiah | None:
    """What the work that is not billed yet would add by the agreed prices; None where it has no price."""
    offered = [line for line in agreed.lines if line.kind == count.kind] if agreed else []
    if not offered:
        return None
    done = count.billed + count.drafted
    with_rest, without = (
        sum(one.amount for one in price(offered, {count.kind: quantity}, 0)) for quantity in (done + count.open, done)
    )
    return with_rest - without
