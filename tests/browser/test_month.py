"""A client's month end in the browser, with a real relay and a real worker behind it."""

from collections.abc import Iterator

import msgspec
import pytest
from playwright.async_api import Page, expect

from tatausaha.core.i18n import gettext as _
from tatausaha.local.environment import as_environment
from tatausaha.local.installation import RELAY, WORKER
from tatausaha.local.supervisor import Supervisor
from tatausaha.settings import PROJECT, Settings
from tests.browser.visits import NARROW, Visits
from tests.make import Office, make_employees

PEOPLE = 1_500


@pytest.fixture(scope="module")
def workers(settings: Settings, worker_id: str) -> Iterator[None]:
    """A relay and a worker, waked through a database of Redis of their own. They run only while these tests do."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 1
    own = msgspec.structs.replace(settings, redis_url=f"{settings.redis_url}?db={number}")
    supervisor = Supervisor(settings.home / "logs")
    for name, command in (("relay", RELAY), ("worker", (*WORKER, "--path", str(PROJECT)))):
        supervisor.add(name, command, as_environment(own))
    with supervisor:
        yield


@pytest.fixture
async def staffed(office: Office) -> Office:
    async with office.scope():
        await make_employees(office.client_id, PEOPLE, bpjs_kesehatan=True, bpjs_jht=True, bpjs_jp=True)
    return office


async def begin(page: Page) -> None:
    """Open a client's June and have it calculated."""
    await page.goto("/payroll/new")
    await page.get_by_role("combobox", name=_("Client")).select_option("PT Maju Bersama")
    await page.get_by_label(_("Month"), exact=True).fill("2026-06")
    await page.locator("main form").get_by_role("button").click()
    await page.get_by_role("button", name=_("Calculate"), exact=True).click()
    await expect(page.locator("section.job")).to_be_visible()


async def follow(page: Page) -> list[float]:
    """Watch until the figures are there, without reloading; gives what the bar showed on the way."""
    await page.evaluate("window.untouched = true; window.seen = []")
    await page.evaluate(
        "document.body.addEventListener('htmx:sseMessage',"
        " () => window.seen.push(document.querySelector('section.job progress').value))"
    )
    await expect(page.locator("main .state").first).to_have_text(_("Waiting for review"))
    assert await page.evaluate("window.untouched")
    seen: list[float] = await page.evaluate("window.seen")
    return seen


async def test_a_month_is_made_watched_checked_approved_on_a_phone_and_published(
    workers: None, staffed: Office, visits: Visits
) -> None:
    maker, checker = await visits.open(staffed.worker), await visits.open(staffed.manager)
    await begin(maker)
    seen = await follow(maker)
    assert seen == sorted(seen)
    assert seen[-1] == PEOPLE
    address = maker.url

    await expect(maker.get_by_text(_("You worked on this run"))).to_be_visible()
    await expect(maker.get_by_role("button", name=_("Review done"))).to_have_count(0)
    await checker.goto(address)
    await checker.get_by_role("button", name=_("Review done")).click()
    await expect(checker.locator("main .state").first).to_have_text(_("Waiting for the client"))

    await approve_on_a_phone(visits, staffed, address.rsplit("/", 1)[-1])
    await checker.goto(address)
    await checker.get_by_role("button", name=_("Publish"), exact=True).click()
    await expect(checker.locator("main .state").first).to_have_text(_("Published"))


async def approve_on_a_phone(visits: Visits, office: Office, run_id: str) -> None:
    phone = await visits.open(office.approver, NARROW, has_touch=True)
    await phone.goto("/portal")
    await phone.get_by_role("link", name=_("Look and decide")).tap()
    await phone.wait_for_url(f"**/portal/approvals/{run_id}")
    await phone.get_by_role("button", name=_("Approve these figures")).tap()
    await expect(phone.get_by_role("dialog")).to_contain_text("PT Maju Bersama")
    await phone.get_by_role("button", name=_("Yes, approve")).tap()
    await expect(phone.get_by_role("button", name=_("Approve these figures"))).to_have_count(0)


async def test_a_figure_opens_its_explanation_and_escape_leads_back_to_it(
    workers: None, page: Page, staffed: Office
) -> None:
    await begin(page)
    await follow(page)
    await page.get_by_role("link", name=_("Payslips"), exact=True).click()
    await page.locator("#list tbody a").first.click()
    figure = page.locator("a.figure").nth(1)
    await figure.focus()
    await page.keyboard.press("Enter")

    drawer = page.get_by_role("dialog")
    await expect(drawer.get_by_role("heading", name=_("Legal source"))).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(figure).to_be_focused()
