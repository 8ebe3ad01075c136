"""People and requests for the tests of privacy."""

from uuid import UUID

from tatausaha.core import db
from tests.make import Office, Person, make_employees


async def employ(office: Office, **changes: object) -> UUID:
    """An employee of the office's client."""
    async with office.scope():
        return (await make_employees(office.client_id, 1, **changes))[0]


async def number_of(office: Office, employee_id: UUID) -> str:
    async with office.scope():
        return str(await db.value("select number from employee where id = $1", employee_id))


async def take_in(office: Office, employee_id: UUID, kind: str = "access", by: Person | None = None) -> str:
    """Take in a request of the person; gives its address."""
    answer = await (by or office.worker).post(
        "/privacy/requests",
        {
            "client_id": str(office.client_id),
            "number": await number_of(office, employee_id),
            "kind": kind,
            "channel": "letter",
            "wish": "Mohon salinan",
        },
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def identified(office: Office, employee_id: UUID, kind: str = "access") -> str:
    """The same, its identity confirmed."""
    address = await take_in(office, employee_id, kind)
    answer = await office.worker.post(f"{address}/identity", {"method": "card"})
    assert answer.status_code == 303, answer.text
    return address
