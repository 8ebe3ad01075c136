"""What each firm bills its clients: prices agreed by two managers, hours, an invoice that was paid, and one that waits."""

from datetime import date, timedelta
from uuid import UUID, uuid5

import msgspec

from tatausaha.clients.queries import get_client
from tatausaha.core import changes, db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.dates import Period
from tatausaha.demo.past import Team
from tatausaha.invoicing.forms import ProfileForm
from tatausaha.invoicing.hour_forms import CostForm, HourForm
from tatausaha.invoicing.money_forms import MoneyForm, SlipForm
from tatausaha.invoicing.queries import invoices, prices, receivables
from tatausaha.invoicing.rules.pricing import PriceLine, Tier
from tatausaha.invoicing.service import agreeing, approving, costs, drafting, hours, money, profile
from tatausaha.invoicing.service import prices as price_service
from tatausaha.people.rules import today

MONTHS = 2  # that are over and billed; the newest waits for somebody
HOURLY = {"worker": 55_000, "manager": 110_000}
TASKS = (("Rekonsiliasi bank", "3:15"), ("Menyiapkan data gaji", "5:30"), ("Menjawab pertanyaan karyawan", "1:45"))
LINES = (
    PriceLine(kind="retainer", label="Pengelolaan bulanan", price=3_500_000, pph23="accounting"),
    PriceLine(
        kind="payslip", label="Slip gaji", price=25_000, included=25, tiers=(Tier(60, 20_000),), pph23="accounting"
    ),
    PriceLine(kind="hour", label="Jam kerja tambahan", price=175_000, included=300, pph23="consulting"),
)
SHOP_LINES = (
    PriceLine(kind="shift", label="Laporan kasir", price=15_000, pph23="accounting"),
    PriceLine(kind="goods_receipt", label="Penerimaan barang", price=10_000, ppn="normal", pph23="accounting"),
)


class Firm(msgspec.Struct, frozen=True):
    """A provider whose clients are billed: the first manager writes, the second agrees."""

    name: str
    second: Actor
    teams: tuple[Team, ...]


async def live_through(firm: Firm) -> None:
    """Everything of one firm, each thing once: a second start finds it there."""
    first, *_ = firm.teams
    if not await _known(first, "invoicing_profile"):
        with acting(firm.second):
            async with first.scope():
                await _say_who_bills(firm)
    for team in firm.teams:
        if not await _known(team, "price_list", team.client_id):
            await _agree_prices(firm, team)
            await _work(team)
            await _bill(firm, team)


async def _known(team: Team, table: str, client_id: UUID | None = None) -> bool:
    where = "client_id = $1" if client_id else "$1::uuid is null"
    async with team.scope():
        return bool(await db.value(f"select exists (select from {table} where {where})", client_id))  # noqa: S608


async def _say_who_bills(firm: Firm) -> None:
    legal = f"PT {firm.name}"
    await profile.keep(
        ProfileForm(
            legal_name=legal,
            npwp="0312345678901000",
            address="Jalan Anggrek 8\nJakarta Pusat",
            pkp=True,
            bank="Bank Mandiri",
            bank_account="1220012345678",
            bank_holder=legal,
            signer=firm.second.name,
            reminder_days="3, 10, 20",
        )
    )
    for member in await db.records("select id, role from member where role = any($1)", list(HOURLY)):
        starts_on = _months()[0].first
        await costs.set_cost(CostForm(member_id=str(member["id"]), starts_on=starts_on, hourly=HOURLY[member["role"]]))


async def _agree_prices(firm: Firm, team: Team) -> None:
    with acting(team.manager):
        async with team.scope():
            client = await get_client(team.client_id)
            lines = (*LINES, *SHOP_LINES) if "sales" in client.services else LINES
            head = {"name": f"Harga {today().year}", "starts_on": _months()[0].first, "ends_on": None}
            rest = {"minimum": 4_000_000, "terms_days": "14", "note": ""}
            list_id = await price_service.write(
                client, price_service.draft(lines, **head, **rest), _token(team.client_id, "prices")
            )
            await price_service.propose(await prices.get_list(list_id, lock=True))
    await _agree(firm, team)


async def _work(team: Team) -> None:
    """The worker's hours of each month, at its end."""
    with acting(team.worker):
        async with team.scope():
            for month in _months():
                for number, (task, time) in enumerate(TASKS):
                    form = HourForm(
                        client_id=str(team.client_id),
                        worked_on=month.last - timedelta(days=3 + number),
                        time=time,
                        task=task,
                        billable=True,
                    )
                    await hours.enter(form)


async def _bill(firm: Firm, team: Team) -> None:
    """The months are drafted, older ones issued and mostly paid; the newest waits for the second manager."""
    *older, newest = _months()
    for month in older:
        invoice_id = await _draft(team, month)
        await _submit(team, invoice_id)
        await _agree(firm, team)
        if team != firm.teams[-1]:  # who leaves something to be looked after
            await _pay(team, invoice_id)
    await _submit(team, await _draft(team, newest))


async def _draft(team: Team, month: Period) -> UUID:
    with acting(team.manager):
        async with team.scope():
            drafted = await drafting.draft(team.client_id, month)
            assert drafted.invoice_id is not None
            invoice = await invoices.get_invoice(drafted.invoice_id, lock=True)
            await drafting.set_words(invoice, "", f"keuangan@{team.code.lower()}.example")
    return drafted.invoice_id


async def _submit(team: Team, invoice_id: UUID) -> None:
    with acting(team.manager):
        async with team.scope():
            await approving.submit(invoice_id)


async def _agree(firm: Firm, team: Team) -> None:
    """The second manager agrees to whatever of a client's billing waits."""
    with acting(firm.second):
        async with team.scope():
            waiting = await db.records(
                "select id from change_request where client_id = $1 and state = 'pending' and kind = any($2)",
                *(team.client_id, [agreeing.AGREE, approving.ISSUE]),
            )
            for change in waiting:
                await changes.approve(change["id"])


async def _pay(team: Team, invoice_id: UUID) -> None:
    """The client transfers what is left after PPh 23, and its slip follows."""
    day = today()
    with acting(team.manager):
        async with team.scope():
            invoice = await receivables.get_issued(invoice_id, lock=True)
            paid = invoice.total - invoice.pph23
            form = MoneyForm(token=_token(invoice_id, "money"), received_on=day, amount=paid, reference=invoice.number)
            await money.receive([invoice], form)
            invoice = await receivables.get_issued(invoice_id, lock=True)
            await money.keep_slip(invoice, _slip(invoice_id, day, invoice.pph23))


def _slip(invoice_id: UUID, day: date, amount: int) -> SlipForm:
    number = f"BPPU-{invoice_id.hex[-8:].upper()}"
    return SlipForm(token=_token(invoice_id, "slip"), number=number, slip_on=day, slip_amount=amount)


def _token(key: UUID, what: str) -> str:
    return str(uuid5(key, what))


def _months() -> list[Period]:
    """The months that are over and billed, the oldest first."""
    found = [Period.of(today()).previous()]
    while len(found) < MONTHS:
        found.insert(0, found[0].previous())
    return found
