"""`make bench`: a table of ratios measured on this machine, also in bench.json. It prints; it fails no build."""

import asyncio
import sys
from pathlib import Path

from tests.bench import documents, entry, lists, log, pages, payroll, reports, sales, start, webhooks
from tests.bench.report import Measure, show, write
from tests.scenarios.house import open_house

PARTS = {
    "payroll": payroll.measure,
    "documents": documents.measure,
    "pages": pages.measure,
    "lists": lists.measure,
    "log": log.measure,
    "start": start.measure,
    "entry": entry.measure,
    "sales": sales.measure,
    "reports": reports.measure,
    "webhooks": webhooks.measure,
}


async def main(names: list[str]) -> None:
    """Measure the named parts, or all of them, each on an installation of its own."""
    found: list[Measure] = []
    for name in names or PARTS:
        async with open_house(durable=True) as house:
            measured = await PARTS[name](house)
        show(measured)
        found += measured
    write(found, Path("bench.json"))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
