"""Keys of a whole installation, from its command line."""

from collections.abc import Awaitable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from tatausaha.cli import commands
from tatausaha.core import crypto, process
from tatausaha.core.crypto import house_keys, keyring
from tatausaha.core.db import DB
from tatausaha.core.master_keys import KeysError, create_key_file, read_key_file
from tatausaha.local.keys import rewrap_all, rotate_all
from tatausaha.settings import Settings
from tests.make import Office, drain, make_employees


async def test_every_provider_gets_a_new_key_and_one_that_is_getting_it_is_left_alone(
    office: Office, settings: Settings
) -> None:
    async with office.scope():
        await make_employees(office.client_id, 1, nik="3171014705900001")
    await _beside(rotate_all(settings, announced=0))
    await _beside(rotate_all(settings, announced=0))
    await drain(office.tenant_id)
    async with office.scope():
        assert (await keyring()).newest == 2


async def test_after_a_change_of_the_master_key_only_the_new_one_is_needed(
    office: Office, settings: Settings, tmp_path: Path
) -> None:
    async with office.scope():
        sealed = (await keyring()).seal("nik", "1")
    secret = (await house_keys()).seal("totp", "2")
    create_key_file(tmp_path / "keys.json")
    moved = msgspec.structs.replace(settings, keys_url=(tmp_path / "keys.json").as_uri())

    assert await _beside(rewrap_all(moved, settings.keys_url)) >= 4
    with pytest.raises(KeysError):
        async with office.scope():
            await keyring()
    assert await _beside(rewrap_all(settings, moved.keys_url)) >= 4
    async with office.scope():
        assert (await keyring()).open("nik", sealed) == "1"
    assert (await house_keys()).open("totp", secret) == "2"


async def _beside(command: Awaitable[int]) -> int:
    """Run a command with a pool and tools of its own beside those of the tests."""
    before = DB.pool, DB.acquire_seconds, list(process._open)
    try:
        return await command
    finally:
        DB.pool, DB.acquire_seconds, process._open[:] = before
        crypto.forget_keys()


def test_a_master_key_is_made_and_the_one_before_it_kept(tmp_path: Path) -> None:
    given = {"TATA_HOME": str(tmp_path)}
    for number in (1, 2):
        said = CliRunner().invoke(commands, ["keys", "create"], env=given)
        assert said.exit_code == 0, said.output
        assert f"Master key {number} is in {tmp_path}/keys.json" in said.output

    assert set(read_key_file(tmp_path / "keys.json")) == {1, 2}
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_keys_of_kms_are_not_made_here() -> None:
    said = CliRunner().invoke(commands, ["keys", "create"], env={"TATA_KEYS_URL": "aws-kms://a-key"})

    assert said.exit_code == 1
