"""An office in which every page has something to show: runs in each state, files, jobs, people who come and go."""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import new_token, token_hash, uuid7
from tatausaha.purchasing.service.links import token_of as link_word
from tests.api import program_of, token_of
from tests.billing.records import seed_billing
from tests.browser.privacy import seed_privacy
from tests.browser.seed_changes import make_changes
from tests.browser.seed_invoices import seed_invoices
from tests.browser.seed_money import seed_money
from tests.browser.seed_prices import seed_prices
from tests.browser.seed_purchasing import seed_purchasing
from tests.browser.seed_reports import seed_reports
from tests.identity.log import fill_log
from tests.make import Office, agree, drain, make_client, make_employees
from tests.people.make import NIK, employ
from tests.people.test_import import GOOD, checked, imported, sheet
from tests.purchasing.letter_records import fill_letters
from tests.purchasing.payable_records import fill_payables
from tests.reports.months import act, calculate, publish
from tests.sales.records import fill_receivables
from tests.sales.tills import fill_tills
from tests.stock.count_records import seed_counts
from tests.stock.ledger_records import seed_ledger
from tests.stock.records import seed_items

JOB_STATES = ("queued", "running", "waiting", "done", "partly", "failed", "cancelled")
SENTENCE = '{"msgid": "Make payslips", "params": {}}'
UNIT = '{"msgid": "payslips", "params": {}}'


class Seeded(msgspec.Struct):
    """Ids by the name of the parameter that takes them, and further addresses by the name of the route."""

    ids: dict[str, str]
    portal_run: str
    more: dict[str, list[str]]


async def seed(office: Office) -> Seeded:
    """Fill the office; the worker makes, the manager reviews, the approver approves."""
    employee, ended = await make_people(office)
    runs = await make_runs(office)
    slip = await one(office, "select id from slip where run_id = $1 order by employee_name limit 1", runs["published"])
    runs["correction"] = await act(office, "worker", "correct", slip, "Bonus terlupa")
    imports, entries = await make_imports(office), await make_entries(office, runs)
    ordered = await office.worker.post("/people/export", {"client": str(office.client_id), "format": "csv"})
    await drain(office.tenant_id)
    await make_tokens(office)
    empty = await make_quiet_client(office)
    runs |= await make_busy_client(office)
    bought, buying = await seed_purchasing(office, empty)
    jobs = {state: await make_job(office, state) for state in JOB_STATES}
    async with office.scope():
        log = await fill_log(office.client_id, office.worker.member_id, "Worker")
        owed = await fill_receivables(office.client_id, "Toko Sinar") | await fill_tills(office.client_id, "Kedai Kopi")
        goods = await fill_payables(office.client_id, "CV Sumber Rejeki")
        answered = await fill_letters(office.client_id, "CV Sumber Pangan")
        unanswered = await fill_letters(office.client_id, "CV Segar Jaya", answered=False)
    privacy, private_pages = await seed_privacy(office, employee)
    reported, reports = await seed_reports(office)
    stock, stock_pages = await seed_items(office, empty)
    booked, booked_pages = await seed_ledger(office, empty, UUID(stock["place_id"]), UUID(stock["item_id"]))
    counted, counted_pages = await seed_counts(office, empty)
    billed, billed_pages = await seed_billing(office)
    priced, priced_pages = await seed_prices(office, empty)
    drafted, drafted_pages = await seed_invoices(office, empty)
    owing, owing_pages = await seed_money(office, empty)
    return Seeded(
        ids={
            "run_id": str(runs["calculated"]),
            "slip_id": str(slip),
            "index": "0",
            "employee_id": str(employee),
            "contract_id": str(await one(office, "select id from contract where employee_id = $1", employee)),
            "component_id": str(await one(office, "select id from pay_component where employee_id = $1", employee)),
            "import_id": imports[0],
            "sheet_id": entries[0].rsplit("/", 1)[-1],
            "export_id": ordered.headers["location"].rsplit("/", 1)[-1],
            "job_id": str(jobs["running"]),
            "client_id": str(office.client_id),
            "member_id": str(office.worker.member_id),
            "token": await make_links(office),
            "change_id": (asked := await make_changes(office, employee))[0],
            **{name: str(key) for name, key in (goods | log | owed | answered).items()},
            **bought,
            **privacy,
            **reported,
            **stock,
            **booked,
            **counted,
            **priced,
            **drafted,
            **owing,
            **billed,
            "series": "purchase_order",
            "link": link_word(answered["link_id"]),
        },
        portal_run=str(runs["reviewed"]),
        more={
            **about_runs(runs),
            "payroll.import": [f"/payroll/{runs['draft']}/inputs/import"],
            "payroll.import_show": entries[1:],
            **about_the_rest(office, empty),
            **private_pages,
            **reports,
            **buying,
            **stock_pages,
            **booked_pages,
            **counted_pages,
            **priced_pages,
            **drafted_pages,
            **owing_pages,
            **billed_pages,
            **about_goods(office, goods, empty),
            "purchasing.answer": [f"/order/{link_word(unanswered['link_id'])}"],
            "purchasing.letters": [f"/purchasing/orders/{unanswered['order_id']}/letters"],
            "purchasing.letter_settings": [f"/purchasing/settings/{office.client_id}/letters?language=en"],
            "people.show": [f"/people/{ended}", *private_pages["people.show"]],
            "people.import_show": [f"/people/imports/{import_id}" for import_id in imports[1:]],
            "payroll.explain": [f"/payroll/slips/{slip}/lines/{index}" for index in range(1, 6)],
            "work.job": [f"/jobs/{job_id}" for job_id in jobs.values()],
            "work.change": [f"/changes/{change_id}" for change_id in asked[1:]],
            "work.changes": [f"/changes?tab={tab}" for tab in ("mine", "others", "decided")],
            "work.policy": ["/settings/approvals"],
        },
    )


def about_runs(runs: dict[str, UUID]) -> dict[str, list[str]]:
    """Runs in their other states, and the tabs of a run's page."""
    tabs = [f"/payroll/{runs['calculated']}?tab={tab}" for tab in ("slips", "differences", "inputs", "history")]
    states = [f"/payroll/{run_id}" for state, run_id in runs.items() if state != "calculated"]
    return {
        "payroll.run": [*tabs, *states, f"/payroll/{runs['draft']}?tab=inputs", f"/payroll/{runs['failed']}?tab=slips"],
        "reports.summary": [f"/reports/runs/{runs['draft']}/summary"],
        "reports.register": [f"/reports/runs/{runs['published']}/register"],
        "portal.approval": [f"/portal/approvals/{runs[state]}" for state in ("approved", "published")],
    }


def about_goods(office: Office, goods: dict[str, UUID], empty: UUID) -> dict[str, list[str]]:
    """The forms of receipts, returns, bills and payments filled in, and their pages without anything."""
    client, order, supplier = office.client_id, goods["goods_order_id"], goods["goods_supplier_id"]
    places = ("receipts", "returns", "bills", "payments", "payables")
    return {
        **{f"purchasing.{place}": [f"/purchasing/{place}?client={one}" for one in (client, empty)] for place in places},
        "purchasing.new_receipt": [f"/purchasing/receipts/new?{ask}" for ask in (f"order={order}", f"client={client}")],
        "purchasing.new_bill": [
            f"/purchasing/bills/new?{ask}" for ask in (f"order={order}", f"supplier={supplier}", f"client={client}")
        ],
        "purchasing.new_return": [
            f"/purchasing/returns/new?client={client}",
            f"/purchasing/returns/new?supplier={supplier}&place={goods['goods_place_id']}",
        ],
        "purchasing.new_payment": [
            f"/purchasing/payments/new?client={one}&until=31/12/2027" for one in (client, empty)
        ],
    }


def about_the_rest(office: Office, empty: UUID) -> dict[str, list[str]]:
    """Filters, and pages without anything in them."""
    return {
        "clients.list": ["/clients?q=zzz"],
        "access.list": [f"/access?client={empty}", "/access?action=changed&from=2026-01-01"],
        "portal.access": ["/portal/access?action=revealed"],
        "clients.show": [f"/clients/{empty}"],
        "identity.member": [f"/team/{office.people[role].member_id}" for role in ("manager", "approver")],
        "work.leaving": [f"/team/{office.people[role].member_id}/end" for role in ("manager", "approver")],
        "payroll.runs": [f"/payroll?client={empty}", "/payroll?state=closed"],
        "payroll.slips": ["/payroll/slips?q=zzz", f"/payroll/slips?client={empty}"],
        "people.export": [f"/people/export?client={office.client_id}"],
        "people.list": [f"/people?client={empty}", f"/people?client={office.client_id}&sort=-name", "/people?q=zzz"],
        "portal.payslips": ["/portal/payslips?q=zzz"],
        "reports.home": [f"/reports?client={office.client_id}", f"/reports?client={empty}"],
        "work.jobs": ["/jobs?state=failed", f"/jobs?client={empty}"],
    }


async def make_people(office: Office) -> tuple[UUID, UUID]:
    """A dozen employees in three departments; gives one with every fact known, and one who has left."""
    employee = await employ(office, nik=NIK, npwp="0912345678901234", bank="BCA", bank_account="1234567890")
    async with office.scope():
        for department in ("Produksi", "Gudang dan Pengiriman", "Administrasi"):
            await make_employees(office.client_id, 4, department=department, position="Staf", bpjs_jht=True)
        (ended,) = await make_employees(office.client_id, 1, ended_on=date(2026, 3, 31), end_reason="Pindah kota")
    return employee, ended


async def make_runs(office: Office) -> dict[str, UUID]:
    """A run in each state of its life, by that state; two people join before the last."""
    runs = {"closed": await publish(office, Period(2026, 4)), "published": await publish(office, Period(2026, 5))}
    await act(office, "manager", "close", runs["closed"])
    for state, month in (("approved", 6), ("reviewed", 7)):
        runs[state] = await calculate(office, Period(2026, month))
        await act(office, "manager", "review", runs[state], await figures(office, runs[state]))
    await act(office, "approver", "approve", runs["approved"], await figures(office, runs["approved"]))
    async with office.scope():
        await make_employees(office.client_id, 2, basic=12_000_000, joined_on=date(2026, 8, 3))
    runs["calculated"] = await calculate(office, Period(2026, 8))
    runs["draft"] = await act(office, "worker", "create_run", office.client_id, Period(2026, 9))
    return runs


async def make_imports(office: Office) -> list[str]:
    """One file with a bad row, one that came in, and one whose columns bear other names."""
    bad = await checked(office, sheet(*GOOD, "A-3;;123;K/9;31/02/2026;-5;;PKWT;;"))
    done = await imported(office, sheet(GOOD[0]))
    unnamed = await checked(office, sheet("A-9;Tini;TK/0;05/01/2026", headers="Kode;Siapa;PTKP;Tanggal Masuk"))
    return [address.rsplit("/", 1)[-1] for address in (bad, done, unnamed)]


async def make_entries(office: Office, runs: dict[str, UUID]) -> list[str]:
    """Entries of the month: a file of a run that went on without it, one with bad rows, and one that came in."""
    run = f"/payroll/{runs['draft']}"
    sheets = (
        b"NIP;Bonus\nA-1;1000000",
        b"NIP;Nama;Bonus penjualan;Insentif\nA-1;Sari Dewi;1.500.000;250.000\nX-9;Siapa;1000;\nA-1;Sari;-5;",
        b"NIP;Lembur;Hari tanpa upah\nA-1;350.000;2",
    )
    addresses = []
    for content in sheets:
        answer = await office.worker.post(f"{run}/inputs/import", files={"file": ("bonus.csv", content)})
        addresses.append(str(answer.headers["location"]))
        await drain(office.tenant_id)
    await office.worker.post(f"{addresses[2]}/confirm")
    await drain(office.tenant_id)
    async with office.scope():
        left = UUID(addresses[0].rsplit("/", 1)[-1])
        await db.execute("update import_file set subject_id = $2 where id = $1", left, runs["calculated"])
    return addresses


async def make_tokens(office: Office) -> None:
    """A token that was used and one for a single client, of somebody of each kind."""
    for role in ("manager", "worker", "viewer"):
        await (await program_of(office, role)).get("/api/v1/me")
        await token_of(office, role, scopes=["reports:read"], client_ids=[office.client_id])


async def make_quiet_client(office: Office) -> UUID:
    """A client without anything, served by the worker."""
    async with office.scope():
        client_id = await make_client(name="PT Baru Mulai")
        await serve(office, client_id)
    return client_id


async def make_busy_client(office: Office) -> dict[str, UUID]:
    """Runs of another client: one with somebody who cannot be calculated, one that is under way."""
    async with office.scope():
        client_id = await make_client(name="CV Sinar Jaya Abadi")
        await serve(office, client_id)
        people = await make_employees(client_id, 3)
        await db.execute("delete from pay_component where employee_id = $1", people[0])
    failed = await act(office, "worker", "create_run", client_id, Period(2026, 6))
    await act(office, "worker", "calculate", failed)
    await drain(office.tenant_id)
    running = await act(office, "worker", "create_run", client_id, Period(2026, 7))
    job_id = await act(office, "worker", "calculate", running)
    async with office.scope():
        await db.execute(
            "update job set state = 'running', started_at = now(), claimed_until = now() + interval '1 day',"
            " progress = 1240, total = 5000 where id = $1",
            job_id,
        )
    return {"failed": failed, "running": running}


async def serve(office: Office, client_id: UUID) -> None:
    await db.execute(
        "insert into assignment (member_id, client_id) values ($1, $2)", office.worker.member_id, client_id
    )


async def make_job(office: Office, state: str) -> UUID:
    """A job that stays as it is: no worker takes one whose day has not come."""
    job_id, error = uuid7(), '{"msgid": "The server was away.", "params": {}}' if state == "failed" else None
    async with office.scope():
        await db.execute(
            "insert into job (id, client_id, kind, queue, payload, title, unit, once_key, state, progress, total, error,"
            " run_at, claimed_until) values ($1::uuid, $2, 'test', 'default', '{}', $3, $4, $1::text, $5, 3, 7, $6,"
            " now() + interval '1 day', now() + interval '1 day')",
            *(job_id, office.client_id, SENTENCE, UNIT, state, error),
        )
    return job_id


async def make_links(office: Office) -> str:
    """The links of letters: an invitation, a new password, a new address; gives the token of all of them."""
    token = await make_invitation(office)
    async with gate_scope():
        account_id = await db.value("select account_id from member where id = $1", office.viewer.member_id)
        await db.execute(
            "insert into password_reset (account_id, token_hash, expires_at) values ($1, $2, now() + interval '1 day')",
            *(account_id, token_hash(token)),
        )
        await db.execute(
            "insert into email_change (account_id, email, old_token_hash, new_token_hash, expires_at)"
            " values ($1, 'baru@example.test', $2, 'none', now() + interval '1 day')",
            *(account_id, token_hash(token)),
        )
    return token


async def make_invitation(office: Office) -> str:
    """An invitation that nobody has answered; gives the token of its link."""
    form = {"name": "Dewi Lestari", "email": "dewi@example.test", "role": "approver"}
    answer = await office.manager.post("/team/invite", {**form, "client_id": str(office.client_id), "language": "id"})
    assert answer.status_code == 303, answer.text
    await agree(office, "member.portal")
    token = new_token()
    async with office.scope():
        await db.execute("update invitation set token_hash = $1", token_hash(token))
    return token


async def figures(office: Office, run_id: UUID) -> str:
    return str(await one(office, "select figures_hash from pay_run where id = $1", run_id))


async def one(office: Office, query: str, *arguments: object) -> UUID:
    async with office.scope():
        found: UUID = await db.value(query, *arguments)
    return found
