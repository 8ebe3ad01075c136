"""Bring a database to the newest tables. Piccolo runs in a process of its own: its engine is chosen at import."""

import asyncio
import os
import sys

import asyncpg

from tatausaha.core.db import connection_arguments


class MigrationFailed(RuntimeError):
    """The migration stopped and was rolled back; the message holds what the database said."""


async def migrate(owner_url: str) -> None:
    """Apply all pending migrations as the tables' owner; raises `MigrationFailed`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "piccolo.main", "migrations", "forwards", "tatausaha", "--trace"),
        env={**os.environ, "TATA_OWNER_DATABASE_URL": owner_url, "PICCOLO_CONF": "tatausaha.piccolo_conf"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise MigrationFailed(output.decode(errors="replace"))


async def applied(owner_url: str) -> set[str]:
    """The ids of the migrations that this database has seen."""
    connection = await asyncpg.connect(**connection_arguments(owner_url))
    try:
        if not await connection.fetchval("select to_regclass('migration') is not null"):
            return set()
        return {row["name"] for row in await connection.fetch("select name from migration")}
    finally:
        await connection.close()
