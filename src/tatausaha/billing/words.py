"""The words of the subscription, for people: states, what is counted, and what each line of an invoice is for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from tatausaha.billing.news import day_of
from tatausaha.billing.queries.accounts import Subscription
from tatausaha.billing.queries.invoices import Invoice, Line
from tatausaha.billing.rules.plans import Plan, find_plan
from tatausaha.core.entitlements import Standing
from tatausaha.core.i18n import Text, current_language, render, text
from tatausaha.core.money import format_minor

INTERVALS: Mapping[str, Text] = {"month": text("Monthly"), "year": text("Yearly")}
CURRENCIES: Mapping[str, Text] = {"idr": text("Rupiah"), "usd": text("US dollars")}
STATUSES: Mapping[str, Text] = {
    "incomplete": text("not paid yet"),
    "incomplete_expired": text("never paid"),
    "trialing": text("on trial"),
    "active": text("active"),
    "past_due": text("payment failed"),
    "canceled": text("ended"),
    "unpaid": text("unpaid"),
    "paused": text("paused"),
}
REQUESTS: Mapping[str, Text] = {
    "checkout": text("Subscribe"),
    "change": text("Another plan"),
    "cancel": text("End the subscription"),
    "resume": text("Go on with the subscription"),
    "portal": text("Payment method"),
    "preview": text("Look at the next invoice"),
}
LIMITS: Mapping[str, Text] = {
    "client": text("Client companies"),
    "employee": text("Employees"),
    "seat": text("People of yours"),
}
METERS: Mapping[str, Text] = {
    "base": text("Base fee"),
    "client": text("Client companies"),
    "employee": text("Employees"),
    "": text("Other"),
}
BRANDS: Mapping[str, str] = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "jcb": "JCB"}


def invoice_state(invoice: Invoice) -> tuple[Text, str]:
    """The state of an invoice and the tone of its badge."""
    if invoice.failed:
        return text("Payment failed"), "attention"
    return _INVOICE[invoice.status]


def standing_state(standing: Standing) -> tuple[Text, str]:
    """The state of the subscription and the tone of its badge."""
    state = standing.state()
    if state == "closed":
        return text("Read-only"), "attention"
    if state == "grace":
        return text("Lapsed"), "attention"
    return (text("Trial"), "progress") if standing.reason == "trial" else (text("Active"), "done")


def in_a_sentence(standing: Standing, subscription: Subscription | None) -> Text:
    """The plan and how it stands: `Trial until 22 December 2026, then Rp 1.350.000 a month.`"""
    living = subscription if subscription is not None and subscription.alive else None
    if living is None:
        return _without_plan(standing)
    name = plan_name(living.plan)
    if living.ends_at is not None:
        return text("{plan} until {day}; then it ends, as you asked.", plan=name, day=day_of(living.ends_at))
    if standing.state() != "open":
        return _LAPSED[standing.reason == "paused"](name)
    plan, price = find_plan(living.plan), ""
    if plan is not None:
        amount = plan.total(living.clients, living.employees, living.currency, living.interval)
        price = format_minor(amount, living.currency, current_language())
    if standing.reason == "trial" and standing.open_until is not None:
        return _TRIAL[living.interval](name, day_of(standing.open_until), price)
    return _PAID[living.interval](name, day_of(living.period_ends_at), price)


def plan_name(code: str) -> str:
    """A plan as it is sold; one that is not sold any more by its code."""
    plan = find_plan(code)
    return plan.name if plan else code


def method_name(method: Mapping[str, Any] | None) -> str | None:
    """A payment method as its owner knows it: `Visa •••• 4242`."""
    if method is None:
        return None
    brand = BRANDS.get(str(method.get("brand", "")), str(method.get("brand", "")).replace("_", " ").title())
    return f"{brand} •••• {method['last4']}" if method.get("last4") else brand


def method_until(method: Mapping[str, Any] | None) -> str | None:
    """The last month of a card: `12/2027`."""
    return f"{int(method['month']):02}/{method['year']}" if method and method.get("year") else None


def explain(line: Line, currency: str) -> Text | str:
    """What a line of an invoice is for: meter × quantity × price, or which part of a period was added or given back."""
    if line.meter == "":
        return line.words
    if line.proration:
        params: dict[str, str | int] = {"quantity": line.quantity, "from": day_of(line.begins), "to": day_of(line.ends)}
        kind = "base" if line.meter == "base" else "counted"
        return msgspec.structs.replace(_PRORATED[kind, line.amount < 0], params=params)
    if line.meter == "base" or line.price is None:
        return text("{from_day} to {to_day}", from_day=day_of(line.begins), to_day=day_of(line.ends))
    price = format_minor(line.price, currency, current_language())
    return text("{quantity} × {price}", quantity=line.quantity, price=price)


def event_title(kind: str, action: str) -> Text:
    """What a line of the history is about."""
    if action in ("exported", "downloaded"):
        return text("A file was taken")
    return _EVENTS.get((kind, action)) or _EVENTS.get((kind, "changed")) or text("Something changed")


def event_note(kind: str, detail: Mapping[str, Any]) -> str:
    """What a line of the history says beside who did what."""
    if kind == "stripe_invoice":
        return str(detail.get("number", ""))
    if "status" in detail:
        plan, interval = plan_name(str(detail.get("plan", ""))), INTERVALS.get(str(detail.get("interval", "")), "")
        counts = text(
            "{clients} clients, {employees} employees",
            clients=detail.get("clients", 0),
            employees=detail.get("employees", 0),
        )
        status = STATUSES.get(str(detail["status"]), "")
        return ", ".join(part for part in (plan, render(interval).lower(), render(counts), render(status)) if part)
    if "kind" in detail:
        wish = render(REQUESTS.get(str(detail["kind"]), ""))
        return ", ".join(part for part in (wish, plan_name(str(detail.get("plan", "")))) if part)
    return ""


def _without_plan(standing: Standing) -> Text:
    until: datetime | None = standing.open_until
    if standing.reason == "trial" and until is not None:
        if standing.state() == "open":
            return text("Trial of everything until {day}; then a plan of your choice.", day=day_of(until))
        return text("The trial ended on {day}, and no plan was chosen yet.", day=day_of(until))
    if until is not None:
        return text("The subscription ended on {day}.", day=day_of(until))
    return text("There is no plan yet.")


def plan_price(plan: Plan, clients: int, employees: int, currency: Any, interval: Any) -> str:
    """What a period would cost for what is in use, without tax."""
    return format_minor(plan.total(clients, employees, currency, interval), currency, current_language())


_EVENTS: dict[tuple[str, str], Text] = {
    ("subscription", "asked"): text("Asked of the payment service"),
    ("subscription", "created"): text("Subscription began"),
    ("subscription", "changed"): text("Subscription changed"),
    ("subscription", "ended"): text("Subscription ended"),
    ("billing_account", "opened"): text("Account opened, and the trial with it"),
    ("billing_account", "created"): text("Account opened at the payment service"),
    ("billing_account", "changed"): text("Billing details changed"),
    ("payment_method", "changed"): text("Payment method changed"),
    ("stripe_invoice", "issued"): text("Invoice issued"),
    ("stripe_invoice", "paid"): text("Invoice paid"),
    ("stripe_invoice", "failed"): text("Payment of an invoice failed"),
}
_INVOICE: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "open": (text("To be paid"), "waiting"),
    "paid": (text("Paid"), "done"),
    "uncollectible": (text("Not collected"), "attention"),
    "void": (text("Void"), "draft"),
}
_LAPSED = {
    False: lambda plan: text("{plan}; a payment is missing.", plan=plan),
    True: lambda plan: text("{plan}, paused: there was no payment method when the trial ended.", plan=plan),
}
_TRIAL = {
    "month": lambda plan, day, price: text(
        "Trial of {plan} until {day}, then {price} a month.", plan=plan, day=day, price=price
    ),
    "year": lambda plan, day, price: text(
        "Trial of {plan} until {day}, then {price} a year.", plan=plan, day=day, price=price
    ),
}
_PAID = {
    "month": lambda plan, day, price: text(
        "{plan}, {price} a month without tax; the next payment is due on {day}.", plan=plan, day=day, price=price
    ),
    "year": lambda plan, day, price: text(
        "{plan}, {price} a year without tax; the next payment is due on {day}.", plan=plan, day=day, price=price
    ),
}
_PRORATED = {
    ("base", False): text("For the rest of the period: {from} to {to}"),
    ("base", True): text("Given back, as it was billed before: {from} to {to}"),
    ("counted", False): text("{quantity} for the rest of the period: {from} to {to}"),
    ("counted", True): text("{quantity} given back, as they were billed before: {from} to {to}"),
}
