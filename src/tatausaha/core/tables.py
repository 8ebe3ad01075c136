"""What every table shares. Structure that Piccolo cannot say (composite keys, policies) is SQL in `migrations/`."""

from typing import Any

from piccolo.columns import UUID as UuidColumn
from piccolo.columns import Timestamptz
from piccolo.querystring import Unquoted

from tatausaha.core.db import DB
from tatausaha.core.ids import uuid7

__all__ = ["DB", "ClientOwned", "Id", "Ref", "SetAt", "TenantOwned"]


class Id(UuidColumn):
    """A UUIDv7 made by us, so that the caller knows a row's id before it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"primary_key": True, "default": uuid7, **kwargs})


class Ref(UuidColumn):
    """The id of another row. Its composite foreign key is in the migration."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"default": None, "null": False, **kwargs})


class ScopeTenant(Ref):
    """Filled by the database from the open scope, so that no code can name another provider."""

    def get_default_value(self) -> Unquoted:
        return Unquoted("DEFAULT")


class SetAt(Timestamptz):
    """An instant that the database's clock sets when the row is made."""

    def get_default_value(self) -> Unquoted:
        return Unquoted("DEFAULT")


class TenantOwned:
    """A row of one provider: `tenant_id` leads every key."""

    tenant_id = ScopeTenant()
    id = Id()
    created_at = SetAt()


class ClientOwned(TenantOwned):
    """A row of one client company of a provider."""

    client_id = Ref()
