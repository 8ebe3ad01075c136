"""Nasty values at the steps between password and session, by somebody who is at that step."""

from itertools import islice

import pytest
from litestar import Litestar

from tatausaha.core.ids import uuid7
from tatausaha.identity import steps
from tatausaha.identity.service import found_provider
from tatausaha.identity.sign_in import find_membership
from tests.hostile.corpus import NASTY, percent
from tests.hostile.visiting import visitor
from tests.identity.entry import account_of

HEADERS = {"content-type": "application/x-www-form-urlencoded"}
FIELDS: dict[str, tuple[steps.Need, tuple[str, ...]]] = {
    "/sign-in/code": ("code", ("code",)),
    "/sign-in/code/passkey": ("code", ("credential",)),
    "/sign-in/set-up": ("factor", ("proposal", "code")),
    "/sign-in/set-up/passkey": ("factor", ("credential", "name")),
}


@pytest.mark.parametrize("path", FIELDS)
async def test_no_value_makes_a_step_falter(app: Litestar, path: str) -> None:
    email, (need, names) = f"{uuid7().hex}@example.test", FIELDS[path]
    _, member_id = await found_provider("PT Baru", "Sari", email, "empat kata yang panjang")
    entry = await find_membership(await account_of(email), member_id)
    async with visitor(app) as browser:
        for value in islice(NASTY, 0, None, 4):
            browser.cookies.set("tata_step", await steps.begin(entry, need, "/"), domain="testserver.local")
            answer = await browser.post(path, content=percent(dict.fromkeys(names, value)), headers=HEADERS)
            assert answer.status_code in (303, 422, 429), (value, answer.text)
            assert "tata" not in browser.cookies
