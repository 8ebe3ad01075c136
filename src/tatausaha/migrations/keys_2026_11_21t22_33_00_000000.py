"""Data keys of providers and of the house."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import TENANT, protect

ID = "2026-11-21T22:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "keys"

# A key is never lost: it may be wrapped anew, brought into use or retired, and its number stays what it is.
KEYS = "select, insert, update (master, wrapped, seals_from, retired_at)"


def walls() -> str:
    """Everybody of a provider needs its keys, because people of a client read and seal too."""
    # The last words: an owner's rotation is no matter of a client's people.
    return protect("data_key", tenant=KEYS, client="select, insert", client_rule=TENANT) + protect(
        "house_key", gate=KEYS
    )


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "keys.sql", walls())
