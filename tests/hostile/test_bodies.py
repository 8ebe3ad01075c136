"""Bodies that no browser makes: each is refused with a sentence, at once, and nothing of it is kept."""

import asyncio
from collections.abc import AsyncIterator
from time import process_time

import pytest
from litestar import Litestar
from litestar._parsers import parse_url_encoded_form_data

from tests.hostile.visiting import visitor
from tests.make import Office

SLOWEST = 3.0
"""Seconds of processor time. What is refused below takes minutes where it is not."""

FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}


def part(content: bytes, charset: str = "", name: str = "email") -> bytes:
    kind = f"Content-Type: text/plain; charset={charset}\r\n" if charset else ""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n{kind}\r\n'.encode() + content + b"\r\n"


BODIES = {
    "a third of a million fields of one name": (FORM, b"email=x&" * 110_000),
    "a thousand and more fields": (FORM, b"".join(b"f%d=&" % number for number in range(5_000))),
    "letters that are no UTF-8": (FORM, b"email=%ff%fe&password=x"),
    "half a surrogate pair": (FORM, b"email=%ed%a0%80&password=x"),
    "raw bytes that are no UTF-8": (FORM, b"email=\xff&password=x"),
    "a NUL": (FORM, b"email=a%00b&password=x"),
    "an escape sequence": (FORM, b"email=a%1b%5b31m&password=x"),
    "a very long field": (FORM, b"password=x&email=" + b"a" * 20_000),
    "no boundary": ({"content-type": "multipart/form-data"}, b"--b--"),
    "a boundary that never comes": (MULTIPART, b"email=x"),
    "a part that never ends": (MULTIPART, part(b"x")),
    "a part without a name": (MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
    "a part whose charset needs minutes": (MULTIPART, part(b"a" * 600_000, "idna") + b"--b--"),
    "a part of no UTF-8": (MULTIPART, part(b"\xff\xfe") + b"--b--"),
    "a head without end": (MULTIPART, b"--b\r\n" + b"X: y\r\n" * 50_000),
    "five thousand parts": (MULTIPART, part(b"x") * 5_000 + b"--b--"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_visitor_with_an_impossible_form_is_refused_at_once(app: Litestar, name: str) -> None:
    headers, body = BODIES[name]
    async with visitor(app) as browser:
        began = process_time()
        answer = await browser.post("/sign-in", content=body, headers=headers)
        took = process_time() - began

    assert (answer.status_code, "<h1" in answer.text) == (422, True)
    assert took < SLOWEST


@pytest.mark.parametrize("charset", ["no-such-charset", "rot13", "punycode", "unicode_escape", "utf-7"])
async def test_a_part_is_read_as_utf8_whatever_charset_it_names(app: Litestar, charset: str) -> None:
    body = part("é\\ud800".encode(), charset) + part(b"wrong", name="password") + b"--b--"
    async with visitor(app) as browser:
        answer = await browser.post("/sign-in", content=body, headers=MULTIPART)

    assert (answer.status_code, 'value="é\\ud800"' in answer.text) == (422, True)


async def test_what_was_sent_does_not_stay_in_memory(app: Litestar) -> None:
    """The framework keeps the last 1,024 bodies, with every password and salary in them."""
    kept = parse_url_encoded_form_data.cache_info().currsize
    async with visitor(app) as browser:
        await browser.post("/sign-in", data={"email": "x", "password": "a word that must not stay"})

    assert parse_url_encoded_form_data.cache_info().currsize == kept


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/xml", "x", ""])
async def test_only_forms_are_forms(office: Office, kind: str) -> None:
    for body in (b"name=x&_csrf=" + office.owner.csrf.encode(), b'{"_csrf": "' + office.owner.csrf.encode() + b'"}'):
        answer = await office.owner.http.post("/settings", content=body, headers={"content-type": kind})

        assert answer.status_code == 403


async def test_a_form_that_is_larger_than_any_form_is_refused_with_a_sentence(app: Litestar) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"a" * 65_536

    async with visitor(app) as browser:
        told = await browser.post("/sign-in", content=b"a" * 1_100_000, headers=FORM)
        async with asyncio.timeout(5):
            untold = await browser.post("/sign-in", content=endless(), headers=FORM)

    assert (told.status_code, untold.status_code) == (413, 413)
    assert "<h1" in told.text


async def test_unknown_fields_set_nothing(office: Office) -> None:
    """Mass assignment: what the form does not ask for is refused."""
    wanted = {"name": "PT Baru", "code": "BARU", "tenant_id": str(office.client_id), "archived_at": "2026-01-01"}
    refused = await office.owner.post("/clients", wanted)
    settings = await office.owner.post("/settings", {"name": "PT Ini", "colour": "", "id": str(office.client_id)})

    assert (refused.status_code, settings.status_code) == (422, 422)


@pytest.mark.parametrize("version", ["9" * 5_000, "9" * 20, "-1", "1.0", "٣"])
async def test_a_version_that_no_page_ever_had_is_stale(office: Office, version: str) -> None:
    form = {"name": "PT Lain", "code": "LAIN", "time_zone": "Asia/Jakarta", "payslip_language": "id"}
    form |= {"payslip_password": "none", "difference_percent": "10", "version": version}

    assert (await office.owner.post(f"/clients/{office.client_id}", form)).status_code == 422
