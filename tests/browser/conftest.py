"""A real Chromium before the real application, which answers on the tests' own loop."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from litestar import Litestar
from playwright.async_api import Browser, Page, async_playwright, expect

from infra.chromium import find_or_install
from tests.browser.visits import Visits
from tests.make import Office, make_office

expect.set_options(timeout=20_000)  # a machine that runs every test at once is slow, not wrong
FLAGS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]


@pytest.fixture(scope="session")
async def site(app: Litestar) -> AsyncIterator[str]:
    """Where the application answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([door]))
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture(scope="session")
async def chromium(site: str) -> AsyncIterator[Browser]:
    path = await asyncio.to_thread(find_or_install)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def visits(chromium: Browser, site: str) -> AsyncIterator[Visits]:
    """Browsers of people. Whatever goes wrong unseen in any of them fails the test."""
    made = Visits(chromium, site)
    yield made
    await made.leave()
    assert made.troubles == []


@pytest.fixture
async def page(visits: Visits, office: Office) -> Page:
    """A wide window of the office's worker, in Indonesian."""
    return await visits.open(office.worker)


@pytest.fixture(scope="session")
async def shared_office(app: Litestar) -> AsyncIterator[Office]:
    """One office for all tests that only look."""
    made = await make_office(app)
    yield made
    await made.leave()
