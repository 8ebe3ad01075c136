"""Customers: the list, one of them with everything owed and paid, and the form."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, changes
from tatausaha.core.ageing import BUCKETS
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.sales import receivable_forms as forms
from tatausaha.sales.queries import customers as queries
from tatausaha.sales.queries import receivables
from tatausaha.sales.queries.customers import Customer
from tatausaha.sales.service import customers as service

PAGE = 50
FORM = "sales/customer_form.html"


class CustomerController(Controller):
    """Who buys on credit."""

    path = "/sales/customers"

    @get("/", name="sales.customers", roles=STAFF)
    async def list_customers(self, request: AppRequest) -> Template:
        """By name, with what each owes."""
        params = list_query(request, "q", "client", "after")
        client_id = id_of(params, "client")
        async with request.user.scope():
            client = await chosen(client_id)
            found = await queries.page_customers(
                client_id, params.get("q", ""), read_cursor(tuple[str, UUID], params.get("after")), PAGE + 1
            )
            rows, more = split_page(found, PAGE)
            await audit.saw_list(
                "customers", client_id, len(rows), params.get("q", ""), [row.client_id for row in rows]
            )
        following = cursor_of((rows[-1].name_norm, rows[-1].id)) if more else None
        return page(
            request,
            "sales/customers.html",
            fragment="sales/_customers.html",
            client=client,
            params=params,
            rows=rows,
            next=following,
        )

    @get("/new", name="sales.new_customer", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            client, choices = await chosen(client_id), await _choices()
        values = {"client_id": str(client_id or ""), "terms_days": "30", "language": "id"}
        return page(request, FORM, client=client, values=values, errors={}, clients=choices, languages=LANGUAGES)

    @post("/", name="sales.create_customer", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, FORM, values, clients=await _choices(), languages=LANGUAGES)
            form = parse(forms.CustomerForm, values)
            client = await chosen(id_of(values, "client_id"))
            if client is None:
                raise Invalid(service.ATTENTION, {"client_id": text("Choose the client company.")})
            customer_id = await service.create(client.id, form)
        return go_to(f"/sales/customers/{customer_id}", text("{name} is entered.", name=form.name))

    @get("/{customer_id:uuid}", name="sales.customer", roles=STAFF)
    async def show(self, request: AppRequest, customer_id: FromPath[UUID]) -> Template:
        """What the customer owes by age, each invoice, and the account with its running balance."""
        params = list_query(request, "after")
        async with request.user.scope():
            customer = await queries.get_customer(customer_id)
            day = today(customer.time_zone)
            found = await receivables.page_of_customer(customer_id, _after(params), PAGE + 1)
            ages = await receivables.sum_ages(customer.client_id, day, customer_id)
            statement = await receivables.list_statement(customer_id)
            waiting = [
                one
                for request_id in {row.request_id for row in found if row.state == "waiting"}
                for one in await changes.list_pending(request_id)
            ]
            await audit.saw("customer", customer_id, customer.client_id, count=len(found[:PAGE]))
        rows, more = split_page(found, PAGE)
        return page(
            request,
            "sales/customer.html",
            **about(customer),
            params=params,
            rows=rows,
            next=cursor_of([rows[-1].id]) if more else None,
            ages=ages,
            buckets=BUCKETS,
            statement=statement,
            states=forms.STATES,
            waiting=waiting,
            asked=ASKED,
            today=day,
        )

    @get("/{customer_id:uuid}/edit", name="sales.edit_customer", roles=STAFF)
    async def show_edit(self, request: AppRequest, customer_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            customer = await queries.get_customer(customer_id)
            await audit.saw("customer", customer_id, customer.client_id)
        return page(request, FORM, **about(customer), values=customer, errors={}, languages=LANGUAGES)

    @post("/{customer_id:uuid}", name="sales.change_customer", roles=STAFF)
    async def change(self, request: AppRequest, customer_id: FromPath[UUID]) -> Redirect:
        """Save; a form that somebody else overtook comes back with both values."""
        async with request.user.scope():
            customer, values = await _load(request, customer_id)
            shown = values | {"version": str(customer.version)}
            expect_form(request, FORM, shown, **about(customer), languages=LANGUAGES)
            await service.change(customer, parse(forms.CustomerForm, values))
        return go_to(f"/sales/customers/{customer_id}", text("Saved."))

    @post("/{customer_id:uuid}/archive", name="sales.archive_customer", roles=STAFF)
    async def archive(self, request: AppRequest, customer_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            customer = await queries.get_customer(customer_id, lock=True)
            await service.archive(customer)
        return go_to(f"/sales/customers?client={customer.client_id}", text("{name} is put away.", name=customer.name))


LANGUAGES = list(forms.LANGUAGES.items())


async def chosen(client_id: UUID | None) -> CurrentClient | None:
    """The client that the address names, if it is this person's to see. Needs the scope."""
    name = await clients.find_name(client_id) if client_id else None
    return CurrentClient(client_id, name) if client_id and name else None


def about(customer: Customer) -> dict[str, Any]:
    """What every page of a customer is given."""
    return {"customer": customer, "client": CurrentClient(customer.client_id, customer.client_name)}


def new_token() -> str:
    """Names one form, so that sending it twice makes one thing."""
    return str(uuid7())


async def _choices() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in await clients.list_names()]


async def _load(request: AppRequest, customer_id: UUID) -> tuple[Customer, Typed]:
    return await queries.get_customer(customer_id, lock=True), await typed_values(request)


def _after(params: Typed) -> UUID | None:
    written = read_cursor(tuple[UUID], params.get("after"))
    return written[0] if written else None
