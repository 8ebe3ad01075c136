"""What every answer says to the browser that shows it."""

import httpx
import pytest
from litestar import Litestar

from tests.hostile.visiting import visitor
from tests.make import ROLES, Office
from tests.test_isolation import cases, furnish

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICY = {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"}
# What anybody may see, or a picture that changes its address when it changes.
CACHED = ("/static/", "/brand/", "/health", "logo")


def lacking(answer: httpx.Response) -> list[str]:
    """The headers that an answer should have and has not."""
    wrong = [name for name, value in ALWAYS.items() if answer.headers.get(name) != value]
    policy = set(answer.headers.get("content-security-policy", "").split("; "))
    if not policy >= POLICY or any("unsafe" in part or "*" in part or "http" in part for part in policy):
        wrong.append("content-security-policy")
    if "no-store" not in answer.headers.get("cache-control", "") and not any(c in answer.url.path for c in CACHED):
        wrong.append("cache-control")
    if "access-control-allow-origin" in answer.headers or "server" in answer.headers:
        wrong.append("too much")
    return wrong


async def test_every_page_file_and_error_of_every_role_is_guarded(app: Litestar, office: Office) -> None:
    own = await furnish(office, office.client_id)
    found = []
    for case in cases(app):
        for role in sorted(case.roles & set(ROLES)):
            if case.path in ("/sign-out", "/jobs/{job_id:uuid}/events"):
                continue
            person = office.people[role]
            data = {"_csrf": person.csrf} if case.method == "POST" else None
            answer = await person.http.request(case.method, case.address(own), data=data)
            if wrong := lacking(answer):
                found.append((role, case.method, case.path, answer.status_code, wrong))

    assert found == []


async def test_what_a_visitor_sees_is_guarded_too(app: Litestar) -> None:
    async with visitor(app) as stranger:
        answers = [
            await stranger.get("/sign-in"),
            await stranger.get("/work"),
            await stranger.get("/nowhere"),
            await stranger.get("/nowhere", headers={"accept": "application/json"}),
            await stranger.get("/static/nowhere"),
            await stranger.post("/sign-in", content=b"x" * 1_100_000),
            await stranger.post("/sign-in", data={"email": "x", "password": "y"}),
            await stranger.post("/preferences", data={"language": "en"}, headers={"origin": "http://evil.test"}),
            await stranger.request("TRACE", "/sign-in"),
        ]

    assert {answer.url.path: wrong for answer in answers if (wrong := lacking(answer))} == {}


async def test_over_https_the_browser_is_held_to_https(app: Litestar) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as browser:
        answer = await browser.get("/sign-in")

    assert "max-age=31536000" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
async def test_an_error_tells_nothing_of_the_inside(app: Litestar, office: Office, kind: str) -> None:
    for path in ("/nowhere", "/people/imports/x", f"/people/{office.client_id}"):
        answer = await office.owner.get(path, headers={"accept": kind})

        assert answer.status_code == 404
        assert not any(word in answer.text for word in ("Traceback", "litestar", "asyncpg", "site-packages", "select "))
