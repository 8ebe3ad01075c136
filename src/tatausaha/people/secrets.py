"""The numbers of a person that are kept sealed: their way in and out of rows, and how two are compared unopened."""

from collections.abc import Mapping
from typing import Any

from tatausaha.core import sealed
from tatausaha.core.crypto import Keyring, keyring
from tatausaha.people.rules import NIK_DIGITS

SECRETS = tuple(sealed.EMPLOYEE)
"""Never shown whole, unless somebody asks with a reason."""

INDEXED = {"nik": "nik_index", "bank_account": "bank_account_index"}
"""Those that are searched for and compared, with the column of their index."""

_NOTHING: dict[str, str | None] = {**dict.fromkeys(SECRETS, ""), "nik": None, "npwp": None}


def opened(keys: Keyring, record: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `employee` with its numbers opened; where there is none, None for NIK and NPWP and else nothing."""
    facts = sealed.opened(keys, record, sealed.EMPLOYEE)
    return facts | {name: nothing for name, nothing in _NOTHING.items() if name in facts and not facts[name]}


def closed(keys: Keyring, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they are stored: numbers sealed, and their indexes beside them."""
    indexes = {
        column: keys.index(name, facts[name]) if facts[name] else None
        for name, column in INDEXED.items()
        if name in facts
    }
    return sealed.sealed(keys, facts, sealed.EMPLOYEE) | indexes


async def nik_index(written: str) -> bytes | None:
    """What finds the person with this NIK in the open scope; None for what is no NIK."""
    if len(written) != NIK_DIGITS or not (written.isascii() and written.isdecimal()):
        return None
    return (await keyring()).index("nik", written)
