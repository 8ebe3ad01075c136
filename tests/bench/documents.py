"""Payslips as PDF, a file each: typeset and kept by two processes."""

from tatausaha.core.outbox import enqueue, get_job
from tatausaha.payroll.jobs import MakeRunDocuments
from tests.bench.payroll import calculate
from tests.bench.report import Measure
from tests.scenarios.house import House
from tests.scenarios.month import make_month

PEOPLE = 1_000


async def measure(house: House) -> list[Measure]:
    month = await make_month(house, PEOPLE)
    await calculate(month)
    await house.ask("update pay_run set state = 'published' where id = $1", month.run_id)
    async with month.scope():
        job_id = await enqueue(MakeRunDocuments(month.run_id), once_key=str(month.run_id), client_id=month.client_id)
    assert job_id is not None

    async def ended() -> bool:
        async with month.scope():
            return (await get_job(job_id)).ended

    await house.until(ended)
    seconds = await house.ask(
        "select extract(epoch from max(done_at) - min(started_at))::float from job where parent_id = $1", job_id
    )
    return [Measure("documents: payslips set and kept", PEOPLE / seconds, "a second", 100)]
