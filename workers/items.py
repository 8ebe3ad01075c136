"""Spreadsheets of items, in and out."""

from tatausaha.core.claims import Claim
from tatausaha.core.imports import working
from tatausaha.stock.jobs import CheckItems, RunItems
from tatausaha.stock.service.importing import ITEMS
from workers.runtime import handles


@handles(CheckItems)
async def check_items(job: CheckItems, claim: Claim) -> None:
    """Tell what importing would do."""
    await working.check(ITEMS, job, claim)


@handles(RunItems)
async def run_items(job: RunItems, claim: Claim) -> None:
    """Import all accepted rows, or none."""
    await working.run(ITEMS, job, claim)
