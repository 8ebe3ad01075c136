"""Payroll in the background."""

from tatausaha.core.claims import Claim
from tatausaha.payroll import calculation
from tatausaha.payroll.jobs import CalculateChunk, CalculateRun
from workers.runtime import handles


@handles(CalculateRun)
async def calculate_run(job: CalculateRun, claim: Claim) -> None:
    """Fan out, and close the run once every chunk has ended."""
    async with claim.finishing():
        if claim.resumed:
            await calculation.close_calculation(job)
        else:
            await calculation.fan_out(job, claim)


@handles(CalculateChunk)
async def calculate_chunk(job: CalculateChunk, claim: Claim) -> None:
    """Calculate and store one chunk of slips."""
    async with claim.finishing():
        await calculation.calculate_chunk(job, claim)
