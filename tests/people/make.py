"""Employees for tests, entered the way a worker enters them."""

from typing import Any
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tests.make import Office, Person

NIK = "3171014705900001"
"""Of a woman born on 7 May 1990 in Jakarta."""


def typed(office: Office, **changes: Any) -> dict[str, str]:
    """The form of a new employee, filled in."""
    values = {
        "client_id": str(office.client_id),
        "number": "A-001",
        "name": "Sari Dewi",
        "ptkp": "TK/0",
        "joined_on": "05/01/2026",
        "department": "Produksi",
        "position": "Operator",
        "contract_kind": "permanent",
        "basic": "5.000.000",
        "bpjs_kesehatan": "1",
        "bpjs_jht": "1",
        "bpjs_jp": "1",
        "bpjs_jkm": "1",
        "jkk_class": "II",
    }
    return values | changes


async def long_ago(person: Person) -> None:
    """It is an hour since this person last proved to be the one."""
    async with gate_scope():
        await db.execute(
            "update user_session set confirmed_at = now() - interval '1 hour' where member_id = $1", person.member_id
        )


async def employ(office: Office, **changes: Any) -> UUID:
    """Enter an employee; gives the id."""
    answer = await office.worker.post("/people", typed(office, **changes))
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rsplit("/", 1)[-1])
