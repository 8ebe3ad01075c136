"""What belongs to others does not exist: every route, for every role, with every kind of foreign id.

The routes are the application's own table, so that a new one is covered without anybody remembering; one with a parameter
that `furnish` does not fill fails here.
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from uuid import UUID

import asyncpg
import httpx
import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from tatausaha.core import changes, db
from tatausaha.core.actor import SYSTEM, acting
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.core.process import tools
from tatausaha.core.web.access import EVERYONE, PUBLIC
from tatausaha.payroll import service as payroll
from tatausaha.people.jobs import ExportPeople
from tests.api import Program, program_of
from tests.billing.records import fill_billing
from tests.identity.log import fill_log
from tests.invoicing.invoice_records import fill_invoices
from tests.invoicing.money_records import fill_money
from tests.invoicing.prices import make_prices
from tests.make import ROLES, Office, Person, drain, make_client
from tests.privacy.records import fill_privacy
from tests.purchasing.letter_records import fill_letters
from tests.purchasing.payable_records import fill_payables
from tests.purchasing.records import fill_purchasing
from tests.sales.records import fill_receivables
from tests.sales.tills import fill_tills
from tests.stock.count_records import fill_counts
from tests.stock.ledger_records import fill_ledger
from tests.stock.records import fill_items

SECRET = "Rahasia Dapur"
# Parameters that name nothing of anybody's, with a value of each that the route knows.
HARMLESS = {
    "kind": "register",
    "suffix": "pdf",
    "index": "0",
    "token": "no-such-token",
    "link": "no-such-link",
    "name": "none.css",
    "file_path": "x",
    "whom": "subjects",
    "step": "confirm",
    "table": "stock-value",
    "series": "purchase_order",
}
# Own things that a page refuses to show for another reason than whose they are.
ABSENT = {
    "/people/imports/{import_id:uuid}/rejects": "no row was refused",
    "/payroll/{run_id:uuid}/inputs/imports/{sheet_id:uuid}/rejects": "no row was refused",
    "/stock/imports/{item_import_id:uuid}/rejects": "no row was refused",
    "/sales/imports/{sales_import_id:uuid}/rejects": "no row was refused",
    "/purchasing/suppliers/imports/{supplier_import_id:uuid}/rejects": "no row was refused",
    "/stock/counts/{count_id:uuid}/imports/{count_sheet_id:uuid}/rejects": "no row was refused",
    "/clients/{client_id:uuid}/logo": "no logo was uploaded",
    "/documents/payslips/{slip_id:uuid}": "the payslip's document is not made yet",
    "/documents/runs/{run_id:uuid}/{kind:str}/{suffix:str}": "the report's document is not made yet",
}
API = "/api/v1/"
BILLED = {"quantity": 1000, "amount": 1000, "description": "x"}
CAME = {"order_line_id": str(UUID(int=0)), "quantity": 1000}
# What each operation takes, when nothing but the address is foreign.
SOLD = {"receipt": "1", "line": 1, "day": "2026-11-20", "item": "x", "quantity": 1_000, "amount": 1}
BODIES: dict[str, dict[str, object]] = {
    "/api/v1/shifts": {"place_id": str(UUID(int=0)), "day": "2026-11-20"},
    "/api/v1/sales": {"place_id": str(UUID(int=0)), "lines": [SOLD]},
    "/api/v1/employees": {"number": "1", "name": "Sari", "ptkp": "TK/0", "joined_on": "2026-01-05", "basic": 5_000_000},
    "/api/v1/employees/{employee_id:uuid}": {"version": 1, "phone": "0812"},
    "/api/v1/employees/{employee_id:uuid}/bank-account": {
        "bank": "BCA",
        "bank_account": "12345",
        "bank_holder": "Sari",
    },
    "/api/v1/employees/{employee_id:uuid}/tax-status": {"ptkp": "K/1", "tax_method": "net"},
    "/api/v1/employees/{employee_id:uuid}/pay": {"code": "basic", "amount": 6_000_000, "starts_on": "2026-12-01"},
    "/api/v1/items": {"client_id": str(UUID(int=0)), "code": "B-1", "name": "Beras"},
    "/api/v1/items/{item_id:uuid}": {"version": 1, "note": "x"},
    "/api/v1/purchasing/orders": {
        **{"supplier_id": str(UUID(int=0)), "place_id": str(UUID(int=0))},
        **{"lines": [{"item": "RHS-1", "quantity": 1_000}]},
    },
    "/api/v1/supplier-bills": {
        "supplier_id": str(UUID(int=0)),
        "number": "1",
        "billed_on": "2026-11-20",
        "lines": [BILLED],
    },
    "/api/v1/receipts": {"order_id": str(UUID(int=0)), "received_on": "2026-11-20", "lines": [CAME]},
    "/api/v1/stock/movements": {
        **{"client_id": str(UUID(int=0)), "place_id": str(UUID(int=0)), "kind": "issue", "item": "RHS-1"},
        **{"quantity": 1_000, "happened_on": "2026-11-05"},
    },
    "/api/v1/hours": {"client_id": str(UUID(int=0)), "worked_on": "2026-11-20", "minutes": 30, "task": "x"},
    "/api/v1/changes/{change_id:uuid}/approve": {},
    "/api/v1/reports/{table:str}": {"client": str(UUID(int=0)), "format": "csv"},
    "/api/v1/changes/{change_id:uuid}/reject": {"comment": "salah"},
}
PROGRAMS: dict[UUID, Program] = {}
"""By member: what calls the API for that person, with every scope that the role can have."""

Ids = dict[str, UUID]


class Case(msgspec.Struct, frozen=True):
    """One route with one method."""

    method: str
    path: str
    roles: frozenset[str]
    names: tuple[str, ...]

    def address(self, ids: Ids) -> str:
        """The path with its parameters filled."""
        address = self.path
        for name, kind in [part[1:-1].split(":") for part in self.path.split("/") if part.startswith("{")]:
            address = address.replace(f"{{{name}:{kind}}}", HARMLESS.get(name) or str(ids[name]))
        return address


def cases(app: Litestar) -> Iterator[Case]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield Case(method, route.path, roles_of(handler), names_of(route))


def roles_of(handler: HTTPRouteHandler) -> frozenset[str]:
    roles: frozenset[str] = handler.opt.get("roles", frozenset())
    return roles


def names_of(route: HTTPRoute) -> tuple[str, ...]:
    return tuple(part.name for part in route.path_components if not isinstance(part, str) and part.name not in HARMLESS)


async def furnish(office: Office, client_id: UUID) -> Ids:
    """One of everything that can be asked for by an id, for a client of the office; all of it bears the secret."""
    person = await office.hire("viewer", client_id, SECRET)
    await person.http.aclose()
    ids = {"client_id": client_id, "member_id": person.member_id}
    ids |= {f"{name}_id": uuid7() for name in ("employee", "contract", "component", "opening", "input")}
    ids |= {f"{name}_id": uuid7() for name in ("job", "import", "sheet", "export", "document", "invitation", "token")}
    await arm(office)
    # Whoever was let in last in this process is nobody of this office.
    with acting(SYSTEM):
        return await fill(office, client_id, ids)


async def fill(office: Office, client_id: UUID, ids: Ids) -> Ids:
    """The records behind the ids, and their own."""
    async with office.scope():
        await furnish_office(ids)
        await furnish_token(ids)
        await furnish_people(ids)
        ids |= await fill_log(client_id, ids["member_id"], SECRET)
        ids |= await fill_privacy(client_id, ids["employee_id"], SECRET)
        ids |= await fill_payables(client_id, SECRET)
        ids |= await fill_items(client_id, SECRET)
        ids |= await fill_purchasing(client_id, ids["supplier_id"], ids["place_id"], ids["item_id"], SECRET)
        ids |= await fill_counts(client_id, SECRET)
        ids |= await fill_ledger(client_id, ids["place_id"], ids["item_id"], SECRET)
        ids |= await fill_receivables(client_id, SECRET)
        ids |= await fill_billing(SECRET)
        ids |= await fill_tills(client_id, SECRET)
        ids |= await fill_letters(client_id, SECRET, ids.get("order_id"))
        ids["price_list_id"] = await make_prices(client_id, name=SECRET, state="draft")
        ids |= await fill_invoices(client_id, SECRET)
        ids |= await fill_money(client_id, office.owner.member_id, SECRET)
        ids["run_id"] = await furnish_payroll(ids)
        ids["change_id"] = await furnish_change(ids)
        ids |= await furnish_reports(ids)
    await drain(office.tenant_id)
    await tools().storage.put(str(ids["document_id"]), b"%PDF-")
    async with office.scope():
        await db.execute("update pay_run set state = 'reviewed' where id = $1", ids["run_id"])
        ids["slip_id"] = await db.value("select id from slip where run_id = $1", ids["run_id"])
    return ids


async def arm(office: Office) -> None:
    """A program for each person of the office."""
    PROGRAMS.update({one.member_id: await program_of(office, role) for role, one in office.people.items()})


async def furnish_office(ids: Ids) -> None:
    client_id, word = ids["client_id"], f'{{"msgid": "{SECRET}", "params": {{}}}}'
    await db.execute("update client set name = name || $2 where id = $1", client_id, SECRET)
    await db.execute(
        "insert into invitation (id, token_hash, email, name, role, client_id, invited_by, expires_at)"
        " values ($1, $2, $3, $4, 'viewer', $5, 'Dewi', now() + interval '1 day')",
        *(ids["invitation_id"], ids["invitation_id"].bytes, f"{ids['invitation_id']}@example.test", SECRET, client_id),
    )
    for kind, job_id, once_key in (("test", ids["job_id"], "x"), (ExportPeople.kind, uuid7(), str(ids["export_id"]))):
        await db.execute(
            "insert into job (id, client_id, kind, queue, payload, title, unit, once_key, state)"
            " values ($1, $2, $3, 'default', '{}', $4, $4, $5, 'done')",
            *(job_id, client_id, kind, word, f"{once_key} {client_id}" if kind == "test" else once_key),
        )
    await db.execute(
        "insert into document (id, client_id, kind, name, media_type, key, size, sha256, shared)"
        " values ($1, $2, 'register', $3, 'application/pdf', $4, 1, '', true)",
        *(ids["document_id"], client_id, SECRET, str(ids["document_id"])),
    )
    await db.execute(
        "insert into import_file (id, client_id, kind, name, key, sha256, state, actor_id, actor_name)"
        " values ($1, $2, 'people', $3, 'none', '', 'checking', $1, 'Dewi')",
        *(ids["import_id"], client_id, SECRET),
    )


async def furnish_reports(ids: Ids) -> Ids:
    """A report that was made for the provider, and one for the client."""
    made = {"file_id": uuid7(), "portal_file_id": uuid7()}
    for name, file_id in made.items():
        await db.execute(
            "insert into job (client_id, kind, queue, payload, title, unit, once_key, state)"
            " values ($1, 'reports.make_table', 'documents', $2, $3, $3, $4, 'done')",
            *(ids["client_id"], {"shared": name == "portal_file_id"}, {"msgid": SECRET, "params": {}}, str(file_id)),
        )
    return made


async def furnish_token(ids: Ids) -> None:
    await db.execute(
        "insert into api_token (id, member_id, name, token_hash, prefix, scopes, expires_at)"
        " values ($1, $2, $3, $4, 'tata_', '{people:read}', now() + interval '1 day')",
        *(ids["token_id"], ids["member_id"], SECRET, ids["token_id"].bytes),
    )


async def furnish_people(ids: Ids) -> None:
    client_id, employee_id = ids["client_id"], ids["employee_id"]
    await db.execute(
        "insert into employee (id, client_id, number, name, ptkp, joined_on) values ($1, $2, '1', $3, 'TK/0', $4)",
        *(employee_id, client_id, SECRET, date(2020, 1, 1)),
    )
    await db.execute(
        "insert into contract (id, client_id, employee_id, kind, starts_on, ends_on, number) values"
        " ($1, $2, $3, 'fixed_term', $4, current_date + 9, $5)",
        *(ids["contract_id"], client_id, employee_id, date(2020, 1, 1), SECRET),
    )
    await db.execute(
        "insert into pay_component (id, client_id, employee_id, code, amount, starts_on)"
        " values ($1, $2, $3, 'basic', 5000000, $4)",
        *(ids["component_id"], client_id, employee_id, date(2020, 1, 1)),
    )
    await db.execute(
        "insert into tax_opening (id, client_id, employee_id, year, kind) values ($1, $2, $3, 2026, 'take_on')",
        *(ids["opening_id"], client_id, employee_id),
    )


async def furnish_payroll(ids: Ids) -> UUID:
    """A run of the month, about to be calculated."""
    run_id = await payroll.create_run(ids["client_id"], Period(2026, 11))
    await db.execute(
        "insert into pay_input (id, client_id, run_id, employee_id, code, name) values ($1, $2, $3, $4, 'bonus', $5)",
        *(ids["input_id"], ids["client_id"], run_id, ids["employee_id"], SECRET),
    )
    await db.execute(
        "insert into import_file (id, client_id, kind, subject_id, name, key, sha256, state, actor_id, actor_name)"
        " values ($1, $2, 'inputs', $3, $4, 'none', '', 'checking', $1, 'Dewi')",
        *(ids["sheet_id"], ids["client_id"], run_id, SECRET),
    )
    await payroll.calculate(run_id)
    return run_id


async def furnish_change(ids: Ids) -> UUID:
    """A wish that waits for the client's own consent."""
    asked = await changes.propose(
        "employee.bank_account",
        subject_id=ids["employee_id"],
        client_id=ids["client_id"],
        subject=SECRET,
        before={"bank": "", "bank_account": "", "bank_holder": ""},
        after={"bank": SECRET, "bank_account": "1234567890", "bank_holder": SECRET},
        asks="client",
    )
    return asked.id


async def ask(person: Person, case: Case, ids: Ids) -> int:
    """Call the route as the page would, with the session's own token and nothing else typed; the API as a program does."""
    if case.path.startswith(API):
        called = await PROGRAMS[person.member_id].http.request(
            case.method, case.address(ids), json=BODIES.get(case.path), headers={"Content-Type": "application/json"}
        )
        assert SECRET not in called.text or called.status_code == 200
        return called.status_code
    data = {"_csrf": person.csrf} if case.method != "GET" else None
    answer = await person.http.request(case.method, case.address(ids), data=data)
    assert SECRET not in answer.text or answer.status_code == 200
    return answer.status_code


def with_foreign(case: Case, own: Ids, foreign: Ids) -> Iterator[Ids]:
    """Every mixture of own and foreign ids in which at least one is foreign."""
    for choice in product((own, foreign), repeat=len(case.names)):
        if any(ids is foreign for ids in choice):
            yield {name: ids[name] for name, ids in zip(case.names, choice, strict=True)}


async def open_doors(app: Litestar, people: dict[str, Person], own: Ids, foreign: Ids) -> list[str]:
    """The routes that answered anything but 404 to a foreign id."""
    return [
        f"{role}: {case.method} {case.address(ids)} → {status}"
        for case in cases(app)
        if case.names
        for role, person in people.items()
        for ids in with_foreign(case, own, foreign)
        if (status := await ask(person, case, ids)) != 404
    ]


async def imprint(superuser: asyncpg.Connection, client_id: UUID) -> dict[str, str]:
    """Everything that a client owns, as one hash for each table."""
    tables = await superuser.fetch(
        "select table_name from information_schema.columns where column_name = 'client_id' and table_schema = 'public'"
    )
    return {
        name: await superuser.fetchval(
            f"select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from {name} t where client_id = $1",
            client_id,
        )
        for (name,) in tables
    }


async def test_no_route_of_another_provider_answers_and_nothing_of_it_changes(
    app: Litestar, office: Office, other_office: Office, superuser: asyncpg.Connection
) -> None:
    own, foreign = await furnish(office, office.client_id), await furnish(other_office, other_office.client_id)
    before = await imprint(superuser, other_office.client_id)

    assert await open_doors(app, office.people, own, foreign) == []
    assert await imprint(superuser, other_office.client_id) == before


async def test_no_route_of_a_client_that_is_not_theirs_answers_a_worker_or_another_clients_people(
    app: Litestar, office: Office, superuser: asyncpg.Connection
) -> None:
    own = await furnish(office, office.client_id)
    async with office.scope():
        second = await make_client(name="PT Kedua")
    foreign = await furnish(office, second)
    people = {role: office.people[role] for role in ("worker", "approver", "viewer")}
    before = await imprint(superuser, second)

    assert await open_doors(app, people, own, foreign) == []
    assert await imprint(superuser, second) == before


async def test_a_worker_barred_from_a_client_finds_none_of_its_doors(app: Litestar, office: Office) -> None:
    foreign = await furnish(office, office.client_id)
    async with office.scope():
        second = await make_client(name="PT Kedua")
        await db.execute("update assignment set barred = true where member_id = $1", office.worker.member_id)
        await db.execute(
            "insert into assignment (member_id, client_id) values ($1, $2)", office.worker.member_id, second
        )
    own = await furnish(office, second)

    assert await open_doors(app, {"worker": office.worker}, own, foreign) == []


async def test_the_same_doors_open_for_those_whose_things_they_are(app: Litestar, office: Office) -> None:
    own = await furnish(office, office.client_id)
    closed = [
        f"{role}: {case.path}"
        for case in cases(app)
        if case.names and case.method == "GET" and case.path not in ABSENT
        for role in sorted(case.roles & set(ROLES))
        if await ask(office.people[role], case, own) != 200
    ]

    assert closed == []


async def test_what_is_for_other_roles_does_not_exist(app: Litestar, office: Office) -> None:
    own = await furnish(office, office.client_id)
    seen = [
        f"{role}: {case.method} {case.path}"
        for case in cases(app)
        if case.roles and not case.roles & PUBLIC
        for role in sorted(set(ROLES) - case.roles)
        if await ask(office.people[role], case, own) != 404
    ]

    assert seen == []


async def test_lists_show_nothing_of_others_whichever_client_they_are_asked_for(
    app: Litestar, office: Office, other_office: Office
) -> None:
    foreign = await furnish(other_office, other_office.client_id)
    await arm(office)
    for case in cases(app):
        if case.method != "GET" or case.names or (case.roles >= PUBLIC and not case.roles & EVERYONE):
            continue
        for role in sorted(case.roles & set(ROLES)):
            for query in ("", f"?client={foreign['client_id']}&q=rahasia&month=2026-11"):
                person = office.people[role]
                browser = PROGRAMS[person.member_id] if case.path.startswith(API) else person
                answer = await browser.get(case.address({}) + query)
                assert answer.status_code in (200, 303, 404, 422), (role, case.path, query)
                assert SECRET not in answer.text, (role, case.path, query)


async def test_every_route_names_its_roles(app: Litestar) -> None:
    assert [f"{case.method} {case.path}" for case in cases(app) if not case.roles] == []
    assert all(case.roles <= EVERYONE | PUBLIC for case in cases(app))


async def test_a_visitor_is_led_to_sign_in_and_sees_nothing_else(app: Litestar, office: Office) -> None:
    own = await furnish(office, office.client_id)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as visitor:
        for case in cases(app):
            if case.path.startswith("/api/"):
                answer = await visitor.request(case.method, case.address(own))
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), case
            elif not case.roles & PUBLIC:
                answer = await visitor.request(case.method, case.address(own))
                assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), case
