"""Personal data for the pages that show it: requests in each state, a person at rest, what is due, a breach, consents."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tests.make import Office, make_employees
from tests.privacy.records import fill_privacy


async def seed_privacy(office: Office, employee_id: UUID) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Ids by the name of their parameter, and further addresses by the name of their route."""
    async with office.scope():
        ids = await fill_privacy(office.client_id, employee_id, "Sari Dewi")
        await db.execute("update breach_client set released_at = now() where id = $1", ids["concerned_id"])
        await db.execute(
            "update privacy_request set identity_method = 'card', identity_by = 'Dewi', identity_at = now() where id = $1",
            ids["request_id"],
        )
        others = [await _request(office, employee_id, kind, state) for kind, state in OTHERS]
        resting = (await make_employees(office.client_id, 1, department="Arsip"))[0]
        await db.execute(
            "update employee set restricted_at = now(), restricted_reason = 'Keberatan' where id = $1", resting
        )
        (due,) = await make_employees(office.client_id, 1, department="Arsip")
        await db.execute("update employee set joined_on = '2001-01-01', ended_on = '2005-01-01' where id = $1", due)
        await db.execute("update legal_hold set released_at = now() where id = $1", ids["hold_id"])
        done = await _destruction(office)
    client = f"?client={office.client_id}"
    more = {
        "privacy.requests": [f"/privacy{client}&state=open", "/privacy?kind=erasure&state=refused"],
        "privacy.new_request": [f"/privacy/requests/new?employee={employee_id}"],
        "privacy.request": [f"/privacy/requests/{one}" for one in others],
        "privacy.record": [f"/privacy/record{client}"],
        "privacy.retention": [f"/privacy/retention{client}"],
        "privacy.destruction": [f"/privacy/destructions/{done}"],
        "privacy.new_processor": ["/privacy/processors/new?host=smtp.contoh.id&kinds=contact"],
        "people.show": [f"/people/{resting}"],
    }
    return {name: str(key) for name, key in ids.items()}, more


OTHERS = (("erasure", "open"), ("correction", "open"), ("objection", "done"), ("restriction", "refused"))


async def _request(office: Office, employee_id: UUID, kind: str, state: str) -> UUID:
    request_id = uuid7()
    await db.execute(
        "insert into privacy_request (id, client_id, subject_id, subject_name, kind, channel, received_at, due_at, asked_by,"
        " state, answer, answered_by, answered_at) values ($1, $2, $3, 'Sari Dewi', $4, 'portal', now() - interval '4 days',"
        " now() - interval '1 day', 'Rina', $5, 'Sudah', 'Dewi', case when $5 = 'open' then null else now() end)",
        *(request_id, office.client_id, employee_id, kind, state),
    )
    return request_id


async def _destruction(office: Office) -> UUID:
    destruction_id = uuid7()
    await db.execute(
        "insert into destruction (id, client_id, scope, until, reason, asked_id, asked_by) values ($1, $2, 'payroll',"
        " '2008-01-01', 'Masa simpan lewat', $1, 'Dewi')",
        *(destruction_id, office.client_id),
    )
    await db.execute(
        "update destruction set state = 'done', agreed_id = $2, agreed_by = 'Budi', agreed_at = now(), done_at = now(),"
        """ counts = '{"slip": 12, "document": 4}', certificate_sha256 = sha256('x') where id = $1""",
        *(destruction_id, office.client_id),
    )
    return destruction_id
