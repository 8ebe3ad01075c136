"""Getting in and out."""

import httpx
from litestar import Litestar

from tatausaha.identity.service import found_provider
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
        entered = await browser.post(
            "/sign-in", data={"email": f"{office.tenant_id.hex}@example.test", "password": PASSWORD}
        )
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
