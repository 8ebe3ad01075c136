"""Sessions: how long they live, what ends them, and what the person sees of them."""

import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import token_hash, uuid7
from tatausaha.identity.devices import browser_of, system_of
from tests.identity.entry import give_app
from tests.make import Office, Person

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
AGENTS = {
    CHROME: ("Chrome", "Windows"),
    f"{CHROME} Edg/131.0.0.0": ("Edge", "Windows"),
    f"{CHROME} OPR/116.0.0.0": ("Opera", "Windows"),
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0": ("Firefox", "Linux"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15": (
        "Safari",
        "macOS",
    ),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"
    " Mobile/15E148 Safari/604.1": ("Safari", "iPhone"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.0.0"
    " Mobile/15E148 Safari/604.1": ("Chrome", "iPhone"),
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0"
    " Chrome/125.0.0.0 Mobile Safari/537.36": ("Samsung Internet", "Android"),
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36": (
        "Chrome",
        "ChromeOS",
    ),
    "curl/8.5.0": ("", ""),
    "": ("", ""),
    "<script>": ("", ""),
}


async def age(person: Person, column: str, span: str) -> None:
    async with gate_scope():
        await db.execute(
            f"update user_session set {column} = now() - interval '{span}' where member_id = $1", person.member_id
        )


@pytest.mark.parametrize(
    ("role", "idle", "stays"),
    [
        ("manager", "110 minutes", True),
        ("manager", "130 minutes", False),
        ("owner", "130 minutes", False),
        ("worker", "130 minutes", True),
        ("worker", "11 hours", True),
        ("worker", "13 hours", False),
        ("approver", "13 hours", False),
    ],
)
async def test_a_session_that_rests_too_long_ends_and_sooner_for_those_who_direct(
    office: Office, role: str, idle: str, stays: bool
) -> None:
    person = office.people[role]
    await age(person, "seen_at", idle)

    assert ((await person.get("/account")).status_code == 200) == stays


async def test_a_session_ends_after_its_days_however_busy_it_was(office: Office) -> None:
    async with gate_scope():
        lifetime = await db.value(
            "select expires_at - created_at from user_session where member_id = $1", office.worker.member_id
        )
        await db.execute("update user_session set expires_at = now() where member_id = $1", office.worker.member_id)

    assert lifetime.days == 7
    assert (await office.worker.get("/account")).status_code == 303


@pytest.mark.parametrize(
    "change", ["role = 'manager'", "ended_at = now()", "role = 'viewer', client_id = (select id from client limit 1)"]
)
async def test_whoever_changes_what_a_member_may_do_ends_the_members_sessions(office: Office, change: str) -> None:
    async with office.scope():
        await db.execute(f"update member set {change} where id = $1", office.worker.member_id)

    async with gate_scope():
        assert await db.value("select count(*) from user_session where member_id = $1", office.worker.member_id) == 0
        assert await db.value("select count(*) from user_session where member_id = $1", office.manager.member_id) == 1
    assert (await office.worker.get("/work")).status_code == 303


async def test_a_name_that_changes_ends_nothing(office: Office) -> None:
    async with office.scope():
        await db.execute("update member set name = 'Nama Baru' where id = $1", office.worker.member_id)

    assert (await office.worker.get("/work")).status_code == 200


async def test_a_provider_ends_no_session_of_another(office: Office, other_office: Office) -> None:
    async with other_office.scope():
        await db.execute("delete from user_session where member_id = $1", office.worker.member_id)

    assert (await office.worker.get("/work")).status_code == 200


async def test_everywhere_else_is_everywhere_but_here(app: Litestar, office: Office) -> None:
    async with gate_scope():
        await db.execute(
            "insert into user_session (token_hash, account_id, tenant_id, member_id, expires_at, device)"
            " select '\\x0103', account_id, tenant_id, member_id, expires_at, $2 from user_session where member_id = $1",
            *(office.worker.member_id, CHROME),
        )
    page = (await office.worker.get("/account")).text
    ended = await office.worker.post("/account/sessions/end-others")

    assert "Chrome" in page
    assert "AppleWebKit" not in page
    assert ended.status_code == 303
    async with gate_scope():
        left = await db.records("select token_hash from user_session where member_id = $1", office.worker.member_id)
    assert [row["token_hash"] for row in left] == [token_hash(office.worker.token)]
    assert (await office.manager.get("/work")).status_code == 200


@pytest.mark.parametrize(("agent", "named"), AGENTS.items())
def test_a_browser_is_named_as_its_owner_knows_it_or_not_at_all(agent: str, named: tuple[str, str]) -> None:
    assert (browser_of(agent), system_of(agent)) == named


async def test_working_elsewhere_needs_what_that_role_needs(
    app: Litestar, office: Office, other_office: Office
) -> None:
    """A worker without a second step, who is a manager at another firm, sets one up before the first page there."""
    member_id = uuid7()
    async with gate_scope():
        await db.execute(
            "insert into member (tenant_id, id, account_id, role, name, email) select $1, $2, account_id, 'manager', name,"
            " email from member where id = $3",
            *(other_office.tenant_id, member_id, office.worker.member_id),
        )
    asked = await office.worker.post("/switch", {"member_id": str(member_id)})
    still = await office.worker.get("/work")
    await give_app(office.worker.email)
    switched = await office.worker.post("/switch", {"member_id": str(member_id)})

    assert asked.headers["location"] == "/sign-in/set-up"
    assert still.status_code == 200
    assert switched.headers["location"] == "/"
    assert (await office.worker.get("/team")).status_code == 200
