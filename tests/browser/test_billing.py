"""A subscription in the browser: from the plans to the payment page and back, and what is told above every page."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from playwright.async_api import Page, expect

from tatausaha.billing import stripe_line
from tatausaha.core.i18n import gettext as _
from tests.billing.records import fill_billing
from tests.billing.steps import begin_trial
from tests.browser.visits import NARROW, Visits, barriers, overflow, settle
from tests.make import Office, drain
from tests.stripe_double import Double, billing_on, serving


@pytest.fixture
async def stripe(app: Litestar, site: str) -> AsyncIterator[Double]:
    """A stand-in for the payment service, and billing on; the line to another one is closed first."""
    await stripe_line.close()
    with serving(Double()) as double, billing_on(double, base_url=site):
        yield double
        await stripe_line.close()
    assert double.surprises == []


@pytest.fixture
async def workers(office: Office) -> AsyncIterator[None]:
    """Whatever is asked is done, as by the workers, for as long as the test lasts."""

    async def work() -> None:
        while True:
            await drain(office.tenant_id)
            await asyncio.sleep(0.1)

    working = asyncio.create_task(work())
    yield
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def choose(page: Page, coupon: str) -> None:
    await page.get_by_label(_("Coupon")).fill(coupon)
    await page.get_by_role("button", name=_("Go to the payment page")).click()


@pytest.mark.usefixtures("workers")
async def test_an_owner_goes_from_the_plans_to_the_payment_page_and_back_to_what_is_true(
    visits: Visits, office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    page = await visits.open(office.owner, NARROW)
    await page.goto("/subscription")
    await page.get_by_role("link", name=_("Choose a plan"), exact=True).first.click()
    await page.get_by_role("link", name=_("Yearly")).click()
    await expect(page.get_by_role("link", name=_("Yearly"))).to_have_attribute("aria-current", "true")
    await page.get_by_role("link", name=_("Choose %(plan)s") % {"plan": "Rintis"}).click()

    await choose(page, "NOPE")
    await page.get_by_role("link", name=_("Try again")).click()
    await expect(page.locator("#coupon-error")).to_be_visible()
    assert await barriers(page) == []
    stripe.offer("HEMAT", percent_off=10)
    await choose(page, "HEMAT")
    await page.wait_for_url(f"{stripe.url}/**")
    await page.get_by_role("button").first.click()  # a card that works

    await page.wait_for_url(re.compile(r"/subscription$"))
    await expect(page.locator("main")).to_contain_text("•••• 4242")
    await settle(page)
    assert await overflow(page) == []
    visits.troubles[:] = [each for each in visits.troubles if stripe.url not in each]


async def test_what_a_missing_payment_stops_is_above_the_pages_of_the_house_and_never_in_the_portal(
    visits: Visits, office: Office
) -> None:
    now = datetime.now(UTC)
    async with office.scope():
        ends = {"open_until": now - timedelta(days=3), "grace_until": now + timedelta(days=11)}
        await fill_billing("PT Tata Kelola", reason="card", **ends)
    page = await visits.open(office.owner, NARROW)
    await page.goto("/work")
    banner = page.locator(".banner")
    await expect(banner).to_be_visible()
    assert [*await barriers(page), *await overflow(page)] == []
    await banner.get_by_role("link").click()
    await expect(page).to_have_url(re.compile(r"/subscription$"))
    await expect(page.locator(".banner")).to_have_count(0)  # the page itself says more

    colleague = await visits.open(office.worker)
    await colleague.goto("/clients")
    await expect(colleague.locator(".banner")).to_be_visible()
    await expect(colleague.locator(".banner").get_by_role("link")).to_have_count(0)
    client = await visits.open(office.approver)
    await client.goto("/portal")
    await expect(client.locator(".banner")).to_have_count(0)
