"""A month of twenty thousand people: how fast, how even, and how far from storing the same rows without any work."""

import os
import re
import time
from pathlib import Path
from statistics import median

from tatausaha.core import db
from tatausaha.payroll.calculation import SLIP_COLUMNS
from tests.bench.report import Measure
from tests.scenarios.house import House, in_group
from tests.scenarios.month import Month, make_month

ROUNDS = 5
MANY, FEW = 20_000, 1_000


async def measure(house: House) -> list[Measure]:
    for worker in ("worker-1", "worker-2"):
        await house.until_up(worker)
    few, many = await make_month(house, FEW), await make_month(house, MANY)
    small = [await calculate(few) for _ in range(ROUNDS)]
    runs, plain = [], []
    for _ in range(ROUNDS):
        runs.append(await calculate(many))
        plain.append(await store_again(many))
    speed, floor = MANY / median(runs), MANY / median(plain)
    ratio = median(stored / run for run, stored in zip(runs, plain, strict=True))
    evenness = (median(runs) / MANY) / (median(small) / FEW)
    return [
        Measure("payroll: slips calculated and stored", speed, "a second", 3_000),
        Measure("payroll: against storing the finished rows in one go", ratio, "times", 0.5, note=f"{floor:,.0f}/s"),
        Measure("payroll: time of a slip, 20,000 people against 1,000", evenness, "times", 1.3, most=True),
        Measure("payroll: most memory of a worker", max(peaks(house)), "MiB", 250, most=True),
    ]


async def calculate(month: Month) -> float:
    """Seconds from the request to the sealed figures, by the database's clock."""
    await month.begin(letters_too=0)
    outcome = await month.finish()
    assert outcome.run.state == "calculated", outcome.job
    assert outcome.job.finished_at is not None
    return (outcome.job.finished_at - outcome.job.created_at).total_seconds()


async def store_again(month: Month) -> float:
    """Seconds to store the same finished rows from one client, under the same row security."""
    async with month.scope():
        columns = ", ".join(name if name not in ("lines", "detail") else f"{name}::text" for name in SLIP_COLUMNS)
        rows = [tuple(row) for row in await db.records(f"select {columns} from slip where run_id = $1", month.run_id)]
    await month.house.ask("update pay_run set state = 'calculating' where id = $1", month.run_id)
    async with month.scope():
        await db.execute("delete from slip where run_id = $1", month.run_id)
    began = time.perf_counter()
    async with month.scope():
        await db.bulk_insert("slip", SLIP_COLUMNS, rows)
    return time.perf_counter() - began


def peaks(house: House) -> list[float]:
    """The most memory each worker process ever held, in MiB."""
    groups = [house.processes.pid(name) for name in ("worker-1", "worker-2")]
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    own = [pid for pid in pids if pid != os.getpid() and any(in_group(pid, group) for group in groups)]
    said = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in own]
    return [int(found.group(1)) / 1024 for found in said if found]
