"""What a supplier delivers, and its prices, on the page of the supplier."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing import forms
from tatausaha.purchasing.queries import prices, suppliers
from tatausaha.purchasing.service import prices as service
from tatausaha.purchasing.views.suppliers import supplier_context
from tatausaha.stock.queries import items

OFFERED = 20


class PriceController(Controller):
    """Items and prices of a supplier."""

    path = "/purchasing/suppliers/{supplier_id:uuid}"

    @post("/items", name="purchasing.put_item", roles=STAFF)
    async def put_item(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id, lock=True)
            values = await typed_values(request)
            context = await supplier_context(supplier)
            expect_form(request, "purchasing/supplier.html", values, wrong="item", **context)
            await service.put_item(supplier, parse(forms.SupplierItemForm, values))
        return go_to(f"/purchasing/suppliers/{supplier_id}", text("Saved."))

    @post("/items/{item_id:uuid}/remove", name="purchasing.remove_item", roles=STAFF)
    async def remove_item(self, request: AppRequest, supplier_id: FromPath[UUID], item_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id, lock=True)
            await service.remove_item(supplier, item_id)
        return go_to(f"/purchasing/suppliers/{supplier_id}", text("Removed."))

    @post("/prices", name="purchasing.put_price", roles=STAFF)
    async def put_price(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id, lock=True)
            values = await typed_values(request)
            context = await supplier_context(supplier)
            expect_form(request, "purchasing/supplier.html", values, wrong="price", **context)
            await service.put_price(supplier, parse(forms.PriceForm, values))
        return go_to(f"/purchasing/suppliers/{supplier_id}", text("The price is kept."))

    @post("/prices/{price_id:uuid}/end", name="purchasing.end_price", roles=STAFF)
    async def end_price(self, request: AppRequest, supplier_id: FromPath[UUID], price_id: FromPath[UUID]) -> Redirect:
        """The price holds up to today."""
        async with request.user.scope():
            supplier = await suppliers.get_supplier(supplier_id, lock=True)
            price = await prices.get_price(supplier_id, price_id)
            await service.end_price(supplier, price, today(supplier.time_zone))
        return go_to(f"/purchasing/suppliers/{supplier_id}", text("The price ends today."))


class ItemChoiceController(Controller):
    """Items offered while somebody types."""

    @get("/purchasing/items", name="purchasing.item_choices", roles=STAFF)
    async def offer(self, request: AppRequest) -> Template:
        """The client's items whose name or code begins as typed, as the choices of a field."""
        client_id = id_of(list_query(request, "client"), "client")
        written = next((value[:100] for name, value in request.query_params.items() if name.startswith("item")), "")
        written = written.replace("\x00", "").strip()
        async with request.user.scope():
            found = await items.search_items(client_id, written, OFFERED) if client_id and written else []
            await audit.saw_list("items", client_id, len(found), written)
        return page(request, "purchasing/order_choices.html", found=found)
