"""Takes what happens to one webhook at once, and again and again, ever later, until it is accepted: as Stripe does."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from tests.stripe_double.double import Double
from tests.stripe_double.signing import signature
from tests.stripe_double.state import Object, written

FIRST_WAIT, LONGEST_WAIT = 0.25, 60.0
GIVES_UP_AFTER = 3 * 24 * 3600.0
TICK = 0.25


class Courier:
    """The deliveries of one double, and its clock, which goes with the real time."""

    def __init__(self, double: Double, webhook: str) -> None:
        self._double, self._webhook = double, webhook
        self._news = threading.Event()
        self._tries: dict[str, tuple[int, float]] = {}
        double.state.on_event = lambda event: self._news.set()

    def run(self, stop: threading.Event, after_news: Callable[[], None] = lambda: None) -> None:
        """Work until told to stop; `after_news` is called when something happened."""
        with httpx.Client(timeout=10) as client:
            while not stop.is_set():
                self._news.clear()
                self._double.clock.go_to(datetime.now(UTC))
                for event in self._due():
                    self._deliver(client, event)
                if self._news.wait(TICK):
                    after_news()

    def _due(self) -> list[Object]:
        now = time.monotonic()
        return [event for event in self._double.pending() if self._tries.get(event["id"], (0, now))[1] <= now]

    def _deliver(self, client: httpx.Client, event: Object) -> None:
        body = written(event)
        headers = {
            "Stripe-Signature": signature(body, self._double.secret, int(time.time())),
            "Content-Type": "application/json; charset=utf-8",
        }
        try:
            accepted = client.post(self._webhook, content=body, headers=headers).is_success
        except httpx.HTTPError:
            accepted = False
        over = self._double.state.now - event["created"] > GIVES_UP_AFTER
        if accepted or over:
            self._double.delivered(event)
            return
        tries = self._tries.get(event["id"], (0, 0.0))[0] + 1
        self._tries[event["id"]] = tries, time.monotonic() + min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
