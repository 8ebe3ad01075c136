"""The owner's page: the plan and how it stands, use against limits, the next invoice, the payment method, the history."""

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response, Template

from tatausaha.billing import banner, news, words
from tatausaha.billing.jobs import Reconcile
from tatausaha.billing.queries import accounts, days, history, invoices, requests
from tatausaha.billing.queries.accounts import Account, Subscription
from tatausaha.billing.queries.days import Day
from tatausaha.billing.rules.plans import find_plan
from tatausaha.billing.service import asking
from tatausaha.billing.service.notices import DOORS
from tatausaha.core import audit, audit_words, entitlements
from tatausaha.core.charts import Chart, Series
from tatausaha.core.dates import MONTHS
from tatausaha.core.entitlements import Standing
from tatausaha.core.i18n import current_language, render, text
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools
from tatausaha.core.web.access import OWNERS
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import go_to, is_swap, page
from tatausaha.core.web.viewer import AppRequest

DAYS, EVENTS, INVOICES = 90, 50, 3


class SubscriptionController(Controller):
    """What the provider pays for the product, for its owners."""

    path = banner.HOME

    @get("/", name="billing.subscription", roles=OWNERS)
    async def show(self, request: AppRequest) -> Template:
        """Everything about the subscription on one page. `?paid=` is where the payment page leads back to."""
        async with request.user.scope():
            context = await _overview()
            await audit.saw("subscription")
        back = request.query_params.get("paid") == "yes"
        return page(request, "billing/subscription.html", **context, back=back)

    @post("/preview", name="billing.preview", roles=OWNERS)
    async def preview(self, request: AppRequest) -> Template | Redirect:
        """Have the payment service reckon the next invoice, and show it where it stands on the page."""
        async with request.user.scope():
            latest = await requests.find_preview()
            if latest is None or latest.state != "asked":
                await asking.ask("preview")
            context = await _overview()
        if not is_swap(request):
            return go_to(banner.HOME)
        return page(request, "billing/_next.html", **context)

    @get("/next", name="billing.next", roles=OWNERS)
    async def next_invoice(self, request: AppRequest) -> Template:
        """The next invoice alone, while its answer is waited for."""
        async with request.user.scope():
            context = await _overview()
            await audit.saw("subscription")
        return page(request, "billing/next.html", fragment="billing/_next.html", **context)

    @post("/arriving", name="billing.arriving", roles=OWNERS)
    async def arriving(self, request: AppRequest) -> Response[str] | Template | Redirect:
        """Back from the payment page: whether it was paid is asked of the payment service, never taken from an address."""
        async with request.user.scope():
            subscription, latest = await accounts.find_subscription(), await requests.find_latest("checkout")
            begun = subscription is not None and subscription.alive and subscription.status != "incomplete"
            if latest is not None and not begun:
                await enqueue(Reconcile(), once_key=f"back from {latest.id}", link=banner.HOME)
        if not is_swap(request):
            return go_to(banner.HOME if begun else f"{banner.HOME}?paid=yes")
        if begun:
            return Response("", headers={"HX-Redirect": banner.HOME}, media_type="text/html")
        return page(request, "billing/subscription.html", fragment="billing/_arriving.html", back=True)

    @get("/history", name="billing.history", roles=OWNERS)
    async def show_history(self, request: AppRequest) -> Template:
        """What changed, when and by whom, newest first."""
        params = list_query(request, "after")
        async with request.user.scope():
            rows, more = split_page(await history.page_events(id_of(params, "after"), EVENTS + 1), EVENTS)
            await audit.saw("subscription", count=len(rows))
        return page(
            request,
            "billing/history.html",
            fragment="billing/_history.html",
            rows=[_event(row) for row in rows],
            params=params,
            next=rows[-1].id if more else None,
        )

    @post("/cancel", name="billing.cancel", roles=OWNERS, recent=True)
    async def cancel(self, request: AppRequest) -> Redirect:
        return await _asked(request, "cancel")

    @post("/resume", name="billing.resume", roles=OWNERS, recent=True)
    async def resume(self, request: AppRequest) -> Redirect:
        return await _asked(request, "resume")

    @post("/portal", name="billing.portal", roles=OWNERS, recent=True)
    async def portal(self, request: AppRequest) -> Redirect:
        """To the payment service's own pages, where the payment method is changed."""
        return await _asked(request, "portal")


async def _asked(request: AppRequest, kind: Literal["cancel", "resume", "portal"]) -> Redirect:
    async with request.user.scope():
        request_id = await asking.ask(kind)
    return go_to(f"{banner.HOME}/requests/{request_id}")


async def _overview() -> dict[str, Any]:
    account, standing = await accounts.find_account(), await find_counted()
    if account is None or standing is None:
        return {"account": None, "billing": tools().settings.billing}
    subscription = await accounts.find_subscription()
    living = subscription if subscription is not None and subscription.alive else None
    counted = await days.list_days(DAYS)
    counted.reverse()
    return {
        "account": account,
        "billing": tools().settings.billing,
        "standing": standing,
        "state": words.standing_state(standing),
        "sentence": words.in_a_sentence(standing, subscription),
        "subscription": living,
        # What is nearly full the bars say.
        "notices": [
            (one, *DOORS[one.action]) for one in news.hold(standing, datetime.now(UTC)) if one.tone != "progress"
        ],
        "limits": _limits(standing),
        "chart": _chart(counted) if len(counted) > 1 else None,
        "reckoned": _reckoned(living, standing),
        "answer": await requests.find_preview() if living and account.customer_id else None,
        "fresh_from": datetime.now(UTC) - requests.FRESH,
        "waiting": await requests.find_waiting(),
        "invoices": await invoices.page_invoices(limit=INVOICES),
        "method": _method(account),
        "events": [_event(event) for event in await history.page_events(limit=5)],
        "words": words,
    }


async def find_counted() -> Standing | None:
    """How the provider stands; before its first night, what is in use is counted when an owner first looks."""
    standing = await entitlements.find()
    if standing is None or standing.used:
        return standing
    return msgspec.structs.replace(standing, used=await entitlements.recount())


def _limits(standing: Standing) -> list[dict[str, Any]]:
    """What is counted, against what the plan holds; the tone tells before it bites."""
    found = []
    for what, label in words.LIMITS.items():
        most, used = standing.most.get(what), standing.used.get(what, 0)
        near = most is not None and used * 100 >= most * news.NEAR
        tone = "attention" if most is not None and used >= most else "waiting" if near else "progress"
        found.append({"what": what, "label": label, "used": used, "most": most, "tone": tone})
    return found


def _reckoned(living: Subscription | None, standing: Standing) -> int | None:
    """The next invoice by our price list, for what is counted now; without tax, coupons and credits."""
    plan = find_plan(living.plan) if living else None
    if living is None or plan is None or living.ends_at is not None:
        return None
    clients = max(living.clients, standing.used.get("client", 0))
    employees = max(living.employees, standing.used.get("employee", 0))
    return plan.total(clients, employees, living.currency, living.interval)


def _method(account: Account) -> dict[str, str | None]:
    return {"name": words.method_name(account.method), "until": words.method_until(account.method)}


def _chart(counted: list[Day]) -> Chart:
    last = counted[-1]
    return Chart(
        render(text("What is counted each night")),
        render(text("{clients} clients, {employees} employees now.", clients=last.clients, employees=last.employees)),
        "line",
        [f"{day.counted_on.day} {_month(day)}" for day in counted],
        [
            Series(name=render(words.LIMITS["client"]), values=[day.clients for day in counted]),
            Series(name=render(words.LIMITS["employee"]), values=[day.employees for day in counted]),
        ],
        unit="number",
    )


def _month(day: Day) -> str:
    return str(MONTHS[current_language()][day.counted_on.month - 1][:3])


def _event(event: history.Event) -> dict[str, Any]:
    _, tone = audit_words.ACTIONS.get(event.action, (None, "draft"))
    return {
        "who": render(words.event_title(event.object_kind, event.action)),
        "what": f"· {event.actor_name}",
        "when": event.created_at,
        "note": words.event_note(event.object_kind, event.detail),
        "tone": tone,
    }
