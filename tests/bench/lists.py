"""What runs out, expires and lies still: lists over a hundred thousand items and five million movements."""

from statistics import median
from uuid import UUID

import httpx
import msgspec

from tatausaha.core import db
from tatausaha.core.db import tenant_scope
from tatausaha.core.web.lists import cursor_of
from tatausaha.stock.queries import watch
from tatausaha.stock.queries.watch import Cursor
from tatausaha.stock.rules.watched import Wanted
from tests.bench.pages import sign_up, slowest
from tests.bench.report import Measure
from tests.bench.start import served
from tests.scenarios.house import House

ROUNDS = 5
FAR_PAGES = 40

# Two providers with fifty thousand items each: a great shop, and nineteen of a thousand items. An item came once and was
# sold forty-nine times. A fifth lies still for half a year, a third has lots, a twentieth is below its minimum; each of
# the twenty categories has its share of all of these.
SEED = """
set session_replication_role = replica;
insert into client (tenant_id, id, name, legal_name, code, services)
  select p.id, uuidv7(), 'PT Toko ' || n, 'PT Toko ' || n, 'C' || n, '{stock}' from provider p, generate_series(1, 20) n;
insert into place (tenant_id, client_id, code, name)
  select tenant_id, id, 'T' || n, 'Toko ' || n from client, generate_series(1, 2) n;
insert into item (tenant_id, client_id, code, name, category, batched)
  select tenant_id, id, 'A' || n, md5(id::text || n) || ' Barang', 'Kategori ' || n % 20, n % 3 = 0
  from client, generate_series(1, case code when 'C1' then 31000 else 1000 end) n;
create temp table spot as
  select i.tenant_id, i.client_id, i.id as item_id, p.id as place_id, substr(i.code, 2)::int as n
  from item i join place p on p.tenant_id = i.tenant_id and p.client_id = i.client_id
    and p.code = 'T' || substr(i.code, 2)::int % 2 + 1;
insert into stock_batch (tenant_id, client_id, place_id, item_id, number, expires_on, warn_on)
  select tenant_id, client_id, place_id, item_id, 'B', current_date + n % 700 - 5, current_date + n % 700 - 35
  from spot where n % 3 = 0;
insert into stock_movement (tenant_id, client_id, place_id, item_id, batch_id, kind, quantity, value, happened_on, booked_on)
  select s.tenant_id, s.client_id, s.place_id, s.item_id, b.id, case m when 0 then 'opening' else 'sale' end, q, q * 10,
    day, day
  from spot s left join stock_batch b on b.tenant_id = s.tenant_id and b.item_id = s.item_id
  cross join generate_series(0, 49) m cross join lateral (select
    case m when 0 then 1000000 else -1000 * (1 + (m + s.n) % 3) end as q,
    current_date - 400 + m * case s.n / 20 % 5 when 0 then 4 else 8 end as day) d;
insert into stock_level (tenant_id, client_id, place_id, item_id, quantity, value, last_in_on, last_out_on, minimum, out_90)
  select tenant_id, client_id, place_id, item_id, sum(quantity), sum(value),
    max(booked_on) filter (where quantity > 0), max(booked_on) filter (where quantity < 0), 0,
    coalesce(-sum(quantity) filter (where booked_on > current_date - 90), 0)
  from stock_movement group by 1, 2, 3, 4;
update stock_level l set minimum = 2000000 from spot s where s.tenant_id = l.tenant_id and s.item_id = l.item_id
  and s.n / 20 % 20 = 1;
update stock_batch b set quantity = l.quantity from stock_level l
  where l.tenant_id = b.tenant_id and l.place_id = b.place_id and l.item_id = b.item_id;
drop table spot;
set session_replication_role = default;
"""


async def measure(house: House) -> list[Measure]:
    tenant_id, token = await sign_up()
    await house.run(SEED)
    await house.run("vacuum analyze")
    items, movements = [await house.ask(f"select count(*) from {table}") for table in ("item", "stock_movement")]
    assert (items, movements) == (100_000, 5_000_000)
    pages, client_id = await addresses(tenant_id)
    bare_settings = msgspec.structs.replace(house.settings, database_url=house.servers.url("postgres"))
    found = []
    async with (
        served(bare_settings, "tests.bench.bare:create_app") as bare,
        served(house.settings) as ours,
        httpx.AsyncClient(cookies={"tata": token}) as client,
    ):
        for name, path in pages.items():
            floor, page = [], []
            for _ in range(ROUNDS):
                floor.append(await slowest(client, f"{bare}/{tenant_id}/{client_id}"))
                page.append(await slowest(client, ours + path))
            ratio = median(mine / least for mine, least in zip(page, floor, strict=True))
            note = f"{median(page) * 1000:.1f} ms / {median(floor) * 1000:.1f} ms"
            found.append(Measure(f"lists: {name}, slowest of twenty", ratio, "times", 5, most=True, note=note))
    return found


async def addresses(tenant_id: UUID) -> tuple[dict[str, str], UUID]:
    """The lists to look at, near and far, of all clients and of the greatest; and that client."""
    async with tenant_scope(tenant_id):
        client_id = await db.value("select id from client where code = 'C1'")
        place_id = await db.value("select id from place where client_id = $1 limit 1", client_id)
        far = {kind: cursor_of(await behind(Wanted(kind), FAR_PAGES)) for kind in watch.WATCHED}
    one = f"client={client_id}"
    return {
        "what runs out": "/stock/low",
        f"what runs out, page {FAR_PAGES}": f"/stock/low?after={far['low']}",
        "what runs out, one place of one client": f"/stock/low?{one}&place={place_id}",
        "what runs out, one category of one client": f"/stock/low?{one}&category=Kategori 5",
        "near expiry": "/stock/expiring",
        f"near expiry, page {FAR_PAGES}": f"/stock/expiring?after={far['expiring']}",
        "near expiry, one client": f"/stock/expiring?{one}",
        "near expiry, one category of one client": f"/stock/expiring?{one}&category=Kategori 5",
        "slow movers": "/stock/slow",
        f"slow movers, page {FAR_PAGES}": f"/stock/slow?after={far['slow']}",
        "slow movers, one category of one client": f"/stock/slow?{one}&category=Kategori 5",
    }, client_id


async def behind(wanted: Wanted, pages: int) -> Cursor:
    """Where the list goes on after so many pages; its last page, when it is shorter."""
    kept: Cursor | None = None
    for _ in range(pages):
        _, cursor = await watch.page_watched(wanted, kept)
        if cursor is None:
            break
        kept = cursor
    assert kept is not None
    return kept
