"""A month of the past, lived by the product's own steps."""

import asyncio

from tatausaha.core import db
from tatausaha.core.actor import Actor
from tatausaha.core.dates import Period
from tatausaha.demo import past
from tatausaha.demo.past import Team
from tatausaha.payroll import queries
from tests.make import ROLES, Office, drain, make_employees

MAY = Period(2026, 5)


def team_of(office: Office) -> Team:
    worker, manager, approver = (
        Actor(office.people[role].member_id, role, role) for role in ROLES if role in ("worker", "manager", "approver")
    )
    return Team(office.tenant_id, office.client_id, "TEST", worker, manager, approver)


async def live(office: Office, until: str) -> None:
    """The month's steps, beside workers who do what they ask for."""
    living = asyncio.create_task(past.live(team_of(office), [MAY], until))
    while not living.done():
        await drain(office.tenant_id)
        await asyncio.sleep(0)
    await living


async def office_before_its_clients_joined(office: Office, people: int) -> None:
    async with office.scope():
        await make_employees(office.client_id, people)
        await db.execute("update member set ended_at = now() where client_id is not null")


async def test_a_past_month_is_closed_and_its_paper_is_made_when_asked_for(office: Office) -> None:
    await office_before_its_clients_joined(office, 2)

    await live(office, "closed")
    await past.make_paper([team_of(office)], [MAY])
    made = await drain(office.tenant_id)

    async with office.scope():
        run = await queries.find_regular_run(office.client_id, MAY)
        payslips = await db.value("select count(*) from document where kind = 'payslip'")
        letters = await db.value("select count(*) from mail")
    assert run is not None
    assert (run.state, run.slip_count, payslips, letters) == ("closed", 2, 2, 0)
    assert "reports.make_run_documents" in made


async def test_a_month_that_somebody_began_is_left_alone(office: Office) -> None:
    await office_before_its_clients_joined(office, 1)
    await live(office, "calculated")

    await past.begin_month(team_of(office), MAY, "approved")

    async with office.scope():
        run = await queries.find_regular_run(office.client_id, MAY)
    assert run is not None
    assert run.state == "calculated"
