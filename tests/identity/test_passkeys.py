"""Passkeys against devices that lie, copies, strangers, and the same answer twice."""

import asyncio
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import uuid7
from tatausaha.identity.service import found_provider
from tests.hostile.visiting import visitor
from tests.identity.authenticator import PRESENT, VERIFIED, Authenticator
from tests.make import Office, Person

PASSWORD = "empat kata yang panjang"


async def challenge(browser: httpx.AsyncClient, purpose: str, csrf: str = "") -> str:
    answer = await browser.post("/passkeys/options", data={"purpose": purpose, "_csrf": csrf})
    assert answer.status_code == 200, answer.text
    return answer.text


async def add(person: Person, device: Authenticator, **lies: Any) -> httpx.Response:
    made = device.make(await challenge(person.http, "add", person.csrf), **lies)
    return await person.post("/account/passkey", {"credential": made, "name": "Laptop"})


async def enter(app: Litestar, device: Authenticator, **lies: Any) -> httpx.Response:
    """Sign in with a passkey alone."""
    async with visitor(app) as browser:
        used = device.use(await challenge(browser, "enter"), **lies)
        return await browser.post("/sign-in/passkey", data={"credential": used, "next": "/payroll"})


@pytest.fixture(autouse=True)
async def _a_quiet_minute(app: Litestar) -> None:
    """All tests come from one address, whose challenges are counted."""
    async with gate_scope():
        await db.execute("delete from attempt_window")


@pytest.fixture
async def device(office: Office) -> Authenticator:
    """The owner's."""
    made = Authenticator()
    assert (await add(office.owner, made)).status_code == 303
    return made


async def count_passkeys(person: Person) -> int:
    async with gate_scope():
        found: int = await db.value(
            "select count(*) from passkey p join account a on a.id = p.account_id where a.email = $1", person.email
        )
    return found


async def test_a_passkey_opens_the_house_without_a_password(
    app: Litestar, office: Office, device: Authenticator
) -> None:
    entered = await enter(app, device)
    page = await office.owner.get("/account")

    assert entered.headers["location"] == "/payroll"
    assert entered.cookies["tata"]
    assert "Laptop" in page.text


LIES: dict[str, dict[str, Any]] = {
    "another site's page asked": {"origin": "http://evil.test"},
    "a page with another port asked": {"origin": "http://testserver:81"},
    "it was made for another site": {"site": "evil.test"},
    "nobody was there": {"flags": VERIFIED},
    "nobody showed finger, face or PIN": {"flags": PRESENT},
    "it answers another challenge": {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_new_passkey_is_refused_when(office: Office, lie: str) -> None:
    refused = await add(office.owner, Authenticator(), **LIES[lie])

    assert refused.status_code == 422
    assert await count_passkeys(office.owner) == 0


@pytest.mark.parametrize("lie", [*LIES, "it is a new one's answer", "another key signed it", "nobody knows it"])
async def test_a_passkey_opens_nothing_when(app: Litestar, device: Authenticator, lie: str) -> None:
    others: dict[str, dict[str, Any]] = {
        "it is a new one's answer": {"type": "webauthn.create"},
        "another key signed it": {"key": ec.generate_private_key(ec.SECP256R1())},
        "nobody knows it": {"id": b"0123456789abcdef"},
    }
    refused = await enter(app, device, **(LIES | others)[lie])

    assert refused.status_code == 422
    assert "tata" not in refused.cookies


@pytest.mark.parametrize(
    "typed",
    ["", "x", "{}", "[]", "null", '{"rawId": 5}', '{"rawId": "AA", "response": {"clientDataJSON": "AA"}}', "{" * 900],
)
async def test_nonsense_in_place_of_an_answer_is_refused_with_a_sentence(app: Litestar, typed: str) -> None:
    async with visitor(app) as browser:
        answer = await browser.post("/sign-in/passkey", data={"credential": typed})

    assert answer.status_code == 422


async def test_a_copy_of_a_device_is_noticed_by_its_count(app: Litestar, device: Authenticator) -> None:
    device.count = 9
    first = await enter(app, device)
    copied = await enter(app, device, count=10)
    behind = await enter(app, device, count=4)

    assert [answer.status_code for answer in (first, copied, behind)] == [303, 422, 422]


async def test_an_answer_opens_once_even_at_one_moment(app: Litestar, device: Authenticator) -> None:
    async with visitor(app) as browser:
        used = device.use(await challenge(browser, "enter"), count=0)
    browsers = [visitor(app) for _ in range(8)]
    answers = await asyncio.gather(*(b.post("/sign-in/passkey", data={"credential": used}) for b in browsers))
    for one in browsers:
        await one.aclose()

    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 7


async def test_a_challenge_grows_old(app: Litestar, device: Authenticator) -> None:
    async with visitor(app) as browser:
        used = device.use(await challenge(browser, "enter"))
        async with gate_scope():
            await db.execute("update passkey_challenge set expires_at = now()")
        answer = await browser.post("/sign-in/passkey", data={"credential": used})

    assert answer.status_code == 422


async def test_a_challenge_for_one_thing_or_person_serves_no_other(
    app: Litestar, office: Office, device: Authenticator
) -> None:
    async with visitor(app) as browser:
        public = device.use(await challenge(browser, "enter"))
    confirmed_by_public = await office.owner.post("/confirm", {"credential": public})
    own = device.use(await challenge(office.manager.http, "confirm", office.manager.csrf))
    by_others_device = await office.manager.post("/confirm", {"credential": own})
    asked_by_worker = Authenticator().make(await challenge(office.worker.http, "add", office.worker.csrf))
    kept_for_other = await office.manager.post("/account/passkey", {"credential": asked_by_worker, "name": "x"})

    assert [answer.status_code for answer in (confirmed_by_public, by_others_device, kept_for_other)] == [422, 422, 422]
    assert await count_passkeys(office.manager) == 0


async def test_the_second_step_takes_only_the_persons_own_passkey(
    app: Litestar, office: Office, device: Authenticator
) -> None:
    email = f"{uuid7().hex}@example.test"
    await found_provider("PT Baru", "Sari", email, PASSWORD)
    own = Authenticator()
    async with visitor(app) as browser:
        await browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        made = own.make(await challenge(browser, "set_up"))
        set_up = await browser.post("/sign-in/set-up/passkey", data={"credential": made, "name": "Kunci"})
    answers = []
    for used_by in (device, own):
        async with visitor(app) as browser:
            await browser.post("/sign-in", data={"email": email, "password": PASSWORD})
            used = used_by.use(await challenge(browser, "code"))
            answers.append(await browser.post("/sign-in/code/passkey", data={"credential": used}))

    assert set_up.headers["location"] == "/account/codes"
    assert [answer.status_code for answer in answers] == [422, 303]


async def test_a_passkey_of_somebody_whose_access_ended_opens_nothing(
    app: Litestar, office: Office, device: Authenticator
) -> None:
    async with office.scope():
        await db.execute("update member set ended_at = now() where id = $1", office.owner.member_id)

    assert (await enter(app, device)).status_code == 422


async def test_nobody_removes_the_passkey_of_another_or_the_last_one_of_an_owner(
    office: Office, device: Authenticator
) -> None:
    field = {"passkey": device.id.hex()}
    answers = [await who.post("/account/passkey/remove", field) for who in (office.manager, office.owner)]
    await add(office.owner, Authenticator())
    removed = await office.owner.post("/account/passkey/remove", field)

    assert [answer.status_code for answer in answers] == [404, 409]
    assert removed.status_code == 303
    assert await count_passkeys(office.owner) == 1


async def test_two_passkeys_removed_at_one_moment_leave_one(office: Office, device: Authenticator) -> None:
    other = Authenticator()
    await add(office.owner, other)
    csrf = office.owner.csrf
    answers = await asyncio.gather(
        *(
            office.owner.http.post("/account/passkey/remove", data={"_csrf": csrf, "passkey": one.id.hex()})
            for one in (device, other)
        )
    )

    assert await count_passkeys(office.owner) == 1
    assert 303 in [answer.status_code for answer in answers]


async def test_a_passkey_is_kept_only_by_who_confirmed_lately(office: Office) -> None:
    async with gate_scope():
        await db.execute("update user_session set confirmed_at = now() - interval '1 hour'")
    options = await office.owner.post("/passkeys/options", {"purpose": "add"}, headers={"accept": "application/json"})
    kept = await office.owner.post("/account/passkey", {"credential": "{}", "name": "x"})

    assert options.status_code == 403
    assert kept.headers["location"].startswith("/confirm")


@pytest.mark.parametrize("purpose", ["code", "set_up", "confirm", "add"])
async def test_a_visitor_gets_no_challenge_of_anybody(app: Litestar, purpose: str) -> None:
    async with visitor(app) as browser:
        answer = await browser.post(
            "/passkeys/options", data={"purpose": purpose}, headers={"accept": "application/json"}
        )

    assert answer.status_code in (303, 403)
