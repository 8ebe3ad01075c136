"""Every page that shows something of a client or of a person says so in the access log.

The pages are the application's own table of routes, so that a new one is covered without anybody remembering.
"""

import asyncpg
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.web.access import PUBLIC
from tests.make import ROLES, Office, make_employees
from tests.test_isolation import ABSENT, Case, ask, cases, furnish

# Pages that write nothing when they are looked at, and why.
SILENT = {
    "/prices/new": "a form that names clients alone; a chosen client is told",
    "/settings": "the provider's own name and colour",
    "/settings/logo": "a picture that every page carries",
    "/clients/{client_id:uuid}/logo": "a picture that every page carries",
    "/clients/switcher": "names of clients one serves, on every page",
    "/clients/new": "an empty form",
    "/people/new": "an empty form",
    "/sales/customers/new": "a form that names clients alone",
    "/sales/shifts/new": "a form that names clients and places alone",
    "/sales/tills/new": "a form that names clients and places alone",
    "/sales/import/template": "an empty spreadsheet",
    "/people/export": "a form that names clients alone",
    "/people/import/template": "an empty spreadsheet",
    "/stock/import/template": "an empty spreadsheet",
    "/purchasing/suppliers/import/template": "an empty spreadsheet",
    "/purchasing/suppliers/new": "a form that names clients alone",
    "/purchasing/orders/new": "a form that names clients alone; a chosen supplier is told",
    "/purchasing/requests/new": "a form that names clients alone",
    "/stock/items/new": "an empty form",
    "/stock/items/export": "a form that names clients alone",
    "/stock/places/new": "an empty form",
    "/stock/moves/new": "a form that names clients and places alone",
    "/stock/moves/transfer": "a form that names clients and places alone",
    "/payroll/new": "a form that names clients alone",
    "/team/invite": "a form that names clients alone",
    "/access/export": "a form that names clients alone",
    "/access/settings": "rules, and names of clients",
    "/portal/access/export": "a form without anything in it",
    "/jobs/running": "titles of what runs, on every page and every twenty seconds; each job's own page is told",
    "/account": "one's own account",
    "/account/app": "one's own account",
    "/account/codes": "one's own account",
    "/account/email": "one's own account",
    "/account/passkey": "one's own account",
    "/account/password": "one's own account",
    "/confirm": "asks who one is",
    "/settings/approvals": "rules, and names of clients",
    "/privacy/breaches/new": "an empty form",
    "/privacy/processors": "firms that the provider works with",
    "/privacy/processors/new": "an empty form",
    "/privacy/requests/new": "an empty form; one that is filled in from an employee is told",
    "/stock/export": "a form that names clients alone",
    "/stock/counts/new": "a form that names clients alone; a client's places are told",
    "/stock/supplies/new": "a form that names clients alone; a client's supplies are told",
    "/account/tokens": "one's own tokens",
    "/api": "what the API can be asked, and nothing of anybody",
    "/api/openapi.json": "what the API can be asked, and nothing of anybody",
    "/api/v1/me": "whose token it is",
}


def looks(app: Litestar) -> list[Case]:
    return [case for case in cases(app) if case.method == "GET" and not case.roles & PUBLIC]


async def lines(office: Office) -> int:
    async with office.scope():
        found: int = await db.value("select count(*) from audit_event")
    return found


async def test_every_page_is_told_in_the_access_log_or_named_here_with_its_reason(
    app: Litestar, office: Office
) -> None:
    own = await furnish(office, office.client_id)
    untold, needless = [], []
    for case in looks(app):
        for role in sorted(case.roles & set(ROLES)):
            before = await lines(office)
            status = await ask(office.people[role], case, own)
            told = await lines(office) > before
            if case.path not in ABSENT and case.path not in SILENT and (status >= 400 or not told):
                untold.append(f"{role}: {case.path} {status}")
            if told and case.path in SILENT:
                needless.append(f"{role}: {case.path}")

    assert (untold, needless) == ([], [])


async def test_a_page_whose_line_cannot_be_written_is_refused(office: Office, superuser: asyncpg.Connection) -> None:
    async with office.scope():
        (employee,) = await make_employees(office.client_id, 1)
    await superuser.execute("revoke insert on audit_event from r_tenant, r_client")
    try:
        for who, path in (("worker", f"/people/{employee}"), ("owner", "/people"), ("viewer", "/portal/payslips")):
            answer = await office.people[who].get(path)
            assert answer.status_code == 500, path
            assert "Pegawai" not in answer.text
    finally:
        await superuser.execute("grant insert on audit_event to r_tenant, r_client")
    assert (await office.worker.get(f"/people/{employee}")).status_code == 200


async def test_no_page_is_named_silent_that_is_gone(app: Litestar) -> None:
    assert set(SILENT) - {case.path for case in cases(app)} == set()
