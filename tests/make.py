"""Makes what tests need, through the product's own services wherever they do more than insert a row."""

import hmac
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar

from tatausaha.clients.services import SERVICES
from tatausaha.core import db
from tatausaha.core.crypto import keyring
from tatausaha.core.dates import Period
from tatausaha.core.db import ScopedTransaction, gate_scope, tenant_scope
from tatausaha.core.ids import token_hash, uuid7
from tatausaha.core.process import tools
from tatausaha.identity.sign_in import open_session
from tatausaha.people import secrets
from tatausaha.purchasing import secrets as purchasing_secrets
from tatausaha.purchasing.queries import orders
from tatausaha.purchasing.rules.totals import line_amount, totals
from tatausaha.purchasing.service import expected
from tatausaha.purchasing.service.content import version_of
from tatausaha.stock.service import ledger
from tests.invoicing.prices import make_prices
from workers.runtime import execute

# The people of tests count as confirmed however long the tests take.
ALWAYS = datetime(2100, 1, 1, tzinfo=UTC)
ROLES = ("owner", "manager", "worker", "approver", "viewer")


class Person:
    """Somebody with a browser, signed in."""

    def __init__(self, app: Litestar, member_id: UUID, name: str, email: str, token: str) -> None:
        self.member_id, self.name, self.email, self.token = member_id, name, email, token
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://testserver"
        )
        self.http.cookies.set("tata", token, domain="testserver.local")

    @property
    def csrf(self) -> str:
        """The token of the session as it is now: its secret changes with what the person may do."""
        session = token_hash(self.http.cookies.get("tata") or self.token)
        return hmac.new(tools().settings.secret_key.encode(), b"csrf" + session, sha256).hexdigest()

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.http.get(path, **kwargs)

    async def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> httpx.Response:
        """Send a form the way a page does, with the session's own token."""
        return await self.http.post(path, data={"_csrf": self.csrf, **(data or {})}, **kwargs)


class Office:
    """A provider with one client company and a person of every role; the worker serves that client."""

    def __init__(self, app: Litestar, tenant_id: UUID, client_id: UUID) -> None:
        self.app, self.tenant_id, self.client_id = app, tenant_id, client_id
        self.people: dict[str, Person] = {}

    def __getattr__(self, role: str) -> Person:
        if role in ROLES:
            return self.people[role]
        raise AttributeError(role)

    owner: Person
    manager: Person
    worker: Person
    approver: Person
    viewer: Person

    def scope(self) -> ScopedTransaction:
        """Everything of this provider."""
        return tenant_scope(self.tenant_id)

    async def hire(self, role: str, client_id: UUID | None = None, name: str | None = None) -> Person:
        """One more person, with an account and a session."""
        member_id, account_id, address = uuid7(), uuid7(), f"{uuid7().hex}@example.test"
        async with gate_scope():
            await db.execute("insert into account (id, email, password_hash) values ($1, $2, 'x')", account_id, address)
            await db.execute(
                "insert into member (tenant_id, id, account_id, role, client_id, name, email)"
                " values ($1, $2, $3, $4, $5, $6, $7)",
                *(self.tenant_id, member_id, account_id, role, client_id, name or role.title(), address),
            )
        if role == "worker":
            async with self.scope():
                await db.execute(
                    "insert into assignment (member_id, client_id) values ($1, $2)",
                    member_id,
                    client_id or self.client_id,
                )
        token = await open_session(
            *(account_id, self.tenant_id, member_id), address="127.0.0.1", device="tests", confirmed_at=ALWAYS
        )
        return Person(self.app, member_id, name or role.title(), address, token)

    async def leave(self) -> None:
        for person in self.people.values():
            await person.http.aclose()


async def make_office(app: Litestar) -> Office:
    tenant_id = uuid7()
    async with gate_scope():
        await db.execute("insert into provider (id, name) values ($1, 'PT Tata Kelola')", tenant_id)
    office = Office(app, tenant_id, uuid7())
    async with office.scope():
        await make_client(office.client_id)
    for role in ROLES:
        of_client = office.client_id if role in ("approver", "viewer") else None
        office.people[role] = await office.hire(role, of_client)
    return office


async def make_client(client_id: UUID | None = None, name: str = "PT Maju Bersama") -> UUID:
    """A client company of the open scope's provider, with every service."""
    client_id = client_id or uuid7()
    await db.execute(
        "insert into client (id, name, legal_name, code, services) values ($1, $2, $2, $3, $4)",
        *(client_id, name, client_id.hex[-8:].upper(), list(SERVICES)),
    )
    return client_id


async def make_standing(lapsed: timedelta | None = None, grace: timedelta = timedelta(14), **most: int) -> None:
    """A subscription of the open scope's provider: paid, or lapsed since so long; `most` is what its plan holds."""
    since = None if lapsed is None else datetime.now(UTC) - lapsed
    await db.execute("delete from entitlement")
    await _insert(
        "entitlement",
        {
            "plan": "tumbuh",
            "reason": "paid" if since is None else "card",
            "open_until": since,
            "grace_until": since and since + grace,
            "most": most,
        },
    )


async def drain(tenant_id: UUID) -> list[str]:
    """Run the provider's waiting jobs as the workers would, one after another; gives their kinds in order."""
    kinds: list[str] = []
    while True:
        async with tenant_scope(tenant_id):
            job_id = await db.value(
                "select id from job where state in ('queued', 'sent') and run_at <= now() + interval '1 hour'"
                " order by created_at, id limit 1"
            )
        if job_id is None:
            return kinds
        kind = await execute(job_id)
        assert kind is not None, "a waiting job could not be claimed"
        kinds.append(kind)


async def agree(office: Office, *kinds: str) -> list[str]:
    """Have a second person of the right role approve every change that waits, or those of some kinds, oldest first.

    Gives their kinds.
    """
    async with office.scope():
        waiting = await db.records(
            "select id, kind, asks, maker_id from change_request where state = 'pending'"
            " and ($1::text[] = '{}' or kind = any($1)) order by id",
            list(kinds),
        )
    for change in waiting:
        roles = {"colleague": ("manager", "owner", "worker"), "manager": ("manager", "owner"), "client": ("approver",)}
        second = next(
            office.people[role] for role in roles[change["asks"]] if office.people[role].member_id != change["maker_id"]
        )
        place = "/portal/changes" if change["asks"] == "client" else "/changes"
        answer = await second.post(f"{place}/{change['id']}/approve")
        assert answer.status_code == 303, answer.text
    return [change["kind"] for change in waiting]


async def make_employees(client_id: UUID, count: int = 1, *, basic: int = 10_000_000, **changes: Any) -> list[UUID]:
    """Employed people of a client of the open scope, each with a basic salary; fast enough for thousands."""
    ids = [uuid7() for _ in range(count)]
    facts = {"ptkp": "TK/0", "joined_on": date(2024, 1, 15), "jkk_class": "I", "department": "Toko", **changes}
    facts = secrets.closed(await keyring(), facts)
    columns = ("client_id", "id", "number", "name", *facts)
    people = [(client_id, key, f"P{key.hex[-12:]}", f"Pegawai {n:05}", *facts.values()) for n, key in enumerate(ids)]
    await db.bulk_insert("employee", columns, people)
    await db.bulk_insert(
        "pay_component",
        ("id", "client_id", "employee_id", "code", "name", "amount", "starts_on"),
        [(uuid7(), client_id, key, "basic", "", basic, date(2024, 1, 1)) for key in ids],
    )
    return ids


async def make_place(client_id: UUID, name: str = "Toko", **columns: Any) -> UUID:
    """A place of a client of the open scope where goods lie."""
    return await _insert("place", {"client_id": client_id, "name": name, "code": f"T{uuid7().hex[-8:]}", **columns})


async def make_item(client_id: UUID, code: str, name: str = "Beras 5 kg", **columns: Any) -> UUID:
    """An item of a client of the open scope."""
    return await _insert("item", {"client_id": client_id, "code": code, "name": name, **columns})


async def make_stock(
    place_id: UUID, item_id: UUID, quantity: int, value: int, *, day: date = date(2026, 11, 1), **batch: Any
) -> ledger.Posted:
    """Goods in a place from a day on: thousandths and rupiah, with the `number` and `expires_on` of their batch."""
    client_id = await db.value("select client_id from place where id = $1", place_id)
    lot = ledger.Batch(**batch) if batch else None
    entry = ledger.Entry("receipt", place_id, item_id, quantity, day, value, lot)
    return (await ledger.post(client_id, [entry]))[0]


async def make_supplier(client_id: UUID, name: str = "CV Sumber Pangan", **columns: Any) -> UUID:
    """A supplier of a client of the open scope; numbers are given in plain."""
    facts = purchasing_secrets.closed(await keyring(), columns)
    return await _insert("supplier", {"client_id": client_id, "name": name, "code": f"S{uuid7().hex[-8:]}", **facts})


async def make_order(
    client_id: UUID,
    supplier_id: UUID,
    place_id: UUID,
    lines: Sequence[tuple[UUID, int, int]],
    state: str = "approved",
) -> UUID:
    """An order in some state; a line is an item, thousandths of its own unit, and the price of one in rupiah."""
    amounts = [line_amount(quantity, price) for _, quantity, price in lines]
    foot, released = totals(amounts, 0), state not in ("draft", "waiting")
    order_id = await _insert(
        "purchase_order",
        {
            "client_id": client_id,
            "supplier_id": supplier_id,
            "place_id": place_id,
            "state": state,
            "number": f"PO/{uuid7().hex[-10:].upper()}" if released else None,
            "ordered_on": date(2026, 11, 1),
            "approved_at": datetime(2026, 11, 1, tzinfo=UTC) if released else None,
            "subtotal": foot.subtotal,
            "total": foot.total,
            "maker_name": "Sari",
        },
    )
    await db.execute(
        "insert into purchase_order_line (client_id, order_id, position, item_id, unit, factor, quantity, price, amount)"
        " select $1, $2, l.position, l.item_id, i.unit, 1000, l.quantity, l.price, l.amount from unnest($3::uuid[],"
        " $4::bigint[], $5::bigint[], $6::bigint[]) with ordinality l (item_id, quantity, price, amount, position)"
        " join item i on i.id = l.item_id",
        *(client_id, order_id, *map(list, zip(*lines, strict=True)), amounts),
    )
    if released:
        order, made = await orders.get_order(order_id), await orders.list_lines(order_id)
        said = version_of(order.place_name, None, 0, "", made)
        await db.execute(
            "insert into purchase_order_revision (client_id, order_id, revision, content, total) values ($1, $2, 1, $3, $4)",
            *(client_id, order_id, said, foot.total),
        )
        await expected.move(order, [], made)
    return order_id


async def make_invoice(
    client_id: UUID,
    period: Period,
    *,
    amount: int = 1_000_000,
    ppn: int = 110_000,
    pph23: int = 20_000,
    due_on: date | None = None,
    sent_to: str = "klien@example.test",
) -> UUID:
    """An invoice of a client of the open scope that was issued on the month's last day and sent: one fixed fee.

    `amount` is without PPN; it is due two weeks later unless a day is given. Without `sent_to` it was not sent yet.
    """
    agreed = await db.value("select id from price_list where client_id = $1 and state = 'agreed'", client_id)
    invoice = {"client_id": client_id, "period": period.first, "price_list_id": agreed or await make_prices(client_id)}
    figures = {"subtotal": amount, "ppn": ppn, "total": amount + ppn, "pph23": pph23}
    invoice_id = await _insert("client_invoice", invoice | figures)
    own = {"client_id": client_id, "invoice_id": invoice_id}
    line = {"position": 1, "kind": "retainer", "label": "Biaya tetap", "quantity": 1, "ppn_kind": "normal"}
    line_id = await _insert("client_invoice_line", own | line | {"amount": amount, "ppn": ppn})
    item = {"kind": "retainer", "item_id": uuid7(), "label": f"Biaya tetap {period}", "finished_on": period.last}
    await _insert("billed_item", own | item | {"line_id": line_id})
    await db.execute(
        "update client_invoice set state = 'approved', number = $2, issued_on = $3, due_on = $4, issuer = $5, sent_to = $6,"
        " sent_at = case when $6 <> '' then now() end, approved_name = 'Dewi' where id = $1",
        *(invoice_id, f"INV/{invoice_id.hex[-8:].upper()}", period.last, due_on or period.last + timedelta(14)),
        *({"bank": "BCA", "bank_account": "5270001234", "bank_holder": "PT Tata Kelola"}, sent_to),
    )
    return invoice_id


async def _insert(table: str, columns: dict[str, Any]) -> UUID:
    key, names = uuid7(), ("id", *columns)
    numbers = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    await db.execute(f"insert into {table} ({', '.join(names)}) values ({numbers})", key, *columns.values())
    return key
