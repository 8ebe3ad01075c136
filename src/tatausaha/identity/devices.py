"""Browsers: what they are called on a page, and whether a person came with one before."""

import re
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import new_token, token_hash

# The first that fits: browsers name their ancestors too. What is not here is shown as unknown, not guessed.
BROWSERS = (
    (re.compile(r"\b(?:EdgA?|EdgiOS)/"), "Edge"),
    (re.compile(r"\bOPR/"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(?:Chrome|CriOS)/"), "Chrome"),
    (re.compile(r"\bVersion/[\d.]+ .*Safari/"), "Safari"),
)
SYSTEMS = (
    (re.compile(r"\b(?:iPhone|iPod)\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\bWindows NT\b"), "Windows"),
    (re.compile(r"\bMac OS X\b"), "macOS"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bLinux\b"), "Linux"),
)


def browser_of(user_agent: str) -> str:
    """ "Chrome" and the like; empty when it is none we know."""
    return next((name for pattern, name in BROWSERS if pattern.search(user_agent)), "")


def system_of(user_agent: str) -> str:
    """ "Windows" and the like; empty when it is none we know."""
    return next((name for pattern, name in SYSTEMS if pattern.search(user_agent)), "")


async def note(account_id: UUID, token: str) -> tuple[str, bool]:
    """Remember that the person came with the browser that holds `token`, or a new one.

    Gives the browser's token, and True when the person is known from other browsers, but not from this.
    """
    kept = token or new_token()
    async with gate_scope():
        known = await db.value("select 1 from known_device where account_id = $1 limit 1", account_id)
        first = await db.value(
            "insert into known_device as d (account_id, token_hash) values ($1, $2)"
            " on conflict (account_id, token_hash) do update set seen_at = now() returning d.xmax = 0",
            *(account_id, token_hash(kept)),
        )
    return kept, bool(known and first)
