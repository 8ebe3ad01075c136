"""What is configured, reachable, migrated and lagging. Each check gives a sentence and whether it is well."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec
import redis

from tatausaha.core.db import connection_arguments
from tatausaha.core.errors import AppError
from tatausaha.core.master_keys import open_master_keys
from tatausaha.core.migrate import applied
from tatausaha.core.scanner import ScannerAway, describe_scanner
from tatausaha.core.storage import open_storage
from tatausaha.settings import VARIABLES, Settings

MIGRATIONS = Path(__file__).parents[1] / "migrations"
OLDEST_SERVER = 18
PATIENCE = 5  # seconds for a server to answer
LAG_ALLOWED = 300  # seconds that a due job may wait
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}

IDENTITY = """
select current_setting('server_version_num')::int / 10000, rolsuper or rolbypassrls, current_setting('server_version')
from pg_roles where rolname = current_user
"""
OLDEST = """
select coalesce(extract(epoch from now() - min(case state when 'running' then claimed_until else run_at end)), 0)::int
from job where (state in ('queued', 'sent') and run_at <= now()) or (state = 'running' and claimed_until < now())
"""
# Told by the payment service, and nobody looked into it: how many, and for how many seconds the oldest.
UNHEARD = """
select count(*), coalesce(extract(epoch from now() - min(received_at)), 0)::int from stripe_event where handled_at is null
"""
UNHEARD_ALLOWED = 600  # seconds, as the health check allows


class Finding(msgspec.Struct, frozen=True):
    well: bool
    sentence: str


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Every variable with its present value and its meaning; passwords and secrets are not shown."""
    return [
        (
            variable.name,
            _shown(str(getattr(settings, variable.name.removeprefix("TATA_").lower())), variable.secret)
            or variable.default,
            variable.meaning,
        )
        for variable in VARIABLES
    ]


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Try everything that the settings name, one after the other."""
    yield _frontend(settings.frontend)
    yield await _database(settings.database_url)
    yield await _migrations(settings.owner_database_url)
    yield await _redis(settings.redis_url)
    yield await _jobs(settings.database_url)
    if settings.billing:
        yield await _events(settings.database_url)
    yield await _keys(settings.keys_url)
    yield await _storage(settings.storage_url)
    yield await _mail(settings.smtp_url)
    yield await _scanner(settings.clamav_url)


def _frontend(folder: Path) -> Finding:
    built = (folder / "dist/manifest.json").is_file()
    return Finding(
        built, "The front end is built." if built else f"The front end in {folder} is not built: run `make`."
    )


async def _database(url: str) -> Finding:
    try:
        connection = await asyncpg.connect(**connection_arguments(url), timeout=PATIENCE)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return Finding(False, f"PostgreSQL does not answer at {_shown(url)}: {error or type(error).__name__}")
    try:
        major, mighty, version = await connection.fetchrow(IDENTITY)
    finally:
        await connection.close()
    if mighty:
        return Finding(False, "TATA_DATABASE_URL names a role that row security does not bind; use the role tata_app.")
    if major < OLDEST_SERVER:
        return Finding(False, f"PostgreSQL {version} answers at {_shown(url)}, but {OLDEST_SERVER} or newer is needed.")
    return Finding(True, f"PostgreSQL {version} answers at {_shown(url)}.")


async def _migrations(owner_url: str) -> Finding:
    if not owner_url:
        return Finding(True, "Migrations were not looked at: TATA_OWNER_DATABASE_URL is not set.")
    try:
        done = await applied(owner_url)
    except (OSError, asyncpg.PostgresError) as error:
        return Finding(False, f"The owner of the tables cannot sign in at {_shown(owner_url)}: {error}")
    pending = _known_migrations() - done
    if pending:
        return Finding(False, f"{len(pending)} migrations are pending: run `tata migrate`.")
    return Finding(True, f"All {len(done)} migrations are applied.")


def _known_migrations() -> set[str]:
    lines = (line for file in MIGRATIONS.glob("*_*.py") for line in file.read_text().splitlines())
    return {line.split('"')[1] for line in lines if line.startswith('ID = "')}


async def _redis(url: str) -> Finding:
    def answer() -> None:
        redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE).ping()

    try:
        await asyncio.to_thread(answer)
    except (redis.RedisError, OSError) as error:
        return Finding(False, f"Redis does not answer at {_shown(url)}: {error}")
    return Finding(True, f"Redis answers at {_shown(url)}.")


async def _jobs(url: str) -> Finding:
    found = await _look(url, OLDEST)
    if isinstance(found, str):
        return Finding(False, f"The jobs cannot be read{found}")
    age = found[0]
    if age > LAG_ALLOWED:
        return Finding(False, f"The oldest job has waited for {age} s: do the relay and the workers run?")
    return Finding(True, f"The oldest job that is due has waited for {age} s.")


async def _events(url: str) -> Finding:
    found = await _look(url, UNHEARD)
    if isinstance(found, str):
        return Finding(False, f"What the payment service told cannot be read{found}")
    count, age = found
    sentence = f"{count} events of the payment service wait to be looked into, the oldest for {age} s"
    return Finding(True, f"{sentence}.") if age <= UNHEARD_ALLOWED else Finding(False, f"{sentence}: does it answer?")


async def _look(url: str, query: str) -> asyncpg.Record | str:
    """The row of a query over the work of all providers, or how the sentence ends that tells why not."""
    try:
        connection = await asyncpg.connect(**connection_arguments(url), timeout=PATIENCE)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return "."
    try:
        async with connection.transaction():
            await connection.execute("set local role r_jobs")
            return await connection.fetchrow(query)
    except asyncpg.PostgresError as error:
        return f": {error}"
    finally:
        await connection.close()


async def _keys(url: str) -> Finding:
    def try_out() -> None:
        keys = open_master_keys(url)
        if keys.unwrap(keys.wrap(b"a probe of `tata doctor`", "doctor"), "doctor") != b"a probe of `tata doctor`":
            raise ValueError("what was wrapped came back as something else")

    try:
        await asyncio.to_thread(try_out)
    except (AppError, ValueError) as error:
        return Finding(False, f"The master key at {_shown(url)} does not work: {error}")
    return Finding(True, f"The master key at {_shown(url)} wraps and unwraps.")


async def _storage(url: str) -> Finding:
    try:
        storage = open_storage(url)
        await storage.put("doctor/probe", b"a probe of `tata doctor`")
        await storage.delete("doctor/probe")
    except (AppError, ValueError, OSError) as error:
        return Finding(False, f"Files cannot be kept at {_shown(url)}: {error}")
    return Finding(True, f"Files are kept at {_shown(url)}.")


async def _mail(url: str) -> Finding:
    if not url:
        return Finding(True, "No mail is sent: TATA_SMTP_URL is not set.")
    parts = urlsplit(url)
    address = (parts.hostname or "localhost", parts.port or MAIL_PORTS[parts.scheme])
    try:
        (await asyncio.to_thread(socket.create_connection, address, PATIENCE)).close()
    except OSError as error:
        return Finding(False, f"The mail server does not answer at {_shown(url)}: {error}")
    return Finding(True, f"The mail server answers at {_shown(url)}.")


async def _scanner(url: str) -> Finding:
    if not url:
        return Finding(True, "Uploads are not scanned for malware: TATA_CLAMAV_URL is not set.")
    try:
        version = await describe_scanner(url)
    except ScannerAway:
        return Finding(False, f"ClamAV does not answer at {url}: no file is taken in.")
    return Finding(version.startswith("ClamAV"), f"What scans uploads at {url}: {version[:100]}.")


def _shown(value: str, secret: bool = False) -> str:
    """A value without what must not be seen: secrets, and the password in a URL."""
    if secret:
        return "set, not shown" if value else ""
    password = urlsplit(value).password if "://" in value else None
    return value.replace(f":{password}@", ":…@") if password else value
