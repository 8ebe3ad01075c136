"""What is owed to suppliers: by age, as a supplier's account, and how strict a client is with bills."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit
from tatausaha.core.ageing import BUCKETS
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.quantities import parse_quantity
from tatausaha.core.web.access import MANAGERS, STAFF
from tatausaha.core.web.forms import expect_form, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import CurrentClient, go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.rules import today
from tatausaha.purchasing import payable_forms as forms
from tatausaha.purchasing.queries import bills, payable_policy, payments
from tatausaha.purchasing.queries.payable_policy import PayablePolicy
from tatausaha.purchasing.queries.suppliers import get_client
from tatausaha.purchasing.service import payable_policy as service
from tatausaha.purchasing.service.billing import ATTENTION
from tatausaha.purchasing.views.frame import about_client

SETTINGS = "purchasing/payable_settings.html"
MOST_DAYS = 60
KINDS: dict[str, Text] = {
    "bill": text("Bill"),
    "payment": text("Payment"),
    "credit": text("Credit note"),
}


class PayableController(Controller):
    """What staff see of what clients owe."""

    @get("/purchasing/payables", name="purchasing.payables", roles=STAFF)
    async def show_ages(self, request: AppRequest) -> Template:
        """What a client owes to each supplier, by age; every line that is open counts in one age."""
        params = list_query(request, "client")
        client_id = id_of(params, "client")
        async with request.user.scope():
            chosen = await about_client(client_id)
            zone = (await get_client(client_id)).time_zone if client_id else "Asia/Jakarta"
            aged = await payments.list_aged(client_id, today(zone)) if client_id else []
            chosen["clients"] = [] if client_id else await clients.list_names()
            await audit.saw_list("payables", client_id, len(aged))
        totals = {name: sum(one.ages[name] for one in aged) for name, _ in BUCKETS}
        return page(request, "purchasing/payables.html", aged=aged, totals=totals, buckets=BUCKETS, **chosen)

    @get("/purchasing/payables/{supplier_id:uuid}", name="purchasing.statement", roles=STAFF)
    async def show_statement(self, request: AppRequest, supplier_id: FromPath[UUID]) -> Template:
        """A supplier's account from its beginning."""
        async with request.user.scope():
            supplier = await bills.get_supplier(supplier_id)
            lines = await payments.list_statement(supplier_id)
            await audit.saw("supplier", supplier_id, supplier.client_id)
        return page(
            request,
            "purchasing/payable_statement.html",
            client=CurrentClient(supplier.client_id, supplier.client_name),
            supplier=supplier,
            lines=lines,
            kinds=KINDS,
        )

    @get("/purchasing/payables/settings/{client_id:uuid}", name="purchasing.payable_settings", roles=MANAGERS)
    async def show_settings(self, request: AppRequest, client_id: FromPath[UUID]) -> Template:
        async with request.user.scope():
            chosen = await about_client(client_id)
            policy = await payable_policy.get_policy(client_id)
            await audit.saw("payable_policy", client_id, client_id)
        return page(request, SETTINGS, values=_typed(policy), errors={}, **chosen)

    @post("/purchasing/payables/settings/{client_id:uuid}", name="purchasing.set_payables", roles=MANAGERS)
    async def keep_settings(self, request: AppRequest, client_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            chosen = await about_client(client_id)
            values = await typed_values(request)
            expect_form(request, SETTINGS, values, **chosen)
            await service.set_policy(client_id, _policy(forms.read(forms.PolicyForm, values)))
        return go_to(f"/purchasing/payables?client={client_id}", text("Saved."))


def _typed(policy: PayablePolicy) -> dict[str, Any]:
    percents = {"price": policy.price_rate, "quantity": policy.quantity_rate, "over": policy.over_rate}
    shown = {name: f"{rate / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",") for name, rate in percents.items()}
    kept = {"near_days": str(policy.near_days), "claims_ppn": policy.claims_ppn, "version": str(policy.version)}
    return {**shown, **kept}


def _policy(form: forms.PolicyForm) -> PayablePolicy:
    """Percents are read as quantities are: thousandths of a percent are parts per 100,000."""
    problems: dict[str, Text] = {}
    rates: dict[str, int] = {}
    for name in ("price", "quantity", "over"):
        try:
            rates[name] = parse_quantity(getattr(form, name))
        except ValueError:
            rates[name] = -1
        if not 0 <= rates[name] <= 100_000:
            problems[name] = text("Write a percentage from 0 to 100.")
    near = _whole(form.near_days, -1)
    if not 0 <= near <= MOST_DAYS:
        problems["near_days"] = text("Write a number of days from 0 to {most}.", most=MOST_DAYS)
    if problems:
        raise Invalid(ATTENTION, problems)
    return PayablePolicy(
        rates["price"], rates["quantity"], rates["over"], near, form.claims_ppn, _whole(form.version, 0)
    )


def _whole(written: str, otherwise: int) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else otherwise
