"""New keys for old: a new data key, everything sealed anew under it piece by piece, and the old key retired.

Nothing remembers how far it came: what still bears an old number is what is left to do, so that a rotation that was
killed goes on by itself. Data keys can also be wrapped anew by another master key, which touches no sealed value.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import crypto, db
from tatausaha.core.crypto import ANNOUNCED, HOUSE, Keyring, KeyTable, keyring
from tatausaha.core.master_keys import MasterKeys, Wrapped
from tatausaha.core.process import tools
from tatausaha.core.sealed import OF_PROVIDERS, OF_THE_HOUSE, Columns

CHUNK = 500
NOBODY = UUID(int=0)


class KeyView(msgspec.Struct, frozen=True):
    """A data key as its page shows it, with how many values it seals."""

    number: int
    made_at: datetime
    retired_at: datetime | None
    master: str
    newest: bool
    values: int


async def begin() -> int:
    """Make the provider's next data key; gives its number. It seals once every process has heard of it."""
    newest: int = (await keyring()).newest
    tenant_id = db.DB.current().scope.tenant_id
    assert tenant_id is not None
    await crypto.make_key("data_key", tenant_id, "seal", newest + 1, announced=ANNOUNCED)
    crypto.forget_keys()
    return newest + 1


async def list_keys() -> list[KeyView]:
    """The provider's data keys, the newest first."""
    await keyring()
    used: dict[int, int] = {}
    for table, columns in OF_PROVIDERS.items():
        for column in columns:
            for record in await db.records(_USED.format(table=table, column=column)):
                used[record["number"]] = used.get(record["number"], 0) + record["values"]
    found = await db.records(
        "select number, created_at, retired_at, master from data_key where use = 'seal' order by number desc"
    )
    return [KeyView(one[0], one[1], one[2], one[3], at == 0, used.get(one[0], 0)) for at, one in enumerate(found)]


async def count_left(number: int) -> int:
    """The rows that hold a value under a key older than this one."""
    left = 0
    for table, columns in OF_PROVIDERS.items():
        left += await db.value(f"select count(*) from {table} where {_old(columns)}", number.to_bytes(2))  # noqa: S608
    return left


async def reseal_chunk(table: str, number: int, after: UUID = NOBODY) -> tuple[int, UUID | None]:
    """Seal some rows of a table anew; gives how many, and the id to go on after, or None when none is left."""
    columns, keys = OF_PROVIDERS[table], await keyring()
    if not keys.holds(number):
        crypto.forget_keys()
        keys = await keyring()
    names = ", ".join(columns)
    old = f"select id, {names} from {table} where id > $2 and ({_old(columns)})"  # noqa: S608 - from our own list
    found = await db.records(
        f"{old} order by id limit $3 for update skip locked",
        *(number.to_bytes(2), after, CHUNK),
    )
    if not found:
        return 0, None
    anew = await asyncio.to_thread(lambda: list(_reseal(keys, found, columns, number)))
    places = ", ".join(f"${place}::bytea[]" for place in range(2, len(columns) + 2))
    await db.execute(
        f"update {table} t set {', '.join(f'{name} = n.{name}' for name in columns)}"  # noqa: S608 - from our own list
        f" from unnest($1::uuid[], {places}) as n (id, {names}) where t.id = n.id",
        *([record["id"] for record in found], *zip(*anew, strict=True)),
    )
    return len(found), found[-1]["id"]


async def settle(number: int) -> None:
    """Seal with this key from now on, and retire those before it that seal nothing any longer.

    Retired keys still open what a backup brings back.
    """
    await _bring_into_use("data_key", number)
    used = {key.number for key in await list_keys() if key.values}
    await db.execute(
        "update data_key set retired_at = now() where use = 'seal' and number < $1 and retired_at is null"
        " and number <> all($2)",
        *(number, list(used)),
    )
    crypto.forget_keys()


async def begin_house() -> int:
    """Make the next key of the installation; gives its number. Needs the gate scope."""
    number = (await crypto.house_keys()).newest + 1
    await crypto.make_key("house_key", HOUSE, "seal", number, announced=ANNOUNCED)
    crypto.forget_keys()
    return number


async def reseal_house(number: int) -> int:
    """Everything of the installation under this key, once every process knows it; it is little. Gives how many.

    Needs the gate scope.
    """
    keys, count = await crypto.house_keys(), 0
    for table, columns in OF_THE_HOUSE.items():
        for column, purpose in columns.items():
            for (old,) in await db.records(f"select {column} from {table} where {_old((column,))}", number.to_bytes(2)):  # noqa: S608
                anew = keys.reseal(purpose, old, number)
                await db.execute(f"update {table} set {column} = $1 where {column} = $2", anew, old)  # noqa: S608
                count += 1
    await _bring_into_use("house_key", number)
    crypto.forget_keys()
    return count


async def rewrap(table: KeyTable, owner: UUID, old: MasterKeys) -> int:
    """Wrap the data keys of the open scope anew by this process's newest master key; `old` opens them. Gives how many."""
    found = await db.records(f"select id, use, number, master, wrapped from {table} for update")  # noqa: S608
    for key in found:
        context = crypto.context_of(owner, key["use"], key["number"])
        plain = await asyncio.to_thread(old.unwrap, Wrapped(key["master"], key["wrapped"]), context)
        anew = await asyncio.to_thread(tools().master_keys.wrap, plain, context)
        await db.execute(
            f"update {table} set master = $2, wrapped = $3 where id = $1",  # noqa: S608 - one of two names
            *(key["id"], anew.master, anew.content),
        )
    crypto.forget_keys()
    return len(found)


async def _bring_into_use(table: KeyTable, number: int) -> None:
    await db.execute(
        f"update {table} set seals_from = least(seals_from, now()) where use = 'seal' and number = $1",  # noqa: S608
        number,
    )


# Bytes 2 and 3 of a sealed value are its key's number.
_USED = (
    "select get_byte({column}, 1) * 256 + get_byte({column}, 2) as number, count(*) as values from {table}"
    " where {column} is not null group by 1"
)


def _old(columns: Columns | Sequence[str]) -> str:
    return " or ".join(f"substr({name}, 2, 2) < $1" for name in columns)


def _reseal(
    keys: Keyring, found: Sequence[Mapping[str, Any]], columns: Columns, number: int
) -> Iterator[tuple[bytes | None, ...]]:
    for record in found:
        yield tuple(record[name] and keys.reseal(purpose, record[name], number) for name, purpose in columns.items())
