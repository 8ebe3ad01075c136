"""A masked number, asked for in an open page."""

from playwright.async_api import Browser, expect

from tests.browser.visits import NARROW, WIDE, Visits, settle
from tests.make import Office
from tests.people.make import employ
from tests.people.test_secrets import CANARIES


async def test_a_number_is_shown_in_a_dialog_to_who_says_why_and_gone_when_it_closes(
    chromium: Browser, site: str, shared_office: Office
) -> None:
    employee_id = await employ(shared_office, number="R-1", **CANARIES)
    visits = Visits(chromium, site)
    window = await visits.open(shared_office.worker)
    for size in (WIDE, NARROW):
        await window.set_viewport_size(size)
        await window.goto(f"/people/{employee_id}")
        await settle(window)
        await window.focus("a.show >> nth=0")
        await window.keyboard.press("Enter")
        asked = window.locator("#ask[open]")
        await asked.locator("input[name=reason]").press("Enter")
        await expect(asked.locator("#reason-error")).to_be_visible()
        await asked.locator("input[name=reason]").fill("Payment to the bank")
        await asked.locator("input[name=reason]").press("Enter")
        await expect(asked).to_contain_text(CANARIES["nik"])
        await window.keyboard.press("Escape")
        await expect(window.locator("#ask-content")).to_be_empty()
        assert CANARIES["nik"] not in await window.content()
    await visits.leave()
