"""Payroll as the provider's people meet it in the browser."""

from datetime import date

from tatausaha.core import db
from tests.make import Office, drain, make_employees


async def test_a_worker_takes_a_month_from_the_list_to_reviewed_with_a_manager(office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 3)

    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})
    run = begun.headers["location"]
    await office.worker.post(f"{run}/calculate")
    await drain(office.tenant_id)
    for tab in ("overview", "slips", "differences", "inputs", "history"):
        shown = await office.manager.get(f"{run}?tab={tab}")
        assert shown.status_code == 200, shown.text
    page = (await office.manager.get(run)).text
    figures = page.split('name="figures_hash" value="')[1].split('"')[0]
    reviewed = await office.manager.post(f"{run}/review", {"figures_hash": figures})

    assert reviewed.status_code == 303
    assert "Menunggu klien" in (await office.worker.get(run)).text or "Waiting" in (await office.worker.get(run)).text


async def test_a_wrong_entry_is_shown_again_with_its_reason(office: Office) -> None:
    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})

    answer = await office.worker.post(
        begun.headers["location"] + "/inputs", {"number": "X-1", "code": "bonus", "amount": "1.000.000", "name": ""}
    )

    assert answer.status_code == 422
    assert "X-1" in answer.text
    assert "1.000.000" in answer.text


async def test_lists_of_runs_and_slips_open(office: Office) -> None:
    for path in ("/payroll", "/payroll/new", "/payroll/slips", f"/payroll?client={office.client_id}&state=draft"):
        assert (await office.worker.get(path)).status_code == 200, path


async def test_a_manager_dates_a_clients_way_of_counting(office: Office) -> None:
    page = f"/payroll/settings/{office.client_id}"

    shown = await office.manager.get(page)
    kept = await office.manager.post(
        page, {"from_month": "2026-07", "proration": "fixed:22", "pph21_rounding": "half_up"}
    )
    wrong = await office.manager.post(page, {"from_month": "2026-07", "proration": "sometimes"})

    assert (shown.status_code, kept.status_code, wrong.status_code) == (200, 303, 422)
    async with office.scope():
        row = await db.records("select proration, settings from pay_policy where client_id = $1", office.client_id)
    assert (row[0]["proration"], row[0]["settings"]["pph21_rounding"]) == ("fixed:22", "half_up")


async def test_somebody_who_left_before_the_month_gets_no_entry(office: Office) -> None:
    async with office.scope():
        (left,) = await make_employees(office.client_id, 1, ended_on=date(2026, 5, 31))
        number = await db.value("select number from employee where id = $1", left)
    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})

    answer = await office.worker.post(
        begun.headers["location"] + "/inputs", {"number": number, "code": "bonus", "amount": "1.000.000", "name": ""}
    )

    assert answer.status_code == 422
    assert number in answer.text
