"""Tokens for people's own programs."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import protect

ID = "2026-11-21T22:37:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tokens"


def walls() -> str:
    """A token is found before anyone is known, like a session; people make and end their own with the provider's scope."""
    return protect(
        "api_token",
        tenant="select, insert, update (revoked_at)",
        gate="select, update (revoked_at, used_at, used_from)",
    ) + protect(
        "api_answer",
        tenant="select, insert, delete",
        client="select, insert, delete",
        gate="select (created_at), delete",
    )


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "tokens.sql", walls())
