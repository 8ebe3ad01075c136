"""Letters go to one person, with the subject that the house gave them."""

import pytest

from tatausaha.core import db
from tatausaha.core.letters import get_letter
from tests.make import Office
from workers.mail import compose


async def invite(office: Office, **changes: str) -> int:
    form = {"name": "Budi", "email": "budi@example.test", "role": "worker", "language": "id"}
    return (await office.manager.post("/team/invite", form | changes)).status_code


@pytest.mark.parametrize(
    "email",
    [
        *("a@example.test,b@evil.test", "a@example.test;b@evil.test", "<a@example.test>", '"a b"@example.test,x'),
        *(
            "a@example.test\r\nBcc: b@evil.test",
            "a@b@example.test",
            "@example.test",
            "a@",
            "a@localhost",
            "ä@example.test",
        ),
        "a" * 250 + "@example.test",
    ],
)
async def test_nobody_is_invited_at_an_address_that_is_not_exactly_one(office: Office, email: str) -> None:
    assert await invite(office, email=email) == 422
    async with office.scope():
        assert await db.value("select count(*) from mail") == 0


async def test_a_long_story_in_place_of_a_name_is_not_sent_around(office: Office) -> None:
    assert await invite(office, name="Anda menang! " * 100) == 422


async def test_a_line_break_in_a_name_makes_no_header(office: Office) -> None:
    evil = "PT Ini\r\nBcc: everybody@evil.test\r\n\r\nHalo"
    assert (await office.owner.post("/settings", {"name": evil, "colour": ""})).status_code == 303
    assert await invite(office, name=evil) == 303
    async with office.scope():
        letter = await get_letter(await db.value("select id from mail"))
        assert "\n" not in await db.value("select name from provider")

    assert "Bcc: everybody" in compose(letter).subject
    assert not set("\r\n") & set(compose(letter).subject)
