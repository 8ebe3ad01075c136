"""The demo's firms and the people who sign in. What exists already is found again and left as it is."""

import secrets
from datetime import date
from uuid import UUID, uuid5

import msgspec
import pyotp

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.ids import uuid7
from tatausaha.demo.companies import Company, Provider
from tatausaha.identity import queries, service, totp
from tatausaha.identity.passwords import hash_password


class Account(msgspec.Struct, frozen=True):
    """Somebody who can sign in to the demo."""

    role: str
    name: str
    email: str
    password: str
    secret: str  # of the authenticator app
    works_for: str  # the provider, or the client company
    note: str = ""


class Staff(msgspec.Struct, frozen=True):
    """A founded provider, and the person of each role who does the months' work."""

    tenant_id: UUID
    worker: Actor
    manager: Actor


def plan_accounts(provider: Provider) -> list[Account]:
    """Everyone of a provider and its clients, each with a password of this installation's own."""
    first, *others = (company.name for company in provider.companies)
    notes = {provider.workers[0]: "serves all clients", provider.workers[1]: f"serves {first}; barred from {others[0]}"}
    people = [
        ("owner", provider.owner, provider.domain, provider.name),
        *(("manager", name, provider.domain, provider.name) for name in provider.managers),
        *(("worker", name, provider.domain, provider.name) for name in provider.workers),
    ]
    for company in provider.companies:
        domain = f"{company.code.lower()}.example"
        people.append(("approver", company.approver, domain, company.name))
        people.append(("viewer", company.viewer, domain, company.name))
    return [
        Account(
            *(role, name, f"{name.split()[0].lower()}@{domain}", secrets.token_urlsafe(12), pyotp.random_base32()),
            *(where, notes.get(name, "")),
        )
        for role, name, domain, where in people
    ]


async def found(provider: Provider, accounts: list[Account]) -> Staff:
    """The provider with its owner, managers and workers."""
    owner, *team = (account for account in accounts if account.works_for == provider.name)
    async with gate_scope():
        known = await queries.find_credentials(owner.email)
    if known and known.tenant_id:
        tenant_id = known.tenant_id
    else:
        tenant_id, _ = await service.found_provider(provider.name, owner.name, owner.email, owner.password)
    await _enrol(owner)
    async with tenant_scope(tenant_id):
        await db.execute("update provider set brand_colour = $1", provider.colour)
    actors = {account.name: await join(tenant_id, account) for account in team}
    return Staff(tenant_id, actors[provider.workers[0]], actors[provider.managers[0]])


async def join(tenant_id: UUID, account: Account, client_id: UUID | None = None) -> Actor:
    """A member with an account, made if missing."""
    person = actor(tenant_id, account)
    async with gate_scope():
        known = await queries.find_credentials(account.email)
    if known and known.member_id:
        return person
    kept, account_id = await hash_password(account.password), uuid7()
    async with gate_scope():
        await db.execute(
            "insert into account (id, email, password_hash) values ($1, $2, $3)", account_id, account.email, kept
        )
        await db.execute(
            "insert into member (tenant_id, id, account_id, role, client_id, name, email)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            *(tenant_id, person.id, account_id, account.role, client_id, account.name, account.email),
        )
    await _enrol(account)
    return person


async def _enrol(account: Account) -> None:
    """The authenticator app whose secret the demo remembers, unless the person has a second step already."""
    async with gate_scope():
        known = await queries.find_credentials(account.email)
        assert known
        enrolled = await queries.count_factors(known.account_id)
    if not enrolled:
        await totp.keep(known.account_id, account.secret)


def actor(tenant_id: UUID, account: Account) -> Actor:
    """A member as written beside what was done, with an id that is known before the member joins."""
    return Actor(uuid5(tenant_id, account.email), account.name, account.role)


async def assign_workers(provider: Provider, staff: Staff, accounts: list[Account], clients: list[UUID]) -> None:
    """The first worker serves everyone; the second the first client, and must never see the second."""
    assert staff.worker.id
    owner = next(account for account in accounts if account.role == "owner")
    second = next(account for account in accounts if account.name == provider.workers[1])
    with acting(await join(staff.tenant_id, owner)):
        member = await join(staff.tenant_id, second)
        assert member.id
        async with tenant_scope(staff.tenant_id):
            await service.assign(staff.worker.id, clients, [])
            await service.assign(member.id, clients[:1], clients[1:2])


async def find_client(company: Company) -> UUID | None:
    """The company in the open scope's provider."""
    client_id: UUID | None = await db.value("select id from client where code = $1", company.code)
    return client_id


async def make_client(company: Company, since: date) -> UUID:
    """The client company, with its way of counting parts of a month since a day."""
    client_id = uuid7()
    await db.execute(
        "insert into client (id, name, legal_name, code, address, time_zone, wage_region, brand_colour, payslip_language,"
        " payslip_password) values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(client_id, company.name, company.code, company.address, company.time_zone, company.wage_region),
        *(company.colour, company.language, company.payslip_rule),
    )
    await db.execute(
        "insert into pay_policy (client_id, effective_from, proration) values ($1, $2, $3)",
        *(client_id, since, company.proration),
    )
    return client_id
