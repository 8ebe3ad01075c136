"""A payslip on the screen: every figure can be asked where it comes from."""

import re
from uuid import UUID

import pytest

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.money import format_rupiah
from tests.make import Office
from tests.reports.months import SARI, calculate, correct, hire, publish

MAY = Period(2026, 5)


async def slip_of(office: Office, run_id: UUID) -> UUID:
    async with office.scope():
        found: UUID = await db.value("select id from slip where run_id = $1", run_id)
    return found


@pytest.fixture
async def slip_id(office: Office) -> UUID:
    await hire(office, 9_000_000, **SARI)
    await publish(office, MAY)
    return await slip_of(office, await calculate(office))


async def test_every_line_of_a_payslip_opens_its_explanation_with_the_legal_source(
    office: Office, slip_id: UUID
) -> None:
    shown = await office.worker.get(f"/payroll/slips/{slip_id}")
    explained = sorted(set(re.findall(rf'hx-get="(/payroll/slips/{slip_id}/lines/\d+)"', shown.text)))

    async with office.scope():
        lines = await db.value("select jsonb_array_length(lines) from slip where id = $1", slip_id)
    assert len(explained) == lines
    for path in explained:
        fragment = await office.worker.get(path, headers={"HX-Request": "true"})
        assert (fragment.status_code, "<html" in fragment.text) == (200, False)
        assert len(re.findall(r"<h[23]", fragment.text)) == 3  # the figure, its formula, its source
    assert "PMK 168/2023" in fragment.text


async def test_the_explanation_of_net_pay_adds_up_and_names_last_month(office: Office, slip_id: UUID) -> None:
    async with office.scope():
        net = await db.value("select net_pay from slip where id = $1", slip_id)

    shown = await office.worker.get(f"/payroll/slips/{slip_id}/net-pay")
    assert shown.text.count(format_rupiah(net, "id")) == 3, "in the formula, as the result, and as last month's"


async def test_a_payslip_shows_only_the_end_of_the_account(office: Office, slip_id: UUID) -> None:
    shown = (await office.worker.get(f"/payroll/slips/{slip_id}")).text

    assert "7788" in shown
    assert "1234567788" not in shown
    assert SARI["nik"] not in shown


async def test_the_payslip_of_others_does_not_exist(office: Office, other_office: Office, slip_id: UUID) -> None:
    for path in ("", "/lines/0", "/net-pay"):
        assert (await other_office.owner.get(f"/payroll/slips/{slip_id}{path}")).status_code == 404
        assert (await office.viewer.get(f"/payroll/slips/{slip_id}{path}")).status_code == 404
    assert (await office.worker.get(f"/payroll/slips/{slip_id}/lines/99")).status_code == 404


async def test_a_corrected_payslip_points_to_its_versions_and_offers_its_pdf(office: Office) -> None:
    employee_id = await hire(office, 9_000_000, **SARI)
    may = await publish(office, MAY)
    first = await slip_of(office, may)
    second = await slip_of(office, await correct(office, may, employee_id, bonus=500_000))

    old = (await office.worker.get(f"/payroll/slips/{first}")).text
    assert f"/payroll/slips/{second}" in old
    assert 'id="correct"' not in old, "only the newest version can be corrected"
    assert 'id="correct"' in (await office.worker.get(f"/payroll/slips/{second}")).text
    pdf = await office.worker.get(f"/documents/payslips/{second}")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
