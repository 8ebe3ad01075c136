"""Lists of a hundred thousand people and a million payslips, against a bare handler with one indexed SELECT."""

import time
from statistics import median, quantiles
from uuid import UUID

import httpx
import msgspec

from tatausaha.core import db
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.ids import uuid7
from tatausaha.core.web.lists import cursor_of
from tatausaha.identity.sign_in import open_session
from tatausaha.payroll.queries import SlipCursor
from tatausaha.people.search import Cursor
from tests.bench.report import Measure
from tests.bench.start import served
from tests.scenarios.house import House

ROUNDS, REQUESTS = 5, 30
BEHIND_A_THOUSAND_PAGES = 50_000

# Two providers, so that neither is alone in the indexes; twenty clients and fifty thousand people each, ten months.
SEED = """
set session_replication_role = replica;
insert into client (tenant_id, id, name, legal_name, code)
  select p.id, uuidv7(), 'PT Contoh ' || n, 'PT Contoh ' || n, 'C' || n from provider p, generate_series(1, 20) n;
insert into employee (tenant_id, client_id, number, name, ptkp, joined_on, department)
  select tenant_id, id, 'P' || n, md5(id::text || n) || ' Pegawai', 'TK/0', date '2020-01-01' + n, 'Toko'
  from client, generate_series(1, 2500) n;
insert into pay_run (tenant_id, client_id, period, state)
  select tenant_id, id, date '2026-01-01' + make_interval(months => m), 'closed' from client, generate_series(0, 9) m;
insert into slip (tenant_id, client_id, run_id, employee_id, period, employee_number, employee_name, department, position,
    ptkp, tax_method, bank, bank_account, bpjs_wage, cash_gross, taxable_gross, employee_bpjs, employer_bpjs, deductible,
    irregular, pph21, pph21_borne, net_pay, employer_cost, lines, detail)
  select r.tenant_id, r.client_id, r.id, e.id, r.period, e.number, e.name, e.department, '',
    'TK/0', 'gross', '', null::bytea, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5000000, 5000000, '[]', '{}'
  from pay_run r join employee e on e.tenant_id = r.tenant_id and e.client_id = r.client_id;
set session_replication_role = default;
"""


async def measure(house: House) -> list[Measure]:
    tenant_id, token = await seed(house)
    bare_settings = msgspec.structs.replace(house.settings, database_url=house.servers.url("postgres"))
    found = []
    async with (
        served(bare_settings, "tests.bench.bare:create_app") as bare,
        served(house.settings) as ours,
        httpx.AsyncClient(cookies={"tata": token}) as client,
    ):
        for name, path in (await addresses(tenant_id)).items():
            floor, page = [], []
            for _ in range(ROUNDS):
                floor.append(await slowest(client, f"{bare}/{tenant_id}"))
                page.append(await slowest(client, ours + path))
            ratio = median(mine / least for mine, least in zip(page, floor, strict=True))
            note = f"{median(page) * 1000:.1f} ms / {median(floor) * 1000:.1f} ms"
            found.append(Measure(f"pages: {name}, slowest of twenty", ratio, "times", 5, most=True, note=note))
    return found


async def seed(house: House) -> tuple[UUID, str]:
    """Two providers of a size, and an owner of one of them, signed in."""
    signed = await sign_up()
    await house.run(SEED)
    await house.run("vacuum analyze")
    return signed


async def sign_up() -> tuple[UUID, str]:
    """Two providers with nothing in them, and an owner of one, signed in."""
    tenant_id, account_id, member_id = uuid7(), uuid7(), uuid7()
    async with gate_scope():
        await db.execute("insert into provider (id, name) values ($1, 'Satu'), ($2, 'Dua')", tenant_id, uuid7())
        await db.execute("insert into account (id, email, password_hash) values ($1, 'a@example.com', 'x')", account_id)
        await db.execute(
            "insert into member (tenant_id, id, account_id, role, name, email)"
            " values ($1, $2, $3, 'owner', 'Owner', 'a@example.com')",
            *(tenant_id, member_id, account_id),
        )
    return tenant_id, await open_session(account_id, tenant_id, member_id, address="127.0.0.1", device="bench")


async def addresses(tenant_id: UUID) -> dict[str, str]:
    """The pages to look at: the first and the thousandth, filtered and sorted."""
    async with tenant_scope(tenant_id):
        client_id = await db.value("select id from client order by id limit 1")
        (person,) = await db.records(
            "select name_norm, id from employee order by name_norm, id offset $1 limit 1", BEHIND_A_THOUSAND_PAGES - 100
        )
        (slip,) = await db.records(
            "select period, employee_name, id from slip order by period desc, employee_name, id offset $1 limit 1",
            BEHIND_A_THOUSAND_PAGES,
        )
    far_person, far_slip = cursor_of(Cursor(*person)), cursor_of(SlipCursor(*slip))
    return {
        "people": "/people",
        "people, page 1,000": f"/people?after={far_person}",
        "people of one client, newest first": f"/people?client={client_id}&sort=-joined",
        "people whose name begins so": "/people?q=ab",
        "payslips": "/payroll/slips",
        "payslips, page 1,000": f"/payroll/slips?after={far_slip}",
        "payslips of one client and month": f"/payroll/slips?client={client_id}&month=2026-05",
    }


async def slowest(client: httpx.AsyncClient, address: str) -> float:
    """Seconds within which nineteen of twenty requests are answered."""
    taken = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        answer = await client.get(address)
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.text[:500]
    return quantiles(taken, n=20)[-1]
