"""Providers, accounts, and what an account may do where."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from tatausaha.core.tables import DB, Id, Ref, SetAt, TenantOwned


class Provider(Table, db=DB, tablename="provider"):
    """An outsourcing firm: the tenant."""

    id = Id()
    created_at = SetAt()
    name = Varchar(length=200)
    brand_colour = Varchar(length=7, null=True, default=None)
    logo_key = Text(null=True, default=None)


class Account(Table, db=DB, tablename="account"):
    """What a person signs in with. One account may be a member at several providers."""

    id = Id()
    created_at = SetAt()
    email = Text()
    password_hash = Text()
    language = Text(default="id")
    theme = Text(default="auto")


class Member(TenantOwned, Table, db=DB, tablename="member"):
    """An account's place in a provider, or in one client company of it."""

    account_id = Ref()
    role = Text()
    client_id = UUID(null=True, default=None)
    name = Text()
    email = Text()
    ended_at = Timestamptz(null=True, default=None)


class Assignment(TenantOwned, Table, db=DB, tablename="assignment"):
    """A worker's access to a client, or the express refusal of it."""

    member_id = Ref()
    client_id = Ref()
    barred = Boolean(default=False)


class UserSession(Table, db=DB, tablename="user_session"):
    """A sign-in that has not ended. Only the hash of its token is kept."""

    token_hash = Bytea(primary_key=True)
    created_at = SetAt()
    account_id = Ref()
    tenant_id = Ref()
    member_id = Ref()
    seen_at = SetAt()
    expires_at = Timestamptz(default=None)
    address = Text()
    device = Text()
    confirmed_at = SetAt()


class Invitation(TenantOwned, Table, db=DB, tablename="invitation"):
    """A link, sent by e-mail, with which one person may join once."""

    token_hash = Bytea(default=None)
    email = Text()
    name = Text()
    role = Text()
    client_id = UUID(null=True, default=None)
    invited_by = Text()
    expires_at = Timestamptz(default=None)
    accepted_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class AttemptWindow(Table, db=DB, tablename="attempt_window"):
    """How often something was tried in a span of time, for limits."""

    key = Text(primary_key=True)
    starts_at = Timestamptz(default=None)
    attempts = Integer(default=1)
