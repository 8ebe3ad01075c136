"""Returns to suppliers: the list, one drafted from lots that lie there, and its steps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing import payable_forms as forms
from tatausaha.purchasing.queries import bills
from tatausaha.purchasing.queries import returns as queries
from tatausaha.purchasing.queries.bills import Supplier
from tatausaha.purchasing.queries.returns import Lot, Return
from tatausaha.purchasing.service import returning
from tatausaha.purchasing.service.returning import ATTENTION, Head, Instead, Out
from tatausaha.purchasing.views.frame import about_client
from tatausaha.stock.queries import items, places
from tatausaha.stock.queries.places import Place

PAGE = 50
FORM, SHOW = "purchasing/return_form.html", "purchasing/return.html"
INSTEAD_ROWS = 3


class ReturnController(Controller):
    """What staff do with goods that go back."""

    @get("/purchasing/returns", name="purchasing.returns", roles=STAFF)
    async def list_returns(self, request: AppRequest) -> Template:
        """Returns of all clients one may see, or of one; the newest first."""
        params = list_query(request, "client", "state", "after")
        client_id, state = id_of(params, "client"), params.get("state", "")
        async with request.user.scope():
            chosen = await about_client(client_id)
            begin, known = forms.before_of(params), state if state in queries.STATES else ""
            rows, more = split_page(await queries.page_returns(client_id, known, before=begin, limit=PAGE + 1), PAGE)
            await audit.saw_list("supplier_returns", client_id, len(rows), clients=[row.client_id for row in rows])
        return page(
            request,
            "purchasing/returns.html",
            fragment="purchasing/_returns.html",
            params=params,
            rows=rows,
            next=forms.next_of(rows, more),
            states=queries.STATES,
            **chosen,
        )

    @get("/purchasing/returns/new", name="purchasing.new_return", roles=STAFF)
    async def show_new(self, request: AppRequest) -> Template:
        """The lots of a supplier in a place, for one reason; before that, the choice of both."""
        params = list_query(request, "client", "supplier", "place", "why")
        why = params.get("why", "other")
        async with request.user.scope():
            supplier_id, place_id = id_of(params, "supplier"), id_of(params, "place")
            if supplier_id is None or place_id is None:
                client_id = id_of(params, "client")
                context = await about_client(client_id)
                context["suppliers"] = await bills.list_suppliers(client_id) if client_id else []
                context["clients"] = [] if client_id else await clients.list_names()
                context["places"] = await places.list_places(client_id) if client_id else []
                await audit.saw_list("suppliers", client_id, len(context["suppliers"]))
                return page(request, "purchasing/return_source.html", params=params, reasons=queries.REASONS, **context)
            supplier, place = await bills.get_supplier(supplier_id), await places.get_place(place_id)
            context = await _about(supplier, place, why, {})
            await audit.saw("supplier", supplier_id, supplier.client_id)
        values = {
            "supplier_id": str(supplier_id),
            "place_id": str(place_id),
            "kind": "credit",
            "why": why if why in queries.REASONS else "other",
            "returned_on": today(supplier.time_zone).strftime("%d/%m/%Y"),
        }
        return page(request, FORM, values=values, errors={}, **context)

    @post("/purchasing/returns", name="purchasing.create_return", roles=STAFF)
    async def create(self, request: AppRequest) -> Redirect:
        values = await typed_values(request)
        async with request.user.scope():
            supplier_id, place_id = id_of(values, "supplier_id"), id_of(values, "place_id")
            if supplier_id is None or place_id is None:
                raise Invalid(ATTENTION, {"supplier_id": text("Choose the supplier and the place.")})
            supplier, place = await bills.get_supplier(supplier_id), await places.get_place(place_id)
            context = await _about(supplier, place, values.get("why", ""), values)
            expect_form(request, FORM, values, **context)
            head, (out, instead) = forms.split_rows(values, forms.OutForm, forms.InsteadForm)
            form = forms.read(forms.ReturnForm, head)
            return_id = await returning.draft(
                supplier,
                place,
                Head(kind=form.kind, why=form.why, returned_on=form.returned_on, note=form.note),
                _out(forms.parse_rows(forms.OutForm, out), context["lots"]),
                await _instead(forms.parse_rows(forms.InsteadForm, instead), supplier.client_id),
            )
        return go_to(f"/purchasing/returns/{return_id}", text("The return is drafted. Nothing has left the stock yet."))

    @get("/purchasing/returns/{return_id:uuid}", name="purchasing.return", roles=STAFF)
    async def show(self, request: AppRequest, return_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            found = await queries.get_return(return_id)
            context = await about_return(found)
            await audit.saw("supplier_return", return_id, found.client_id)
        return page(request, SHOW, values=_credit(found), errors={}, **context)

    @post("/purchasing/returns/{return_id:uuid}/send", name="purchasing.send_return", roles=STAFF)
    async def send(self, request: AppRequest, return_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await returning.send(return_id)
        return go_to(f"/purchasing/returns/{return_id}", text("The goods have left the stock."))

    @post("/purchasing/returns/{return_id:uuid}/take-in", name="purchasing.take_in", roles=STAFF)
    async def take_in(self, request: AppRequest, return_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            found = await queries.get_return(return_id)
            await returning.take_in(return_id, today(found.time_zone))
        return go_to(f"/purchasing/returns/{return_id}", text("The exchanged goods are in stock."))

    @post("/purchasing/returns/{return_id:uuid}/credit", name="purchasing.credit_return", roles=STAFF)
    async def credit(self, request: AppRequest, return_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            found = await queries.get_return(return_id)
            values = await typed_values(request)
            expect_form(request, SHOW, values, **await about_return(found))
            form = forms.read(forms.CreditForm, values)
            await returning.credit(return_id, form.number, form.noted_on, form.total, form.ppn)
        return go_to(f"/purchasing/returns/{return_id}", text("Credit note {number} is kept.", number=form.number))

    @post("/purchasing/returns/{return_id:uuid}/end", name="purchasing.end_return", roles=STAFF)
    async def end(self, request: AppRequest, return_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            found = await queries.get_return(return_id)
            values = await typed_values(request)
            expect_form(request, SHOW, _credit(found) | values, **await about_return(found))
            await returning.end(return_id, forms.read(forms.ReasonForm, values).reason)
        return go_to(f"/purchasing/returns/{return_id}", text("The return is closed."))

    @post("/purchasing/returns/{return_id:uuid}/cancel", name="purchasing.cancel_return", roles=STAFF)
    async def cancel(self, request: AppRequest, return_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            await returning.cancel(return_id)
        return go_to(f"/purchasing/returns/{return_id}", text("The return is cancelled."))


async def about_return(found: Return) -> dict[str, Any]:
    """What every page of a return is given."""
    return {
        "client": CurrentClient(found.client_id, found.client_name),
        "found": found,
        "lines": await queries.list_lines(found.id),
        "credits": await bills.list_return_credits([found.id]),
        "states": queries.STATES,
        "reasons": queries.REASONS,
        "kinds": queries.KINDS,
    }


def _credit(found: Return) -> dict[str, Any]:
    return {"noted_on": today(found.time_zone).strftime("%d/%m/%Y"), "total": found.missing or ""}


async def _about(supplier: Supplier, place: Place, why: str, values: Mapping[str, str]) -> dict[str, Any]:
    day = today(supplier.time_zone)
    return {
        "client": CurrentClient(supplier.client_id, supplier.client_name),
        "supplier": supplier,
        "place": place,
        "lots": await queries.list_lots(place.id, supplier.id, why, day),
        "today": day,
        "reasons": list(queries.REASONS.items()),
        "kinds": list(queries.KINDS.items()),
        "instead": forms.row_keys(values, "code", INSTEAD_ROWS),
    }


def _out(rows: Mapping[str, forms.OutForm], lots: list[Lot]) -> list[Out]:
    known = {lot.key: lot for lot in lots}
    return [Out(known[key], row.quantity) for key, row in rows.items() if row.quantity and key in known]


async def _instead(rows: Mapping[str, forms.InsteadForm], client_id: UUID) -> list[Instead]:
    refs = await items.find_refs(client_id, [row.code for row in rows.values() if row.code])
    problems: dict[str, Text] = {
        f"code-{key}": text("There is no item with the code or barcode {code}.", code=row.code)
        for key, row in rows.items()
        if row.code not in refs
    }
    if problems:
        raise Invalid(ATTENTION, problems)
    return [Instead(refs[row.code], row.came or 0, row.value, row.lot, row.lot_until) for row in rows.values()]
