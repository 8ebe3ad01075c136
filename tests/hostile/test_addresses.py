"""Every address with parameters that no link of ours holds: a page or a sentence, never a fault, nothing comes to life."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.hostile.corpus import NASTY, Nasty, percent
from tests.hostile.pages import holds_markup
from tests.hostile.visiting import visitor
from tests.make import ROLES, Office
from tests.test_isolation import Case, cases, furnish

SLOWEST = 30.0
"""Seconds for one answer: one that hangs shows, a busy machine does not."""
POLITE = {200, 303, 401, 404, 409, 422, 429}
NAMES = (
    *("q", "client", "month", "state", "sort", "department", "archived"),
    *("after", "before", "tab", "format", "code", "name", "next"),
)
SPREAD = 8
"""Each page is given every eighth query, others than its neighbour. With 1, minutes, everything is tried."""


def cursors() -> Iterator[str]:
    """Places in lists, well written and about nothing that there is."""
    for key in ("\x00", "2026-11", "0001-01-01", "9999-12-31", "z" * 300, "\ud800", None, 1e308, [[]] * 50):
        for written in ([key, "00000000-0000-0000-0000-000000000000"], [key, key, key], {"month": key, "id": 1}):
            yield packed(written)
    yield base64.urlsafe_b64encode(b"[" * 900).decode()
    yield base64.urlsafe_b64encode(b"\xff" * 100).decode()


def packed(written: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")


def readers(app: Litestar) -> Iterator[tuple[str, Case]]:
    """Every page, with a role that may see it."""
    for case in cases(app):
        role = next((role for role in ("owner", "approver") if role in case.roles & set(ROLES)), None)
        if case.method == "GET" and role and not case.path.endswith("/events"):
            yield role, case


def queries(number: int) -> Iterator[dict[str, Nasty]]:
    for index, value in enumerate(NASTY):
        if (index + number) % SPREAD == 0:
            yield dict.fromkeys(NAMES, value[:3_000])
            yield {NAMES[(index + number) % len(NAMES)]: value}
    for index, cursor in enumerate(cursors()):
        if (index + number) % SPREAD == 0:
            yield {"after": cursor, "before": cursor, "sort": "-joined", "tab": "slips"}


async def test_no_query_makes_a_page_falter(app: Litestar, office: Office) -> None:
    own = await furnish(office, office.client_id)
    for number, (role, case) in enumerate(readers(app)):
        for query in queries(number):
            answer = await office.people[role].get(f"{case.address(own)}?{percent(query).decode()}")
            assert answer.status_code in POLITE, (case.path, query, answer.text)
            assert not holds_markup(answer.text), (case.path, query)
            assert answer.elapsed.total_seconds() < SLOWEST, (case.path, query)


PATHS = (
    *("/static/%00", "/static/%2e%2e/%2e%2e/package.json", "/static/..%2f..%2fpyproject.toml", f"/static/{'a' * 5000}"),
    *("/static/", "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/..%5c..%5cpyproject.toml"),
    *("/people/%00", "/people/%ff", "/people/00000000000000000000000000000000", f"/people/{'9' * 5000}"),
    *("/invitations/%00%ff", "/invitations/%ed%a0%80", f"/invitations/{'a' * 5000}", "/invitations/.."),
    *("/brand/%0a", "/brand/x.css", "/brand/00000000-0000-0000-0000-000000000000-ffffff.css%00", "/%00", "//evil.test"),
    *("/payroll/slips/x/lines/1", "/documents/payslips/..%2f..", "/.env", "/.git/config", "/schema", "/debug"),
)


@pytest.mark.parametrize("path", PATHS)
async def test_paths_to_nowhere_lead_nowhere(app: Litestar, office: Office, path: str) -> None:
    async with visitor(app) as stranger:
        answers = [await stranger.get(path), await office.owner.get(path)]

    assert {answer.status_code for answer in answers} <= {303, 400, 404}
    assert all("evil.test" not in answer.headers.get("location", "") for answer in answers)


async def test_a_line_of_a_payslip_that_does_not_exist_is_not_found(office: Office) -> None:
    own = await furnish(office, office.client_id)
    for index in ("9" * 4_000, "9" * 5_000, "-1", "999", "1.0", "%D9%A19", "x"):
        answer = await office.owner.get(f"/payroll/slips/{own['slip_id']}/lines/{index}")

        assert answer.status_code == 404, index


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "HEAD", "GETX"])
async def test_methods_that_no_page_uses_are_refused(app: Litestar, office: Office, method: str) -> None:
    for path in ("/sign-in", "/work", "/people", "/static/x", "/nowhere"):
        answer = await office.owner.http.request(method, path)

        assert (answer.status_code, "allow" in answer.headers) == (404, False), path


HEADERS: dict[str, dict[str, bytes]] = {
    "an origin that is no address": {"origin": b"http://["},
    "an origin of bytes": {"origin": b"\xff"},
    "another site": {"sec-fetch-site": b"cross-site"},
    "another site of the same domain": {"sec-fetch-site": b"same-site"},
    "no origin at all": {"origin": b"null"},
    "another host": {"origin": b"http://testserver.evil.test"},
}


@pytest.mark.parametrize("name", HEADERS)
async def test_what_another_site_sends_is_refused(app: Litestar, name: str) -> None:
    async with visitor(app) as stranger:
        answer = await stranger.post("/preferences", data={"language": "en"}, headers=HEADERS[name])

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "tata=%ed%a0%80; tata_language=xx; tata_flash=%22a.b"},
        {"cookie": b"tata=\xff\xfe; tata_flash=\xff.\xff"},
        {"cookie": "tata=" + "a" * 5_000},
        {"hx-request": "true", "hx-current-url": "//["},
        {"accept": "application/json, */*", "accept-language": "\x7f", "accept-encoding": "identity;q=x"},
        {"range": "bytes=9-1", "if-modified-since": "x", "if-none-match": '"'},
    ],
)
async def test_odd_headers_do_no_harm(app: Litestar, office: Office, headers: dict[str, str]) -> None:
    async with visitor(app) as stranger:
        answers = [
            await stranger.get(path, headers=headers) for path in ("/", "/sign-in", "/health", "/clients/switcher")
        ]
    answers.append(await office.owner.get("/clients/switcher", headers=headers))

    assert all(answer.status_code < 500 for answer in answers)


async def test_the_host_that_a_request_names_never_comes_back(app: Litestar, office: Office) -> None:
    """Poisoned links: addresses in pages, redirects and letters are relative, or come from the settings."""
    elsewhere = {"host": "evil.test", "x-forwarded-host": "evil.test", "forwarded": "host=evil.test"}
    async with visitor(app) as stranger:
        answers: list[httpx.Response] = [
            await stranger.get(path, headers=elsewhere) for path in ("/", "/sign-in", "/work")
        ]
    invite = {"name": "Budi", "email": "budi@example.test", "role": "worker", "language": "id"}
    answers.append(await office.manager.post("/team/invite", invite, headers=elsewhere))

    assert not any("evil.test" in answer.text + answer.headers.get("location", "") for answer in answers)
