"""A month brought as far as a story of the portal needs it."""

from uuid import UUID

from tatausaha.core.actor import Actor, acting
from tatausaha.core.dates import Period
from tatausaha.payroll import queries, service
from tests.make import Office, drain, make_employees

JUNE = Period(2026, 6)
JULY = Period(2026, 7)


async def calculated_run(office: Office, period: Period = JUNE, *, hire: int = 3, **facts: object) -> UUID:
    """A month's run as its maker leaves it; `hire` more people are employed first."""
    async with office.scope():
        await make_employees(office.client_id, hire, **facts)  # type: ignore[arg-type]
    with acting(Actor(office.worker.member_id, office.worker.name, "worker")):
        async with office.scope():
            run_id = await service.create_run(office.client_id, period)
            await service.calculate(run_id)
    await drain(office.tenant_id)
    return run_id


async def review(office: Office, run_id: UUID) -> str:
    """The second pair of eyes; gives the hash of the figures that now wait for the client."""
    with acting(Actor(office.manager.member_id, office.manager.name, "manager")):
        async with office.scope():
            run = await queries.get_run(run_id)
            await service.review(run_id, run.figures_hash)
    return run.figures_hash


async def waiting_run(office: Office, period: Period = JUNE, *, hire: int = 3) -> tuple[UUID, str]:
    """A run that waits for the client's word, and the hash of its figures."""
    run_id = await calculated_run(office, period, hire=hire)
    return run_id, await review(office, run_id)


async def publish(office: Office, run_id: UUID) -> None:
    """Released, with its documents made."""
    with acting(Actor(office.manager.member_id, office.manager.name, "manager")):
        async with office.scope():
            assert await service.publish(run_id)
    await drain(office.tenant_id)


async def published_run(office: Office, period: Period = JUNE, *, hire: int = 3) -> UUID:
    """A month that the client approved and the office released."""
    run_id, figures = await waiting_run(office, period, hire=hire)
    answer = await office.approver.post(f"/portal/approvals/{run_id}/approve", {"figures_hash": figures})
    assert answer.status_code == 303
    await publish(office, run_id)
    return run_id


async def state_of(office: Office, run_id: UUID) -> str:
    async with office.scope():
        return (await queries.get_run(run_id)).state
