"""A new address, which both mailboxes agree to."""

import asyncio

import httpx
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import uuid7
from tatausaha.identity import recovery
from tests.identity.test_recovery import OLD, give_password, letters, sign_in, visitor
from tests.make import Office


def new_address() -> str:
    return f"baru-{uuid7().hex}@example.test"


async def ask(office: Office, email: str) -> dict[str, str]:
    """The links that were sent, by template."""
    answer = await office.manager.post("/account/email", {"email": email})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    links = {}
    for template in ("email_old", "email_new"):
        for _, data in await letters(office, template):
            links[template] = data["link"].removeprefix("http://testserver")
    return links


async def agree(app: Litestar, link: str, answer: str = "agree") -> httpx.Response:
    async with visitor(app) as browser:
        return await browser.post(link, data={"answer": answer})


async def addresses(office: Office) -> set[str]:
    async with gate_scope():
        return {
            row["email"]
            for row in await db.records(
                "select a.email from account a join member m on m.account_id = a.id where m.id = $1"
                " union select email from member where id = $1",
                office.manager.member_id,
            )
        }


@pytest.mark.parametrize("order", [("email_old", "email_new"), ("email_new", "email_old")])
async def test_the_address_changes_when_both_mailboxes_agreed_in_either_order(
    app: Litestar, office: Office, order: tuple[str, str]
) -> None:
    await give_password(office.manager)
    old, new = office.manager.email, new_address()
    links = await ask(office, new)
    async with visitor(app) as browser:
        shown = await browser.get(links[order[0]])

    await agree(app, links[order[0]])
    assert await addresses(office) == {old}
    await agree(app, links[order[1]])

    assert (old in shown.text, new in shown.text) == (True, True)
    assert await addresses(office) == {new}
    assert [recipient for recipient, _ in await letters(office, "email_changed")] == [old]
    assert await sign_in(app, new, OLD) == 303
    assert await sign_in(app, old, OLD) == 422


async def test_a_link_is_used_once_also_twice_in_one_moment(app: Litestar, office: Office) -> None:
    links = await ask(office, new_address())
    answers = await asyncio.gather(*(agree(app, links["email_old"]) for _ in range(4)))
    seconds = await asyncio.gather(*(agree(app, links["email_new"]) for _ in range(4)))

    for several in (answers, seconds):
        assert sorted(answer.status_code for answer in several) == [303, 404, 404, 404]
    assert len(await letters(office, "email_changed")) == 1


async def test_both_mailboxes_at_the_same_moment_change_it_once(app: Litestar, office: Office) -> None:
    new = new_address()
    links = await ask(office, new)
    await asyncio.gather(*(agree(app, link) for link in links.values()))

    assert await addresses(office) == {new}
    assert len(await letters(office, "email_changed")) == 1


async def test_the_old_mailbox_stops_it_and_the_new_one_cannot(app: Litestar, office: Office) -> None:
    old = office.manager.email
    links = await ask(office, new_address())

    assert (await agree(app, links["email_new"], "stop")).status_code == 404
    assert (await agree(app, links["email_new"])).status_code == 303
    assert (await agree(app, links["email_old"], "stop")).status_code == 303
    assert [(await agree(app, link)).status_code for link in links.values()] == [404, 404]
    assert await addresses(office) == {old}


async def test_links_are_worthless_after_a_day_and_after_a_newer_wish(app: Litestar, office: Office) -> None:
    first = await ask(office, new_address())
    second = await ask(office, new_address())
    assert (await agree(app, first["email_old"])).status_code == 404
    async with gate_scope():
        await db.execute("update email_change set expires_at = now() - interval '1 second'")

    assert [(await agree(app, link)).status_code for link in second.values()] == [404, 404]


async def test_an_address_that_is_somebody_elses_gets_the_same_answer_and_its_owner_a_letter(
    app: Litestar, office: Office, other_office: Office
) -> None:
    free = await office.worker.post("/account/email", {"email": new_address()})
    taken = await office.manager.post("/account/email", {"email": other_office.worker.email})

    assert (free.status_code, free.headers["location"]) == (taken.status_code, taken.headers["location"])
    assert [recipient for recipient, _ in await letters(other_office, "email_taken")] == [other_office.worker.email]
    assert other_office.worker.email not in [to for to, _ in await letters(office, "email_new")]
    ((_, data),) = [one for one in await letters(office, "email_old") if one[0] == office.manager.email]
    await agree(app, data["link"].removeprefix("http://testserver"))
    assert await addresses(office) == {office.manager.email}


async def test_an_address_that_somebody_took_meanwhile_changes_nothing(app: Litestar, office: Office) -> None:
    new, old = new_address(), office.manager.email
    links = await ask(office, new)
    await agree(app, links["email_old"])
    async with gate_scope():
        await db.execute("insert into account (email, password_hash) values ($1, 'x')", new)

    assert (await agree(app, links["email_new"])).status_code == 409
    assert await addresses(office) == {old}


@pytest.mark.parametrize("email", ["budi", "a@b@c", "x" * 300 + "@example.test"])
async def test_an_address_that_no_letter_reaches_is_refused_at_its_field(office: Office, email: str) -> None:
    answer = await office.manager.post("/account/email", {"email": email})

    assert (answer.status_code, 'id="email-error"' in answer.text) == (422, True)


async def test_a_session_that_is_not_fresh_cannot_begin_it(office: Office) -> None:
    async with gate_scope():
        await db.execute(
            "update user_session set confirmed_at = now() - interval '11 minutes' where member_id = $1",
            office.manager.member_id,
        )
    answer = await office.manager.post("/account/email", {"email": new_address()})

    assert answer.headers["location"].startswith("/confirm")
    assert await letters(office, "email_old") == []


async def test_an_address_that_nobody_agreed_to_is_forgotten_after_its_day(office: Office) -> None:
    new = new_address()
    await ask(office, new)
    async with gate_scope():
        await db.execute("update email_change set expires_at = now() - interval '1 second' where email = $1", new)
    await recovery.forget_old()

    async with gate_scope():
        assert await db.value("select count(*) from email_change where email = $1", new) == 0
