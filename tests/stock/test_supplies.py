"""Office supplies: asked for by a department, agreed to by somebody else, issued at the department's cost."""

import re
from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.stock.queries import supplies
from tatausaha.stock.rules.months import months_until, rows_of
from tests.make import Office, agree, drain, make_item, make_place, make_stock

UNIT = 1000


def test_a_month_without_cost_is_a_zero_and_the_dearest_department_comes_first() -> None:
    months = months_until(Period(2026, 2), 3)

    assert [str(month) for month in months] == ["2025-12", "2026-01", "2026-02"]
    costs = [("HR", date(2026, 2, 1), 10), ("IT", date(2025, 12, 1), 30)]
    assert list(rows_of(costs, months).items()) == [("IT", [30, 0, 0]), ("HR", [0, 0, 10])]


async def furnish(office: Office) -> tuple[UUID, UUID]:
    async with office.scope():
        place = await make_place(office.client_id, "Kantor")
        paper = await make_item(office.client_id, "HVS", "Kertas HVS", kind="supply")
        await make_item(office.client_id, "BR5", "Beras 5 kg")
        await make_stock(place, paper, 10 * UNIT, 500_000)
        await db.execute("update stock_level set minimum = 10000, reorder_quantity = 20000 where item_id = $1", paper)
    return place, paper


async def state(office: Office) -> str:
    async with office.scope():
        found: str = await db.value("select state from supply_request order by id desc limit 1")
    return found


async def test_what_a_client_asks_for_in_the_portal_is_issued_after_somebody_else_agreed(office: Office) -> None:
    place, paper = await furnish(office)
    page = (await office.viewer.get("/portal/supplies/new")).text
    assert "Kertas HVS" in page
    assert "Beras" not in page
    form = {"client": str(office.client_id), "place": str(place), "department": "Akuntansi", "reason": "laporan"}
    empty = await office.viewer.post("/portal/supplies", form)
    assert empty.status_code == 422
    asked = await office.viewer.post("/portal/supplies", {**form, f"needed-{paper}": "2"})
    assert asked.status_code == 303, asked.text
    address = str(asked.headers["location"]).replace("/portal", "/stock")

    assert "changes.tell" in await drain(office.tenant_id)
    assert (await office.worker.post(f"{address}/issue")).status_code == 409  # nobody agreed yet
    assert await agree(office) == ["stock.supplies"]
    async with office.scope():
        (line,) = await supplies.list_lines(UUID(address.rsplit("/", 1)[-1]))
    assert (await office.worker.post(f"{address}/issue", {f"issue-{line.id}": "3"})).status_code == 422
    assert (await office.worker.post(f"{address}/issue", {f"issue-{line.id}": "1"})).status_code == 303
    assert await state(office) == "approved"
    assert "Kertas HVS" in (await office.worker.get(f"/stock/low?client={office.client_id}")).text
    await office.worker.post(f"{address}/issue", {f"issue-{line.id}": "1"})
    assert await state(office) == "issued"

    async with office.scope():
        costs = await supplies.list_costs(office.client_id, date(2020, 1, 1), date(2100, 1, 1))
    assert [(one.department, one.value) for one in costs] == [("Akuntansi", 100_000)]
    shown = (await office.worker.get(f"/stock/supplies/costs?client={office.client_id}")).text
    assert "Akuntansi" in shown
    assert "100.000" in shown
    assert "Akuntansi" in (await office.approver.get("/portal/supplies")).text


async def test_who_asked_does_not_agree_and_a_refusal_says_why(office: Office) -> None:
    place, paper = await furnish(office)
    form = {"client": str(office.client_id), "place": str(place), "department": "Gudang", f"needed-{paper}": "0,5"}
    shown = (await office.worker.get(f"/stock/supplies/new?client={office.client_id}")).text
    form["token"] = re.findall(r'name="token" value="([^"]+)"', shown)[0]
    first, asked = [await office.worker.post("/stock/supplies", form) for _ in range(2)]
    assert first.headers["location"] == asked.headers["location"]
    async with office.scope():
        assert await db.value("select count(*) from supply_request") == 1, "a double click asks once"
        change = await db.value("select id from change_request where state = 'pending'")

    assert (await office.worker.post(f"/changes/{change}/approve")).status_code == 403
    await office.manager.post(f"/changes/{change}/reject", {"comment": "Masih ada di lemari"})
    assert await state(office) == "refused"
    assert "Masih ada di lemari" in (await office.worker.get(asked.headers["location"])).text
