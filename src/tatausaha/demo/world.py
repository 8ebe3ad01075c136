"""The whole world of the demo, made in the order in which it would come about. What is there already is left alone."""

import asyncio
from itertools import count
from uuid import UUID

from tatausaha.core.dates import Period
from tatausaha.core.db import tenant_scope
from tatausaha.demo import founding, invoicing, past, privacy, records, shop, subscription
from tatausaha.demo.companies import PROVIDERS, Company, Provider
from tatausaha.demo.founding import Staff
from tatausaha.demo.history import date_past
from tatausaha.demo.memory import Memory
from tatausaha.demo.past import Team
from tatausaha.demo.telling import Telling
from tatausaha.demo.workforce import past_months, workforce
from tatausaha.settings import Settings

UNDER_WAY = {"TOKO": "calculated", "RESOR": "reviewed", "ANGKUT": "approved"}  # so that everybody finds work to do


async def make_world(settings: Settings, memory: Memory, superuser_url: str, telling: Telling) -> dict[str, Team]:
    """Both providers with all that lies behind them; gives the team of each client by the client's code."""
    teams = [team for provider in PROVIDERS for team in await _make_provider(settings, provider, memory)]
    months = past_months(Period.parse(memory.month))
    await _live(teams, months, telling)
    await date_past(superuser_url, months)
    by_code = {team.code: team for team in teams}
    await shop.live_through(by_code["TOKO"])
    await privacy.live_through(teams)  # before the clients' people are there, who would get letters
    for provider in PROVIDERS:
        for company in provider.companies:
            await _let_client_in(company, by_code[company.code], memory)
    for provider in PROVIDERS:
        own = tuple(by_code[company.code] for company in provider.companies)
        second = next(account for account in memory.accounts if account.name == provider.managers[1])
        who = founding.actor(own[0].tenant_id, second)
        await invoicing.live_through(invoicing.Firm(provider.name, who, own))
        await subscription.count(own[0].tenant_id)
    for code, state in UNDER_WAY.items():
        await past.begin_month(by_code[code], Period.parse(memory.month), state)
    return by_code


async def _live(teams: list[Team], months: list[Period], telling: Telling) -> None:
    title, total, lived = "Months of the past", len(teams) * len(months), count(1)
    await asyncio.gather(
        *(
            past.live(team, months, reached=lambda: telling.progress(title, next(lived), total, ended=False))
            for team in teams
        )
    )
    telling.progress(title, total, total, ended=True)


async def _make_provider(settings: Settings, provider: Provider, memory: Memory) -> list[Team]:
    staff = await founding.found(provider, memory.accounts)
    owner = founding.actor(staff.tenant_id, memory.of(provider.name, "owner"))
    await subscription.begin(settings, staff, owner, subscribed=provider == PROVIDERS[0])
    teams = [await _make_client(company, staff, memory) for company in provider.companies]
    own = [account for account in memory.accounts if account.works_for == provider.name]
    await founding.assign_workers(provider, staff, own, [team.client_id for team in teams])
    return teams


async def _make_client(company: Company, staff: Staff, memory: Memory) -> Team:
    async with tenant_scope(staff.tenant_id):
        client_id = await founding.find_client(company) or await _begin_client(company, Period.parse(memory.month))
    approver = founding.actor(staff.tenant_id, memory.of(company.name, "approver"))
    return Team(staff.tenant_id, client_id, company.code, staff.worker, staff.manager, approver)


async def _begin_client(company: Company, opened: Period) -> UUID:
    """The client with its people, as on the day on which the provider took it on."""
    first = past_months(opened)[0]
    client_id = await founding.make_client(company, first.first)
    await records.store(company, client_id, workforce(company, opened), first)
    return client_id


async def _let_client_in(company: Company, team: Team, memory: Memory) -> None:
    """The client's people join after the past, so that no letter about old months leaves today."""
    for role in ("approver", "viewer"):
        await founding.join(team.tenant_id, memory.of(company.name, role), team.client_id)
