"""A month of finished work for tests that bill it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.service import approving, drafting
from tatausaha.people.rules import today
from tests.make import Office, Person, agree, make_employees

LAST = Period.of(today()).previous()
"""The newest month that can be billed."""
_ZEROS = (
    *("bpjs_wage", "cash_gross", "taxable_gross", "employee_bpjs", "employer_bpjs", "deductible", "irregular", "pph21"),
    *("pph21_borne", "net_pay", "employer_cost"),
)


def as_(person: Person, role: str) -> Actor:
    return Actor(person.member_id, person.name, role)


async def make_profile(**columns: object) -> None:
    """The open scope's provider as its invoices show it, registered for PPN."""
    facts = {
        "legal_name": "PT Tata Kelola",
        "npwp": "0012345678901000",
        "address": "Jl. Melati 5\nJakarta",
        "pkp": True,
    }
    facts |= {"bank": "BCA", "bank_account": "5270001234", "bank_holder": "PT Tata Kelola", "signer": "Dewi Anggraini"}
    facts |= columns
    marks = ", ".join(f"${at}" for at in range(1, len(facts) + 1))
    await db.execute(f"insert into invoicing_profile ({', '.join(facts)}) values ({marks})", *facts.values())


async def publish(
    client_id: UUID, people: Sequence[UUID], on: date, *, kind: str = "regular", corrects: UUID | None = None
) -> UUID:
    """A run of the month before `on` that was published on that day, with a payslip for each of the people."""
    run_id, month = uuid7(), Period.of(on).first
    await db.execute(
        "insert into pay_run (id, client_id, period, kind, corrects_id, employee_id, state) values ($1, $2, $3, $4, $5, $6,"
        " 'calculating')",
        *(run_id, client_id, month, kind, corrects, people[0] if corrects else None),
    )
    await db.execute(
        f"insert into slip (client_id, run_id, employee_id, period, version, employee_number, employee_name, department,"
        f" position, ptkp, tax_method, bank, lines, detail, {', '.join(_ZEROS)}) select e.client_id, $1, e.id, $2, $4,"
        f" e.number, e.name, '', '', e.ptkp, 'gross', '', '[]', '[]', {', '.join('0' * len(_ZEROS))}"
        " from employee e where e.id = any($3)",
        *(run_id, month, list(people), 2 if corrects else 1),
    )
    await db.execute("update pay_run set state = 'published' where id = $1", run_id)
    await db.execute(
        "insert into pay_step (client_id, run_id, action, revision, actor_name, actor_role, created_at)"
        " values ($1, $2, 'published', 1, 'Owner', 'owner', $3)",
        *(client_id, run_id, datetime.combine(on, time(3), UTC)),
    )
    return run_id


async def note_hours(office: Office, minutes: int, on: date, task: str = "Rekonsiliasi bank") -> UUID:
    """Billable time of the office's worker."""
    found: UUID = await db.value(
        "insert into work_time (client_id, member_id, member_name, worked_on, minutes, task)"
        " values ($1, $2, 'Rina', $3, $4, $5) returning id",
        *(office.client_id, office.worker.member_id, on, minutes, task),
    )
    return found


async def make_month(office: Office, slips: int = 120, minutes: int = 90) -> None:
    """Payslips and hours of the last month, in the open scope."""
    people = await make_employees(office.client_id, slips)
    await publish(office.client_id, people, LAST.last - timedelta(days=1))
    await note_hours(office, minutes, LAST.first + timedelta(days=9))


async def draft(office: Office) -> UUID:
    """The last month's invoice as the manager drafts it."""
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            made = await drafting.draft(office.client_id, LAST)
    assert made.invoice_id is not None
    return made.invoice_id


async def issue(office: Office, invoice_id: UUID) -> None:
    """The manager submits it, and the owner agrees."""
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            await approving.submit(invoice_id)
    assert await agree(office) == ["client_invoice.issue"]
