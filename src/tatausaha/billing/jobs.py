"""What billing does in the background. Whatever speaks to Stripe is a job, whose id is the idempotency key of its calls."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job


class Ask(Job, frozen=True):
    """Ask Stripe for what an owner wants: a payment page, another plan, an end, a resumption, the portal."""

    kind: ClassVar[str] = "billing.ask"
    max_attempts: ClassVar[int] = 6
    request_id: UUID

    def title(self) -> Text:
        return text("Ask the payment service")


class TellDetails(Job, frozen=True):
    """Tell Stripe who is written on the invoices, because an owner changed it."""

    kind: ClassVar[str] = "billing.tell_details"
    max_attempts: ClassVar[int] = 6

    def title(self) -> Text:
        return text("Tell the payment service who is billed")


class Follow(Job, frozen=True):
    """Fetch the truth about a provider's subscription from Stripe, because something was heard of it."""

    kind: ClassVar[str] = "billing.follow"
    max_attempts: ClassVar[int] = 12

    def title(self) -> Text:
        return text("Follow the subscription at the payment service")


class ForgetEvents(Job, frozen=True):
    """Forget what events said that were handled long ago, for the whole house."""

    kind: ClassVar[str] = "billing.forget_events"

    def title(self) -> Text:
        return text("Forget what the payment service told long ago")


class CountUsage(Job, frozen=True):
    """Count clients, employees and seats, and tell Stripe the quantities."""

    kind: ClassVar[str] = "billing.count_usage"

    def title(self) -> Text:
        return text("Count what the subscription is billed by")


class Reconcile(Job, frozen=True):
    """Compare the subscription and its invoices with Stripe; repair or report what differs."""

    kind: ClassVar[str] = "billing.reconcile"

    def title(self) -> Text:
        return text("Compare the subscription with the payment service")


class Watch(Job, frozen=True):
    """Tell the owners in time: the trial ends, grace ends, a limit is near. `recovered` once what was missing has come."""

    kind: ClassVar[str] = "billing.watch"
    recovered: bool = False

    def title(self) -> Text:
        return text("Watch the subscription's days and limits")
