"""Invoices on each step of their way, with the work of their months, some of it waived."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.actor import acting
from tatausaha.core.dates import Period
from tatausaha.invoicing.queries import invoices
from tatausaha.invoicing.rules.pricing import PriceLine, Tier
from tatausaha.invoicing.service import approving, drafting
from tests.invoicing.month import LAST, as_, publish
from tests.invoicing.prices import make_prices
from tests.make import Office, drain, make_client, make_employees

LINES = (
    PriceLine(kind="retainer", label="Biaya tetap pembukuan dan penggajian", price=1_500_000, pph23="accounting"),
    PriceLine(
        kind="payslip", label="Slip gaji", price=5_000, included=10, tiers=(Tier(20, 4_500),), pph23="accounting"
    ),
    PriceLine(kind="employee", label="Karyawan aktif", price=2_000, ppn="exempt", pph23="labour"),
)


async def seed_invoices(office: Office, empty: UUID) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Ids for addresses, and further addresses by the name of their route. Needs the provider's data for invoices."""
    async with office.scope():
        client_id = await make_client(name="PT Pelanggan Setia Nusantara")
        await make_prices(client_id, LINES, minimum=2_000_000, name="Harga Setia 2026")
        await make_employees(client_id, 25)
    first = LAST.previous().previous()
    months = [first, first.next(), LAST]
    for month in months:
        await _work(office, client_id, month)
    issued, waiting, draft = [await _draft(office, client_id, month) for month in months]
    voided = await _draft(office, client_id, first.previous())
    items = f"/invoices/work/{client_id}"
    async with office.scope():
        slips = await db.records("select item_id from billed_item where invoice_id = $1 and kind = 'payslip'", draft)
    chosen = ",".join(f"payslip:{one['item_id']}" for one in slips[:3])
    typed = {"month": str(LAST), "ids": chosen, "reason": "Dihitung ulang karena kesalahan kami"}
    assert (await office.manager.post(f"{items}/waive", typed)).status_code == 303
    words = {"note": "Termasuk pendampingan audit.", "sent_to": "keuangan@pelanggan.example"}
    assert (await office.manager.post(f"/invoices/{draft}/words", words)).status_code == 303
    for invoice_id in (voided, issued, waiting):
        with acting(as_(office.manager, "manager")):
            async with office.scope():
                await approving.submit(invoice_id)
        if invoice_id != waiting:
            await _agree(office, invoice_id)
    await drain(office.tenant_id)
    assert (await office.manager.post(f"/invoices/{voided}/void", {"reason": "Salah harga"})).status_code == 303
    await _agree(office, voided)
    async with office.scope():
        line = await db.value("select id from client_invoice_line where invoice_id = $1 and kind = 'payslip'", issued)
    return {"client_invoice_id": str(draft)}, {
        "invoicing.invoices": [
            f"/invoices?client={empty}",
            f"/invoices?month={LAST}&state=draft",
            "/invoices?state=void",
        ],
        "invoicing.invoice": [f"/invoices/{one}" for one in (issued, waiting, voided)],
        "invoicing.items": [f"/invoices/{issued}/work?line={line}", f"/invoices/{voided}/work"],
        "invoicing.work": [f"/invoices/work?month={LAST.next()}", "/invoices/work?month=2020-01"],
        "invoicing.client_work": [f"{items}?month={LAST}", f"{items}?month={first}", f"/invoices/work/{empty}"],
    }


async def _work(office: Office, client_id: UUID, month: Period) -> None:
    async with office.scope():
        people = await db.records("select id from employee where client_id = $1", client_id)
        await publish(client_id, [one["id"] for one in people], month.last)


async def _draft(office: Office, client_id: UUID, month: Period) -> UUID:
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            made = await drafting.draft(client_id, month)
            assert made.invoice_id is not None
            return (await invoices.get_invoice(made.invoice_id)).id


async def _agree(office: Office, invoice_id: UUID) -> None:
    async with office.scope():
        change = await db.value("select id from change_request where subject_id = $1 and state = 'pending'", invoice_id)
    assert (await office.owner.post(f"/changes/{change}/approve")).status_code == 303
