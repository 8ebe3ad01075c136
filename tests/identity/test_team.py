"""Inviting, assigning, and taking access away."""

import httpx
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import uuid7
from tests.identity.entry import set_up, show_code
from tests.make import Office, agree, make_client

PASSWORD = "empat kata yang panjang"


def somebody() -> str:
    return f"{uuid7().hex}@example.test"


def visitor(app: Litestar) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")


async def invite(office: Office, email: str, role: str = "worker", client_id: str = "") -> httpx.Response:
    """The manager invites; for a person of a client, the owner agrees."""
    form = {"name": "Budi", "email": email, "role": role, "client_id": client_id, "language": "id"}
    answer = await office.manager.post("/team/invite", form)
    await agree(office)
    return answer


async def newest_link(office: Office) -> str:
    async with office.scope():
        link: str = await db.value("select data ->> 'link' from mail order by id desc limit 1")
    return link.removeprefix("http://testserver")


async def test_an_invited_person_joins_with_the_link_once_and_sees_what_the_role_may(
    app: Litestar, office: Office
) -> None:
    assert (await invite(office, somebody(), "approver", str(office.client_id))).status_code == 303
    link = await newest_link(office)

    async with visitor(app) as browser:
        asked = await browser.get(link)
        joined = await set_up(browser, await browser.post(link, data={"password": PASSWORD}))
        home = await browser.get("/")
        again = await browser.post(link, data={"password": PASSWORD})

    assert "Budi" in asked.text
    assert "PT Maju Bersama" in asked.text
    assert (joined.status_code, home.headers["location"]) == (303, "/portal")
    assert again.status_code in (403, 404)


async def test_a_short_password_is_refused_and_the_link_still_works(app: Litestar, office: Office) -> None:
    await invite(office, somebody())
    link = await newest_link(office)

    async with visitor(app) as browser:
        refused = await browser.post(link, data={"password": "pendek"})
        joined = await browser.post(link, data={"password": PASSWORD})

    assert (refused.status_code, 'id="password-error"' in refused.text) == (422, True)
    assert joined.status_code == 303


async def test_a_person_with_an_account_proves_it_and_works_in_both_places(
    app: Litestar, office: Office, other_office: Office
) -> None:
    email = somebody()
    for place in (office, other_office):
        await invite(place, email, "manager")
    first, second = await newest_link(office), await newest_link(other_office)

    async with visitor(app) as browser:
        await set_up(browser, await browser.post(first, data={"password": PASSWORD}))
    async with visitor(app) as browser:
        wrong = await browser.post(second, data={"password": PASSWORD + "x"})
        await show_code(browser, await browser.post(second, data={"password": PASSWORD}), email)
        menu = await browser.get("/work")

    assert wrong.status_code == 422
    assert 'action="/switch"' in menu.text


async def test_a_withdrawn_link_does_not_work(app: Litestar, office: Office) -> None:
    await invite(office, somebody())
    link = await newest_link(office)
    async with office.scope():
        invitation = await db.value("select id from invitation")

    await office.manager.post(f"/team/invitations/{invitation}/withdraw")

    async with visitor(app) as browser:
        assert (await browser.get(link)).status_code == 404


async def test_a_new_link_replaces_the_old_one(app: Litestar, office: Office) -> None:
    await invite(office, somebody())
    old = await newest_link(office)
    async with office.scope():
        invitation = await db.value("select id from invitation")

    assert (await office.manager.post(f"/team/invitations/{invitation}/again")).status_code == 303

    async with visitor(app) as browser:
        assert (await browser.get(old)).status_code == 404
        assert (await browser.get(await newest_link(office))).status_code == 200


async def test_a_link_is_worthless_after_its_week(app: Litestar, office: Office) -> None:
    await invite(office, somebody())
    async with office.scope():
        await db.execute("update invitation set expires_at = now() - interval '1 second'")

    async with visitor(app) as browser:
        assert (await browser.get(await newest_link(office))).status_code == 404


async def test_an_invitation_names_its_mistakes_at_the_fields(office: Office) -> None:
    no_client = await invite(office, somebody(), "approver")
    no_address = await invite(office, "budi")
    twice = await invite(office, office.worker.email)

    assert (no_client.status_code, 'id="client_id-error"' in no_client.text) == (422, True)
    assert (no_address.status_code, 'id="email-error"' in no_address.text) == (422, True)
    assert twice.status_code == 409


async def test_a_worker_serves_exactly_the_assigned_clients(office: Office) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
    path = f"/team/{office.worker.member_id}"

    await office.manager.post(f"{path}/assignments", {"serves": [str(second), str(office.client_id)]})
    both = (await office.worker.get("/clients")).text
    await office.manager.post(f"{path}/assignments", {"serves": str(second), "barred": str(office.client_id)})
    one = (await office.worker.get("/clients")).text

    assert ("PT Kedua" in both, "PT Maju Bersama" in both) == (True, True)
    assert ("PT Kedua" in one, "PT Maju Bersama" in one) == (True, False)
    assert "PT Maju Bersama" in (await office.manager.get(path)).text


async def test_a_worker_barred_from_a_client_does_not_see_it_even_when_assigned(office: Office) -> None:
    both = {"serves": str(office.client_id), "barred": str(office.client_id)}
    await office.manager.post(f"/team/{office.worker.member_id}/assignments", both)

    assert (await office.worker.get(f"/clients/{office.client_id}")).status_code == 404


async def test_ended_access_ends_at_once(office: Office) -> None:
    await office.manager.post(f"/team/{office.worker.member_id}/end")

    assert (await office.worker.get("/work")).headers["location"] == "/sign-in?next=%2Fwork"
    assert (await office.worker.get("/jobs/running", headers={"HX-Request": "true"})).status_code == 401


async def test_nobody_ends_their_own_access_and_a_manager_not_an_owners(office: Office) -> None:
    own = await office.manager.post(f"/team/{office.manager.member_id}/end")
    owners = await office.manager.post(f"/team/{office.owner.member_id}/end")

    assert (own.status_code, owners.status_code) == (403, 403)


async def test_a_person_sees_and_ends_own_sessions_elsewhere(app: Litestar, office: Office) -> None:
    async with gate_scope():
        await db.execute(
            "insert into user_session (token_hash, account_id, tenant_id, member_id, expires_at, device)"
            " select '\\x0102', account_id, tenant_id, member_id, expires_at, 'Telepon lama' from user_session"
            " where member_id = $1",
            office.worker.member_id,
        )
    assert "Telepon lama" in (await office.worker.get("/account")).text

    others = await office.manager.post("/account/sessions/end", {"session": "0102"})
    own = await office.worker.post("/account/sessions/end", {"session": "0102"})

    assert (others.status_code, own.status_code) == (404, 303)
    assert "Telepon lama" not in (await office.worker.get("/account")).text


async def test_the_people_of_a_client_see_their_sessions_in_their_own_frame(office: Office) -> None:
    page = await office.approver.get("/account")

    assert (page.status_code, 'class="portal"' in page.text) == (200, True)


async def test_the_house_wears_its_own_name_and_colour(office: Office) -> None:
    await office.owner.post("/settings", {"name": "PT Baru Bersinar", "colour": "#0a7d33"})

    page = await office.worker.get("/work")

    assert "PT Baru Bersinar" in page.text
    assert f"/brand/{office.tenant_id}-0a7d33.css" in page.text
    assert (await office.worker.get("/settings")).status_code == 404


async def test_second_steps_are_taken_away_only_by_two_managers_and_never_by_the_person(office: Office) -> None:
    path = f"/team/{office.owner.member_id}/second-step"

    silent = await office.manager.post(path, {"reason": "ya"})
    asked = await office.manager.post(path, {"reason": "Dihubungi kembali lewat telepon kantor"})
    async with office.scope():
        change = await db.value("select id from change_request where kind = 'member.factors'")
    by_maker = await office.manager.post(f"/changes/{change}/approve")
    by_person = await office.owner.post(f"/changes/{change}/approve")
    second = await office.hire("manager")
    by_other = await second.post(f"/changes/{change}/approve")
    await second.http.aclose()

    assert (silent.status_code, asked.status_code) == (422, 303)
    assert (by_maker.status_code, by_person.status_code, by_other.status_code) == (403, 403, 303)
    async with office.scope():
        assert await db.value("select count(*) from job where kind = 'identity.reset_factors'") == 1
