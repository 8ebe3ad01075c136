"""Every sealed column of the database, and how rows with such columns go in and out. Rotation walks through this list."""

from collections.abc import Mapping
from typing import Any

from tatausaha.core.crypto import Keyring

Columns = Mapping[str, str]
"""Sealed columns of a table, each with the purpose that its values are bound to."""

EMPLOYEE: Columns = {
    "nik": "nik",
    "npwp": "npwp",
    "bank_account": "bank_account",
    "bpjs_kesehatan_number": "bpjs_kesehatan",
    "bpjs_tk_number": "bpjs_tk",
}
SLIP: Columns = {"bank_account": "bank_account"}
SUPPLIER: Columns = {"npwp": "npwp", "bank_account": "bank_account"}

CHANGE: Columns = {"before": "change", "after": "change"}

OF_PROVIDERS: Mapping[str, Columns] = {
    "employee": EMPLOYEE,
    "slip": SLIP,
    "supplier": SUPPLIER,
    "change_request": CHANGE,
}
"""Tables sealed with their provider's keys; each has the column `id`."""

OF_THE_HOUSE: Mapping[str, Columns] = {"totp": {"secret": "totp"}}
"""Tables sealed with the keys of the installation."""


def opened(keys: Keyring, record: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The record with those of its columns opened that are sealed. Raises Unsealable."""
    return {
        name: keys.open(columns[name], value) if name in columns and value is not None else value
        for name, value in record.items()
    }


def sealed(keys: Keyring, values: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The values with secret ones sealed; an empty one becomes None."""
    return {
        name: (keys.seal(columns[name], value) if value else None) if name in columns else value
        for name, value in values.items()
    }
