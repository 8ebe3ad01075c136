"""Reports over a year: for each of two providers half a million sums of a day and an item, as millions of lines leave."""

from datetime import date, timedelta
from functools import partial

import httpx

from tatausaha.core import db
from tatausaha.core.db import tenant_scope
from tests.bench.pages import sign_up, slowest
from tests.bench.report import Measure
from tests.bench.start import served
from tests.scenarios.house import House

SEED = """
set session_replication_role = replica;
insert into client (tenant_id, id, name, legal_name, code, services)
  select id, uuidv7(), 'PT Toko', 'PT Toko', 'TOKO', '{stock,purchasing,sales}' from provider;
insert into place (tenant_id, client_id, code, name) select tenant_id, id, 'T', 'Toko' from client;
insert into item (tenant_id, client_id, code, name, category)
  select tenant_id, id, 'A' || n, md5(n::text) || ' Barang', 'Kategori ' || n % 40 from client, generate_series(1, 20000) n;
insert into stock_level (tenant_id, client_id, place_id, item_id, quantity, value, last_in_on, last_out_on, out_90)
  select i.tenant_id, i.client_id, p.id, i.id, 100000, 800000, current_date - 300, current_date - 100, 9000
  from item i join place p on p.tenant_id = i.tenant_id;
insert into sale_day (tenant_id, client_id, place_id, item_id, sold_on, quantity, amount, cost)
  select i.tenant_id, i.client_id, p.id, i.id, current_date - d, 1000, 10000, 8000
  from item i join place p on p.tenant_id = i.tenant_id cross join generate_series(0, 364) d
  where substr(i.code, 2)::int <= 1370;
set session_replication_role = default;
"""
REPORTS = ("sales?by=day", "sales?by=item", "margin?by=category", "sellers?by=worst", "gross-profit?", "stock-value?")


async def measure(house: House) -> list[Measure]:
    """Each report over the whole year, as a page."""
    tenant_id, token = await sign_up()
    await house.run(SEED)
    await house.run("vacuum analyze")
    async with tenant_scope(tenant_id):
        client_id = await db.value("select id from client")
    year = f"client={client_id}&from={date.today() - timedelta(days=364)}"
    found = []
    async with served(house.settings) as ours, httpx.AsyncClient(cookies={"tata": token}, timeout=60) as client:
        page = partial(Measure, unit="s", target=1, most=True)
        for name in REPORTS:
            seconds = await slowest(client, f"{ours}/reports/tables/{name}&{year}")
            found.append(page(f"reports: {name.rstrip('?')} over a year, slowest of twenty", seconds))
    return found
