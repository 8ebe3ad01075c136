"""Employees in the browser: entered, looked for, and brought from a spreadsheet."""

import asyncio
import io
import re
from pathlib import Path

import openpyxl
from playwright.async_api import Page, expect

from tatausaha.core import db
from tatausaha.core.i18n import gettext as _
from tests.browser.visits import Visits, settle
from tests.make import Office, drain, make_employees
from tests.people.make import employ


async def count_people(office: Office) -> int:
    async with office.scope():
        return int(await db.value("select count(*) from employee"))


async def fill_in(page: Page) -> None:
    """A new employee, all but right: the first day does not exist."""
    await page.get_by_role("combobox", name=_("Client")).select_option("PT Maju Bersama")
    await page.get_by_label(_("Number"), exact=True).fill("A-001")
    await page.get_by_label(_("Name"), exact=True).fill("Sari Dewi")
    await page.get_by_role("textbox", name=_("First day")).fill("31/02/2026")
    await page.get_by_label(_("PTKP status")).select_option("K/1")
    await page.get_by_label(_("Basic salary")).fill("Rp 7.500.000")


async def test_a_wrong_day_is_told_at_its_field_and_in_a_summary_and_nothing_typed_is_lost(
    page: Page, office: Office
) -> None:
    await page.goto("/people/new")
    await fill_in(page)
    await page.get_by_role("button", name=_("Save")).click()

    summary = page.locator(".error-summary")
    await expect(summary).to_be_focused()
    await expect(page.locator("#joined_on")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#joined_on-error")).to_be_visible()
    await summary.get_by_role("link").click()
    await expect(page.locator("#joined_on")).to_be_focused()
    await expect(page.get_by_label(_("Name"), exact=True)).to_have_value("Sari Dewi")
    assert await count_people(office) == 0

    await page.keyboard.press("Control+a")
    await page.keyboard.type("5 Januari 2026")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sari Dewi")
    assert await count_people(office) == 1


async def test_pressing_save_twice_enters_a_person_once(page: Page, office: Office) -> None:
    await page.goto("/people/new")
    await fill_in(page)
    await page.locator("#joined_on").fill("05/01/2026")
    await page.get_by_role("button", name=_("Save")).dblclick()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Sari Dewi")
    await expect(page.locator(".notice.tone-attention")).to_be_hidden()
    assert await count_people(office) == 1


async def test_a_search_narrows_the_list_at_once_and_its_address_can_be_sent(
    page: Page, office: Office, visits: Visits
) -> None:
    await employ(office, number="A-1", name="Kartika Wulandari")
    await employ(office, number="A-2", name="Budi Santoso")
    await page.goto("/people")
    await page.get_by_role("searchbox").press_sequentially("Karti")
    await expect(page.get_by_role("link", name="Budi Santoso")).to_have_count(0)
    await expect(page).to_have_url(re.compile("q=Karti"))

    elsewhere = await visits.open(office.worker)
    await elsewhere.goto(page.url)
    await expect(elsewhere.get_by_role("link", name="Kartika Wulandari")).to_be_visible()
    await expect(elsewhere.get_by_role("link", name="Budi Santoso")).to_have_count(0)
    await page.go_back()
    await expect(page.get_by_role("link", name="Budi Santoso")).to_be_visible()


async def test_pages_of_a_long_list_keep_the_address_and_lead_back(page: Page, office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 120)
    await page.goto("/people")
    await settle(page)
    first = await page.locator("#list tbody th a").first.get_attribute("href")
    await page.get_by_role("link", name=_("Next page")).click()
    await expect(page).to_have_url(re.compile("after="))
    await expect(page.locator(f'#list a[href="{first}"]')).to_have_count(0)

    await page.go_back()
    await expect(page.locator(f'#list a[href="{first}"]')).to_be_visible()


def workbook(path: Path) -> Path:
    """Two employees; the second was born too late and has an unknown status."""
    book, kept = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Nomor Karyawan", "Nama", "PTKP", "Tanggal Masuk", "Gaji Pokok"])
    book.active.append(["A-1", "Sari Dewi", "TK/0", "05/01/2026", "Rp 7.500.000"])
    book.active.append(["A-2", "Budi Santoso", "K/9", "31/02/2026", "6000000"])
    book.save(kept)
    path.write_bytes(kept.getvalue())
    return path


async def test_a_spreadsheet_is_checked_shows_its_bad_cells_and_comes_in(
    page: Page, office: Office, tmp_path: Path
) -> None:
    await page.goto("/people/import")
    await page.get_by_role("combobox", name=_("Client")).select_option("PT Maju Bersama")
    await page.get_by_label(_("Spreadsheet")).set_input_files(workbook(tmp_path / "karyawan.xlsx"))
    await expect(page.get_by_text("karyawan.xlsx")).to_be_visible()
    await page.get_by_role("button", name=_("Upload and check")).click()
    await page.wait_for_url("**/people/imports/*")

    await asyncio.gather(drain(office.tenant_id), expect(page.locator("#problems tbody tr")).to_have_count(2))
    await expect(page.locator("#problems")).to_contain_text("K/9")
    assert await count_people(office) == 0
    await page.get_by_role("button", name=_("Import %(count)s employees") % {"count": "1"}).click()
    await asyncio.gather(drain(office.tenant_id), expect(page.get_by_text(_("The import is done."))).to_be_visible())
    assert await count_people(office) == 1
