"""Reads of the runs that documents are made from."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import ZONES, Period
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Language, text
from tatausaha.documents.queries import Document

RELEASED = ("published", "closed")


class Run(msgspec.Struct, frozen=True):
    """A run with what its documents say of client and provider."""

    id: UUID
    client_id: UUID
    client_name: str
    company: str
    address: str
    colour: str | None
    logo_key: str | None
    language: Language
    locked: bool
    time_zone: str
    kind: str
    state: str
    period: date
    slips: int
    approved_by: str | None
    approved_at: datetime | None
    published_at: datetime | None

    @property
    def month(self) -> Period:
        return Period.of(self.period)

    @property
    def released(self) -> bool:
        """Whether the client may see it."""
        return self.state in RELEASED

    @property
    def published_on(self) -> date | None:
        """The day of publishing, as the client counts days."""
        return self.published_at and self.published_at.astimezone(ZONES[self.time_zone]).date()


_RUN = """
select r.id, r.client_id, c.name as client_name, coalesce(nullif(c.legal_name, ''), c.name) as company, c.address,
  coalesce(c.brand_colour, p.brand_colour) as colour, coalesce(c.logo_key, p.logo_key) as logo_key,
  c.payslip_language as language, c.payslip_password <> 'none' as locked, c.time_zone, r.kind, r.state, r.period,
  (select count(*) from slip s where s.tenant_id = r.tenant_id and s.run_id = r.id)::int as slips,
  a.actor_name as approved_by, a.created_at as approved_at, q.created_at as published_at
from pay_run r
join client c on c.tenant_id = r.tenant_id and c.id = r.client_id
join provider p on p.id = r.tenant_id
left join lateral (select actor_name, created_at from pay_step s where s.tenant_id = r.tenant_id and s.run_id = r.id
  and s.action = 'approved' order by s.id desc limit 1) a on true
left join lateral (select created_at from pay_step s where s.tenant_id = r.tenant_id and s.run_id = r.id
  and s.action = 'published' order by s.id desc limit 1) q on true
"""


async def get_run(run_id: UUID) -> Run:
    """The run, or `NotFound`."""
    run = await db.row(Run, f"{_RUN} where r.id = $1", run_id)
    if run is None:
        raise NotFound(text("This payroll run does not exist."))
    return run


async def list_runs(client_id: UUID, period: Period) -> list[Run]:
    """The client's runs of a month that have figures, the regular one first."""
    return await db.rows(
        Run,
        f"{_RUN} where r.client_id = $1 and r.period = $2 and r.state not in ('draft', 'calculating')"
        " order by r.kind desc, r.id",
        *(client_id, period.first),
    )


async def list_slip_ids(run_id: UUID) -> list[UUID]:
    """All slips of a run, but those of people whose data have been restricted since: they are kept and not used."""
    found = await db.records(
        "select s.id from slip s join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id"
        " where s.run_id = $1 and e.restricted_at is null order by s.id",
        run_id,
    )
    return [record["id"] for record in found]


async def count_resting(run_id: UUID) -> int:
    """How many people of a run have no payslip document, because their data are restricted."""
    resting: int = await db.value(
        "select count(*)::int from slip s join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id"
        " where s.run_id = $1 and e.restricted_at is not null and not exists (select from document d"
        " where d.tenant_id = s.tenant_id and d.subject_id = s.id and d.kind = 'payslip')",
        run_id,
    )
    return resting


async def list_payslip_documents(run_id: UUID) -> list[Document]:
    """The payslips of a run that are kept as documents, by the person's name."""
    return await db.rows(
        Document,
        "select d.id, d.created_at, d.client_id, d.kind, d.subject_id, d.name, d.media_type, d.key, d.size, d.shared"
        " from slip s join document d on d.tenant_id = s.tenant_id and d.subject_id = s.id and d.kind = 'payslip'"
        " where s.run_id = $1 order by s.employee_name, s.id",
        run_id,
    )


async def list_unprotectable(run_id: UUID) -> list[str]:
    """The people of a run whose day of birth or NIK is missing, so that their payslip can have no password."""
    return [
        record["employee_name"]
        for record in await db.records(
            "select s.employee_name from slip s join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id"
            " where s.run_id = $1 and (e.born_on is null or e.nik is null) and e.restricted_at is null"
            " and not exists (select from document d where d.tenant_id = s.tenant_id and d.subject_id = s.id"
            " and d.kind = 'payslip') order by s.employee_name, s.id",
            run_id,
        )
    ]
