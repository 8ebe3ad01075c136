"""What is done to billing from the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from tatausaha.billing.service import accounts, catalogue
from tatausaha.billing.service.catalogue import Status
from tatausaha.core.db import tenant_scope
from tatausaha.core.process import close_process, open_process
from tatausaha.settings import Settings, SettingsError


async def set_up(settings: Settings) -> list[str]:
    """Make what is missing at Stripe; gives what was made."""
    async with _line(settings):
        return await catalogue.set_up()


async def read_status(settings: Settings) -> Status:
    """How billing stands over all providers."""
    async with _line(settings):
        return await catalogue.read_status(test="_test_" in settings.stripe_key)


async def open_account(settings: Settings, tenant_id: UUID) -> None:
    """Begin a new provider's trial, where providers pay. The database must be open."""
    async with tenant_scope(tenant_id):
        await accounts.ensure(settings, datetime.now(UTC))


@asynccontextmanager
async def _line(settings: Settings) -> AsyncIterator[None]:
    if not settings.billing:
        raise SettingsError("TATA_STRIPE_KEY is not set: billing is off, and nothing is limited.")
    await open_process(settings, connections=1, patience=5)
    try:
        yield
    finally:
        await close_process()
