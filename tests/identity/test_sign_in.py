"""Getting in and out."""

import httpx
import pytest
from litestar import Litestar

from tatausaha.identity.service import found_provider
from tests.identity.entry import enter
from tests.make import Office

PASSWORD = "empat kata yang panjang"


def visitor(app: Litestar) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")


async def test_an_owner_signs_in_with_the_right_password_and_sees_the_work_page(app: Litestar, office: Office) -> None:
    await found_provider("PT Baru", "Sari", f"{office.tenant_id.hex}@example.test", PASSWORD)
    async with visitor(app) as browser:
        refused = await browser.post(
            "/sign-in", data={"email": f"{office.tenant_id.hex}@example.test", "password": "x"}
        )
        entered = await enter(browser, f"{office.tenant_id.hex}@example.test", PASSWORD)
        home = await browser.get("/")

    assert refused.status_code == 422
    assert entered.status_code == 303
    assert home.headers["location"] == "/work"


async def test_a_change_without_the_sessions_own_token_is_refused(office: Office) -> None:
    answer = await office.owner.http.post("/sign-out", data={"_csrf": office.manager.csrf})

    assert answer.status_code == 403
    assert (await office.owner.get("/")).headers["location"] == "/work"


async def test_signing_out_ends_the_session_on_the_server(office: Office) -> None:
    await office.owner.post("/sign-out")

    assert (await office.owner.get("/")).headers["location"] == "/sign-in"


async def test_a_visitor_is_sent_to_sign_in_and_then_to_the_page_that_was_asked_for(
    app: Litestar, office: Office
) -> None:
    email = f"{office.tenant_id.hex}@example.test"
    await found_provider("PT Baru", "Sari", email, PASSWORD)
    async with visitor(app) as browser:
        asked = await browser.get("/payroll")
        form = await browser.get(asked.headers["location"])
        entered = await enter(browser, email, PASSWORD, "/payroll")

    assert asked.status_code == 303
    assert 'name="next" value="/payroll"' in form.text
    assert entered.headers["location"] == "/payroll"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/\t/evil.test", "//["]
)
async def test_signing_in_leads_to_no_other_host(app: Litestar, office: Office, elsewhere: str) -> None:
    email = f"{office.tenant_id.hex}@example.test"
    await found_provider("PT Baru", "Sari", email, PASSWORD)
    async with visitor(app) as browser:
        entered = await enter(browser, email, PASSWORD, elsewhere)

    assert entered.headers["location"] == "/"
