"""Getting in with a second step: codes, recovery codes, setting up, and what a step is worth alone."""

import asyncio
import re

import httpx
import pyotp
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.i18n import Language
from tatausaha.core.ids import token_hash, uuid7
from tatausaha.core.letters import Letter
from tatausaha.identity import recovery_codes
from tatausaha.identity.service import found_provider
from tests.hostile.visiting import visitor
from tests.identity.entry import account_of, code, enter, give_app, set_up
from tests.make import Office
from workers.mail import compose

PASSWORD = "empat kata yang panjang"


@pytest.fixture
async def owner(app: Litestar) -> str:
    """The address of an owner who has a password, and nothing else yet."""
    email = f"{uuid7().hex}@example.test"
    await found_provider("PT Baru", "Sari", email, PASSWORD)
    return email


@pytest.fixture
async def enrolled(owner: str) -> str:
    await give_app(owner)
    return owner


async def say_password(browser: httpx.AsyncClient, email: str) -> httpx.Response:
    return await browser.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/payroll"})


async def say_code(browser: httpx.AsyncClient, typed: str) -> httpx.Response:
    return await browser.post("/sign-in/code", data={"code": typed})


async def count(table: str, email: str) -> int:
    async with gate_scope():
        found: int = await db.value(
            f"select count(*) from {table} where account_id = (select id from account where email = $1)", email
        )
    return found


async def forget_span(email: str) -> None:
    """As if half a minute had passed since the last code."""
    async with gate_scope():
        await db.execute(
            "update totp set last_step = 0 where account_id = (select id from account where email = $1)", email
        )


async def test_a_password_alone_opens_no_page_and_makes_no_session(app: Litestar, enrolled: str) -> None:
    async with visitor(app) as browser:
        asked = await say_password(browser, enrolled)
        page = await browser.get("/payroll")

    assert asked.headers["location"] == "/sign-in/code"
    assert "tata" not in dict(browser.cookies)
    assert page.headers["location"].startswith("/sign-in")
    assert await count("user_session", enrolled) == 0


async def test_password_and_code_lead_to_the_page_that_was_asked_for(app: Litestar, enrolled: str) -> None:
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        entered = await say_code(browser, f" {code()[:3]} {code()[3:]} ")
        page = await browser.get("/payroll")

    assert (entered.headers["location"], page.status_code) == ("/payroll", 200)
    assert "tata_step" not in dict(browser.cookies)
    assert await count("sign_in_step", enrolled) == 0


async def test_a_code_of_the_span_before_or_after_is_good_and_one_further_away_is_not(
    app: Litestar, enrolled: str
) -> None:
    answers = {}
    for spans in (-1, 1, -3, 3):
        await forget_span(enrolled)
        async with visitor(app) as browser:
            await say_password(browser, enrolled)
            answers[spans] = (await say_code(browser, code(spans))).status_code

    assert answers == {-1: 303, 1: 303, -3: 422, 3: 422}


async def test_one_code_opens_once_even_for_eight_browsers_at_one_moment(app: Litestar, enrolled: str) -> None:
    browsers = [visitor(app) for _ in range(8)]
    for browser in browsers:
        assert (await say_password(browser, enrolled)).status_code == 303
    typed = code()

    answers = await asyncio.gather(*(say_code(browser, typed) for browser in browsers))

    assert sorted(answer.status_code for answer in answers).count(303) == 1
    assert await count("user_session", enrolled) == 1
    for browser in browsers:
        await browser.aclose()


async def test_a_code_that_was_seen_before_and_an_older_one_are_refused(app: Litestar, enrolled: str) -> None:
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        await say_code(browser, code())
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        again, older = await say_code(browser, code()), await say_code(browser, code(-1))

    assert (again.status_code, older.status_code) == (422, 422)


async def test_one_step_makes_one_session_however_many_answers_are_right(app: Litestar, enrolled: str) -> None:
    codes = await recovery_codes.make(await account_of(enrolled))
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        answers = await asyncio.gather(*(say_code(browser, one) for one in codes[:4]))

    assert [answer.headers.get("location") for answer in answers].count("/payroll") == 1
    assert await count("user_session", enrolled) == 1


async def test_a_recovery_code_opens_once_even_at_one_moment_and_its_person_is_told(
    app: Litestar, enrolled: str
) -> None:
    typed = (await recovery_codes.make(await account_of(enrolled)))[0]
    browsers = [visitor(app) for _ in range(6)]
    for browser in browsers:
        await say_password(browser, enrolled)

    answers = await asyncio.gather(*(say_code(browser, typed.upper()) for browser in browsers))

    assert [answer.status_code for answer in answers].count(303) == 1
    assert await count("recovery_code", enrolled) == 10
    async with gate_scope():
        tenant_id = await db.value("select tenant_id from member where email = $1", enrolled)
    async with db.tenant_scope(tenant_id):
        told = await db.value(
            "select count(*) from mail where data ->> 'what' = 'code_used' and recipient = $1", enrolled
        )
    assert told == 1
    for browser in browsers:
        await browser.aclose()


async def test_recovery_codes_of_somebody_else_and_old_ones_open_nothing(
    app: Litestar, enrolled: str, office: Office
) -> None:
    old = await recovery_codes.make(await account_of(enrolled))
    others = await recovery_codes.make(await account_of(office.owner.email))
    await recovery_codes.make(await account_of(enrolled))
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        answers = [await say_code(browser, one) for one in (old[0], others[0])]

    assert [answer.status_code for answer in answers] == [422, 422]


async def test_no_code_is_kept_as_it_is(enrolled: str) -> None:
    codes = await recovery_codes.make(await account_of(enrolled))
    async with gate_scope():
        kept = await db.records("select code_hash, salt from recovery_code")
        secret: bytes = await db.value("select secret from totp limit 1")

    assert len(set(codes)) == 10
    assert not any(one.replace("-", "").encode() in row["code_hash"] for row in kept for one in codes)
    assert all(len(row["code_hash"]) == 32 for row in kept)
    assert b"=" not in secret[:1]


async def test_six_wrong_codes_end_the_step_and_the_right_one_comes_too_late(app: Litestar, enrolled: str) -> None:
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        wrong = [await say_code(browser, "000000") for _ in range(7)]
        right = await say_code(browser, code())

    assert {answer.status_code for answer in wrong[:5]} == {422}
    assert right.status_code in (303, 429)
    assert right.headers.get("location") != "/payroll"
    assert await count("user_session", enrolled) == 0


async def test_wrong_codes_of_an_account_make_it_wait_whichever_step_they_come_from(
    app: Litestar, enrolled: str
) -> None:
    statuses = []
    for _ in range(4):
        async with visitor(app) as browser:
            await say_password(browser, enrolled)
            statuses += [(await say_code(browser, "000000")).status_code for _ in range(4)]

    assert 429 in statuses
    assert statuses.count(422) <= 10


@pytest.mark.parametrize("past", ["expires_at = now()", "tries = 7"])
async def test_a_step_that_ended_leads_back_to_the_beginning(app: Litestar, enrolled: str, past: str) -> None:
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        async with gate_scope():
            await db.execute(
                f"update sign_in_step set {past} where token_hash = $1", token_hash(browser.cookies["tata_step"])
            )
        answer = await say_code(browser, code())
        shown = await browser.get("/sign-in/code")

    assert (answer.headers["location"], shown.headers["location"]) == ("/sign-in", "/sign-in")
    assert await count("user_session", enrolled) == 0


async def test_a_step_that_a_client_invents_is_none(app: Litestar, enrolled: str) -> None:
    async with visitor(app) as browser:
        browser.cookies.set("tata_step", "chosen-by-somebody-else", domain="testserver.local")
        answers = [await say_code(browser, code()), await browser.post("/sign-in/set-up", data={"code": code()})]
        await say_password(browser, enrolled)
        given = browser.cookies["tata_step"]

    assert {answer.headers["location"] for answer in answers} == {"/sign-in"}
    assert given != "chosen-by-somebody-else"


async def test_a_step_is_no_session_and_a_session_no_step(app: Litestar, enrolled: str, office: Office) -> None:
    async with visitor(app) as browser:
        await say_password(browser, enrolled)
        step = browser.cookies["tata_step"]
        browser.cookies.clear()
        browser.cookies.set("tata", step, domain="testserver.local")
        page = await browser.get("/payroll")
        browser.cookies.clear()
        browser.cookies.set("tata_step", office.owner.token, domain="testserver.local")
        answer = await say_code(browser, code())

    assert page.headers["location"].startswith("/sign-in")
    assert answer.headers["location"] == "/sign-in"


async def test_a_step_for_setting_up_does_not_take_codes_and_the_other_way_round(app: Litestar, owner: str) -> None:
    async with visitor(app) as browser:
        asked = await say_password(browser, owner)
        code_page = await browser.get("/sign-in/code")
    await give_app(owner)
    async with visitor(app) as browser:
        await say_password(browser, owner)
        set_up_page = await browser.get("/sign-in/set-up")

    assert asked.headers["location"] == "/sign-in/set-up"
    assert (code_page.status_code, set_up_page.status_code) == (303, 303)


async def test_an_owner_sets_up_an_app_before_the_first_page_and_sees_the_recovery_codes_once(
    app: Litestar, owner: str
) -> None:
    async with visitor(app) as browser:
        entered = await set_up(browser, await say_password(browser, owner))
        shown = await browser.get(entered.headers["location"])
        again = await browser.get(entered.headers["location"])
        codes = re.findall(r"<code>([a-z0-9-]{14})</code>", shown.text)
    async with visitor(app) as browser:
        asked = await say_password(browser, owner)
        opened = await say_code(browser, codes[3])

    assert len(set(codes)) == 10
    assert codes[0] not in again.text
    assert asked.headers["location"] == "/sign-in/code"
    assert opened.headers["location"] == "/payroll"


async def test_who_only_knows_the_password_cannot_replace_a_factor_that_was_set_up_meanwhile(
    app: Litestar, owner: str
) -> None:
    async with visitor(app) as thief:
        begun = await say_password(thief, owner)
        await give_app(owner)
        answer = await set_up(thief, begun)

    assert answer.status_code == 409
    assert await count("user_session", owner) == 0


async def test_a_proposed_secret_serves_nobody_else(app: Litestar, owner: str, office: Office) -> None:
    page = (await office.owner.get("/account/app")).text
    foreign, secret = (
        re.search(r'name="proposal" value="([^"]+)"', page),
        re.search(r'class="secret">([A-Z2-7 ]+)<', page),
    )
    assert foreign
    assert secret
    fitting = pyotp.TOTP(secret[1].replace(" ", "")).now()
    async with visitor(app) as browser:
        await say_password(browser, owner)
        answers = [
            await browser.post("/sign-in/set-up", data={"proposal": sealed, "code": fitting})
            for sealed in (foreign[1], "x", "AAAA")
        ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert await count("totp", owner) == 0


async def test_a_worker_may_do_without_and_is_asked_once_there_is_one(app: Litestar, office: Office) -> None:
    somebody = await _somebody()
    async with gate_scope():
        kept = await db.value("select password_hash from account where email = $1", somebody)
        await db.execute("update account set password_hash = $2 where email = $1", office.worker.email, kept)
    async with visitor(app) as browser:
        straight = await say_password(browser, office.worker.email)
    await give_app(office.worker.email)
    async with visitor(app) as browser:
        asked = await say_password(browser, office.worker.email)

    assert straight.headers["location"] == "/payroll"
    assert asked.headers["location"] == "/sign-in/code"


async def _somebody() -> str:
    email = f"{uuid7().hex}@example.test"
    await found_provider("PT Baru", "Sari", email, PASSWORD)
    return email


async def test_a_person_is_told_of_a_browser_that_is_new_and_not_of_the_first_or_the_same(
    app: Litestar, enrolled: str
) -> None:
    async def told() -> int:
        async with gate_scope():
            tenant_id = await db.value("select tenant_id from member where email = $1", enrolled)
        async with db.tenant_scope(tenant_id):
            found: int = await db.value("select count(*) from mail where data ->> 'what' = 'new_device'")
        return found

    letters = []
    async with visitor(app) as known:
        for _ in range(2):
            await enter(known, enrolled, PASSWORD)
            known.cookies.delete("tata")
            letters.append(await told())
    async with visitor(app) as other:
        await enter(other, enrolled, PASSWORD)
        letters.append(await told())

    assert letters == [0, 0, 1]


EVENTS = (
    "new_device",
    "app_added",
    "app_removed",
    "passkey_added",
    "passkey_removed",
    "code_used",
    "codes_made",
    "reset",
)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_each_event_has_its_own_sentence_in_the_letter(app: Litestar, language: Language) -> None:
    data = {
        "name": "Sari",
        "link": "http://x/account",
        "address": "1.2.3.4",
        "moment": "kini",
        "browser": "",
        "system": "",
    }
    texts = {
        compose(
            Letter(
                *(uuid7(), "a@example.test", language, "security_notice", {**data, "what": what}),
                *("<x>", "queued", "PT Tata", None, "", "", {}, ()),
            )
        ).text
        for what in EVENTS
    }

    assert len(texts) == len(EVENTS)
    assert all("http://x/account" in one for one in texts)
