"""Passing the second step, as a person with an authenticator app would."""

import re
import time
from uuid import UUID

import httpx
import pyotp

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.identity import totp

# Of everybody who enters the tests' rooms by a form.
SECRET = pyotp.random_base32()


async def account_of(email: str) -> UUID:
    async with gate_scope():
        found: UUID = await db.value("select id from account where email = $1", email)
    return found


async def give_app(email: str) -> None:
    """An authenticator app, none of whose codes was used yet."""
    await totp.keep(await account_of(email), SECRET)


def code(spans: int = 0) -> str:
    """What the app shows, so many spans of 30 seconds from now."""
    app = pyotp.TOTP(SECRET)
    return app.generate_otp(int(time.time()) // totp.SPAN_SECONDS + spans)


async def show_code(browser: httpx.AsyncClient, asked: httpx.Response, email: str) -> httpx.Response:
    """Answer the second step that a right password led to."""
    assert asked.headers["location"] == "/sign-in/code", asked.text
    await give_app(email)
    return await browser.post("/sign-in/code", data={"code": code()})


async def set_up(browser: httpx.AsyncClient, asked: httpx.Response) -> httpx.Response:
    """Set up an app where the role needs one."""
    assert asked.headers["location"] == "/sign-in/set-up", asked.text
    shown = (await browser.get("/sign-in/set-up")).text
    proposal = re.search(r'name="proposal" value="([^"]+)"', shown)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', shown)
    assert proposal
    assert secret
    typed = pyotp.TOTP(secret[1].replace(" ", "")).now()
    return await browser.post("/sign-in/set-up", data={"proposal": proposal[1], "code": typed})


async def enter(browser: httpx.AsyncClient, email: str, password: str, next_page: str = "") -> httpx.Response:
    """Sign in by the form, with password and code."""
    await give_app(email)
    asked = await browser.post("/sign-in", data={"email": email, "password": password, "next": next_page})
    return await show_code(browser, asked, email)
