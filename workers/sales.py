"""Files of tills, in."""

from tatausaha.core.claims import Claim
from tatausaha.core.imports import working
from tatausaha.sales.jobs import CheckSales, ImportSales
from tatausaha.sales.service.importing import SALES
from workers.runtime import handles


@handles(CheckSales)
async def check_sales(job: CheckSales, claim: Claim) -> None:
    """Tell what booking the file would do."""
    await working.check(SALES, job, claim)


@handles(ImportSales)
async def import_sales(job: ImportSales, claim: Claim) -> None:
    """Book all accepted lines, or none."""
    await working.run(SALES, job, claim)
