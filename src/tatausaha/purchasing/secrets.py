"""The numbers of a supplier that are kept sealed: their way in and out of rows."""

from collections.abc import Mapping
from typing import Any

from tatausaha.core import sealed
from tatausaha.core.crypto import Keyring

SECRETS = tuple(sealed.SUPPLIER)
"""Never shown whole, unless somebody asks with a reason."""


def opened(keys: Keyring, record: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `supplier` with its numbers opened; where there is none, nothing."""
    facts = sealed.opened(keys, record, sealed.SUPPLIER)
    return facts | {name: facts[name] or "" for name in SECRETS if name in facts}


def closed(keys: Keyring, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they are stored: numbers sealed, and the index of the account beside it.

    The index is the one of employees' accounts, so that an account of both is found.
    """
    index: dict[str, Any] = {}
    if "bank_account" in facts:
        written = facts["bank_account"]
        index = {"bank_account_index": keys.index("bank_account", written) if written else None}
    return sealed.sealed(keys, facts, sealed.SUPPLIER) | index
