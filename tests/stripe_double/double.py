"""A stand-in for an account at Stripe, for tests and the demo: it keeps state, has its own time, and tells what happens."""

import json
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx

from tests.stripe_double import catalog, checkout, customers, invoices, pages, stock
from tests.stripe_double.app import App, Asked
from tests.stripe_double.clock import Clock
from tests.stripe_double.signing import signature
from tests.stripe_double.state import Object, State, written

KEY = "sk_test_stand_in_for_stripe"
SECRET = "whsec_stand_in_for_stripe"
WEBHOOK = "/billing/stripe"


class Double:
    """The account. `url`, `key` and `secret` are what the application is given; `clock` is its time.

    `state.after_last_retry` ("canceled" or "unpaid") and `state.retry_days` are settings of the account.
    """

    def __init__(self, url: str = "", *, key: str = KEY, secret: str = SECRET) -> None:
        self.key, self.secret = key, secret
        self.state = State(url)
        self.clock = Clock(self.state)
        self.app = App(self.state, key)
        self._delivered: set[str] = set()

    @property
    def url(self) -> str:
        return self.state.url

    @property
    def events(self) -> list[Object]:
        """All that happened, in order."""
        return self.state.events

    @property
    def calls(self) -> list[Asked]:
        """All that was asked: method, path, idempotency key."""
        return self.app.calls

    @property
    def surprises(self) -> list[str]:
        """What was asked and is not known here: a test in which there was such a thing fails."""
        return self.app.surprises

    def pending(self) -> list[Object]:
        """The events that nobody took yet."""
        return [event for event in self.events if event["id"] not in self._delivered]

    async def deliver(
        self, target: Any, events: Sequence[Object] | None = None, *, when: datetime | float | None = None
    ) -> list[int]:
        """Post events, signed at `when` (now), to an ASGI application or the base URL of one; gives the answers' statuses.

        Without `events`, those that are pending. One that is answered by 2xx is delivered.
        """
        at = int(when.timestamp() if isinstance(when, datetime) else when or time.time())
        local = not isinstance(target, str)
        transport = httpx.ASGITransport(target) if local else None
        statuses = []
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver" if local else target) as client:
            for event in self.pending() if events is None else events:
                body = written(event)
                headers = {"Stripe-Signature": signature(body, self.secret, at), "Content-Type": "application/json"}
                answer = await client.post(WEBHOOK, content=body, headers=headers)
                statuses.append(answer.status_code)
                if answer.is_success:
                    self.delivered(event)
        return statuses

    def delivered(self, event: Object) -> None:
        """Somebody took it, or it is too late."""
        self._delivered.add(event["id"])

    def sell_plans(self) -> None:
        """Set the account up: every plan with its prices, and the portal. None of that is told."""
        with self.state.lock:
            told = len(self.events)
            stock.sell_plans(self.state)
            del self.events[told:]

    def complete_checkout(self, session_id: str, card: str | None = customers.WORKS) -> str:
        """A person agrees on the payment page, with a card's number or None; gives the address they are led to.

        4242424242424242 works, 4000000000000341 is kept and declined when charged, 4000000000000002 is refused: that
        raises Declined, as does the second one where something is due at once.
        """
        with self.state.lock:
            session = checkout.complete(self.state, self.state.get("checkout.session", session_id), card)
            return str(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id))

    def set_card(self, customer_id: str, which: str | None) -> None:
        """Give a customer a card that "works" or "declines", or take all away."""
        with self.state.lock:
            customer = self.state.get("customer", customer_id)
            if which is None:
                customers.drop_cards(self.state, customer)
            else:
                pages.set_card(self.state, customer, which)

    def pay(self, invoice_id: str, card: str = customers.WORKS) -> bool:
        """A person pays an open invoice on its page. True if it went through."""
        with self.state.lock:
            return pages.pay(self.state, self.state.get("invoice", invoice_id), card)

    def cancel(self, subscription_id: str) -> None:
        """The subscription is ended at once, by somebody on Stripe's own pages."""
        with self.state.lock:
            invoices.end(self.state, self.state.get("subscription", subscription_id), "cancellation_requested")

    def offer(self, code: str, *, duration: str = "once", **off: Any) -> str:
        """A coupon with a code for people: `percent_off=20`, or `amount_off=… , currency="idr"`. Gives the code's id."""
        with self.state.lock:
            coupon = catalog.create_coupon(self.state, {"duration": duration, **off})
            made = catalog.create_promotion_code(
                self.state, {"promotion": {"type": "coupon", "coupon": coupon["id"]}, "code": code}
            )
            return str(made["id"])

    def add_tax_rate(self, percentage: str, name: str = "PPN") -> str:
        """A tax rate of the account, on top of prices; gives its id."""
        with self.state.lock:
            made = catalog.create_tax_rate(
                self.state, {"display_name": name, "percentage": percentage, "inclusive": False, "country": "ID"}
            )
            return str(made["id"])

    def subscription(self, customer_id: str) -> Object:
        """A customer's newest subscription, as it stands at Stripe."""
        return next(one for one in self.state.all("subscription") if one["customer"] == customer_id)

    def invoices(self, customer_id: str) -> list[Object]:
        """A customer's invoices as they stand at Stripe, the newest first."""
        return [one for one in self.state.all("invoice") if one["customer"] == customer_id]

    def unknown_event(self, kind: str = "radar.early_fraud_warning.created", **fields: Any) -> Object:
        """An event of a kind that the application knows nothing of, told like any other."""
        with self.state.lock:
            self.state.tell(
                kind, {"object": "radar.early_fraud_warning", "id": f"issfr_{secrets.token_hex(8)}", **fields}
            )
            return self.events[-1]

    def forged(self, event: Object, **changes: Any) -> Object:
        """A copy of an event under an id of its own with other values in its object; whoever delivers it can sign."""
        copy: Object = json.loads(written(event))
        copy["id"] = f"evt_{secrets.token_hex(12)}"
        copy["data"]["object"] |= changes
        return copy

    def cut_reply(self, path: str, times: int = 1) -> None:
        """Do what is asked at a path the next time(s), and drop the line instead of answering. The SDK itself tries thrice."""
        self.app.to_cut += [path] * times

    def fail(self, path: str, status: int = 500, times: int = 1) -> None:
        """Answer the next call(s) at a path with 402, 429, 500 or 503, doing nothing."""
        self.app.to_fail += [(path, status)] * times

    @contextmanager
    def hold(self, path: str) -> Iterator[threading.Event]:
        """Let calls to a path wait before they act, until the block ends; the event is set when the first one waits."""
        try:
            yield self.app.hold(path)
        finally:
            self.app.let_go(path)
