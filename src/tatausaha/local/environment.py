"""What the processes of one machine are told, so that each of them is told the same."""

import secrets
from pathlib import Path

import msgspec

from tatausaha.core.master_keys import create_key_file
from tatausaha.local.servers import Servers
from tatausaha.settings import Settings


def with_servers(settings: Settings, servers: Servers) -> Settings:
    """The settings with the addresses of the embedded servers, and with this installation's secret and keys."""
    keys = settings.home / "keys.json"
    if settings.keys_url == f"file://{keys}" and not keys.exists():
        create_key_file(keys)
    return msgspec.structs.replace(
        settings,
        database_url=servers.database_url,
        owner_database_url=servers.owner_url,
        redis_url=servers.redis_url,
        secret_key=settings.secret_key or secret_key(settings.home),
    )


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that give a process these settings, but for the owner's address, which migrations alone need."""
    given = {f"TATA_{name.upper()}": str(value) for name, value in msgspec.structs.asdict(settings).items()}
    return {**given, "TATA_OWNER_DATABASE_URL": ""}


def secret_key(home: Path) -> str:
    """The secret of this installation, made at the first call and readable by its owner alone."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()
