"""From a cold web process to its first page, with the servers up."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

import httpx

from tatausaha.local.environment import as_environment
from tatausaha.local.installation import HOST, web_command
from tatausaha.local.supervisor import Supervisor
from tatausaha.settings import Settings
from tests.bench.report import Measure
from tests.scenarios.house import House, free_port

APPLICATION = "tatausaha.main:create_app"
ROUNDS = 5


@asynccontextmanager
async def served(settings: Settings, application: str = APPLICATION) -> AsyncIterator[str]:
    """A web process of an application; gives its address when it answers."""
    port = free_port()
    command = [application if part == APPLICATION else part for part in web_command(HOST, port)]
    supervisor = Supervisor(settings.home / "logs")
    supervisor.add(f"web-{port}", command, as_environment(settings))
    with supervisor:
        address = f"http://{HOST}:{port}"
        async with httpx.AsyncClient() as client:
            while not await answers(client, address):
                await asyncio.sleep(0.01)
        yield address


async def answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(f"{address}/sign-in")).status_code < 500
    except httpx.TransportError:
        return False


async def measure(house: House) -> list[Measure]:
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        async with served(house.settings):
            seconds.append(time.perf_counter() - began)
    return [Measure("start: cold web process to its first page", median(seconds), "s", 4, most=True)]
