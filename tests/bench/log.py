"""What the access log costs a page, and how fast a line is found among a million."""

import time
from statistics import median, quantiles
from uuid import UUID

import httpx

from tatausaha.core import db
from tatausaha.core.db import tenant_scope
from tests.bench.pages import sign_up, slowest
from tests.bench.report import Measure
from tests.bench.start import served
from tests.scenarios.house import House

WARM, PAIRS = 40, 600

# Two providers with twenty clients and fifty thousand people each; two years of lines for one of them.
SEED = """
set session_replication_role = replica;
insert into client (tenant_id, id, name, legal_name, code)
  select p.id, uuidv7(), 'PT Contoh ' || n, 'PT Contoh ' || n, 'C' || n from provider p, generate_series(1, 20) n;
insert into employee (tenant_id, client_id, number, name, ptkp, joined_on, department)
  select tenant_id, id, 'P' || n, md5(id::text || n) || ' Pegawai', 'TK/0', date '2020-01-01' + n, 'Toko'
  from client, generate_series(1, 2500) n;
insert into audit_event (tenant_id, id, created_at, client_id, actor_id, actor_name, actor_role, address, action,
    object_kind, subject_id)
  select m.tenant_id, uuidv7(make_interval(mins => -n)), now() - make_interval(mins => n), c.ids[1 + n % 20],
    case when n % 7 = 0 then m.id else md5((n % 40)::text)::uuid end, 'Orang ' || n % 40, 'worker', '10.0.0.' || n % 250,
    (array['saw', 'searched', 'downloaded', 'changed', 'saw'])[1 + n % 5], 'employee', e.ids[1 + n % 1000]
  from member m, generate_series(1, 1000000) n,
    (select array_agg(id) as ids, tenant_id from client group by tenant_id) c,
    (select (array_agg(id))[:1000] as ids, tenant_id from employee group by tenant_id) e
  where c.tenant_id = m.tenant_id and e.tenant_id = m.tenant_id;
set session_replication_role = default;
"""


async def measure(house: House) -> list[Measure]:
    tenant_id, token = await sign_up()
    await house.run(SEED)
    await house.run("vacuum analyze")
    async with (
        served(house.settings, "tests.bench.unlogged:create_app") as silent,
        served(house.settings) as ours,
        httpx.AsyncClient(cookies={"tata": token}) as client,
    ):
        return [await cost(client, silent, ours), await search(client, ours, tenant_id)]


async def cost(client: httpx.AsyncClient, silent: str, ours: str) -> Measure:
    """The list of people with and without its line, turn by turn, so that whatever else happens hits both alike."""
    taken: dict[str, list[float]] = {silent: [], ours: []}
    for number in range(WARM + PAIRS):
        for site in (silent, ours) if number % 2 else (ours, silent):
            began = time.perf_counter()
            answer = await client.get(f"{site}/people")
            if number >= WARM:
                taken[site].append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text[:500]
    with_it, without = (median(taken[site]) for site in (ours, silent))
    ratio, (slow, slow_without) = with_it / without, (quantiles(taken[site], n=20)[-1] for site in (ours, silent))
    note = (
        f"{with_it * 1000:.2f} / {without * 1000:.2f} ms,"
        f" slowest of twenty {slow * 1000:.1f} / {slow_without * 1000:.1f} ms"
    )
    return Measure("log: the list of people with its line, to without", ratio, "times", 1.05, most=True, note=note)


async def search(client: httpx.AsyncClient, ours: str, tenant_id: UUID) -> Measure:
    """The slowest of the searches, each by the slowest of twenty."""
    async with tenant_scope(tenant_id):
        client_id = await db.value("select id from client order by id limit 1")
        employee_id = await db.value("select subject_id from audit_event where subject_id is not null limit 1")
        middle = await db.value("select id from audit_event order by id offset 500000 limit 1")
        member_id = await db.value("select id from member limit 1")
    queries = {
        "everything": "",
        "from the middle": f"?after={middle}",
        "client": f"?client={client_id}",
        "person": f"?person={member_id}",
        "employee": f"?employee={employee_id}",
        "action": "?action=downloaded",
        "action never done": "?action=revealed",
        "changes": "?action=changed",
        "address": "?address=10.0.0.17",
        "client and person": f"?client={client_id}&person={member_id}&action=revealed",
        "days": "?from=2026-01-01&to=2026-01-31",
    }
    found = {name: await slowest(client, f"{ours}/access{query}") for name, query in queries.items()}
    worst = max(found, key=lambda name: found[name])
    note = f"slowest: {worst}; first page {found['everything'] * 1000:.0f} ms"
    return Measure("log: a search among a million lines", found[worst] * 1000, "ms", 200, most=True, note=note)
