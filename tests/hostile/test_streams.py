"""The real server, over a real line: what is too large, too slow or no HTTP at all."""

from collections.abc import AsyncIterator

import pytest

from tatausaha.settings import Settings
from tests.hostile.serving import MEGABYTE, Server, serving
from tests.make import Office

GROWTH = 40 * MEGABYTE


@pytest.fixture(scope="module")
async def server(settings: Settings) -> AsyncIterator[Server]:
    async with serving(settings) as running:
        yield running


def upload(office: Office) -> str:
    """A form on its way, with its token, in the middle of a file."""
    part = '--b\nContent-Disposition: form-data; name="{}"{}\n\n{}'
    body = part.format("_csrf", "", f"{office.worker.csrf}\n") + part.format("file", '; filename="a.csv"', "")
    size = len(body.replace("\n", "\r\n"))
    head = f"POST /people/import HTTP/1.1\nHost: x\nCookie: tata={office.worker.token}\n"
    return f"{head}Content-Type: multipart/form-data; boundary=b\nTransfer-Encoding: chunked\n\n{size:x}\n{body}\n"


async def test_two_hundred_megabytes_are_refused_on_the_way_in_little_memory(server: Server, office: Office) -> None:
    before = server.memory()
    answer, sent = await server.ask(upload(office), pieces=200)

    assert answer.startswith(b"HTTP/1.1 413")
    assert sent < 100
    assert server.memory() - before < GROWTH
    assert [name for name in server.open_files() if "deleted" in name] == []


@pytest.mark.parametrize("length", ["200000000", "99999999999999999999"])
async def test_what_announces_itself_as_too_large_is_refused_before_it_comes(server: Server, length: str) -> None:
    head = f"POST /sign-in HTTP/1.1\nHost: x\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n"
    answer, _ = await server.ask(head)

    assert answer[:12] in (b"HTTP/1.1 413", b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "head",
    [
        "\x16\x03\x01\x02nonsense\n\n",
        "GET / HTTP/1.1\nHost: x\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\n\nGET /work HTTP/1.1\n\n",
        "POST /sign-in HTTP/1.1\nHost: x\nContent-Length: -1\n\n",
        "POST /sign-in HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\nxx",
        "GET /a b HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\nHost: x\nCookie : a=b\n\n",
    ],
)
async def test_what_is_no_http_is_refused(server: Server, head: str) -> None:
    answer, _ = await server.ask(head)

    assert answer.startswith(b"HTTP/1.1 400")
