"""A sealed value opens for its own provider and purpose, and for nothing else."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from tatausaha.core import crypto, db
from tatausaha.core.crypto import Keyring, Unsealable, house_keys, key_number, keyring
from tatausaha.core.db import OutsideScope, gate_scope, tenant_scope
from tatausaha.core.master_keys import KeysError, MasterKeys, Wrapped, create_key_file, open_master_keys
from tatausaha.core.process import tools
from tests.make import Office

OWNER, OTHER = UUID(int=1), UUID(int=2)
RING = Keyring(OWNER, {1: b"a" * 32, 2: b"b" * 32}, 2, (1, b"i" * 32))
purposes = st.sampled_from(["nik", "npwp", "bank_account", "change", "totp"])


@given(purposes, st.text())
def test_what_was_sealed_opens(purpose: str, plain: str) -> None:
    sealed = RING.seal(purpose, plain)

    assert RING.open(purpose, sealed) == plain
    assert key_number(sealed) == 2


@given(purposes, purposes, st.text())
def test_another_purpose_or_provider_never_opens_it(purpose: str, other: str, plain: str) -> None:
    sealed = RING.seal(purpose, plain)
    stranger = Keyring(OTHER, {2: b"b" * 32}, 2, (1, b"i" * 32))

    if other != purpose:
        with pytest.raises(Unsealable):
            RING.open(other, sealed)
    with pytest.raises(Unsealable):
        stranger.open(purpose, sealed)


@given(st.text(), st.data())
def test_any_changed_byte_is_noticed(plain: str, data: st.DataObject) -> None:
    sealed = bytearray(RING.seal("nik", plain))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(Unsealable):
        RING.open("nik", bytes(sealed))


@given(st.text(), st.integers(0, 40))
def test_a_value_cut_short_is_noticed(plain: str, length: int) -> None:
    sealed = RING.seal("nik", plain)

    with pytest.raises(Unsealable):
        RING.open("nik", sealed[: min(length, len(sealed) - 1)])


@given(purposes, st.text(), st.text())
def test_an_index_tells_equality_and_nothing_across_purposes_or_providers(purpose: str, one: str, two: str) -> None:
    stranger = Keyring(OTHER, {1: b"a" * 32}, 1, (1, b"i" * 32))

    assert (RING.index(purpose, one) == RING.index(purpose, two)) == (one == two)
    assert RING.index(purpose, one) != RING.index("another", one)
    assert RING.index(purpose, one) != stranger.index(purpose, one)


@given(st.text())
def test_sealing_twice_gives_two_values_and_resealing_takes_the_newest_key(plain: str) -> None:
    old = Keyring(OWNER, {1: b"a" * 32}, 1, (1, b"i" * 32)).seal("nik", plain)

    assert RING.seal("nik", plain) != RING.seal("nik", plain)
    assert (key_number(old), key_number(RING.reseal("nik", old))) == (1, 2)
    assert RING.open("nik", RING.reseal("nik", old)) == plain


async def test_every_provider_gets_keys_of_its_own(office: Office, other_office: Office) -> None:
    async with office.scope():
        sealed = (await keyring()).seal("nik", "3171234567890001")
    async with other_office.scope():
        stranger = await keyring()
    crypto.forget_keys()
    async with office.scope():
        ours = await keyring()

    assert ours.open("nik", sealed) == "3171234567890001"
    with pytest.raises(Unsealable):
        stranger.open("nik", sealed)


async def test_keys_of_a_transaction_that_is_rolled_back_seal_nothing_later(office: Office) -> None:
    async def roll_back() -> None:
        async with office.scope():
            await keyring()
            await keyring()
            await db.execute("select 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await roll_back()
    async with office.scope():
        sealed = (await keyring()).seal("nik", "1")
    crypto.forget_keys()
    async with office.scope():
        assert (await keyring()).open("nik", sealed) == "1"


async def test_two_who_come_first_in_one_moment_share_one_key_and_neither_waits_for_ever(office: Office) -> None:
    made, others = asyncio.Event(), asyncio.Event()

    async def first() -> bytes:
        async with office.scope():
            await keyring()
            made.set()
            await others.wait()
            await asyncio.sleep(0)
            return (await keyring()).seal("nik", "1")

    async def second() -> Keyring:
        await made.wait()
        async with office.scope():
            others.set()
            return await keyring()

    async with asyncio.timeout(5):
        sealed, ring = await asyncio.gather(first(), second())
    assert ring.open("nik", sealed) == "1"


async def test_who_began_before_the_first_key_was_made_seals_with_it(office: Office) -> None:
    began, made = asyncio.Event(), asyncio.Event()

    async def earlier() -> Keyring:
        async with office.scope():
            began.set()
            await made.wait()
            return await keyring()

    async def later() -> None:
        await began.wait()
        async with office.scope():
            await keyring()
        made.set()

    async with asyncio.timeout(5):
        ring, _ = await asyncio.gather(earlier(), later())
    assert ring.open("nik", ring.seal("nik", "1")) == "1"


async def test_keys_are_read_again_and_unwrapped_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office.scope():
        await keyring()
    unwrapped: list[str] = []
    unwrap = tools().master_keys.unwrap

    def counted(wrapped: Wrapped, context: str) -> bytes:
        unwrapped.append(context)
        return unwrap(wrapped, context)

    crypto.forget_keys()
    monkeypatch.setattr(tools().master_keys, "unwrap", counted)
    monkeypatch.setattr(crypto, "LIFETIME", 0.0)
    for _ in range(3):
        async with office.scope():
            await keyring()
    assert len(unwrapped) == 2


async def test_loaded_keys_need_no_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        async with office.scope():
            await keyring()
    async with office.scope():
        await db.execute("set local statement_timeout = '1s'")
        monkeypatch.setattr(db, "rows", None)
        assert (await keyring()).open("nik", (await keyring()).seal("nik", "1")) == "1"


async def test_a_wrapped_key_moved_to_another_provider_does_not_open(
    office: Office, other_office: Office, superuser: asyncpg.Connection
) -> None:
    for each in (office, other_office):
        async with each.scope():
            await keyring()
    await superuser.execute(
        "update data_key d set wrapped = (select wrapped from data_key f where f.tenant_id = $1 and f.use = d.use)"
        " where tenant_id = $2",
        *(office.tenant_id, other_office.tenant_id),
    )
    crypto.forget_keys()
    with pytest.raises(KeysError):
        async with other_office.scope():
            await keyring()
    await superuser.execute("delete from data_key where tenant_id = $1", other_office.tenant_id)


@pytest.mark.usefixtures("app")
async def test_the_house_has_keys_of_its_own_wherever_it_is_asked(office: Office) -> None:
    sealed = (await house_keys()).seal("totp", "JBSWY3DP")
    crypto.forget_keys()
    async with gate_scope():
        assert (await house_keys()).open("totp", sealed) == "JBSWY3DP"
    crypto.forget_keys()
    async with office.scope():
        assert (await house_keys()).open("totp", sealed) == "JBSWY3DP"
        with pytest.raises(Unsealable):
            (await keyring()).open("totp", sealed)


@pytest.mark.usefixtures("app")
async def test_a_providers_keys_need_its_scope() -> None:
    with pytest.raises(OutsideScope):
        await keyring()
    async with gate_scope():
        with pytest.raises(OutsideScope):
            await keyring()


async def test_people_of_a_client_use_the_keys_and_cannot_change_them(office: Office) -> None:
    async with db.client_scope(office.tenant_id, [office.client_id]):
        assert (await keyring()).newest == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.client_scope(office.tenant_id, [office.client_id]):
            await db.execute("update data_key set retired_at = now()")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_scope(office.tenant_id):
            await db.execute("update data_key set number = 9")


@pytest.fixture(scope="module")
def kms_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        made = boto3.client("kms", region_name="us-east-1", endpoint_url=endpoint).create_key()
        yield f"aws-kms://{made['KeyMetadata']['KeyId']}?region=us-east-1&endpoint={endpoint}"
    server.stop()


@pytest.fixture(params=["file", "kms"])
def master(request: pytest.FixtureRequest, tmp_path: Path) -> MasterKeys:
    if request.param == "file":
        create_key_file(tmp_path / "keys.json")
        return open_master_keys((tmp_path / "keys.json").as_uri())
    return open_master_keys(request.getfixturevalue("kms_url"))


def test_a_master_key_unwraps_what_it_wrapped_for_the_same_context(master: MasterKeys) -> None:
    wrapped = master.wrap(b"k" * 32, "provider seal 1")

    assert b"k" * 32 not in wrapped.content
    assert master.unwrap(wrapped, "provider seal 1") == b"k" * 32
    with pytest.raises(KeysError):
        master.unwrap(wrapped, "provider seal 2")
    with pytest.raises(KeysError):
        master.unwrap(Wrapped(wrapped.master, wrapped.content[:-1] + b"!"), "provider seal 1")
    with pytest.raises(KeysError):
        master.unwrap(Wrapped("elsewhere:1", wrapped.content), "provider seal 1")


def test_a_kms_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(KeysError):
        open_master_keys("aws-kms://x?region=us-east-1&endpoint=http://127.0.0.1:1").wrap(b"k" * 32, "x")


def test_a_new_master_key_wraps_and_the_old_one_still_unwraps(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    assert create_key_file(file) == 1
    old = open_master_keys(file.as_uri()).wrap(b"k" * 32, "x")
    assert create_key_file(file) == 2

    both = open_master_keys(file.as_uri())
    assert file.stat().st_mode & 0o777 == 0o600
    assert both.unwrap(old, "x") == b"k" * 32
    assert both.wrap(b"k" * 32, "x").master == "file:2"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"1": "short"}', '{"one": "YQ=="}', '{"1": 5}'])
def test_a_damaged_file_of_keys_is_told_without_its_content(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys.json"
    file.touch(0o600)
    file.write_text(content)

    with pytest.raises(KeysError, match=r"keys\.json") as caught:
        open_master_keys(file.as_uri())
    assert "short" not in str(caught.value)


def test_a_file_of_keys_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    create_key_file(file)
    file.chmod(0o644)

    with pytest.raises(KeysError, match="0600"):
        open_master_keys(file.as_uri())


@pytest.mark.parametrize("url", ["http://x/y", "file://host/x", "aws-kms://", "/tmp/x"])
def test_other_urls_of_keys_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not a URL of keys"):
        open_master_keys(url)
