"""A million lines of a till's file: how fast they are booked, stock drawn down, against storing the same rows in one go."""

import asyncio
import csv
import hashlib
import os
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import asyncpg

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.db import client_scope, connection_arguments, gate_scope, tenant_scope
from tatausaha.core.ids import uuid7
from tatausaha.core.imports import uploads
from tatausaha.core.imports.uploads import ImportFile, Upload
from tatausaha.sales.service.importing import SALES
from tatausaha.stock.service import ledger
from tests.bench.payroll import peaks
from tests.bench.report import Measure
from tests.make import make_client, make_item, make_place
from tests.scenarios.house import House

LINES = int(os.environ.get("BENCH_SALES_LINES", "1000000"))
ITEMS, DAYS, PER_RECEIPT = 2_000, 30, 4
FIRST = date(2026, 10, 1)
PLENTY = 10**12
CHUNK = 20_000
HEADERS = (
    *("Tanggal", "Jam", "No Struk", "Kode Barang", "Nama Barang", "Qty", "Harga", "Diskon", "Total"),
    *("Pembayaran", "Kasir", "Mesin"),
)
STORED = (
    "id, client_id, place_id, shift_id, sold_on, sold_at, receipt, line, item_id, quantity, amount, discount, method,"
    " cost, late"
)


class Shop:
    """A client's place with goods enough."""

    def __init__(self, house: House) -> None:
        self.house, self.tenant_id, self.client_id = house, uuid7(), uuid7()
        self.place_id = self.client_id

    async def found(self) -> None:
        async with gate_scope():
            await db.execute("insert into provider (id, name) values ($1, 'PT Ukur')", self.tenant_id)
        async with tenant_scope(self.tenant_id):
            await make_client(self.client_id)
            self.place_id = await make_place(self.client_id)
            items = [await make_item(self.client_id, f"B{n:05}", f"Barang {n:05}") for n in range(ITEMS)]
            await ledger.post(
                self.client_id,
                [ledger.Entry("opening", self.place_id, item, PLENTY, FIRST, 8_000 * 10**9) for item in items],
            )
        await self.house.run("analyze")  # as the database itself does within a minute

    async def bring(self, path: Path) -> UUID:
        """Upload a file as the page does; gives its import."""
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").digest()
            upload = Upload(self.tenant_id, self.client_id, self.place_id, path.name, content, digest)
            await uploads.keep(upload)
            with acting(Actor(uuid7(), "Sari", "worker")):
                async with tenant_scope(self.tenant_id):
                    await uploads.begin(SALES, upload, "id")
        return upload.id

    async def until(self, import_id: UUID, state: str) -> tuple[ImportFile, float]:
        """The import when it has come so far, and how many seconds that took."""
        began = time.perf_counter()
        while True:
            async with tenant_scope(self.tenant_id):
                file = await uploads.get(SALES, import_id)
                job = await uploads.find_job(file)
            if job and job.ended and not file.under_way:
                assert file.state == state, (file.state, file.problem, job.error)
                return file, time.perf_counter() - began
            assert not job or job.state != "failed", job.error
            await asyncio.sleep(0.05)


async def measure(house: House) -> list[Measure]:
    for worker in ("worker-1", "worker-2"):
        await house.until_up(worker)
    shop = Shop(house)
    await shop.found()
    with TemporaryDirectory(prefix="tata-bench-", dir="/tmp") as folder:
        few, many = Path(folder) / "few.csv", Path(folder) / "many.csv"
        await asyncio.to_thread(write, few, LINES // 10, FIRST - timedelta(days=200))
        await asyncio.to_thread(write, many, LINES, FIRST)
        await book(shop, few)
        low = max(peaks(house))
        checked, booked = await book(shop, many)
    high = max(peaks(house))
    stored = await store_again(shop)
    size = f"{LINES / booked:,.0f}/s; stored alone {LINES / stored:,.0f}/s"
    return [
        Measure("sales: lines booked from a file, against storing the rows", stored / booked, "times", 0.3, note=size),
        Measure("sales: the same with the check before it", stored / (checked + booked), "times", 0.15),
        Measure("sales: most memory of a worker", high, "MiB", 250, most=True),
        Measure("sales: memory for ten times the lines", high - low, "MiB more", 40, most=True),
    ]


async def book(shop: Shop, path: Path) -> tuple[float, float]:
    """Seconds to check a file and to book it."""
    import_id = await shop.bring(path)
    file, checked = await shop.until(import_id, "checked")
    assert file.rejected == 0, file.verdict.bad_cells[:3]
    async with tenant_scope(shop.tenant_id):
        await uploads.confirm(SALES, await uploads.get(SALES, import_id, lock=True), "id")
    file, booked = await shop.until(import_id, "done")
    assert file.created == file.row_count
    return checked, booked


def write(path: Path, lines: int, first: date) -> None:
    """A till's file: receipts of some lines each, all day long."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADERS)
        writer.writerows(_rows(lines, first))


def _rows(lines: int, first: date) -> Iterator[tuple[str, ...]]:
    chance = random.Random(7)
    for n in range(lines):
        receipt, second = n // PER_RECEIPT, (n // PER_RECEIPT) % 50_000
        day = first + timedelta(days=n * DAYS // lines)
        item, quantity = chance.randrange(ITEMS), chance.randrange(1, 6)
        price = 5_000 + item * 10
        clock = f"{7 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        yield (
            *(day.strftime("%d/%m/%Y"), clock, f"S{receipt:08}", f"B{item:05}", f"Barang {item:05}", str(quantity)),
            *(str(price), "0", str(quantity * price), chance.choice(("Tunai", "QRIS", "Debit"))),
            *(f"Kasir {receipt % 4}", f"K{receipt % 4}"),
        )


async def store_again(shop: Shop) -> float:
    """Seconds to store the same rows under the same row security: COPY to a temporary table, then INSERT … SELECT."""
    await shop.house.run(
        f"create table kept_line as select {STORED}, row_number() over (order by id) as n from sale_line"
        f" where sold_on >= '{FIRST}'; create index on kept_line (n); delete from sale_line where sold_on >= '{FIRST}'"
    )
    await shop.house.run("vacuum sale_line")
    columns, seconds = [one.strip() for one in STORED.split(",")], 0.0
    kept = await asyncpg.connect(**connection_arguments(shop.house.servers.url("postgres")))
    async with client_scope(shop.tenant_id, [shop.client_id]):
        connection = db.DB.current().connection
        began = time.perf_counter()
        await connection.execute(f"create temp table bulk_sale_line as select {STORED} from sale_line with no data")
        seconds += time.perf_counter() - began
        for first in range(0, LINES, CHUNK):
            rows = await kept.fetch(
                f"select {STORED} from kept_line where n > $1 and n <= $2 order by n",
                *(first, first + CHUNK),
            )
            records = [tuple(row) for row in rows]
            began = time.perf_counter()
            await connection.copy_records_to_table("bulk_sale_line", records=records, columns=columns)
            await connection.execute(
                f"insert into sale_line ({STORED}) select {STORED} from bulk_sale_line; truncate bulk_sale_line"
            )
            seconds += time.perf_counter() - began
        began = time.perf_counter()
        await connection.execute("drop table bulk_sale_line")
    await kept.close()
    return seconds + time.perf_counter() - began
