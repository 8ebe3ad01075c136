"""Published months, made through the product's own services and the real job code."""

from datetime import date
from typing import Any
from uuid import UUID

import pypdfium2

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.crypto import keyring
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.documents.queries import Document, list_documents
from tatausaha.payroll import queries, service
from tatausaha.people import secrets
from tatausaha.reports.queries import list_payslip_documents
from tests.make import Office, drain, make_employees

JUNE = Period(2026, 6)
SARI = {
    "name": "Sari Dewi",
    "number": "KS-0001",
    "nik": "3171014505900001",
    "npwp": "0912345678901234",
    "born_on": date(1990, 5, 5),
    "bank": "BCA",
    "bank_account": "1234567788",
}


async def hire(office: Office, basic: int = 10_000_000, **facts: Any) -> UUID:
    """One more employee of the office's client, with facts of one's own."""
    async with office.scope():
        (employee_id,) = await make_employees(office.client_id, 1, basic=basic)
        if stored := secrets.closed(await keyring(), facts):
            columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(stored, 2))
            await db.execute(f"update employee set {columns} where id = $1", employee_id, *stored.values())
    return employee_id


async def set_client(office: Office, **facts: Any) -> None:
    async with office.scope():
        for name, value in facts.items():
            await db.execute(f"update client set {name} = $2 where id = $1", office.client_id, value)


async def act(office: Office, role: str, verb: str, *arguments: Any) -> Any:
    """One verb of payroll in the name of a person of the office."""
    person = office.people[role]
    with acting(Actor(person.member_id, person.name, role)):
        async with office.scope():
            return await getattr(service, verb)(*arguments)


async def calculate(office: Office, period: Period = JUNE) -> UUID:
    run_id: UUID = await act(office, "worker", "create_run", office.client_id, period)
    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)
    return run_id


async def release(office: Office, run_id: UUID) -> None:
    """Review, approve and publish, but leave the jobs to whoever drains them."""
    async with office.scope():
        run = await queries.get_run(run_id)
    await act(office, "manager", "review", run_id, run.figures_hash)
    await act(office, "approver", "approve", run_id, run.figures_hash)
    assert await act(office, "manager", "publish", run_id) is True


async def publish(office: Office, period: Period = JUNE) -> UUID:
    """A published month with all its documents made."""
    run_id = await calculate(office, period)
    await release(office, run_id)
    await drain(office.tenant_id)
    return run_id


async def correct(office: Office, run_id: UUID, employee_id: UUID, bonus: int) -> UUID:
    """A published correction of one person's slip, with a bonus that had been forgotten."""
    async with office.scope():
        slip_id = await db.value("select id from slip where run_id = $1 and employee_id = $2", run_id, employee_id)
    correction_id: UUID = await act(office, "worker", "correct", slip_id, "Bonus terlupa")
    async with office.scope():
        await db.execute(
            "insert into pay_input (id, client_id, run_id, employee_id, code, amount) values ($1, $2, $3, $4, 'bonus', $5)",
            *(uuid7(), office.client_id, correction_id, employee_id, bonus),
        )
    await act(office, "worker", "calculate", correction_id)
    await drain(office.tenant_id)
    await release(office, correction_id)
    await drain(office.tenant_id)
    return correction_id


async def payslips(office: Office, run_id: UUID) -> list[Document]:
    async with office.scope():
        return await list_payslip_documents(run_id)


async def files(office: Office, run_id: UUID) -> dict[str, Document]:
    """The documents of the whole run, by kind."""
    async with office.scope():
        return {document.kind: document for document in await list_documents([run_id])}


async def content(document: Document) -> bytes:
    return await tools().storage.get(document.key)


def pdf_text(pdf: bytes, password: str | None = None) -> str:
    with pypdfium2.PdfDocument(pdf, password=password) as opened:
        return "\n".join(page.get_textpage().get_text_bounded() for page in opened)
