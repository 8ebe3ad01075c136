"""Known and unknown people cost the same work: as many statements, one slow hash, the same sentence."""

from collections.abc import Callable

import httpx
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.identity import passwords
from tatausaha.identity.service import found_provider
from tests.hostile.visiting import visitor
from tests.identity.authenticator import Authenticator
from tests.identity.entry import give_app

PASSWORD = "empat kata yang panjang"
Ask = Callable[[httpx.AsyncClient], httpx.Request]


@pytest.fixture
async def emails() -> dict[str, str]:
    """Of somebody with a second step, somebody without, somebody whose access ended, and nobody."""
    made = {who: f"{who}-{uuid7().hex}@example.test" for who in ("enrolled", "plain", "ended", "nobody")}
    for who in ("enrolled", "plain", "ended"):
        await found_provider("PT Baru", "Sari", made[who], PASSWORD)
    await give_app(made["enrolled"])
    async with db.gate_scope():
        await db.execute("update member set ended_at = now() where email = $1", made["ended"])
    return made


async def work_of(app: Litestar, path: str, data: dict[str, str]) -> tuple[int, list[str], str]:
    """Status, the statements in their order, and the page of one request."""
    seen: list[str] = []

    def note(record: object) -> None:
        seen.append(" ".join(str(getattr(record, "query", record)).split())[:60])

    assert db.DB.pool is not None
    connections = [holder._con for holder in db.DB.pool._holders if holder._con]
    for connection in connections:
        connection.add_query_logger(note)
    try:
        async with visitor(app) as browser:
            answer = await browser.post(path, data=data)
    finally:
        for connection in connections:
            connection.remove_query_logger(note)
    return answer.status_code, seen, answer.text.replace(data.get("email", "-"), "")


async def test_a_wrong_password_costs_the_same_for_everybody(
    app: Litestar, emails: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[str] = []
    verify = passwords._verify

    def counted(kept: str, password: str) -> bool:
        hashes.append(kept)
        return verify(kept, password)

    monkeypatch.setattr(passwords, "_verify", counted)
    works = [
        await work_of(app, "/sign-in", {"email": email, "password": "salah sekali sekali"}) for email in emails.values()
    ]

    assert [work == works[0] for work in works] == [True] * len(works)
    assert works[0][0] == 422
    assert len(works[0][1]) > 2
    assert len(hashes) == len(emails)
    assert all(kept.startswith("$argon2id$") for kept in hashes), "no hash is no work"


async def test_the_right_password_of_somebody_whose_access_ended_is_as_good_as_a_wrong_one(
    app: Litestar, emails: dict[str, str]
) -> None:
    right, wrong = [
        await work_of(app, "/sign-in", {"email": emails["ended"], "password": typed})
        for typed in (PASSWORD, "salah sekali")
    ]

    assert right == wrong


async def test_a_passkey_that_nobody_has_gets_the_answer_of_one_that_is_wrong(app: Litestar) -> None:
    async with visitor(app) as browser:
        used = Authenticator().use((await browser.post("/passkeys/options", data={"purpose": "enter"})).text)
        unknown = await browser.post("/sign-in/passkey", data={"credential": used})
        nonsense = await browser.post("/sign-in/passkey", data={"credential": "{}"})

    assert (unknown.status_code, unknown.text) == (nonsense.status_code, nonsense.text)
