"""The yardsticks: bare Litestar handlers with one indexed SELECT of as many rows as a page has, or one INSERT."""

import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath

from tatausaha.core.db import connection_arguments

ROWS = (
    "select id, number, name, department, position, joined_on from employee"
    " where tenant_id = $1 order by name_norm, id limit 51"
)

ITEMS = (
    "select id, code, name, category, unit, sale_price from item where tenant_id = $1 and client_id = $2"
    " order by name_norm, id limit 51"
)


@asynccontextmanager
async def pool(app: Litestar) -> AsyncIterator[None]:
    async with asyncpg.create_pool(**connection_arguments(os.environ["TATA_DATABASE_URL"])) as opened:
        app.state.pool = opened
        yield


@get("/{tenant_id:uuid}")
async def rows(state: State, tenant_id: FromPath[UUID]) -> list[dict[str, Any]]:
    """As the superuser, whom no row security slows down."""
    return [dict(row) for row in await state.pool.fetch(ROWS, tenant_id)]


@get("/{tenant_id:uuid}/{client_id:uuid}")
async def items(state: State, tenant_id: FromPath[UUID], client_id: FromPath[UUID]) -> list[dict[str, Any]]:
    """The same of the goods of one client."""
    return [dict(row) for row in await state.pool.fetch(ITEMS, tenant_id, client_id)]


@post("/insert")
async def insert(state: State, request: Request[Any, Any, Any]) -> dict[str, bool]:
    """Keep what was sent by whoever holds the token."""
    if not hmac.compare_digest(request.headers.get("token", ""), "bench"):
        raise NotAuthorizedException
    body = await request.body()
    name = msgspec.json.decode(body)["id"]
    await state.pool.execute("insert into bare_event (id, body) values ($1, $2)", name, body.decode())
    return {"kept": True}


def create_app() -> Litestar:
    return Litestar([rows, items, insert], lifespan=[pool], openapi_config=None)
