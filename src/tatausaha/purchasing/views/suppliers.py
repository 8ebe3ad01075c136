"""Suppliers: the list, and one supplier seen, entered, changed, put away; its tax and account numbers with a reason."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, changes
from tatausaha.core.change_policy import ASKED
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web import reveal
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import Typed, expect_form, parse, typed_values
from tatausaha.core.web.lists import cursor_of, id_of, list_query, read_cursor
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing import forms
from tatausaha.purchasing.queries import prices, suppliers
from tatausaha.purchasing.queries.suppliers import Cursor, Supplier, Wanted
from tatausaha.purchasing.rules.score import WEIGHTS, change_percent, score
from tatausaha.purchasing.secrets import SECRETS
from tatausaha.purchasing.service import suppliers as service
from tatausaha.purchasing.views.frame import about_client

LOOKED_BACK = 365
"""Days of orders that the score counts."""

CHOICES: dict[str, Any] = {"languages": list(forms.LANGUAGES.items())}
LABELS = {"npwp": text("NPWP"), "bank_account": text("Account number")}


class SupplierController(Controller):
    """What staff do with suppliers."""

    path = "/purchasing/suppliers"

    @get("/", name="purchasing.suppliers", roles=STAFF)
    async def list_suppliers(self, request: AppRequest) -> Template:
        """Suppliers of all clients one may see, or of one."""
        params = list_query(request, "q", "client", "state", "after")
        wanted = Wanted(id_of(params, "client"), params.get("q", ""), params.get("state") == "archived")
        async with request.user.scope():
            chosen = await about_client(wanted.client_id)
            found = await suppliers.page_suppliers(wanted, read_cursor(Cursor, params.get("after")))
            clients = [row.client_id for row in found.rows]
            await audit.saw_list("suppliers", wanted.client_id, len(found.rows), wanted.q, clients)
        return page(
            request,
            "purchasing/suppliers.html",
            fragment="purchasing/_suppliers.html",
            params=params,
            found=found,
            next=cursor_of(found.next) if found.next else None,
            **chosen,
        )

    @get("/new", name="purchasing.new_supplier", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        client_id = id_of(list_query(request, "client"), "client")
        async with request.user.scope():
            chosen = await about_client(client_id)
            clients = await suppliers.list_clients()
        values = {"client_id": str(client_id or ""), "terms_days": "30", "lead_days": "7", "language": "id"}
        return page(
            request,
            "purchasing/supplier_form.html",
            values=values,
            errors={},
            clients=clients,
            choices=CHOICES,
            **chosen,
        )

    @post("/", name="purchasing.create_supplier", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            chosen = await about_client(id_of(values, "client_id"))
            clients = await suppliers.list_clients()
            expect_form(request, "purchasing/supplier_form.html", values, clients=clients, choices=CHOICES, **chosen)
            form = parse(forms.NewSupplier, values)
            if chosen["client"] is None:
                raise Invalid(service.ATTENTION, {"client_id": text("Choose the client company.")})
            supplier_id = await service.create(chosen["client"].id, form)
        return go_to(f"/purchasing/suppliers/{supplier_id}", text("{name} is entered.", name=form.name))

    @get("/{supplier_id:uuid}", name="purchasing.supplier", roles=STAFF)
    async def show(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Template:
        """Everything about one supplier, numbers masked."""
        async with request.user.scope():
            supplier = await look_at(supplier_id)
            context = await supplier_context(supplier)
        return page(request, "purchasing/supplier.html", values={}, errors={}, **context)

    @get("/{supplier_id:uuid}/edit", name="purchasing.edit_supplier", roles=STAFF)
    async def show_edit(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            supplier = await look_at(supplier_id)
        values = service.typed_from(supplier)
        return page(request, "purchasing/supplier_form.html", values=values, errors={}, **_about(supplier))

    @post("/{supplier_id:uuid}", name="purchasing.change_supplier", roles=STAFF)
    async def change(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Redirect:
        """Save; a form that somebody else overtook comes back with both values."""
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id, lock=True)
            values = await typed_values(request)
            shown: Typed = values | {"version": str(supplier.version)}
            expect_form(request, "purchasing/supplier_form.html", shown, **_about(supplier))
            form = parse(forms.ChangedSupplier, values)
            asked = await service.change(supplier, form, form.reason)
        waits = text("Saved. The bank account changes when another person agrees.")
        return go_to(f"/purchasing/suppliers/{supplier_id}", waits if asked and not asked.applied else text("Saved."))

    @post("/{supplier_id:uuid}/archive", name="purchasing.archive_supplier", roles=STAFF)
    async def archive(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id, lock=True)
            await service.archive(supplier)
        return go_to(f"/purchasing/suppliers/{supplier_id}", text("{name} is put away.", name=supplier.name))

    @post("/{supplier_id:uuid}/restore", name="purchasing.restore_supplier", roles=STAFF)
    async def restore(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id, lock=True)
            await service.restore(supplier)
        return go_to(f"/purchasing/suppliers/{supplier_id}", text("{name} is in use again.", name=supplier.name))

    @get("/{supplier_id:uuid}/reveal", name="purchasing.ask_reveal", roles=STAFF, recent=True)
    async def ask_reveal(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Template:
        """The question why."""
        async with request.user.scope():
            supplier = await look_at(supplier_id)
        return reveal.ask(request, _question(supplier, request.query_params.get("field", SECRETS[0])))

    @post("/{supplier_id:uuid}/reveal", name="purchasing.reveal", roles=STAFF, recent=True)
    async def reveal(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Template:
        """The number whole, and a line in the access log in the same transaction."""
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id)
        question = _question(supplier, (await typed_values(request)).get("field", ""))
        reason = await reveal.read_reason(request, question)
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id)
            seen = ("supplier", supplier_id, supplier.client_id)
            await audit.saw(*seen, action="revealed", reason=reason, field=question.field)
        return reveal.show(request, question, getattr(supplier, question.field))


async def look_at(supplier_id: UUID) -> Supplier:
    """The supplier for somebody to see, which the access log tells. Needs the scope."""
    supplier = await suppliers.get_supplier(supplier_id)
    await audit.saw("supplier", supplier_id, supplier.client_id)
    return supplier


async def supplier_context(supplier: Supplier) -> dict[str, Any]:
    """What the page of a supplier is given. Needs the scope."""
    day = today(supplier.time_zone)
    since = day - timedelta(days=LOOKED_BACK)
    facts = await suppliers.get_facts(supplier.id, since, day)
    changed = await suppliers.list_price_changes(supplier.id, since)
    return {
        **_about(supplier),
        "items": await suppliers.list_items(supplier.id, day),
        "prices": await prices.list_prices(supplier.id),
        "facts_of": facts,
        "score": score(facts),
        "weights": WEIGHTS,
        "price_changes": [(one, change_percent(one.prices)) for one in changed],
        "same_account": await suppliers.list_same_account(supplier.id),
        "waiting": await changes.list_pending(supplier.id),
        "asked": ASKED,
        "today": day,
        "languages": forms.LANGUAGES,
    }


def _about(supplier: Supplier) -> dict[str, Any]:
    return {
        "supplier": supplier,
        "client": CurrentClient(supplier.client_id, supplier.client_name),
        "choices": CHOICES,
    }


def _question(supplier: Supplier, field: str) -> reveal.Question:
    if field not in LABELS:
        raise NotFound(text("This page does not exist."))
    client = CurrentClient(supplier.client_id, supplier.client_name)
    return reveal.Question(field, LABELS[field], supplier.name, f"/purchasing/suppliers/{supplier.id}", client)
