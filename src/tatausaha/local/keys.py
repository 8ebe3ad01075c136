"""What is done to the keys of a whole installation from its command line."""

import asyncio
from uuid import UUID

from tatausaha.core import db, rotation
from tatausaha.core.crypto import HOUSE, LIFETIME
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.errors import Conflict
from tatausaha.core.master_keys import open_master_keys
from tatausaha.core.process import close_process, open_process
from tatausaha.identity import keys
from tatausaha.settings import Settings

CONNECTIONS = 2
PATIENCE = 5.0


async def rotate_all(settings: Settings, announced: float = LIFETIME + 5) -> int:
    """New data keys for the house and for every provider; gives how many providers. Workers seal their rows anew.

    The house's own values are sealed here, `announced` seconds later, when every process knows the new key.
    """
    await open_process(settings, connections=CONNECTIONS, patience=PATIENCE)
    try:
        async with gate_scope():
            number = await rotation.begin_house()
        begun = 0
        for tenant_id in await _providers():
            begun += await _rotate(tenant_id)
        await asyncio.sleep(announced)
        async with gate_scope():
            await rotation.reseal_house(number)
        return begun
    finally:
        await close_process()


async def rewrap_all(settings: Settings, old_url: str) -> int:
    """Wrap all data keys by the newest master key of TATA_KEYS_URL; gives how many. `old_url` names where they opened."""
    await open_process(settings, connections=CONNECTIONS, patience=PATIENCE)
    try:
        old = open_master_keys(old_url)
        async with gate_scope():
            count = await rotation.rewrap("house_key", HOUSE, old)
        for tenant_id in await _providers():
            async with tenant_scope(tenant_id):
                count += await rotation.rewrap("data_key", tenant_id, old)
        return count
    finally:
        await close_process()


async def _providers() -> list[UUID]:
    async with gate_scope():
        return [record["id"] for record in await db.records("select id from provider order by id")]


async def _rotate(tenant_id: UUID) -> bool:
    try:
        async with tenant_scope(tenant_id):
            await keys.rotate()
    except Conflict:
        return False  # it is under way
    return True
