"""Cookies, tokens, passwords and ciphers: what they are made of, and where they are kept."""

import re
from http.cookies import SimpleCookie

import httpx
import msgspec
import pytest
from litestar import Litestar

from tatausaha.core import db, process
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import new_token, token_hash, uuid7
from tatausaha.core.web.failures import log as refusals
from tatausaha.identity.passwords import MAX_LENGTH, hash_password, verify_password
from tatausaha.identity.service import found_provider
from tatausaha.settings import PROJECT
from tests.hostile.visiting import visitor
from tests.make import Office

PASSWORD = "empat kata yang panjang"
SOURCES = [*(PROJECT / "src").rglob("*.py"), *(PROJECT / "workers").rglob("*.py")]
SCRIPTS = list((PROJECT / "frontend/assets").rglob("*.js"))


async def test_over_https_every_cookie_is_held_to_this_host_and_to_https(
    app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    email, opened = f"{uuid7().hex}@example.test", process.tools()
    await found_provider("PT Baru", "Sari", email, PASSWORD)
    settings = msgspec.structs.replace(opened.settings, base_url="https://testserver")
    monkeypatch.setattr(process, "_open", [msgspec.structs.replace(opened, settings=settings)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://testserver") as browser:
        entered = await browser.post("/sign-in", data={"email": email, "password": PASSWORD})
    cookies = [SimpleCookie(written) for written in entered.headers.get_list("set-cookie")]
    secrets = [morsel for cookie in cookies for name, morsel in cookie.items() if not name.endswith("language")]

    assert secrets
    for morsel in secrets:
        assert morsel.key.startswith("__Host-"), morsel.key
        assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["domain"]) == (True, True, "/", "")
        assert morsel["samesite"].lower() in ("lax", "strict")


async def test_a_session_is_named_by_256_random_bits_and_kept_as_a_hash(office: Office) -> None:
    async with gate_scope():
        kept = await db.value("select count(*) from user_session where token_hash = $1", token_hash(office.owner.token))
        columns = await db.records(
            "select column_name from information_schema.columns where table_name = 'user_session'"
            " and column_name ~ 'token' and column_name <> 'token_hash'"
        )

    assert (kept, columns) == (1, [])
    assert len({new_token() for _ in range(1_000)}) == 1_000
    assert min(len(new_token()) for _ in range(100)) >= 43


async def test_passwords_are_kept_by_argon2id() -> None:
    assert (await hash_password(PASSWORD)).startswith("$argon2id$v=19$m=")


@pytest.mark.parametrize("other", [PASSWORD.upper(), f"{PASSWORD} ", f" {PASSWORD}", PASSWORD[:-1], f"{PASSWORD}x"])
async def test_a_password_is_checked_exactly_as_it_was_typed(other: str) -> None:
    long = (PASSWORD * 20)[:MAX_LENGTH]

    assert await verify_password(await hash_password(PASSWORD), PASSWORD)
    assert not await verify_password(await hash_password(PASSWORD), other)
    assert not await verify_password(await hash_password(long), f"{long}x")


def test_a_field_for_a_password_shows_dots() -> None:
    """And lets a password manager fill it."""
    fields = [
        field
        for file in (PROJECT / "frontend/templates").rglob("*.html")
        for field in re.findall(r"form\.text\(\"[a-z_]*password\".*", file.read_text(encoding="utf-8"))
    ]

    assert len(fields) >= 3
    assert [field for field in fields if 'type="password"' not in field or "-password" not in field] == []


def test_only_sound_ciphers_and_hashes_are_named_anywhere() -> None:
    weak = re.compile(r"\b(md5|sha1|SHA1|MD5|ECB|CBC|PKCS1v15|ARC4|RC4|TripleDES|Blowfish|Fernet)\b")
    found = [
        f"{file.relative_to(PROJECT)}: {line.strip()}"
        for file in SOURCES
        for line in file.read_text(encoding="utf-8").splitlines()
        if weak.search(line)
    ]

    assert found == []


def test_scripts_keep_nothing_of_anybody_in_the_browser() -> None:
    kept = re.compile(r"\b(?:localStorage|sessionStorage)\.setItem\(\s*['\"]([^'\"]+)|\bindexedDB|document\.cookie")
    found = {match[0] for file in SCRIPTS for match in kept.finditer(file.read_text(encoding="utf-8"))}

    assert SCRIPTS
    assert {
        name for name in found if not any(word in name for word in ("theme", "language", "menu", "sidebar"))
    } == set()


async def test_what_is_refused_is_written_down_with_who_and_from_where(
    app: Litestar, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Wrong passwords, things of others, limits that are reached: for who looks for an attack in the logs."""
    caplog.set_level("INFO", refusals.name)
    async with visitor(app) as stranger:
        await stranger.post("/sign-in", data={"email": "somebody@example.test", "password": "salah sekali"})
    await office.worker.get(f"/people/{uuid7()}")
    told = [record.getMessage() for record in caplog.records]

    assert "refused 422 at POST /sign-in for nobody from 127.0.0.1" in told
    assert f"refused 404 at GET /people/{{employee_id}} for {office.worker.member_id} from 127.0.0.1" in told
    assert "somebody@example.test" not in caplog.text
