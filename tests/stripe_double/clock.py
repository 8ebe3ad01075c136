"""The account's own time. It stands still until it is told to go, and then does what falls due, in order, at its instant."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from tests.stripe_double import checkout, invoices, subscriptions
from tests.stripe_double.items import period_of
from tests.stripe_double.state import Object, State
from tests.stripe_double.times import DAY

Due = tuple[int, Callable[[], object]]
TOLD_BEFORE_TRIAL_END = 3 * DAY


class Clock:
    """The time of one account."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._state.now, UTC)

    def advance(self, by: timedelta) -> None:
        """Let so much time pass."""
        self.go_to(self.now + by)

    def go_to(self, moment: datetime) -> None:
        """Walk to a moment; what lies before now has happened already."""
        with self._state.lock:
            target = int(moment.timestamp())
            while due := min(
                (one for one in _falling_due(self._state) if one[0] <= target), key=lambda one: one[0], default=None
            ):
                self._state.now = max(self._state.now, due[0])
                due[1]()
            self._state.now = max(self._state.now, target)


def _falling_due(state: State) -> Iterator[Due]:
    for session in state.objects["checkout.session"].values():
        if session["status"] == "open":
            yield session["expires_at"], partial(checkout.expire, state, session)
    for invoice in state.objects["invoice"].values():
        if invoice["status"] == "draft" and invoice["automatically_finalizes_at"]:
            yield invoice["automatically_finalizes_at"], partial(invoices.finalise, state, invoice)
        if invoice["status"] == "open" and invoice["next_payment_attempt"]:
            yield invoice["next_payment_attempt"], partial(invoices.collect, state, invoice)
    for subscription in state.objects["subscription"].values():
        yield from _of_subscription(state, subscription)


def _of_subscription(state: State, subscription: Object) -> Iterator[Due]:
    status, behind = subscription["status"], state.behind[subscription["id"]]
    if status == "trialing" and not behind["trial_told"]:
        told_at = max(subscription["trial_end"] - TOLD_BEFORE_TRIAL_END, subscription["created"])
        yield told_at, partial(subscriptions.trial_ends_soon, state, subscription)
    if status in ("trialing", *subscriptions.RUNNING):
        yield period_of(subscription)[1], partial(subscriptions.period_ends, state, subscription)
    if status == "paused" and "resuming" in behind:
        yield behind["resume_until"], partial(subscriptions.give_resuming_up, state, subscription)
