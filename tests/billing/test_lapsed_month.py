"""A month of work under a subscription that lapsed long ago: what was begun is finished, and everything leaves the house."""

import re
from datetime import timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.process import tools
from tests.api import program_of
from tests.make import (
    Office,
    Person,
    drain,
    make_employees,
    make_item,
    make_order,
    make_place,
    make_standing,
    make_stock,
    make_supplier,
)
from tests.payroll.test_input_import import sheet

LONG_AGO = timedelta(days=400)


async def lapse(office: Office) -> None:
    async with office.scope():
        await make_standing(LONG_AGO)


async def done(person: Person, path: str, form: dict[str, str] | None = None) -> str:
    """A form that is taken; gives where it leads."""
    answer = await person.post(path, form)
    assert answer.status_code == 303, (path, answer.text)
    return str(answer.headers["location"])


async def through(office: Office, run: str) -> None:
    """From a draft to what the client holds in hands, each step by the person whose step it is."""
    await done(office.worker, f"{run}/calculate")
    await drain(office.tenant_id)
    figures = {
        "figures_hash": (await office.manager.get(run)).text.split('name="figures_hash" value="')[1].split('"')[0]
    }
    await done(office.manager, f"{run}/review", figures)
    await done(office.approver, f"/portal/approvals/{run.rsplit('/', 1)[1]}/approve", figures)
    await done(office.manager, f"{run}/publish")
    await drain(office.tenant_id)


async def test_a_month_that_was_begun_goes_to_its_end_and_can_still_be_corrected_while_no_other_begins(
    office: Office,
) -> None:
    async with office.scope():
        await make_standing()
        await make_employees(office.client_id, 2)
        number = await db.value("select number from employee order by id limit 1")
    begun = {"client_id": str(office.client_id), "month": "2026-06"}
    run = await done(office.worker, "/payroll/new", begun)
    await lapse(office)

    refused = await office.worker.post("/payroll/new", {**begun, "month": "2026-07"})
    assert (refused.status_code, 'value="2026-07"' in refused.text) == (402, True), "what was typed stays"
    await done(office.worker, f"{run}/inputs", {"number": number, "code": "bonus", "amount": "1.000.000", "name": ""})
    file = {"file": ("lembur.csv", sheet(f"{number};;2;;;;"))}
    assert (await office.worker.post(f"{run}/inputs/import", files=file)).status_code == 303
    await drain(office.tenant_id)
    await through(office, run)
    await done(office.manager, f"{run}/close")

    for path in ("/portal", "/portal/payslips", "/portal/reports"):
        links = re.findall(r'href="(/documents/[^"]+)"', (await office.viewer.get(path)).text)
        assert links, path
        for link in links:
            assert (await office.viewer.get(link)).status_code == 200, link
    slip = re.findall(r'href="(/payroll/slips/[0-9a-f-]+)"', (await office.worker.get(f"{run}?tab=slips")).text)[0]
    led = await done(office.worker, f"{slip}/correct", {"reason": "Lembur 4 Juni tertinggal"})
    correction = led.partition("?")[0]
    await done(
        office.worker, f"{correction}/inputs", {"number": number, "code": "overtime", "amount": "50.000", "name": ""}
    )
    await through(office, correction)
    async with office.scope():
        states = await db.records("select kind, state from pay_run order by id")
    assert [tuple(one.values()) for one in states] == [("regular", "closed"), ("correction", "published")]


async def test_everything_can_be_taken_along_and_every_person_still_comes_in_and_is_answered(office: Office) -> None:
    async with office.scope():
        (employee,) = await make_employees(office.client_id)
        number = await db.value("select number from employee where id = $1", employee)
        await make_stock(await make_place(office.client_id), await make_item(office.client_id, "KOPI"), 5_000, 50_000)
    await lapse(office)

    client = {"client": str(office.client_id), "format": "csv"}
    for person, path, form in (
        (office.worker, "/people/export", client),
        (office.worker, "/stock/items/export", client),
        (office.worker, "/stock/export", {**client, "list": "low"}),
        (office.worker, "/reports/tables/stock-value/files", client),
        (office.viewer, "/portal/reports/stock-value/files", {"format": "csv"}),
        (office.manager, "/access/export", {"format": "csv", "from": "2026-01-01"} | client),
    ):
        assert await _take(office, person, path, form), path

    wish = {"number": number, "kind": "access", "wish": "Salinan data"}
    await done(office.approver, "/portal/privacy/requests", wish)
    newcomer = await office.hire("viewer", office.client_id)
    assert (await newcomer.get("/portal")).status_code == 200
    invited = {"name": "Rina", "email": "rina@example.test", "role": "viewer", "language": "id"}
    await done(office.manager, "/team/invite", {**invited, "client_id": str(office.client_id)})


async def _take(office: Office, person: Person, path: str, form: dict[str, str]) -> bool:
    """Whether a file comes of it: at once, or from the page where it is shown once it is made."""
    answer = await person.post(path, form)
    if answer.status_code == 200:
        return "attachment" in answer.headers["content-disposition"]
    await drain(office.tenant_id)
    shown = (await person.get(answer.headers["location"])).text
    links = re.findall(r'href="([^"]*(?:/documents/|/file|/download)[^"]*)"', shown)
    return any([(await person.get(link)).status_code == 200 for link in links])


async def test_an_open_shift_an_approved_order_and_a_request_for_supplies_are_brought_to_their_end(
    office: Office,
) -> None:
    client_id = office.client_id
    async with office.scope():
        await make_standing()
        place, coffee = await make_place(client_id), await make_item(client_id, "KOPI", "Kopi")
        paper = await make_item(client_id, "HVS", "Kertas HVS", kind="supply")
        for item in (coffee, paper):
            await make_stock(place, item, 10_000, 100_000)
        order = await make_order(client_id, await make_supplier(client_id), place, [(coffee, 2_000, 9_000)])
        line = await db.value("select id from purchase_order_line where order_id = $1", order)
    day = "2026-11-20"
    shift = await done(office.worker, "/sales/shifts", {"place_id": str(place), "day": day, "number": "1"})
    wanted = {"client": str(client_id), "place": str(place), "department": "Dapur", f"needed-{paper}": "1"}
    asked = await done(office.viewer, "/portal/supplies", wanted)
    await lapse(office)

    await done(
        office.worker, f"{shift}/lines", {"method": "cash", "item.0": "kopi", "quantity.0": "1", "amount.0": "9.000"}
    )
    program = await program_of(office, "worker")
    sold = {"receipt": "A", "line": 1, "day": day, "item": "KOPI", "quantity": 1_000, "amount": 9_000}
    for number, status in (("1", 200), ("2", 402)):
        answer = await program.post("/api/v1/sales", {"place_id": str(place), "shift": number, "lines": [sold]})
        assert answer.status_code == status, answer.text
        sold["receipt"] = "B"
    await done(office.worker, f"{shift}/count", {"opening_cash": "0", "counted.cash": "18.000"})
    await _agree_to(office, asked)
    came = {"order_id": str(order), "received_on": day, "lines": [{"order_line_id": str(line), "quantity": 2_000}]}
    assert (await program.post("/api/v1/receipts", came)).status_code == 201
    billed = {"quantity": 2_000, "amount": 18_000, "order_line_id": str(line)}
    bill = {"supplier_id": await _supplier(office, order), "number": "F-1", "billed_on": day, "lines": [billed]}
    assert (await program.post("/api/v1/supplier-bills", {**bill, "order_id": str(order)})).status_code == 201


async def _supplier(office: Office, order: UUID) -> str:
    async with office.scope():
        return str(await db.value("select supplier_id from purchase_order where id = $1", order))


async def _agree_to(office: Office, asked: str) -> None:
    request = asked.rsplit("/", 1)[1]
    async with office.scope():
        change = await db.value(
            "select id from change_request where state = 'pending' and subject_id = $1", UUID(request)
        )
        line = await db.value("select id from supply_request_line where request_id = $1", UUID(request))
    await done(office.manager, f"/changes/{change}/approve")
    await done(office.worker, f"/stock/supplies/{request}/issue", {f"issue-{line}": "1"})


async def test_files_that_came_before_the_lapse_are_imported_unless_they_bring_somebody_new(office: Office) -> None:
    async with office.scope():
        await make_standing()
        (employee,) = await make_employees(office.client_id)
        number = await db.value("select number from employee where id = $1", employee)
    files = []
    for row in (f"{number};Sari;Gudang;;;", "Z-9;Budi;Gudang;TK/0;05/01/2026;5.000.000"):
        content = f"Nomor;Nama;Departemen;PTKP;Mulai Kerja;Gaji Pokok\n{row}".encode()
        sent = await office.worker.post(
            "/people/import", {"client_id": str(office.client_id)}, files={"file": ("a.csv", content)}
        )
        await drain(office.tenant_id)
        files.append(sent.headers["location"])
    await lapse(office)

    statuses = [(await office.worker.post(f"{file}/confirm")).status_code for file in files]
    await drain(office.tenant_id)
    async with office.scope():
        names = [record["name"] for record in await db.records("select name from employee order by id")]
    assert (statuses, names) == ([303, 402], ["Sari"])
    assert tools().settings.billing is False, "what is stopped is said by the row alone"
