"""The walls stand around every table, also those that somebody adds tomorrow."""

import importlib.util
import pkgutil
import re
from collections import defaultdict
from typing import Any

import asyncpg
import pytest
from piccolo.columns import UUID, Array, BigInt, Boolean, Bytea, Date, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

import tatausaha

# Tables that belong to no single provider, and why.
WITHOUT_TENANT = {
    "provider": "is the tenant itself",
    "account": "a person may work for several providers; reached before anyone is known",
    "attempt_window": "counts tries of people who are not known yet",
    "attempt_delay": "slows down the guesses of people who are not known yet",
    "password_reset": "an account's way back in, before anyone is known",
    "email_change": "an account's new address, whichever providers it belongs to",
    "house_key": "seals what belongs to people, who may work for several providers",
    "totp": "what a person signs in with belongs to the account",
    "recovery_code": "what a person signs in with belongs to the account",
    "passkey": "what a person signs in with belongs to the account",
    "passkey_challenge": "made before anyone is known",
    "known_device": "the browsers of an account",
    "migration": "what was migrated; belongs to the owner alone",
}
# Keys that do not lead with tenant_id, and why.
OTHER_KEYS = {
    "user_session_pkey": "a session is found by its secret before its provider is known",
    "user_session_account": "sessions belong to an account",
    "sign_in_step_pkey": "a step is found by its secret before anyone is known",
    "invitation_token_key": "an invitation is found by its secret before anyone is known",
    "api_token_hash_key": "a token is found by its secret before anyone is known",
    "member_account": "the memberships of an account, over all providers",
    "job_due": "the relay looks over all providers",
    "job_open": "the relay looks over all providers",
    "job_id": "a worker knows the job by its id alone",
    "mail_message": "a mail server's report names the letter by its Message-ID alone",
    "order_link_id_key": "a supplier's link is found before anyone is known",
    "billing_account_customer_key": "an event names Stripe's customer alone",
    "subscription_stripe_key": "Stripe's name for it is one in the world",
    "stripe_invoice_stripe_key": "Stripe's name for it is one in the world",
    "stripe_event_pkey": "an event is stored before it is known whose it is",
    "stripe_event_waiting": "the health check looks over all providers",
    "stripe_event_unrouted": "the relay looks over all providers",
}
# References that name no tenant, and why.
OTHER_REFERENCES = {
    ("member", "account"): "an account may be a member at several providers",
    ("user_session", "account"): "a session belongs to an account",
    ("password_reset", "account"): "a way back in belongs to an account",
    ("email_change", "account"): "an address belongs to an account",
    ("sign_in_step", "account"): "a step leads to a session of an account",
    ("totp", "account"): "a factor belongs to an account",
    ("recovery_code", "account"): "a factor belongs to an account",
    ("passkey", "account"): "a factor belongs to an account",
    ("passkey_challenge", "account"): "a challenge may be for one account alone",
    ("known_device", "account"): "a browser is known for an account",
    ("stripe_event", "provider"): "the provider is the tenant itself",
}
# References whose both ends may name a client, and need not name the same.
REFERENCES_ACROSS_CLIENTS = {
    ("job", "job"): "a provider's job may have parts for clients",
    ("assignment", "member"): "a worker, who belongs to no client, is assigned to one",
    ("user_session", "member"): "the session's client is that of its member",
    ("work_time", "member"): "a provider's own people work for clients",
    ("change_request", "member"): "a provider's own people ask and decide for clients",
}
# What people of a client may know of the provider they belong to.
CLIENT_ROLE_SEES_WHOLE_TENANT = {
    "provider": "its name, colour and logo",
    "data_key": "its wrapped keys: people of a client seal and open with them",
    "entitlement": "whether something may be begun, which a worker asks as well",
}
SCOPED_ROLES = {"r_tenant", "r_client", "r_gate", "r_jobs", "r_prune"}
FAMILIES: dict[type[Any], str] = {
    UUID: "uuid",
    Timestamptz: "timestamptz",
    Date: "date",
    BigInt: "int8",
    SmallInt: "int2",
    Integer: "int4",
    Boolean: "bool",
    Bytea: "bytea",
    JSONB: "jsonb",
    Varchar: "text",
    Text: "text",
    Array: "array",
}
TABLES = [
    value
    for capability in pkgutil.iter_modules(tatausaha.__path__)
    if capability.ispkg
    and capability.name != "core"
    and importlib.util.find_spec(f"tatausaha.{capability.name}.tables")
    for module in [importlib.import_module(f"tatausaha.{capability.name}.tables")]
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Table) and value.__module__ == module.__name__
]


@pytest.fixture
async def tables(superuser: asyncpg.Connection) -> dict[str, asyncpg.Record]:
    found = await superuser.fetch(
        "select relname, relrowsecurity, relforcerowsecurity, exists (select from pg_attribute a where"
        " a.attrelid = c.oid and attname = 'tenant_id' and not attisdropped) as has_tenant from pg_class c"
        " where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    )
    return {record["relname"]: record for record in found}


@pytest.fixture
async def granted(superuser: asyncpg.Connection) -> dict[str, set[str]]:
    """The roles that were given anything on a table, columns alone included."""
    found = await superuser.fetch(
        "select table_name, grantee from information_schema.role_table_grants where table_schema = 'public'"
        " union select table_name, grantee from information_schema.column_privileges where table_schema = 'public'"
    )
    grants: dict[str, set[str]] = defaultdict(set)
    for record in found:
        grants[record["table_name"]].add(record["grantee"])
    return grants


async def test_every_table_belongs_to_a_tenant_or_is_named_here_with_its_reason(
    tables: dict[str, asyncpg.Record],
) -> None:
    assert {name for name, table in tables.items() if not table["has_tenant"]} == set(WITHOUT_TENANT)


async def test_every_table_is_walled_also_against_its_owner(tables: dict[str, asyncpg.Record]) -> None:
    open_ones = {
        name for name, table in tables.items() if not (table["relrowsecurity"] and table["relforcerowsecurity"])
    }

    assert open_ones == {"migration"}


async def test_every_role_with_a_grant_has_a_policy_and_no_policy_stands_idle(
    superuser: asyncpg.Connection, tables: dict[str, asyncpg.Record], granted: dict[str, set[str]]
) -> None:
    found = await superuser.fetch("select tablename, unnest(roles)::text as role, permissive from pg_policies")
    policies: dict[str, set[str]] = defaultdict(set)
    for record in found:
        policies[record["tablename"]].add(record["role"])

    for table in tables:
        assert granted[table] & SCOPED_ROLES == policies[table] & SCOPED_ROLES, table
        assert policies[table] <= SCOPED_ROLES, table


async def test_what_a_tenant_or_client_may_reach_is_bound_to_its_id(
    superuser: asyncpg.Connection, tables: dict[str, asyncpg.Record]
) -> None:
    found = await superuser.fetch(
        "select tablename, cmd, unnest(roles)::text as role, qual, with_check from pg_policies where schemaname = 'public'"
    )
    for policy in found:
        rules = " ".join(filter(None, (policy["qual"], policy["with_check"])))
        if policy["role"] in ("r_tenant", "r_client"):
            assert "app_tenant()" in rules, policy
        if policy["role"] == "r_client" and policy["tablename"] not in CLIENT_ROLE_SEES_WHOLE_TENANT:
            assert "app_clients()" in rules, policy


async def test_every_key_and_index_of_a_tenants_table_leads_with_the_tenant(superuser: asyncpg.Connection) -> None:
    found = await superuser.fetch(
        "select i.relname as index, t.relname as table, a.attname as first from pg_index x"
        " join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid"
        " left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]"
        " where t.relnamespace = 'public'::regnamespace and exists"
        " (select from pg_attribute y where y.attrelid = t.oid and y.attname = 'tenant_id')"
    )

    assert {record["index"] for record in found if record["first"] != "tenant_id"} == set(OTHER_KEYS)


async def test_every_reference_between_tenants_tables_carries_the_tenant(
    superuser: asyncpg.Connection, tables: dict[str, asyncpg.Record]
) -> None:
    found = await superuser.fetch(
        "select c.conname, t.relname as source, f.relname as target,"
        " (select array_agg(a.attname::text order by k.place) from unnest(c.conkey) with ordinality k(number, place)"
        "   join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number) as columns,"
        " (select array_agg(a.attname::text order by k.place) from unnest(c.confkey) with ordinality k(number, place)"
        "   join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number) as targets"
        " from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class f on f.oid = c.confrelid"
        " where c.contype = 'f'"
    )
    for key in found:
        pair = (key["source"], key["target"])
        if pair in OTHER_REFERENCES:
            continue
        assert key["columns"][0] == "tenant_id", key
        assert key["targets"][0] == ("id" if key["target"] == "provider" else "tenant_id"), key
        # A client's own things refer to each other within the client.
        if {"client_id"} & await columns_of(superuser, key["source"]) & await columns_of(superuser, key["target"]):
            assert "client_id" in key["columns"] or pair in REFERENCES_ACROSS_CLIENTS, key


async def columns_of(superuser: asyncpg.Connection, table: str) -> set[str]:
    found = await superuser.fetch("select column_name from information_schema.columns where table_name = $1", table)
    return {record["column_name"] for record in found}


async def test_no_view_looks_past_the_walls(superuser: asyncpg.Connection) -> None:
    found = await superuser.fetch(
        "select relname, relkind::text, reloptions from pg_class"
        " where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
    )

    assert not [view for view in found if view["relkind"] == "m"], "a materialised view knows no row security"
    assert all("security_invoker=true" in (view["reloptions"] or []) for view in found)


async def test_no_function_of_ours_runs_with_its_makers_rights(superuser: asyncpg.Connection) -> None:
    assert not await superuser.fetch(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    )


async def test_the_login_role_may_do_nothing_by_itself(
    superuser: asyncpg.Connection, granted: dict[str, set[str]]
) -> None:
    role = await superuser.fetchrow("select * from pg_roles where rolname = 'tata_app'")
    inherited = await superuser.fetch(
        "select roleid::regrole::text from pg_auth_members where member = 'tata_app'::regrole and inherit_option"
    )

    assert not any(role[power] for power in ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole"))
    assert inherited == []
    assert not {table for table, roles in granted.items() if roles & {"tata_app", "PUBLIC"}}


async def test_scoped_roles_cannot_sign_in_nor_become_one_another(superuser: asyncpg.Connection) -> None:
    roles = await superuser.fetch(
        "select rolname, rolcanlogin or rolsuper or rolbypassrls as mighty from pg_roles where rolname = any($1)",
        list(SCOPED_ROLES),
    )
    between = await superuser.fetch(
        "select 1 from pg_auth_members where member::regrole::text = any($1)", list(SCOPED_ROLES)
    )

    assert {role["rolname"]: role["mighty"] for role in roles} == dict.fromkeys(SCOPED_ROLES, False)
    assert between == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
async def test_the_code_and_the_database_agree_on_columns(superuser: asyncpg.Connection, table: type[Table]) -> None:
    found = await superuser.fetch(
        "select column_name, udt_name, is_nullable = 'YES' as nullable, is_generated = 'ALWAYS' as made"
        " from information_schema.columns where table_schema = 'public' and table_name = $1",
        table._meta.tablename,
    )
    kinds = {name: "array" if name.startswith("_") else name for name in {record["udt_name"] for record in found}}
    stored = {one["column_name"]: (kinds[one["udt_name"]], one["nullable"]) for one in found if not one["made"]}
    coded = {column._meta.name: (family(column), bool(column._meta.null)) for column in table._meta.columns}

    assert coded == stored


def family(column: Any) -> str:
    return next(FAMILIES[kind] for kind in type(column).__mro__ if kind in FAMILIES)


async def test_the_code_knows_every_table_it_claims(tables: dict[str, asyncpg.Record]) -> None:
    assert {table._meta.tablename for table in TABLES} <= set(tables)
    assert not [name for name in tables if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)]
