"""Client companies as lists, pages and choices need them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db, entitlements
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

SWITCHER = 12


class ClientName(msgspec.Struct, frozen=True):
    """A client in a choice."""

    id: UUID
    name: str


class ClientRow(msgspec.Struct, frozen=True):
    """A client in the list."""

    id: UUID
    name: str
    code: str
    time_zone: str
    archived_at: datetime | None
    run_id: UUID | None
    run_period: date | None
    run_state: str | None


class ClientView(msgspec.Struct, frozen=True):
    """A client with all that may be set of it."""

    id: UUID
    version: int
    name: str
    legal_name: str
    code: str
    npwp: str | None
    address: str
    time_zone: str
    wage_region: str
    brand_colour: str | None
    logo_key: str | None
    payslip_language: str
    payslip_password: str
    difference_percent: int
    archived_at: datetime | None
    services: list[str]


class Glance(msgspec.Struct, frozen=True):
    """How a client stands today."""

    employees: int
    ending: int


class RecentRun(msgspec.Struct, frozen=True):
    """One of the client's last payroll runs."""

    id: UUID
    period: date
    kind: str
    state: str
    slip_count: int
    problem_count: int


class Brand(msgspec.Struct, frozen=True):
    """The colour and logo of a client, or of the provider where the client has none."""

    colour: str | None
    logo_key: str | None


async def list_names() -> list[ClientName]:
    """The clients that are served, by name."""
    return await db.rows(ClientName, "select id, name from client where archived_at is null order by name, id")


@entitlements.counts("client")
async def count_active() -> int:
    """The clients that are served. Needs the provider's scope."""
    count: int = await db.value("select count(*) from client where archived_at is null")
    return count


async def find_name(client_id: UUID) -> str | None:
    """The client's name, or None when it is not this person's to see."""
    name: str | None = await db.value("select name from client where id = $1", client_id)
    return name


async def has_service(client_id: UUID, service: str) -> bool:
    """Whether the client is the caller's to see and has bought a service: people, payroll, stock, purchasing, sales."""
    found: bool | None = await db.value("select $2 = any(services) from client where id = $1", client_id, service)
    return bool(found)


async def search_names(written: str) -> list[ClientName]:
    """The first clients whose name, or a word in it, begins as written."""
    # Not served by an index, and need not be: a provider has thousands of clients at most.
    return await db.rows(
        ClientName,
        "select id, name from client where archived_at is null"
        " and ($1 = '' or position(' ' || $1 in ' ' || lower(name)) > 0)"
        " order by name, id limit $2",
        *(written.lower(), SWITCHER),
    )


async def page_clients(q: str, archived: bool, after: tuple[str, UUID] | None, limit: int) -> list[ClientRow]:
    """Clients by name with their newest run; `after` continues behind a page's last name and id."""
    return await db.rows(
        ClientRow,
        "select c.id, c.name, c.code, c.time_zone, c.archived_at, r.id as run_id, r.period as run_period,"
        " r.state as run_state from client c left join lateral (select id, period, state from pay_run r"
        "   where r.tenant_id = c.tenant_id and r.client_id = c.id and r.kind = 'regular'"
        "   order by r.period desc limit 1) r on true"
        " where (c.archived_at is not null) = $2 and ($3::text is null or (c.name, c.id) > ($3, $4::uuid))"
        " and ($1 = '' or position(' ' || $1 in ' ' || lower(c.name)) > 0 or lower(c.code) = $1)"
        " order by c.name, c.id limit $5",
        *(q.lower(), archived, *(after or (None, None)), limit),
    )


async def get_client(client_id: UUID) -> ClientView:
    """The client, or `NotFound`."""
    found = await db.row(
        ClientView,
        "select id, version, name, legal_name, code, npwp, address, time_zone, wage_region, brand_colour, logo_key,"
        " payslip_language, payslip_password, difference_percent, archived_at, services from client where id = $1",
        client_id,
    )
    if found is None:
        raise NotFound(text("This client does not exist."))
    return found


async def get_glance(client_id: UUID) -> Glance:
    """How many work there, and how many contracts end within two months."""
    found = await db.row(
        Glance,
        "select (select count(*) from employee where client_id = $1 and ended_on is null) as employees,"
        " (select count(*) from contract k join employee e on e.tenant_id = k.tenant_id and e.id = k.employee_id"
        "   where k.client_id = $1 and k.ends_on < current_date + 60 and e.ended_on is null and not exists"
        "   (select from contract n where n.tenant_id = k.tenant_id and n.employee_id = k.employee_id"
        "     and n.starts_on > k.starts_on)) as ending",
        client_id,
    )
    assert found is not None
    return found


async def list_workers(client_id: UUID) -> list[str]:
    """Names of the workers who are assigned to the client; needs the provider's scope."""
    found = await db.records(
        "select m.name from assignment a join member m on m.tenant_id = a.tenant_id and m.id = a.member_id"
        " where a.client_id = $1 and not a.barred and m.ended_at is null order by m.name",
        client_id,
    )
    return [record["name"] for record in found]


async def list_recent_runs(client_id: UUID) -> list[RecentRun]:
    """The client's last runs, newest first."""
    return await db.rows(
        RecentRun,
        "select id, period, kind, state, slip_count, problem_count from pay_run where client_id = $1"
        " order by period desc, id desc limit 6",
        client_id,
    )


async def find_brand(client_id: UUID) -> Brand | None:
    """Colour and logo with which the client's pages are dressed; the provider's where the client has none."""
    return await db.row(
        Brand,
        "select coalesce(c.brand_colour, p.brand_colour) as colour, coalesce(c.logo_key, p.logo_key) as logo_key"
        " from client c join provider p on p.id = c.tenant_id where c.id = $1",
        client_id,
    )
