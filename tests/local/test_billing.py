"""Billing from the command line: set up once, looked at any time, and begun with a provider."""

from collections.abc import Awaitable
from typing import TypeVar

import msgspec
import pytest

from tatausaha.billing import stripe_line
from tatausaha.billing.queries import accounts
from tatausaha.core import crypto, db, process
from tatausaha.core.db import DB
from tatausaha.local import billing
from tatausaha.settings import Settings, SettingsError
from tests.billing.steps import subscribe
from tests.make import Office
from tests.stripe_double import Double, billing_on, serving

T = TypeVar("T")


async def beside(command: Awaitable[T]) -> T:
    """Run a command with a pool and tools of its own beside those of the tests."""
    before = DB.pool, DB.acquire_seconds, list(process._open)
    try:
        return await command
    finally:
        DB.pool, DB.acquire_seconds, process._open[:] = before
        crypto.forget_keys()
        await stripe_line.close()


async def test_what_stripe_must_know_is_made_once_and_strangers_are_named(settings: Settings, office: Office) -> None:
    with serving(Double()) as stripe:
        paid = msgspec.structs.replace(
            settings, stripe_key=stripe.key, stripe_webhook_secret=stripe.secret, stripe_url=stripe.url
        )
        before = await beside(billing.read_status(paid))
        assert (before.test, before.portal, len(before.missing)) == (True, False, 36)

        assert len(await beside(billing.set_up(paid))) == 46
        assert await beside(billing.set_up(paid)) == []

        await billing.open_account(paid, office.tenant_id)
        with billing_on(stripe):
            await subscribe(office, stripe)
        after = await beside(billing.read_status(paid))
        assert (after.portal, after.missing, after.living, after.unknown) == (True, [], 1, [])

        async with office.scope():
            await db.execute("update billing_account set customer_id = null")
        stray = await beside(billing.read_status(paid))
        assert stray.unknown == [stripe.state.all("subscription")[0]["id"]]


async def test_without_a_key_the_command_says_that_billing_is_off(settings: Settings, office: Office) -> None:
    with pytest.raises(SettingsError, match="TATA_STRIPE_KEY is not set"):
        await billing.set_up(settings)
    await billing.open_account(settings, office.tenant_id)
    async with office.scope():
        assert await accounts.find_account() is None
