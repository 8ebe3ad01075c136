"""Confirming again before something grave, and what becomes of the session's token."""

import re

import httpx
import pyotp
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import token_hash
from tatausaha.identity.passwords import hash_password
from tests.hostile.visiting import visitor
from tests.identity.entry import code, give_app
from tests.make import Office, Person

PASSWORD = "empat kata yang panjang"


@pytest.fixture
async def owner(office: Office) -> Person:
    """With a password and an app, and a session that was confirmed long ago."""
    kept = await hash_password(PASSWORD)
    async with gate_scope():
        await db.execute("update account set password_hash = $2 where email = $1", office.owner.email, kept)
    await give_app(office.owner.email)
    await grow_old(office.owner)
    return office.owner


async def grow_old(person: Person) -> None:
    async with gate_scope():
        await db.execute(
            "update user_session set confirmed_at = now() - interval '11 minutes' where member_id = $1",
            person.member_id,
        )


async def count_apps(person: Person) -> int:
    async with gate_scope():
        found: int = await db.value(
            "select count(*) from totp t join account a on a.id = t.account_id where email = $1", person.email
        )
    return found


async def add_app(person: Person) -> httpx.Response:
    """Scan what the page shows, and type the code of it."""
    page = (await person.get("/account/app")).text
    sealed, secret = (
        re.search(r'name="proposal" value="([^"]+)"', page),
        re.search(r'class="secret">([A-Z2-7 ]+)<', page),
    )
    assert sealed
    assert secret
    typed = pyotp.TOTP(secret[1].replace(" ", "")).now()
    return await person.post("/account/app", {"proposal": sealed[1], "code": typed})


async def test_a_grave_page_asks_again_and_leads_back_to_itself(owner: Person) -> None:
    asked = await owner.get("/account/app?x=1")
    confirmed = await owner.post("/confirm", {"password": PASSWORD, "next": "/account/app?x=1"})
    shown = await owner.get("/account/app?x=1")

    assert asked.headers["location"] == "/confirm?next=%2Faccount%2Fapp%3Fx%3D1"
    assert confirmed.headers["location"] == "/account/app?x=1"
    assert shown.status_code == 200


async def test_what_was_not_confirmed_is_not_done_and_the_person_returns_to_the_form(owner: Person) -> None:
    page = {"referer": "http://testserver/account"}
    refused = await owner.post("/account/app/remove", headers=page)
    within = await owner.post(
        "/account/app/remove", headers={"hx-request": "true", "hx-current-url": "http://testserver/people?q=a"}
    )
    elsewhere = await owner.post("/account/app/remove", headers={"referer": "http://evil.test/account"})

    assert refused.headers["location"] == "/confirm?next=%2Faccount"
    assert (within.status_code, within.headers["hx-redirect"]) == (403, "/confirm?next=%2Fpeople%3Fq%3Da")
    assert elsewhere.headers["location"] == "/confirm?next=%2F"
    assert await count_apps(owner) == 1


async def test_a_code_of_the_app_confirms_once(owner: Person) -> None:
    typed = code()
    confirmed = await owner.post("/confirm", {"code": typed})
    await grow_old(owner)
    again = await owner.post("/confirm", {"code": typed})

    assert (confirmed.status_code, again.status_code) == (303, 422)
    assert (await owner.get("/account/app")).status_code == 303


@pytest.mark.parametrize("typed", [{"password": "salah sekali"}, {"code": "000000"}, {"credential": "{}"}, {}])
async def test_what_is_wrong_confirms_nothing(owner: Person, typed: dict[str, str]) -> None:
    refused = await owner.post("/confirm", typed)

    assert refused.status_code == 422
    assert (await owner.get("/account/app")).status_code == 303


async def test_guessing_at_the_confirmation_must_wait(owner: Person) -> None:
    statuses = [(await owner.post("/confirm", {"password": f"salah {n}"})).status_code for n in range(13)]

    assert statuses[0] == 422
    assert statuses[-1] == 429


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
async def test_confirming_leads_to_no_other_host(owner: Person, elsewhere: str) -> None:
    confirmed = await owner.post("/confirm", {"password": PASSWORD, "next": elsewhere})

    assert confirmed.headers["location"] == "/"


async def test_confirming_gives_another_token_and_the_old_one_is_worth_nothing(app: Litestar, owner: Person) -> None:
    before = owner.http.cookies["tata"]
    await owner.post("/confirm", {"password": PASSWORD})
    after = owner.http.cookies["tata"]
    async with visitor(app) as thief:
        thief.cookies.set("tata", before, domain="testserver.local")
        stolen = await thief.get("/work")

    assert before != after
    assert stolen.headers["location"].startswith("/sign-in")
    assert (await owner.get("/work")).status_code == 200


async def test_adding_and_removing_a_factor_gives_another_token_and_a_letter(office: Office) -> None:
    worker = office.worker
    tokens = [worker.http.cookies["tata"]]
    added = await add_app(worker)
    tokens.append(worker.http.cookies["tata"])
    removed = await worker.post("/account/app/remove")
    tokens.append(worker.http.cookies["tata"])

    assert (added.headers["location"], removed.headers["location"]) == ("/account/codes", "/account")
    assert len(set(tokens)) == 3
    async with office.scope():
        told = await db.records(
            "select data ->> 'what' as what from mail where recipient = $1 order by id", worker.email
        )
    assert [row["what"] for row in told] == ["app_added", "app_removed"]


async def test_the_first_factor_ends_sessions_that_were_begun_without_one(app: Litestar, office: Office) -> None:
    other = (await office.hire("worker")).http
    async with gate_scope():
        await db.execute(
            "update user_session set account_id = (select account_id from user_session where token_hash = $1)"
            " where token_hash = $2",
            *(token_hash(office.worker.token), token_hash(other.cookies["tata"])),
        )
    await add_app(office.worker)

    assert (await other.get("/work")).status_code == 303
    assert (await office.worker.get("/work")).status_code == 200


async def test_the_last_factor_of_a_role_that_needs_one_stays(owner: Person) -> None:
    await owner.post("/confirm", {"password": PASSWORD})
    answer = await owner.post("/account/app/remove")

    assert answer.status_code == 409
    assert await count_apps(owner) == 1


async def test_recovery_codes_are_made_anew_only_after_confirming_and_shown_once(owner: Person) -> None:
    early = await owner.post("/account/codes")
    await owner.post("/confirm", {"code": code()})
    made = await owner.post("/account/codes")
    shown, again = await owner.get("/account/codes"), await owner.get("/account/codes")

    assert early.headers["location"].startswith("/confirm")
    assert made.headers["location"] == "/account/codes"
    assert len(re.findall(r"<code>[a-z0-9-]{14}</code>", shown.text)) == 10
    assert "<code>" not in again.text


async def test_codes_handed_over_to_one_person_are_not_shown_to_another(
    app: Litestar, owner: Person, office: Office
) -> None:
    await owner.post("/confirm", {"code": code()})
    await owner.post("/account/codes")
    sealed = owner.http.cookies["tata_codes"]
    office.manager.http.cookies.set("tata_codes", sealed, domain="testserver.local")

    assert "<code>" not in (await office.manager.get("/account/codes")).text
