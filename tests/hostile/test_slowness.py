"""Slow clients against a real server: each is closed in time, and everybody else is served meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tatausaha.core.web.patience import PatientProtocol
from tatausaha.local.installation import web_command
from tatausaha.settings import Settings
from tests.hostile.serving import MEGABYTE, Server, serving
from tests.make import Office

CROWD = 200
FORM = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(scope="module")
async def server(settings: Settings) -> AsyncIterator[Server]:
    async with serving(settings, "tests.hostile.serving:Hasty") as running:
        yield running


async def dial(server: Server, head: str) -> Line:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head.encode())
    return reader, writer


async def told(line: Line) -> bytes:
    """What the server says until it closes; the test fails when it does not."""
    async with asyncio.timeout(20):
        try:
            return await line[0].read()
        except ConnectionError:
            return b""
        finally:
            line[1].close()


async def drip(line: Line, piece: bytes) -> bytes:
    """Send a little again and again, for as long as the server has patience with that."""
    answer = asyncio.ensure_future(told(line))
    while not answer.done():
        line[1].write(piece)
        await asyncio.wait({answer}, timeout=0.1)
    return await answer


async def statuses(server: Server, number: int = 10) -> set[int]:
    async with server.browser() as browser:
        return {(await browser.get("/sign-in")).status_code for _ in range(number)}


async def test_a_crowd_that_never_ends_its_heads_is_closed_while_others_are_served(server: Server) -> None:
    lines = [await dial(server, "GET / HTTP/1.1\r\nHost: x\r\n") for _ in range(CROWD)]
    ends = [asyncio.ensure_future(drip(line, b"X-a: b\r\n")) for line in lines]

    assert await statuses(server) == {200}
    answers = await asyncio.gather(*ends)
    assert all(answer == b"" or answer.startswith(b"HTTP/1.1 408") for answer in answers)


async def test_more_connections_than_there_is_room_for_push_out_the_silent_ones(server: Server) -> None:
    lines = [await dial(server, "") for _ in range(300)]

    assert await statuses(server) == {200}
    assert await asyncio.gather(*map(told, lines)) == [b""] * 300


@pytest.mark.parametrize("piece", [b"", b"x"])
async def test_bodies_that_do_not_come_are_closed_while_others_are_served(server: Server, piece: bytes) -> None:
    lines = [await dial(server, f"{FORM}Content-Length: 900000\r\n\r\nemail=x") for _ in range(CROWD)]
    ends = [asyncio.ensure_future(drip(line, piece)) for line in lines]

    assert await statuses(server) == {200}
    assert all(not answer or answer.startswith(b"HTTP/1.1 408") for answer in await asyncio.gather(*ends))


async def test_slow_forms_of_a_signed_in_person_hold_no_connection_to_the_database(
    server: Server, office: Office
) -> None:
    """With the token in a header the form used to be read by the handler, some of which had opened their scope."""
    head = f"POST /people/import HTTP/1.1\r\nHost: x\r\nCookie: tata={office.worker.token}\r\n"
    head += f"X-Csrf-Token: {office.worker.csrf}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    lines = [await dial(server, f"{head}Content-Length: 900000\r\n\r\nemail=x") for _ in range(40)]

    assert await statuses(server) == {200}
    await asyncio.gather(*map(told, lines))


async def test_who_does_not_read_the_answer_is_closed(server: Server) -> None:
    line = await dial(server, "")
    line[1].transport.pause_reading()
    for _ in range(400):
        line[1].write(b"GET /static/none HTTP/1.1\r\nHost: x\r\n\r\n" * 10)
    closed = asyncio.ensure_future(line[1].wait_closed())
    async with asyncio.timeout(20):
        while not closed.done() and server.connections() > 0:
            await asyncio.wait({closed}, timeout=0.1)

    assert await statuses(server) == {200}
    line[1].transport.abort()


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        ("GET / HTTP/1.1\r\nHost: x\r\nX-a: ", b"a" * MEGABYTE),
        ("GET / HTTP/1.1\r\nHost: x\r\n", b"X-a: b\r\n" * 10_000),
        (f"GET /{'a' * 40_000} HTTP/1.1\r\nHost: x\r\n\r\n", b""),
        ("GET /", b"a" * MEGABYTE),
        (f"{FORM}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X-trailer: b\r\n" * 10_000),
        (f"{FORM}Transfer-Encoding: chunked\r\n\r\n1;a=", b"a" * MEGABYTE),
    ],
)
async def test_heads_without_end_are_refused_in_little_memory(server: Server, start: str, piece: bytes) -> None:
    before = server.memory()
    answer = await drip(await dial(server, start), piece)

    assert answer[:12] in (b"", b"HTTP/1.1 431", b"HTTP/1.1 400", b"HTTP/1.1 403", b"HTTP/1.1 404")
    assert server.memory() - before < 10 * MEGABYTE


async def test_a_gigabyte_that_goes_on_after_it_was_refused_is_cut_off(server: Server) -> None:
    """Without a length, and with it: told at once that it is too much, and closed soon after."""
    before = server.memory()
    line = await dial(server, f"{FORM}Content-Length: 1073741824\r\n\r\n")
    answer = await drip(line, b"x" * MEGABYTE)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    assert server.memory() - before < 20 * MEGABYTE


async def test_a_packed_body_is_not_unpacked(server: Server) -> None:
    bomb = b"\x1f\x8b\x08\x00" + b"\x00" * 500
    head = f"{FORM}Content-Encoding: gzip\r\nConnection: close\r\nContent-Length: {len(bomb)}\r\n\r\n"
    line = await dial(server, head)
    line[1].write(bomb)

    assert (await told(line)).startswith(b"HTTP/1.1 4")


async def test_more_than_can_be_worked_on_at_once_are_told_to_come_again(server: Server) -> None:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{server.port}", limits=httpx.Limits(max_connections=150), timeout=60
    ) as browser:
        answers = await asyncio.gather(*(browser.get("/health") for _ in range(150)))
    refused = [answer for answer in answers if answer.status_code == 503]

    assert {answer.status_code for answer in answers} == {200, 503}
    assert all(answer.headers["retry-after"] == "2" for answer in refused)
    assert await statuses(server) == {200}


def test_the_server_that_is_deployed_has_this_patience() -> None:
    assert "tatausaha.core.web.patience:PatientProtocol" in web_command("127.0.0.1", 8000)
    assert PatientProtocol.head_seconds <= 10
    assert PatientProtocol.stall_seconds <= 30
