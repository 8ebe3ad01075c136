"""What stands around every page: signing in, language, theme, menus and the palette, by mouse and by keyboard."""

import pytest
from playwright.async_api import Page, expect

from tatausaha.core.i18n import gettext as _
from tatausaha.identity import service
from tests.browser.visits import NARROW, Visits, settle
from tests.identity.entry import code, give_app
from tests.make import Office, make_client
from tests.people.make import employ

PASSWORD = "melati putih di halaman"


@pytest.fixture
async def email(office: Office) -> str:
    """The address of an owner who knows a password and has an authenticator app."""
    address = f"{office.tenant_id.hex}@example.test"
    await service.found_provider("PT Jasa Prima", "Rina Hartati", address, PASSWORD)
    await give_app(address)
    return address


async def test_a_person_signs_in_with_the_keyboard_and_out_by_the_menu(visits: Visits, email: str) -> None:
    page = await visits.open()
    await page.goto("/work")
    await expect(page.get_by_label(_("E-mail"))).to_be_focused()
    await page.keyboard.type(email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")

    await expect(page.get_by_label(_("Code"))).to_be_focused()
    await page.keyboard.type(code())
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/work")
    await page.get_by_role("button", name=_("Your menu: %(name)s") % {"name": "Rina Hartati"}).click()
    await page.get_by_role("button", name=_("Sign out")).click()
    await page.wait_for_url("**/sign-in")


async def test_a_wrong_password_is_told_and_the_address_is_kept(visits: Visits, email: str) -> None:
    page = await visits.open()
    await page.goto("/sign-in")
    await page.get_by_label(_("E-mail")).fill(email)
    await page.get_by_label(_("Password")).fill("salah")
    await page.keyboard.press("Enter")

    await expect(page.locator(".error-summary")).to_be_focused()
    await expect(page.get_by_role("textbox", name=_("E-mail"))).to_have_value(email)
    await expect(page.locator("#password")).to_have_value("")


async def test_language_and_theme_stay_chosen(page: Page, office: Office, visits: Visits) -> None:
    await page.goto("/people")
    await page.get_by_role("button", name=_("Your menu: %(name)s") % {"name": office.worker.name}).click()
    async with page.expect_response("**/preferences"):
        await page.get_by_role("button", name=_("Dark")).click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="English").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("People")
    elsewhere = await visits.open(office.worker)
    await elsewhere.goto("/payroll")
    await expect(elsewhere.locator("html")).to_have_attribute("lang", "en")
    await expect(elsewhere.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_palette_finds_an_employee_and_opens_the_page(page: Page, office: Office) -> None:
    employee = await employ(office, name="Kartika Wulandari")
    await page.goto("/work")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("Kartika")
    await expect(page.get_by_role("option", name="Kartika Wulandari")).to_be_visible()
    await page.keyboard.press("Enter")

    await page.wait_for_url(f"**/people/{employee}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Kartika Wulandari")


async def test_the_palette_goes_to_a_place_and_closes_by_escape(page: Page) -> None:
    await page.goto("/work")
    await page.keyboard.press("/")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()

    await page.keyboard.press("Control+k")
    await page.keyboard.type(_("Payroll"))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/payroll")


async def test_another_client_is_chosen_by_typing_its_name(visits: Visits, office: Office) -> None:
    async with office.scope():
        chosen = await make_client(name="CV Angin Timur")
        await make_client(name="PT Batu Karang")
    page = await visits.open(office.manager)
    await page.goto("/people")
    await page.get_by_role("button", name=_("Client: %(name)s. Change") % {"name": _("All clients")}).click()
    await page.get_by_label(_("Find a client")).press_sequentially("cv ang")
    await expect(page.get_by_role("link", name="PT Batu Karang")).to_have_count(0)
    await page.get_by_role("link", name="CV Angin Timur").click()

    await page.wait_for_url(f"**{chosen}**")
    await expect(
        page.get_by_role("button", name=_("Client: %(name)s. Change") % {"name": "CV Angin Timur"})
    ).to_be_visible()


async def test_on_a_phone_the_menu_opens_and_leads_on(visits: Visits, office: Office) -> None:
    page = await visits.open(office.worker, NARROW, has_touch=True)
    await page.goto("/work")
    await expect(page.get_by_role("link", name=_("People"), exact=True)).to_be_hidden()
    await page.get_by_role("button", name=_("Menu"), exact=True).tap()
    await page.get_by_role("link", name=_("People"), exact=True).tap()

    await page.wait_for_url("**/people")
    await settle(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text(_("People"))
