"""A browser without JavaScript reads every page and sends every form."""

import pytest
from playwright.async_api import Page, expect

from tatausaha.core.i18n import gettext as _
from tests.browser.visits import Visits
from tests.make import Office, drain, make_employees
from tests.people.make import employ
from tests.reports.months import calculate


@pytest.fixture
async def plain(visits: Visits, office: Office) -> Page:
    return await visits.open(office.worker, java_script_enabled=False)


async def test_people_are_entered_and_looked_for(plain: Page, office: Office) -> None:
    await employ(office, number="A-2", name="Budi Santoso")
    await plain.goto("/people/new")
    await plain.get_by_role("combobox", name=_("Client")).select_option("PT Maju Bersama")
    await plain.get_by_label(_("Number"), exact=True).fill("A-001")
    await plain.get_by_label(_("Name"), exact=True).fill("Sari Dewi")
    await plain.get_by_role("textbox", name=_("First day")).fill("05/01/2026")
    await plain.get_by_label(_("PTKP status")).select_option("K/1")
    await plain.get_by_label(_("Basic salary")).fill("7500000")
    await plain.get_by_role("button", name=_("Save")).click()
    await expect(plain.get_by_role("heading", level=1)).to_have_text("Sari Dewi")

    await plain.goto("/people")
    await plain.get_by_role("searchbox").fill("Budi")
    await plain.get_by_role("button", name=_("Show")).click()
    await expect(plain.get_by_role("link", name="Budi Santoso")).to_be_visible()
    await expect(plain.get_by_role("link", name="Sari Dewi")).to_have_count(0)


async def test_a_month_is_begun_and_calculated(plain: Page, office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 2)
    await plain.goto("/payroll/new")
    await plain.get_by_role("combobox", name=_("Client")).select_option("PT Maju Bersama")
    await plain.get_by_label(_("Month"), exact=True).fill("2026-06")
    await plain.locator("main form").get_by_role("button").click()
    await plain.get_by_role("button", name=_("Calculate")).click()
    await drain(office.tenant_id)

    await plain.reload()
    await expect(plain.locator("main .state").first).to_have_text(_("Waiting for review"))


async def test_a_figure_leads_to_the_page_that_explains_it(plain: Page, office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 1)
    run_id = await calculate(office)
    await plain.goto(f"/payroll/{run_id}?tab=slips")
    await plain.locator("#list tbody a").first.click()
    await plain.locator("a.figure").first.click()

    await expect(plain.get_by_role("heading", name=_("Legal source"))).to_be_visible()


async def test_the_client_approves(visits: Visits, office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 1)
    run_id = await calculate(office)
    manager = await visits.open(office.manager, java_script_enabled=False)
    await manager.goto(f"/payroll/{run_id}")
    await manager.get_by_role("button", name=_("Review done")).click()
    approver = await visits.open(office.approver, java_script_enabled=False)
    await approver.goto(f"/portal/approvals/{run_id}")
    await approver.get_by_role("button", name=_("Approve these figures")).click()
    await approver.get_by_role("button", name=_("Yes, approve")).click()

    await expect(approver.locator("main .state").first).to_have_text(_("Approved"))
