"""The pages that people are sent to: payment page, portal, invoice."""

import re

from tests.stripe_double import checkout, customers, html, invoices, portal, subscriptions
from tests.stripe_double.html import Page
from tests.stripe_double.items import period_of
from tests.stripe_double.problems import Declined
from tests.stripe_double.state import Object, State, subscription_of
from tests.stripe_double.times import day

CARDS = {"works": customers.WORKS, "declines": customers.DECLINES, "refused": customers.REFUSED_AT_ONCE}


def show(state: State, method: str, path: str, form: dict[str, str]) -> Page:
    """The page of an address, or what comes of a button pressed there."""
    found = re.fullmatch(r"/stand-in/(pay|portal|invoice)/([A-Za-z0-9_]+)(/pdf)?", path)
    kinds = {"pay": "checkout.session", "portal": "billing_portal.session", "invoice": "invoice"}
    one = state.objects[kinds[found[1]]].get(found[2]) if found else None
    if found is None or one is None:
        return html.page(
            "There is no such page", html.text("It was never there, or the stand-in was started anew."), status=404
        )
    if found[3]:
        return Page(_pdf(one), kind=b"application/pdf")
    does = form.get("do", "") if method == "POST" else ""
    return {"pay": _pay, "portal": _portal, "invoice": _invoice}[found[1]](state, one, does)


def _pay(state: State, session: Object, does: str) -> Page:
    problem = ""
    if session["status"] == "open" and (does in CARDS or does == "without"):
        try:
            checkout.complete(state, session, CARDS.get(does))
            return html.go_to(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
        except Declined as declined:
            problem = f"{declined} Nothing was charged and nothing was begun. Try another card."
        except ValueError as error:
            problem = str(error)
    if session["status"] != "open":
        over = "This page was used already." if session["status"] == "complete" else "This page is no longer open."
        return html.page("Subscribe", html.card(over), *_back(session["cancel_url"]))
    behind = state.behind[session["id"]]
    bought = [
        (
            f"{quantity} × {state.title(price)}",
            html.money(price["unit_amount"] * quantity, price["currency"]),
        )
        for price, quantity in behind["items"]
    ]
    interval = behind["items"][0][0]["recurring"]["interval"]
    whole = sum(price["unit_amount"] * quantity for price, quantity in behind["items"])
    buttons = [("works", "Pay with a card that works"), ("refused", "Pay with a card that is declined now")]
    if behind["trial_end"]:
        buttons.append(("declines", "Pay with a card that is declined later"))
    if not checkout.needs_card(state, session):
        buttons.append(("without", "Begin without a card"))
    return html.page(
        "Subscribe",
        html.text(problem, problem=True) if problem else "",
        html.card(
            "What you subscribe to",
            html.rows(bought, (f"Each {interval}, before tax and coupons", html.money(whole, session["currency"]))),
        ),
        html.text(f"Nothing is due before {day(behind['trial_end'])}: until then it is a trial.")
        if behind["trial_end"]
        else "",
        html.choices(*buttons),
        *_back(session["cancel_url"]),
    )


def _back(address: str | None) -> tuple[str, ...]:
    return (html.link(address, "Back, without changing anything"),) if address else ()


def _portal(state: State, session: Object, does: str) -> Page:
    customer = state.objects["customer"][session["customer"]]
    alive = [
        one
        for one in state.all("subscription")
        if one["customer"] == customer["id"] and one["status"] not in subscriptions.ENDED
    ]
    paid_for = any(one["status"] in subscriptions.RUNNING for one in alive)
    said = ""
    if does in customers.CARDS:
        set_card(state, customer, does)
        said = "The card is kept. Open invoices are charged to it when they are tried again, or pay them below."
    elif does == "remove" and not paid_for:
        customers.drop_cards(state, customer)
        said = "The card was removed."
    elif does == "cancel" and portal.allows(state, session, "subscription_cancel"):
        for one in alive:
            subscriptions.cancel_by_person(state, one)
        said = "The subscription ends with its period."
    return html.page(
        "Your billing",
        html.text(said) if said else "",
        _card_section(state, customer, paid_for=paid_for),
        *(_subscription_section(one, portal.allows(state, session, "subscription_cancel")) for one in alive),
        _invoices_section(state, customer),
        html.link(session["return_url"], "Return to the product") if session["return_url"] else "",
    )


def set_card(state: State, customer: Object, which: str) -> None:
    """A new card in the place of the old ones, which subscriptions are paid by as well."""
    customers.drop_cards(state, customer)
    customers.keep_card(state, customer, customers.CARDS[which])


def _card_section(state: State, customer: Object, *, paid_for: bool) -> str:
    """Stripe leaves the last card of a subscription that is paid for where it is."""
    kept = customers.list_methods(state, {}, customer["id"])
    words = [
        f"{one['card']['brand'].title()} ending in {one['card']['last4']}, valid until "
        f"{one['card']['exp_month']:02d}/{one['card']['exp_year']}"
        for one in kept
    ] or ["There is no card."]
    buttons = [("works", "Use a card that works"), ("declines", "Use a card that is declined")]
    if kept and not paid_for:
        buttons.append(("remove", "Remove the card"))
    return html.card("Payment method", *map(html.text, words), html.choices(*buttons))


def _subscription_section(subscription: Object, may_cancel: bool) -> str:
    start, end = period_of(subscription)
    facts = [("State", subscription["status"].replace("_", " ")), ("Period", f"{day(start)} to {day(end)}")]
    if subscription["cancel_at"]:
        facts.append(("Ends on", day(subscription["cancel_at"])))
    buttons = (
        html.choices(("cancel", "Cancel at the end of the period"))
        if may_cancel and not subscription["cancel_at"]
        else ""
    )
    return html.card("Subscription", html.rows(facts), buttons)


def _invoices_section(state: State, customer: Object) -> str:
    found = [one for one in state.all("invoice") if one["customer"] == customer["id"] and one["status"] != "draft"]
    return html.card(
        "Invoices",
        *(
            html.link(
                one["hosted_invoice_url"],
                f"{one['number']}: {html.money(one['total'], one['currency'])}, {one['status']}",
            )
            for one in found
        ),
        "" if found else html.text("There are none yet."),
    )


def _invoice(state: State, invoice: Object, does: str) -> Page:
    problem = ""
    if does == "works" and invoice["status"] == "open":
        pay(state, invoice, customers.WORKS)
    elif does == "declines" and invoice["status"] == "open":
        problem = "The card was declined. The invoice is still open."
    tax = sum(one["amount"] for one in invoice["total_taxes"])
    off = sum(one["amount"] for one in invoice["total_discount_amounts"])
    shown = [(one["description"], html.money(one["amount"], one["currency"])) for one in invoice["lines"]["data"]]
    shown += [("Discount", html.money(-off, invoice["currency"]))] if off else []
    shown += [("Tax", html.money(tax, invoice["currency"]))] if tax else []
    buttons = html.choices(("works", "Pay with a card that works"), ("declines", "Pay with a card that is declined"))
    return html.page(
        f"Invoice {invoice['number'] or ''}",
        html.text(problem, problem=True) if problem else "",
        html.card(
            f"For {invoice['customer_name'] or invoice['customer_email'] or 'the customer'}",
            html.rows([("State", invoice["status"]), ("Made on", day(invoice["created"]))]),
            html.rows(shown, ("Total", html.money(invoice["total"], invoice["currency"]))),
            html.rows([("Still due", html.money(invoice["amount_remaining"], invoice["currency"]))]),
        ),
        buttons if invoice["status"] == "open" else "",
        html.link(invoice["invoice_pdf"], "As a PDF") if invoice["invoice_pdf"] else "",
    )


def pay(state: State, invoice: Object, card: str) -> bool:
    """A person pays an open invoice by a card, which is kept. True if it went through."""
    customers.keep_card(state, state.objects["customer"][invoice["customer"]], card)
    subscription = state.objects["subscription"][str(subscription_of(invoice))]
    state.change(subscription, default_payment_method=None)
    return invoices.collect(state, invoice)


def _pdf(invoice: Object) -> bytes:
    """One page that says which invoice it stands for."""
    words = f"Stand-in for Stripe. Invoice {invoice['number']}: {html.money(invoice['total'], invoice['currency'])}"
    stream = f"BT /F1 12 Tf 50 780 Td ({words}) Tj ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for index, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (index, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(body),
    )
