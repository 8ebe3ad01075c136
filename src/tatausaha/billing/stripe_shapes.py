"""What Stripe's answers mean in our words: times in UTC, one price by its lookup key, a period by what its lines are for."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from tatausaha.billing import stripe_wires as wires
from tatausaha.billing.rules.truth import Invoice, Item, Line, Method, Opened, Preview, PreviewLine, Price, Subscription


def subscription(answer: Any) -> Subscription:
    """A subscription with its prices. The period is that of its first item: all items of ours share one."""
    wire = msgspec.convert(answer, wires.Subscription)
    first = wire.items.data[0]
    return Subscription(
        id=wire.id,
        customer_id=wire.customer,
        status=wire.status,
        currency=wire.currency,
        items=tuple(map(_item, wire.items.data)),
        began_at=_at(wire.start_date),
        trial_ends_at=_maybe(wire.trial_end),
        period_starts_at=_at(first.current_period_start),
        period_ends_at=_at(first.current_period_end),
        ends_at=_maybe(wire.cancel_at or (first.current_period_end if wire.cancel_at_period_end else None)),
        ended_at=_maybe(wire.ended_at),
        coupon=next(map(_code, wire.discounts), ""),
    )


def method_of_subscription(answer: Any) -> Method | None:
    return _method(msgspec.convert(answer, wires.Subscription).default_payment_method)


def method_of_customer(customer: wires.Customer) -> Method | None:
    return _method(customer.invoice_settings.default_payment_method)


def invoice(wire: wires.Invoice, lookup_keys: dict[str, str]) -> Invoice:
    """An invoice whose lines name their prices by lookup key. Its period is what its lines are for."""
    lines = tuple(_line(each, lookup_keys) for each in wire.lines.data)
    regular = [each for each in lines if not each.proration] or lines
    return Invoice(
        id=wire.id,
        customer_id=wire.customer,
        subscription_id=wire.subscription_id,
        number=wire.number or "",
        status=wire.status or "draft",
        reason=wire.billing_reason or "",
        currency=wire.currency,
        subtotal=wire.subtotal,
        tax=sum(each.amount for each in wire.total_taxes or ()),
        total=wire.total,
        paid=wire.amount_paid,
        owed=wire.amount_remaining,
        period_starts_at=min((each.starts_at for each in regular), default=_at(wire.period_start)),
        period_ends_at=max((each.ends_at for each in regular), default=_at(wire.period_end)),
        issued_at=_at(wire.status_transitions.finalized_at or wire.created),
        due_at=_maybe(wire.due_date),
        paid_at=_maybe(wire.status_transitions.paid_at),
        attempts=wire.attempt_count,
        next_attempt_at=_maybe(wire.next_payment_attempt),
        page_url=wire.hosted_invoice_url or "",
        pdf_url=wire.invoice_pdf or "",
        lines=lines,
    )


def lines(answers: list[dict[str, Any]]) -> wires.Lines:
    """All lines of an invoice."""
    return wires.Lines(msgspec.convert(answers, list[wires.Line]))


def preview(answer: Any) -> Preview:
    """What would be billed, line by line."""
    wire = msgspec.convert(answer, wires.Preview)
    return Preview(
        total=wire.total,
        tax=sum(each.amount for each in wire.total_taxes or ()),
        currency=wire.currency,
        lines=tuple(PreviewLine(each.description or "", each.amount) for each in wire.lines.data),
    )


def price(answer: Any) -> Price:
    """A price; one without an amount of its own, in steps or by choice, is none of ours and counts as 0."""
    wire = msgspec.convert(answer, wires.Price)
    interval = wire.recurring.interval if wire.recurring else ""
    return Price(wire.id, wire.lookup_key or "", wire.currency, wire.unit_amount or 0, interval)


def opened(answer: Any) -> Opened:
    """A page to go on to."""
    wire = msgspec.convert(answer, wires.Opened)
    return Opened(wire.id, wire.url, _maybe(wire.expires_at))


def _item(wire: wires.Item) -> Item:
    interval = wire.price.recurring.interval if wire.price.recurring else ""
    amount, key = wire.price.unit_amount or 0, wire.price.lookup_key or ""
    return Item(wire.id, wire.price.id, key, wire.quantity or 0, amount, interval)


def _line(wire: wires.Line, lookup_keys: dict[str, str]) -> Line:
    return Line(
        price_id=wire.price_id,
        lookup_key=lookup_keys.get(wire.price_id, ""),
        quantity=wire.quantity or 0,
        amount=wire.amount,
        proration=wire.proration,
        words=wire.description or "",
        starts_at=_at(wire.period.start),
        ends_at=_at(wire.period.end),
    )


def _method(wire: str | wires.Method | None) -> Method | None:
    if not isinstance(wire, wires.Method):
        return None
    card = wire.card
    return Method(card.brand, card.last4, card.exp_month, card.exp_year) if card else Method(wire.type, "", None, None)


def _code(wire: str | wires.Discount) -> str:
    if isinstance(wire, str):
        return wire
    if isinstance(wire.promotion_code, wires.Code):
        return wire.promotion_code.code
    coupon = wire.source.coupon
    return coupon.id if isinstance(coupon, wires.Ref) else coupon or ""


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else _at(seconds)
