"""Second steps in a real browser: a passkey of a device that Chromium plays, and an app without any script."""

import re
from collections.abc import AsyncIterator, Iterator

import msgspec
import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from tatausaha.core import process
from tatausaha.core.i18n import gettext as _
from tatausaha.core.ids import uuid7
from tatausaha.identity.service import found_provider
from tests.browser.visits import NARROW, Visits, barriers, overflow, settle
from tests.identity.entry import give_app

PASSWORD = "empat kata yang panjang"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_site(site: str) -> Iterator[str]:
    """The same application under a host name, which passkeys need."""
    (before,) = process._open
    address = site.replace("127.0.0.1", "localhost")
    process._open[:] = [
        msgspec.structs.replace(before, settings=msgspec.structs.replace(before.settings, base_url=address))
    ]
    yield address
    process._open[:] = [before]


@pytest.fixture
async def windows(chromium: Browser, named_site: str) -> AsyncIterator[Visits]:
    made = Visits(chromium, named_site)
    yield made
    await made.leave()
    assert made.troubles == []


@pytest.fixture
async def owner() -> str:
    email = f"{uuid7().hex}@example.test"
    await found_provider("PT Jasa Prima", "Rina Hartati", email, PASSWORD)
    return email


async def plug_in(page: Page, *, willing: bool = True) -> None:
    """A device that holds passkeys; an unwilling one knows that finger, face and PIN are not its person's."""
    client = await page.context.new_cdp_session(page)
    await client.send("WebAuthn.enable")
    await client.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, "isUserVerified": willing}})


async def say_password(page: Page, email: str) -> None:
    await page.goto("/sign-in?next=/account")
    await page.get_by_label(_("E-mail")).fill(email)
    await page.get_by_label(_("Password")).fill(PASSWORD)
    await page.keyboard.press("Enter")


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name=_("Your menu: %(name)s") % {"name": "Rina Hartati"}).click()
    await page.get_by_role("button", name=_("Sign out")).click()
    await page.wait_for_url("**/sign-in")


async def test_an_owner_makes_a_passkey_at_the_first_sign_in_and_enters_with_it_alone(
    windows: Visits, owner: str
) -> None:
    page = await windows.open()
    await plug_in(page)
    await say_password(page, owner)
    await page.get_by_label(_("Name")).fill("Laptop kantor")
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes code")).to_have_count(10)
    await page.reload()
    await expect(page.locator(".codes")).to_have_count(0)

    await sign_out(page)
    await page.get_by_role("button", name=_("Sign in with a passkey")).focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/work")
    await page.goto("/account")
    await expect(page.get_by_text("Laptop kantor", exact=True)).to_be_visible()


async def test_a_passkey_is_the_second_step_after_the_password_and_confirms(windows: Visits, owner: str) -> None:
    page = await windows.open()
    await plug_in(page)
    await say_password(page, owner)
    await page.get_by_role("button", name=_("Make a passkey")).click()
    await page.locator(".codes").wait_for()
    await sign_out(page)
    await say_password(page, owner)
    await page.get_by_role("button", name=_("Use a passkey")).click()
    await page.wait_for_url("**/account")

    await page.goto("/confirm?next=/account/app")
    await page.get_by_role("button", name=_("Use a passkey")).click()
    await page.wait_for_url("**/account/app")
    await expect(page.locator("img.qr")).to_be_visible()


async def test_a_device_that_does_not_know_its_person_opens_nothing_and_the_page_says_so(
    windows: Visits, owner: str
) -> None:
    await give_app(owner)
    page = await windows.open()
    await plug_in(page, willing=False)
    await page.goto("/sign-in")
    button = page.get_by_role("button", name=_("Sign in with a passkey"))
    await button.click()

    told = _("The passkey was not used. Try again, or use another way.")
    await expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible()
    await expect(button).to_be_enabled()


async def test_without_scripts_an_app_is_set_up_and_no_passkey_is_offered(windows: Visits, owner: str) -> None:
    page = await windows.open(java_script_enabled=False)
    await say_password(page, owner)
    await expect(page.get_by_role("button", name=_("Make a passkey"))).to_be_hidden()
    secret = await page.locator(".secret").inner_text()
    await page.get_by_label(_("Code")).fill(pyotp.TOTP(re.sub(r"\s", "", secret)).now())
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account/codes")

    await expect(page.locator(".codes code")).to_have_count(10)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_pages_between_password_and_session_are_open_to_everyone(
    windows: Visits, owner: str, language: str
) -> None:
    page = await windows.open()
    await page.context.add_cookies([{"name": "tata_language", "value": language, "url": windows.site}])
    found: list[str] = []
    for enrolled in (False, True):
        if enrolled:
            await give_app(owner)
        await page.goto("/sign-in")
        await page.locator("#email").fill(owner)
        await page.locator("#password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/sign-in/code" if enrolled else "**/sign-in/set-up")
        await settle(page)
        found += await barriers(page)
        await page.set_viewport_size(NARROW)
        found += [*await overflow(page), *await barriers(page)]

    assert found == []
