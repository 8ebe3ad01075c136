"""Choosing a plan: what each costs for what is in use, the way to the payment page, and a change after its amount is seen."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from tatausaha.billing import banner, words
from tatausaha.billing.forms import AgreeForm, CheckoutForm, LookForm
from tatausaha.billing.queries import accounts, requests
from tatausaha.billing.queries.accounts import Account, Subscription
from tatausaha.billing.queries.requests import Request
from tatausaha.billing.rules.downgrade import Over, list_over
from tatausaha.billing.rules.plans import CURRENCIES, INTERVALS, METERS, Currency, Interval, Plan, find_plan, list_plans
from tatausaha.billing.service import asking
from tatausaha.billing.service.carrying_out import SHORTEST_TRIAL
from tatausaha.billing.views.subscription import find_counted
from tatausaha.core import audit
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import Text, text
from tatausaha.core.process import tools
from tatausaha.core.web.access import OWNERS
from tatausaha.core.web.forms import expect_form, parse, typed_values
from tatausaha.core.web.lists import id_of, list_query
from tatausaha.core.web.pages import go_to, is_swap, page
from tatausaha.core.web.viewer import AppRequest

CHOOSE = "billing/choose.html"
LINKS = {"client": "/clients", "employee": "/people", "seat": "/team"}
"""Where one makes room for a smaller plan."""


class Offer(msgspec.Struct, frozen=True):
    """A plan as it is offered: what one pays for what is in use now, in minor units, and what is in its way."""

    plan: Plan
    total: int
    parts: list[tuple[Text, int, int, int]]
    over: list[Over]
    current: bool


class PlanController(Controller):
    """Plans, and the requests about them."""

    path = banner.HOME

    @get("/plans", name="billing.plans", roles=OWNERS)
    async def compare(self, request: AppRequest) -> Template:
        """Every plan side by side, by how often and in which currency it is paid."""
        async with request.user.scope():
            context = await _offers(list_query(request, "interval", "currency"))
            await audit.saw("subscription")
        return page(request, "billing/plans.html", fragment="billing/_plans.html", **context)

    @get("/plans/choose", name="billing.choose", roles=OWNERS)
    async def choose(self, request: AppRequest) -> Template:
        """One plan, before anything is agreed to. After a coupon that was refused, with the reason at its field."""
        params = list_query(request, "plan", "interval", "currency", "after")
        async with request.user.scope():
            context = await _chosen(params)
            key = id_of(params, "after")
            refused = await requests.get_request(key) if key else None
            await audit.saw("subscription")
        problem = refused.problem if refused else None
        errors = {problem.field: problem.sentence} if problem and problem.field else {}
        return page(request, CHOOSE, **context, values={"coupon": refused.coupon if refused else ""}, errors=errors)

    @post("/checkout", name="billing.checkout", roles=OWNERS, recent=True)
    async def checkout(self, request: AppRequest) -> Redirect:
        """Have a payment page opened; a job does, and the page of the request leads on to it."""
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, CHOOSE, values, **await _chosen(values))
            form = parse(CheckoutForm, values)
            request_id = await asking.ask("checkout", **msgspec.structs.asdict(form))
        return go_to(f"{banner.HOME}/requests/{request_id}")

    @post("/plans/look", name="billing.look", roles=OWNERS)
    async def look(self, request: AppRequest) -> Redirect:
        """Ask what another plan would cost now and on the next invoice; nothing changes."""
        values = await typed_values(request)
        async with request.user.scope():
            expect_form(request, CHOOSE, values, **await _chosen(values))
            form = parse(LookForm, values)
            request_id = await asking.ask("preview", plan=form.plan, interval=form.interval)
        return go_to(f"{banner.HOME}/requests/{request_id}")

    @post("/change", name="billing.change", roles=OWNERS, recent=True)
    async def change(self, request: AppRequest) -> Redirect:
        """Change to the plan of a preview, whose amount the owner saw."""
        values = await typed_values(request)
        async with request.user.scope():
            key = id_of({"request": parse(AgreeForm, values).request}, "request")
            seen = await requests.get_request(key) if key else None
            if seen is None or seen.kind != "preview" or seen.answer is None or not seen.plan or seen.is_old:
                raise Conflict(text("Look at what the plan costs first, then agree to it."))
            amount = cast(int, seen.answer["total"])
            request_id = await asking.ask("change", plan=seen.plan, interval=seen.interval, shown_amount=amount)
        return go_to(f"{banner.HOME}/requests/{request_id}")

    @get("/requests/{wish_id:uuid}", name="billing.request", roles=OWNERS)
    async def show_request(self, request: AppRequest, wish_id: FromPath[UUID]) -> Template | Response[str]:
        """What became of a request: waited for, then on to the payment service's page, or back with the answer."""
        async with request.user.scope():
            wish = await requests.get_request(wish_id)
            subscription = await accounts.find_subscription()
            if not is_swap(request) or wish.state != "asked":
                await audit.saw("subscription", wish_id)
        onward = _onward(wish)
        if onward and is_swap(request):
            return Response("", headers={"HX-Redirect": onward}, media_type="text/html")
        return page(
            request,
            "billing/request.html",
            fragment="billing/_request.html",
            wish=wish,
            subscription=subscription,
            plan=find_plan(wish.plan),
            words=words,
        )


def _onward(wish: Request) -> str | None:
    """Where the person who waits goes on to by itself: the payment service's page, or back once it is done."""
    if wish.state == "open":
        return wish.url
    return banner.HOME if wish.state == "done" and wish.kind != "preview" else None


async def _offers(params: dict[str, str]) -> dict[str, Any]:
    """The plans for what is in use, by what is asked for, or as it is paid now."""
    account, standing = await accounts.find_account(), await find_counted()
    if account is None or standing is None:
        return {"account": None, "billing": tools().settings.billing}
    subscription = await accounts.find_subscription()
    living = subscription if subscription is not None and subscription.alive else None
    interval = cast(Interval, _one_of(params.get("interval"), INTERVALS, living.interval if living else "month"))
    settled = subscription.currency if subscription else None
    currency = settled or cast(Currency, _one_of(params.get("currency"), CURRENCIES, account.currency))
    return {
        "account": account,
        "subscription": living,
        "settled": settled is not None,
        "interval": interval,
        "currency": currency,
        "used": standing.used,
        "offers": [_offer(plan, standing.used, living, currency, interval) for plan in list_plans()],
        "waiting": await requests.find_waiting(),
        "links": LINKS,
        "words": words,
    }


async def _chosen(params: dict[str, str]) -> dict[str, Any]:
    """The offers, and the one that was chosen; the smallest that fits where none was."""
    context = await _offers(params)
    offers: list[Offer] = context.get("offers", [])
    fitting = [one for one in offers if not one.over] or offers
    chosen = next((one for one in offers if one.plan.code == params.get("plan")), fitting[0] if fitting else None)
    account: Account | None = context["account"]
    free = account is not None and account.trial_ends_at - datetime.now(UTC) >= SHORTEST_TRIAL
    return {**context, "chosen": chosen, "free_until": account.trial_ends_at if account and free else None}


def _offer(
    plan: Plan, used: dict[str, int], living: Subscription | None, currency: Currency, interval: Interval
) -> Offer:
    counted = {"base": 1, "client": used.get("client", 0), "employee": used.get("employee", 0)}
    prices = {meter: plan.amount(meter, currency, interval) for meter in METERS}
    parts = [(words.METERS[meter], counted[meter], price, counted[meter] * price) for meter, price in prices.items()]
    return Offer(
        plan,
        plan.total(counted["client"], counted["employee"], currency, interval),
        parts,
        list_over(plan, used),
        living is not None and (living.plan, living.interval) == (plan.code, interval),
    )


def _one_of(value: str | None, allowed: tuple[str, ...], usual: str) -> str:
    return value if value in allowed else usual
