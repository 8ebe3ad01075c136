"""Payroll in the background."""

from tatausaha.core.claims import Claim
from tatausaha.core.imports import working
from tatausaha.payroll import calculation
from tatausaha.payroll.input_import import INPUTS
from tatausaha.payroll.jobs import CalculateChunk, CalculateRun, CheckInputs, ImportInputs
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


@handles(CheckInputs)
async def check_inputs(job: CheckInputs, claim: Claim) -> None:
    """Tell what importing a month's entries would do."""
    await working.check(INPUTS, job, claim)


@handles(ImportInputs)
async def import_inputs(job: ImportInputs, claim: Claim) -> None:
    """Import all accepted rows, or none."""
    await working.run(INPUTS, job, claim)
