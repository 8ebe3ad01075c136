"""Steps of signing in, second factors, passkeys."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from tatausaha.migrations.build import build
from tatausaha.migrations.protect import TENANT, protect

ID = "2026-11-21T22:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "getting in"

ALL = "select, insert, update, delete"


def walls() -> str:
    """What belongs to an account is reached through the gate alone; a provider may only end its members' sessions."""
    gate_only = ("sign_in_step", "totp", "recovery_code", "passkey", "passkey_challenge", "known_device")
    ends = [
        f"grant select (tenant_id, member_id), delete on {table} to r_tenant;"
        f"create policy {table}_r_tenant on {table} to r_tenant using ({TENANT});"
        for table in ("user_session", "sign_in_step")
    ]
    return "\n".join([*(protect(table, gate=ALL) for table in gate_only), *ends])


async def forwards() -> MigrationManager:
    """Make tables, then walls."""
    return build(ID, DESCRIPTION, "entry.sql", walls())
