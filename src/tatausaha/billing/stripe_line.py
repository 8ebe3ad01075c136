"""The line to Stripe: its official SDK, opened once in a process, and what its errors mean. No other module imports it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

import msgspec
import stripe

from tatausaha.core.db import DB, OutsideScope
from tatausaha.core.errors import AppError, Conflict, Invalid, Unavailable
from tatausaha.core.i18n import text
from tatausaha.core.process import tools, when_closing

T = TypeVar("T")
log = logging.getLogger("tatausaha.stripe")
logging.getLogger("stripe").setLevel(logging.WARNING)  # it tells every call, with what was asked

API_VERSION = "2026-10-28.endive"
TIMEOUT_SECONDS = 20.0
TRIES_AGAIN = 2
TOLERANCE_SECONDS = 300


class Line(msgspec.Struct):
    """The open line of this process, and what it was opened with."""

    opened_with: tuple[str, str, int]
    http: stripe.HTTPXClient
    v1: Any
    """Stripe's services. What is sent is checked there (and by the tests' double against the SDK's own types)."""
    lookup_keys: dict[str, str] = {}
    """Of prices met on invoices: what a price is never changes."""


_lines: list[Line] = []


def line() -> Line:
    """The process's line to Stripe, opened when first needed. No call is made while a transaction waits."""
    if DB.current_transaction.get() is not None:
        raise OutsideScope("Stripe is never called inside a database transaction.")
    settings = tools().settings
    wanted = (settings.stripe_url, settings.stripe_key, id(asyncio.get_running_loop()))
    if not _lines or _lines[0].opened_with != wanted:
        http = stripe.HTTPXClient(timeout=TIMEOUT_SECONDS)
        client = stripe.StripeClient(
            settings.stripe_key,
            base_addresses={"api": settings.stripe_url},
            http_client=http,
            stripe_version=API_VERSION,
            max_network_retries=TRIES_AGAIN,
        )
        _lines[:] = [Line(wanted, http, client.v1)]
    return _lines[0]


@when_closing
async def close() -> None:
    """Close the line, with the process."""
    while _lines:
        await _lines.pop().http.close_async()  # type: ignore[no-untyped-call]


async def call(answer: Awaitable[T]) -> T:
    """Await an answer of Stripe's; its errors in our words. What trying again may mend is `Unavailable`."""
    try:
        return await answer
    except stripe.StripeError as error:
        log.warning(
            "stripe: %s %s %s, request %s", type(error).__name__, error.http_status, error.code, error.request_id
        )
        raise _in_our_words(error) from None


def _in_our_words(error: stripe.StripeError) -> AppError:
    if isinstance(error, stripe.CardError):
        return Invalid(text("The card was declined. Choose another one, or ask your bank."))
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return Unavailable(text("The payment service does not accept our key. Whoever runs this system must mend it."))
    if isinstance(error, stripe.InvalidRequestError | stripe.IdempotencyError) and error.http_status != 409:
        reason = error.code or type(error).__name__
        return Conflict(text("The payment service refused this ({reason}). Nothing was changed.", reason=reason))
    return Unavailable(text("The payment service does not answer just now. It is asked again in a moment."))


def check_signature(body: bytes, header: str, secret: str) -> bool:
    """Whether Stripe signed this very body with the secret, within the last minutes."""
    if not header.isascii():
        return False
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    signed_at = int(next(part[2:] for part in header.split(",") if part.startswith("t=")))
    return signed_at <= time.time() + TOLERANCE_SECONDS


async def every(question: Awaitable[Any]) -> AsyncIterator[dict[str, Any]]:
    """Everything that a list holds, page by page."""
    page = await call(question)
    while True:
        for each in page.data:
            yield plain(each)
        if not page.has_more:
            return
        page = await call(page.next_page_async())


def plain(answer: stripe.StripeObject) -> dict[str, Any]:
    """What was answered, without what the SDK knows to do with it."""
    return answer.to_dict()


def once(key: str) -> dict[str, Any]:
    """The option that makes Stripe do a thing once, however often it is asked with this key."""
    return {"idempotency_key": key}
