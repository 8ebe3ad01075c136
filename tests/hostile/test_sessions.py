"""Sessions, links and secrets in the hands of somebody else."""

import logging
import re

import asyncpg
import httpx
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import token_hash, uuid7
from tatausaha.identity.service import found_provider
from tests.hostile.visiting import visitor
from tests.identity.entry import enter
from tests.make import Office
from tests.people.make import NIK, typed

PASSWORD = "empat kata yang panjang"


def sign_in(browser: httpx.AsyncClient, email: str, password: str = PASSWORD, **headers: str) -> httpx.Request:
    return browser.build_request("POST", "/sign-in", data={"email": email, "password": password}, headers=headers)


async def owner_of_a_new_house() -> str:
    email = f"{uuid7().hex}@example.test"
    await found_provider("PT Baru", "Sari", email, PASSWORD)
    return email


async def test_a_session_that_somebody_else_chose_is_never_used(app: Litestar) -> None:
    email = await owner_of_a_new_house()
    async with visitor(app) as browser:
        browser.cookies.set("tata", "chosen-by-somebody-else", domain="testserver.local")
        entered = await enter(browser, email, PASSWORD)
    async with visitor(app) as thief:
        thief.cookies.set("tata", "chosen-by-somebody-else", domain="testserver.local")
        answer = await thief.get("/work")

    assert entered.cookies["tata"] not in ("", "chosen-by-somebody-else")
    assert answer.status_code == 303


async def test_a_session_that_ended_opens_nothing_even_with_its_token(office: Office) -> None:
    await office.worker.post("/sign-out")
    stolen = httpx.AsyncClient(transport=office.worker.http._transport, base_url="http://testserver")
    stolen.cookies.set("tata", office.worker.token, domain="testserver.local")

    assert (await stolen.get("/work")).headers["location"].startswith("/sign-in")
    assert (await stolen.post("/people", data={"_csrf": office.worker.csrf})).status_code == 303


@pytest.mark.parametrize("past", ["seen_at = now() - interval '13 hours'", "expires_at = now()"])
async def test_a_session_that_is_idle_or_too_old_opens_nothing(office: Office, past: str) -> None:
    async with gate_scope():
        await db.execute(f"update user_session set {past} where token_hash = $1", token_hash(office.worker.token))

    assert (await office.worker.get("/work")).headers["location"] == "/sign-in?next=%2Fwork"


async def test_a_worker_who_is_barred_meanwhile_loses_the_client_with_the_next_click(office: Office) -> None:
    assert (await office.worker.get(f"/clients/{office.client_id}")).status_code == 200
    async with office.scope():
        await db.execute("update assignment set barred = true where member_id = $1", office.worker.member_id)

    assert (await office.worker.get(f"/clients/{office.client_id}")).status_code == 404


async def test_the_token_of_one_session_does_not_serve_another_of_the_same_person(
    app: Litestar, office: Office
) -> None:
    for token in ("", "x", office.owner.csrf[:-1] + "x", office.manager.csrf, office.owner.csrf.upper()):
        answer = await office.owner.http.post("/settings", data={"_csrf": token, "name": "PT Curang", "colour": ""})
        assert answer.status_code == 403
        header = await office.owner.http.post("/settings", data={"name": "PT Curang"}, headers={"x-csrf-token": token})
        assert header.status_code == 403

    assert "PT Curang" not in (await office.owner.get("/settings")).text


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Litestar) -> None:
    email = await owner_of_a_new_house()
    async with visitor(app) as browser:
        entered = await enter(browser, email, PASSWORD)
        page = await browser.get("/account")
        csrf = re.search(r'name="_csrf" value="(\w+)"', page.text)
        left = await browser.post("/sign-out", data={"_csrf": csrf[1] if csrf else ""})
        kept = dict(browser.cookies)
    cookies = [entered.headers["set-cookie"], *left.headers.get_list("set-cookie")]

    assert all(part in cookies[0].lower() for part in ("httponly", "samesite=lax", "path=/"))
    assert not any("domain" in cookie.lower() for cookie in cookies)
    # A browser heeds the end of a `__Host-` cookie only when it is as strict as its beginning.
    assert any(cookie.startswith("tata=") and "httponly" in cookie.lower() for cookie in cookies[1:])
    assert "tata" not in kept


async def test_ten_wrong_passwords_a_minute_are_enough_whatever_the_headers_say(app: Litestar) -> None:
    email = await owner_of_a_new_house()
    async with visitor(app) as browser:
        answers = [
            await browser.send(
                sign_in(
                    browser,
                    (email, email.upper(), f" {email} ")[number % 3],
                    "salah",
                    **{
                        "x-forwarded-for": f"10.0.0.{number}",
                        "x-real-ip": f"10.0.1.{number}",
                        "forwarded": "for=1.2.3.4",
                    },
                )
            )
            for number in range(24)
        ]
        right = await browser.send(sign_in(browser, email))

    assert sum(answer.status_code == 422 for answer in answers) <= 20, "two spans of a minute at most"
    assert answers[-1].status_code == 429
    assert right.status_code == 429


async def test_known_and_unknown_people_get_the_same_answer(app: Litestar) -> None:
    email = await owner_of_a_new_house()
    async with visitor(app) as browser:
        known = await browser.send(sign_in(browser, email, "salah sekali"))
        unknown = await browser.send(sign_in(browser, "x" + email, "salah sekali"))

    assert (known.status_code, known.text) == (unknown.status_code, unknown.text.replace("x" + email, email))


async def test_links_that_never_were_or_work_no_more_answer_alike(app: Litestar, office: Office) -> None:
    ends = {"used": "accepted_at = now()", "withdrawn": "revoked_at = now()", "old": "expires_at = now()"}
    async with office.scope():
        for token, end in ends.items():
            await db.execute(
                "insert into invitation (token_hash, email, name, role, invited_by, expires_at)"
                " values ($1, $2, 'Budi', 'worker', 'Dewi', now())",
                *(token_hash(token + str(office.tenant_id)), f"{token}@example.test"),
            )
            await db.execute(f"update invitation set {end} where email = $1", f"{token}@example.test")
    async with visitor(app) as browser:
        pages = [await browser.get(f"/invitations/{token}{office.tenant_id}") for token in (*ends, "unknown")]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text.replace(page.url.path, "") for page in pages}) == 1


async def test_logs_and_addresses_hold_no_secret(
    app: Litestar, office: Office, caplog: pytest.LogCaptureFixture, superuser: asyncpg.Connection
) -> None:
    """Also when the database refuses a row and says which; the fault here is made."""
    caplog.set_level(logging.DEBUG)
    email, account = await owner_of_a_new_house(), "98765432109876"
    async with visitor(app) as browser:
        await browser.send(sign_in(browser, email, "salah-" + PASSWORD))
        entered = await enter(browser, email, PASSWORD)
        await browser.get("/invitations/a-secret-link", headers={"cookie": "tata_flash=x"})
    form = typed(office, nik=NIK, bank_account=account, name="Bocor")
    await superuser.execute("alter table employee add constraint leak check (name <> 'Bocor') not valid")
    answers = [await office.worker.post("/people", form)]
    await superuser.execute("alter table employee drop constraint leak")
    answers += [await office.worker.post("/people", form | more) for more in ({"ptkp": "K/9"}, {}, {})]

    assert [answer.status_code for answer in answers] == [500, 422, 303, 422]
    assert "leak" in caplog.text
    told = caplog.text + "".join(answer.headers.get("location", "") for answer in answers)
    secrets = (PASSWORD, NIK, account, entered.cookies["tata"], office.worker.token, office.worker.csrf)
    assert [secret for secret in (*secrets, "a-secret-link") if secret in told] == []
