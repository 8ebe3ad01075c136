"""What clients owe the provider: by age on any day, missing slips, and each client's account."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.ageing import BUCKETS
from tatausaha.core.charts import Chart, Series
from tatausaha.core.dates import EARLIEST, LATEST, parse_day
from tatausaha.core.exports import Column
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.ids import uuid7
from tatausaha.core.money import format_rupiah
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing import money_forms as forms
from tatausaha.invoicing.queries import receivables as queries
from tatausaha.invoicing.service import money
from tatausaha.invoicing.views.files import chosen, send_rows
from tatausaha.people.rules import today

PAGE = 50
MOST = 20_000
LIST, ACCOUNT = "invoicing/receivables.html", "invoicing/account.html"
SHOWN = ("clients", "invoices", "slips")
AGES = [Column("client", text("Client")), *(Column(name, label, "money") for name, label in BUCKETS)]
STATEMENT = [
    *(Column("day", text("Day"), "day"), Column("what", text("What")), Column("reference", text("Number"))),
    *(Column("amount", text("Amount"), "money"), Column("balance", text("Balance"), "money")),
]


class ClientReceivableController(Controller):
    """Managers see what is open over all clients and of each one."""

    path = "/invoices/receivables"

    @get("/", name="invoicing.receivables", roles=MANAGERS)
    async def list_owed(self, request: AppRequest) -> Template:
        """By client and age on a day (`on`), or invoice by invoice, or those that only lack their slip."""
        params = list_query(request, "show", "client", "on", "after")
        client_id, day = id_of(params, "client"), _day(params)
        show = params.get("show") if params.get("show") in SHOWN else "clients"
        async with request.user.scope():
            client = await chosen(client_id)
            ages = await queries.sum_ages(day, client_id)
            rows, following = await _rows(show or "clients", day, client_id, params.get("after"))
            await audit.saw_list("client_receivables", client_id, len(rows), "", [row.client_id for row in rows])
        return page(
            request,
            LIST,
            fragment="invoicing/_receivables.html",
            client=client,
            params=params,
            show=show,
            rows=rows,
            next=following,
            ages=ages,
            buckets=BUCKETS,
            chart=_chart(ages),
            standings=forms.STANDINGS,
            day=day,
            today=today(),
        )

    @get("/file", name="invoicing.receivables_file", roles=MANAGERS)
    async def export(self, request: AppRequest) -> Response[bytes]:
        """What was open on a day by client and age, as XLSX or (`?format=csv`) CSV."""
        params = list_query(request, "client", "on", "format")
        client_id, day = id_of(params, "client"), _day(params)
        async with request.user.scope():
            found = await queries.page_owing(day, client_id, None, MOST)
            client = await chosen(client_id)
            about = client.id if client else None
            await audit.saw("client_receivables", None, about, action="exported", count=len(found))
        rows = [{"client": row.client_name, **row.ages} for row in found]
        return await send_rows(f"receivables-{day}", params.get("format", ""), AGES, rows)

    @get("/{client_id:uuid}", name="invoicing.account", roles=MANAGERS)
    async def show(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        """One client: what is open, its account with the running balance, and the form for a transfer."""
        params = list_query(request, "on")
        async with request.user.scope():
            context = await _account(client_id, _day(params))
            await audit.saw("client_receivables", None, client_id, count=len(context["lines"]))
        return page(request, ACCOUNT, **context, params=params, values=_values(context), errors={})

    @get("/{client_id:uuid}/statement", name="invoicing.statement", roles=MANAGERS)
    async def statement(self, request: AppRequest, client_id: FromPath[UUID]) -> Response[bytes]:
        """The account as XLSX or (`?format=csv`) CSV, to be sent to the client."""
        params = list_query(request, "on", "format")
        day = _day(params)
        async with request.user.scope():
            client = await clients.get_client(client_id)
            lines = await queries.list_account(client_id, day)
            await audit.saw("client_receivables", None, client_id, action="exported", count=len(lines))
        rows: list[dict[str, object]] = [
            {
                "day": line.day,
                "what": forms.ENTRIES[line.what],
                "reference": line.reference,
                "amount": line.amount,
                "balance": line.balance,
            }
            for line in lines
        ]
        return await send_rows(f"{client.code}-{day}", params.get("format", ""), STATEMENT, rows)

    @post("/{client_id:uuid}/payments", name="invoicing.receive_transfer", roles=MANAGERS)
    async def receive(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        """One transfer for several invoices settles the oldest due day first."""
        async with request.user.scope():
            context = await _account(client_id, today(), lock=True)
            values = await typed_values(request)
            expect_form(request, ACCOUNT, _values(context) | values, **context, params={})
            await money.receive(context["owed"], parse(forms.MoneyForm, values))
        return go_to(f"/invoices/receivables/{client_id}", text("The payment is entered."))


async def _rows(
    show: str, day: date, client_id: UUID | None, after: str | None
) -> tuple[list[queries.Owing] | list[queries.Issued], str | None]:
    if show == "clients":
        owing, more = split_page(
            await queries.page_owing(day, client_id, read_cursor(tuple[str, UUID], after), PAGE + 1), PAGE
        )
        return owing, cursor_of((owing[-1].client_name, owing[-1].client_id)) if more else None
    found = await queries.page_owed(
        client_id, slips=show == "slips", after=read_cursor(tuple[date, UUID], after), limit=PAGE + 1
    )
    rows, more = split_page(found, PAGE)
    return rows, cursor_of((rows[-1].due_on, rows[-1].id)) if more else None


async def _account(client_id: UUID, day: date, *, lock: bool = False) -> dict[str, Any]:
    client = await clients.get_client(client_id)
    return {
        "client": CurrentClient(client_id, client.name),
        "owed": await queries.list_owed(client_id, lock=lock),
        "lines": await queries.list_account(client_id, day),
        "ages": await queries.sum_ages(day, client_id),
        "buckets": BUCKETS,
        "standings": forms.STANDINGS,
        "kinds": forms.ENTRIES,
        "day": day,
        "today": today(client.time_zone),
    }


def _values(context: dict[str, Any]) -> dict[str, Any]:
    return {"token": str(uuid7()), "received_on": context["today"]}


def _day(params: dict[str, str]) -> date:
    """The day that the address asks for; today where it names none."""
    try:
        day = parse_day(params.get("on", ""))
    except ValueError:
        return today()
    return day if EARLIEST <= day <= LATEST else today()


def _chart(ages: dict[str, int]) -> Chart:
    late = format_rupiah(sum(ages.values()) - ages["not_due"], current_language())
    values: list[int] = [ages[name] for name, _ in BUCKETS]
    return Chart(
        render(text("Open amounts by age")),
        render(text("{amount} is overdue.", amount=late)),
        "bar",
        [render(label) for _, label in BUCKETS],
        [Series(name=render(text("Open")), values=values)],
    )
