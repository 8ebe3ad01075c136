"""Coming back in after a forgotten password, and changing it."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from tatausaha.core import background, db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import token_hash, uuid7
from tatausaha.identity.passwords import hash_password
from tests.make import Office, Person

OLD, NEW = "empat kata yang panjang", "lima kata lain yang baru"


def visitor(app: Litestar) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")


async def give_password(person: Person, password: str = OLD) -> None:
    kept = await hash_password(password)
    async with gate_scope():
        await db.execute("update account set password_hash = $2 where email = $1", person.email, kept)


async def ask(app: Litestar, email: str) -> httpx.Response:
    async with visitor(app) as browser:
        answer = await browser.post("/forgotten", data={"email": email})
    await background.settled()
    return answer


async def letters(office: Office, template: str) -> list[tuple[str, dict[str, str]]]:
    async with office.scope():
        found = await db.records("select recipient, data from mail where template = $1 order by id", template)
    return [(row["recipient"], row["data"]) for row in found]


async def newest_link(office: Office) -> str:
    (*_, (_, data)) = await letters(office, "password_reset")
    return data["link"].removeprefix("http://testserver")


async def five_minutes_later(email: str) -> None:
    async with gate_scope():
        await db.execute(
            "update password_reset r set created_at = r.created_at - interval '6 minutes' from account a"
            " where a.id = r.account_id and a.email = $1",
            email,
        )


async def sign_in(app: Litestar, email: str, password: str) -> int:
    async with visitor(app) as browser:
        return (await browser.post("/sign-in", data={"email": email, "password": password})).status_code


async def test_a_forgotten_password_is_replaced_through_the_letter_and_every_session_ends(
    app: Litestar, office: Office
) -> None:
    await give_password(office.worker)
    await ask(app, office.worker.email.upper())
    link = await newest_link(office)

    async with visitor(app) as browser:
        form = await browser.get(link)
        done = await browser.post(link, data={"password": NEW})
        inside = await browser.get("/work")

    assert office.worker.email in form.text
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert inside.headers["location"].startswith("/sign-in")
    assert (await office.worker.get("/work")).headers["location"].startswith("/sign-in")
    assert await sign_in(app, office.worker.email, OLD) == 422
    assert await sign_in(app, office.worker.email, NEW) == 303
    assert [recipient for recipient, _ in await letters(office, "password_changed")] == [office.worker.email]


async def test_known_and_unknown_addresses_get_the_same_answer_after_the_same_statements(
    app: Litestar, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, ...]] = []
    for email in (office.worker.email, f"{uuid7().hex}@example.test"):
        statements: list[str] = []
        monkeypatch.setattr(background, "later", lambda work, kept=statements: (kept.append("later"), work.close()))
        for name in ("value", "execute", "records", "row", "rows"):
            monkeypatch.setattr(db, name, counted(name, getattr(db, name), statements))
        async with visitor(app) as browser:
            answer = await browser.post("/forgotten", data={"email": email})
        monkeypatch.undo()
        said.append((str(answer.status_code), answer.headers["location"], answer.cookies["tata_flash"], *statements))

    assert said[0] == said[1]
    assert "later" in said[0]


def counted(name: str, real: object, kept: list[str]) -> object:
    def call(query: str, *rest: object) -> object:
        kept.append(f"{name} {query if isinstance(query, str) else rest[0]}")
        return real(query, *rest)  # type: ignore[operator]

    return call


async def test_an_unknown_address_and_one_without_access_get_no_letter(
    app: Litestar, office: Office, superuser: object
) -> None:
    async with office.scope():
        await db.execute("update member set ended_at = now() where id = $1", office.viewer.member_id)
    await ask(app, office.viewer.email)
    await ask(app, f"{uuid7().hex}@example.test")

    assert await letters(office, "password_reset") == []


async def test_a_link_used_twice_in_one_moment_works_once(app: Litestar, office: Office) -> None:
    await ask(app, office.worker.email)
    link = await newest_link(office)
    async with visitor(app) as one, visitor(app) as two:
        answers = await asyncio.gather(
            *(browser.post(link, data={"password": f"{NEW} {n}"}) for n, browser in enumerate((one, two)))
        )

    assert sorted(answer.status_code for answer in answers) == [303, 404]
    won = next(n for n, answer in enumerate(answers) if answer.status_code == 303)
    assert await sign_in(app, office.worker.email, f"{NEW} {won}") == 303
    assert len(await letters(office, "password_changed")) == 1


async def test_a_link_is_worthless_after_half_an_hour_after_use_and_after_a_newer_one(
    app: Litestar, office: Office
) -> None:
    await ask(app, office.worker.email)
    first = await newest_link(office)
    await five_minutes_later(office.worker.email)
    await ask(app, office.worker.email)
    second = await newest_link(office)

    async with visitor(app) as browser:
        assert (await browser.get(first)).status_code == 404
        assert (await browser.get(second)).status_code == 200
        async with gate_scope():
            await db.execute("update password_reset set expires_at = now() - interval '1 second'")
        assert (await browser.get(second)).status_code == 404
        assert (await browser.post(second, data={"password": NEW})).status_code == 404


async def test_asking_again_at_once_sends_no_second_letter_and_keeps_the_link(app: Litestar, office: Office) -> None:
    for _ in range(3):
        await ask(app, office.worker.email)

    assert len(await letters(office, "password_reset")) == 1
    async with visitor(app) as browser:
        assert (await browser.get(await newest_link(office))).status_code == 200


async def test_the_link_leads_to_our_own_host_whatever_the_browser_says(app: Litestar, office: Office) -> None:
    async with visitor(app) as browser:
        forged = {"host": "evil.test", "x-forwarded-host": "evil.test", "forwarded": "host=evil.test"}
        await browser.post("/forgotten", data={"email": office.worker.email}, headers=forged)
    await background.settled()

    ((_, data),) = await letters(office, "password_reset")
    assert re.fullmatch(r"http://testserver/reset/[\w-]{43}", data["link"])


async def test_only_the_hash_of_a_link_is_kept(app: Litestar, office: Office) -> None:
    await ask(app, office.worker.email)
    token = (await newest_link(office)).rsplit("/", 1)[-1]
    async with gate_scope():
        kept = await db.value(
            "select r.token_hash from password_reset r join account a on a.id = r.account_id where a.email = $1",
            office.worker.email,
        )

    assert kept == token_hash(token)


async def test_a_guessable_password_is_refused_and_the_link_still_works(app: Litestar, office: Office) -> None:
    await ask(app, office.worker.email)
    link = await newest_link(office)
    async with visitor(app) as browser:
        refused = [
            await browser.post(link, data={"password": one}) for one in ("short", "password2024", office.worker.email)
        ]
        done = await browser.post(link, data={"password": NEW})

    assert [(one.status_code, 'id="password-error"' in one.text) for one in refused] == [(422, True)] * 3
    assert done.status_code == 303


async def test_asking_too_often_from_one_address_is_refused_with_a_time_to_wait(app: Litestar) -> None:
    household = httpx.ASGITransport(app, client=("192.0.2.77", 1))
    async with httpx.AsyncClient(transport=household, base_url="http://testserver") as browser:
        answers = [await browser.post("/forgotten", data={"email": f"{n}@example.test"}) for n in range(21)]
    await background.settled()

    assert {answer.status_code for answer in answers[:20]} == {303}
    assert (answers[20].status_code, answers[20].headers["retry-after"]) == (
        429,
        str(int(timedelta(minutes=10).total_seconds())),
    )


async def test_a_changed_password_keeps_this_browser_alone(app: Litestar, office: Office) -> None:
    person = office.worker
    await give_password(person)
    async with visitor(app) as elsewhere:
        await elsewhere.post("/sign-in", data={"email": person.email, "password": OLD})
        changed = await person.post("/account/password", {"old": OLD, "password": NEW})
        there = await elsewhere.get("/work")
    here = await person.get("/work")

    assert (changed.status_code, changed.headers["location"]) == (303, "/account")
    assert changed.cookies["tata"] != person.token
    assert here.status_code == 200
    assert there.headers["location"].startswith("/sign-in")
    async with visitor(app) as thief:
        thief.cookies.set("tata", person.token, domain="testserver.local")
        assert (await thief.get("/work")).headers["location"].startswith("/sign-in")
    assert await sign_in(app, person.email, OLD) == 422


async def test_a_password_is_changed_only_with_the_old_one_which_cannot_be_guessed_for_long(
    app: Litestar, office: Office
) -> None:
    await give_password(office.worker)
    answers = [await office.worker.post("/account/password", {"old": f"x{n}", "password": NEW}) for n in range(6)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert 'id="old-error"' in answers[0].text
    assert answers[5].headers["retry-after"] == "2"
    assert (await office.worker.get("/work")).status_code == 200


async def test_an_invitation_is_no_way_around_the_delay(app: Litestar, office: Office, other_office: Office) -> None:
    await give_password(office.worker)
    form = {"name": "Budi", "email": office.worker.email, "role": "worker", "client_id": "", "language": "id"}
    await other_office.manager.post("/team/invite", form)
    ((_, data),) = await letters(other_office, "invitation")
    link = data["link"].removeprefix("http://testserver")
    async with visitor(app) as browser:
        answers = [await browser.post(link, data={"password": f"salah sama sekali {n}"}) for n in range(6)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    async with visitor(app) as browser:
        assert (await browser.post("/sign-in", data={"email": office.worker.email, "password": OLD})).status_code == 429
