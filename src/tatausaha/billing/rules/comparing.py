"""What is billed against what was counted, and what Stripe holds against what we sold: each difference by name.

What Stripe knows better (how a subscription stands, and until when) is no matter for a person: it is read anew. What is
listed here, no reading mends: somebody paid for something else than was counted or sold, or pays twice.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from tatausaha.billing.rules.plans import METERS, Meter, find_plan, version_of
from tatausaha.billing.rules.truth import Invoice, Line, Subscription, Truth


class Difference(msgspec.Struct, frozen=True):
    """What differs, at which object of Stripe's, as we have it and as Stripe does."""

    kind: str
    stripe_id: str
    ours: str
    theirs: str
    repaired: bool = False


class Period(msgspec.Struct, frozen=True):
    """What a paid period began with, by our count."""

    stripe_subscription_id: str
    starts_at: datetime
    clients: int
    employees: int

    def counted(self, meter: Meter) -> int:
        return {"base": 1, "client": self.clients, "employee": self.employees}[meter]


class Known(msgspec.Struct, frozen=True):
    """A subscription as it stood here before Stripe was asked."""

    stripe_id: str
    status: str
    plan: str
    currency: str
    interval: str
    clients: int
    employees: int
    period_starts_at: datetime
    period_ends_at: datetime
    ends_at: datetime | None


def list_missed(known: Sequence[Known], truth: Truth, stored: str | None) -> list[Difference]:
    """What Stripe changed without our having heard of it; reading it anew repaired this.

    Of those that live only the one that counts here (`stored`) is kept: another waits for a person.
    """
    ours = {each.stripe_id: each for each in known}
    kept = [each for each in truth.subscriptions if each.id == stored or not each.alive]
    return [difference for theirs in kept for difference in _missed(ours.get(theirs.id), theirs)]


def list_wrong(known: Sequence[Known], truth: Truth, periods: Sequence[Period], stored: str | None) -> list[Difference]:
    """What a person must look at. `stored` is the living subscription that counts here."""
    return [
        *_subscriptions(known, truth, stored),
        *(each for subscription in truth.subscriptions if subscription.is_ours for each in _prices(subscription)),
        *(each for period in periods for each in _billed(period, truth)),
    ]


def _missed(ours: Known | None, theirs: Subscription) -> Iterator[Difference]:
    if not theirs.is_ours or theirs.status == "incomplete_expired":
        return
    if ours is None:
        yield Difference("subscription.missed", theirs.id, "", theirs.status, repaired=True)
        return
    held = {
        "status": theirs.status,
        "plan": theirs.plan.code if theirs.plan else "",
        "currency": theirs.currency,
        "interval": theirs.interval,
        "clients": theirs.quantity("client"),
        "employees": theirs.quantity("employee"),
        "period_starts_at": theirs.period_starts_at,
        "period_ends_at": theirs.period_ends_at,
        "ends_at": theirs.ends_at,
    }
    for name, value in held.items():
        before = getattr(ours, name)
        if before != value:
            yield Difference(f"subscription.{name}", theirs.id, _word(before), _word(value), repaired=True)


def _subscriptions(known: Sequence[Known], truth: Truth, stored: str | None) -> Iterator[Difference]:
    living = [each for each in truth.subscriptions if each.alive and each.status != "incomplete"]
    for each in living:
        if not each.is_ours:
            yield Difference("subscription.unknown", each.id, "", each.status)
        elif stored is not None and each.id != stored:
            yield Difference("subscription.twice", each.id, stored, each.id)
    there = {each.id for each in truth.subscriptions}
    for ours in known:
        if ours.stripe_id not in there and ours.status not in ("canceled", "incomplete_expired"):
            yield Difference("subscription.gone", ours.stripe_id, ours.status, "")


def _prices(subscription: Subscription) -> Iterator[Difference]:
    if not subscription.alive:
        return
    for item in subscription.items:
        if item.meter is None:
            yield Difference("price.unknown", item.id, "", item.lookup_key or item.price_id)
            continue
        amount = _our_amount(item.lookup_key)
        if amount is not None and amount != item.unit_amount:
            yield Difference(f"price.{item.meter}", item.id, str(amount), str(item.unit_amount))


def _billed(period: Period, truth: Truth) -> Iterator[Difference]:
    """The invoice that a period began with: its lines that are no share of an earlier one."""
    began = [
        (invoice, lines)
        for invoice in truth.invoices
        if invoice.subscription_id == period.stripe_subscription_id
        if (lines := [line for line in invoice.lines if not line.proration and line.starts_at == period.starts_at])
    ]
    # The oldest invoices are not asked for any more; what began before them cannot be compared.
    known = any(invoice.issued_at < period.starts_at for invoice in truth.invoices)
    if not began and known and _is_over(period, truth.invoices):
        yield Difference("invoice.missing", period.stripe_subscription_id, period.starts_at.date().isoformat(), "")
    found = [(invoice, lines) for invoice, lines in began if invoice.status not in ("draft", "void")]
    if not found:
        return
    for meter in METERS:
        billed = [(invoice, line) for invoice, lines in found for line in lines if line.meter == meter]
        number, invoice = sum(line.quantity for _, line in billed), (billed[0] if billed else found[0])[0]
        if number != period.counted(meter):
            yield Difference(f"quantity.{meter}", invoice.id, str(period.counted(meter)), str(number))
        yield from (each for owner, line in billed for each in _amount(owner, line, meter))
    for invoice, lines in found:
        if any(line.meter is None for line in lines):
            yield Difference("line.unknown", invoice.id, "", next(line.words for line in lines if line.meter is None))


def _amount(invoice: Invoice, line: Line, meter: Meter) -> Iterator[Difference]:
    """A line costs its quantity by our price; on trial it costs nothing."""
    unit = _our_amount(line.lookup_key)
    if unit is not None and line.amount not in (0, unit * line.quantity):
        yield Difference(f"amount.{meter}", invoice.id, str(unit * line.quantity), str(line.amount))


def _is_over(period: Period, invoices: Sequence[Invoice]) -> bool:
    """Whether a later period was billed meanwhile, so that this one's invoice must have been there."""
    return any(
        invoice.subscription_id == period.stripe_subscription_id and invoice.period_starts_at > period.starts_at
        for invoice in invoices
    )


def _our_amount(lookup_key: str) -> int | None:
    """Our price by its lookup key; None for one of an earlier version, which our list does not hold any more."""
    _, code, meter, currency, interval, _ = [*lookup_key.split("_"), *[""] * 6][:6] if lookup_key else [""] * 6
    plan = find_plan(code)
    if plan is None or version_of(lookup_key) != plan.version:
        return None
    return plan.amount(meter, currency, interval)  # type: ignore[arg-type]


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return "" if value is None else str(value)
