"""What the processes of one machine are told, so that each of them can be told the same."""

import secrets
from pathlib import Path

from tatausaha.local.servers import Servers
from tatausaha.settings import Settings


def environment(settings: Settings, servers: Servers) -> dict[str, str]:
    """The variables with which a process finds the embedded servers and reads the same settings as this one."""
    return {
        "TATA_DATABASE_URL": servers.database_url,
        "TATA_OWNER_DATABASE_URL": servers.owner_url,
        "TATA_REDIS_URL": servers.redis_url,
        "TATA_SMTP_URL": settings.smtp_url,
        "TATA_STORAGE_URL": settings.storage_url,
        "TATA_SECRET_KEY": settings.secret_key or secret_key(settings.home),
        "TATA_BASE_URL": settings.base_url,
        "TATA_HOME": str(settings.home),
        "TATA_PORT": str(settings.port),
    }


def secret_key(home: Path) -> str:
    """The secret of this installation, made at the first call and readable by its owner alone."""
    file = home / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()
