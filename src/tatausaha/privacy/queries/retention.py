"""Rules in force, holds, what is due, and destructions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.privacy.rules.retention import InForce, Setting, in_force, kept_from

MOST = 200


class Hold(msgspec.Struct, frozen=True):
    """What must not be destroyed, and why."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    subject_id: UUID | None
    subject_name: str
    reason: str
    placed_by: str
    released_at: datetime | None
    released_by: str


class DuePerson(msgspec.Struct, frozen=True):
    """Somebody whose time is over."""

    id: UUID
    name: str
    number: str
    client_id: UUID
    client_name: str
    ended_on: date
    held: bool


class DuePayroll(msgspec.Struct, frozen=True):
    """A client's payroll that is older than its time."""

    client_id: UUID
    client_name: str
    oldest: date
    newest: date
    slips: int


class Destruction(msgspec.Struct, frozen=True):
    """A destruction with its proof."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    time_zone: str
    scope: str
    subject_id: UUID | None
    subject_name: str
    until: date | None
    reason: str
    state: str
    asked_id: UUID
    asked_by: str
    agreed_id: UUID | None
    agreed_by: str
    agreed_at: datetime | None
    done_at: datetime | None
    counts: dict[str, Any]
    certificate_sha256: bytes | None
    certificate_id: UUID | None


async def rules_on(day: date) -> dict[str, InForce]:
    """How long each kind is kept, as it holds on a day."""
    found = await db.rows(Setting, "select kind, effective_from, months, reason, set_by from retention_rule")
    rules = in_force(found, day)
    log_months: int | None = await db.value("select months from log_policy")
    if log_months is not None:
        rules["trail"] = msgspec.structs.replace(rules["trail"], months=log_months)
    return rules


async def list_holds(*, standing: bool = True) -> list[Hold]:
    """Legal holds, newest first."""
    return await db.rows(
        Hold,
        "select h.*, c.name as client_name from legal_hold h"
        " join client c on c.tenant_id = h.tenant_id and c.id = h.client_id"
        " where h.released_at is null or not $1 order by h.id desc limit $2",
        *(standing, MOST),
    )


async def get_hold(hold_id: UUID) -> Hold:
    """The hold, or `NotFound`."""
    found = await db.row(
        Hold,
        "select h.*, c.name as client_name from legal_hold h"
        " join client c on c.tenant_id = h.tenant_id and c.id = h.client_id where h.id = $1",
        hold_id,
    )
    if found is None:
        raise NotFound(text("This legal hold does not exist."))
    return found


async def list_due_people(day: date, months: int, client_id: UUID | None) -> list[DuePerson]:
    """People whose last day lies before what is kept, and who have no payslip that is still kept."""
    return await db.rows(
        DuePerson,
        "select e.id, e.name, e.number, e.client_id, c.name as client_name, e.ended_on, exists (select from legal_hold h"
        "   where h.tenant_id = e.tenant_id and h.client_id = e.client_id and h.released_at is null"
        "   and (h.subject_id is null or h.subject_id = e.id)) as held"
        " from employee e join client c on c.tenant_id = e.tenant_id and c.id = e.client_id"
        " where e.ended_on < $1 and ($2::uuid is null or e.client_id = $2)"
        " and not exists (select from slip s where s.tenant_id = e.tenant_id and s.employee_id = e.id and s.period >= $1)"
        " and not exists (select from destruction d where d.tenant_id = e.tenant_id and d.subject_id = e.id"
        "   and d.state in ('waiting', 'approved'))"
        " order by e.ended_on, e.id limit $3",
        *(kept_from(day, months), client_id, MOST),
    )


async def list_due_payroll(day: date, months: int, client_id: UUID | None) -> list[DuePayroll]:
    """Months of payroll that are older than what is kept, by client."""
    return await db.rows(
        DuePayroll,
        "select s.client_id, c.name as client_name, min(s.period) as oldest, max(s.period) as newest,"
        " count(*)::int as slips from slip s join client c on c.tenant_id = s.tenant_id and c.id = s.client_id"
        " where s.period < $1 and ($2::uuid is null or s.client_id = $2)"
        " and not exists (select from destruction d where d.tenant_id = s.tenant_id and d.client_id = s.client_id"
        "   and d.until >= s.period and d.state in ('waiting', 'approved'))"
        " group by s.client_id, c.name order by c.name limit $3",
        *(kept_from(day, months), client_id, MOST),
    )


async def last_payslip(employee_id: UUID) -> date | None:
    """The month of a person's latest payslip."""
    found: date | None = await db.value("select max(period) from slip where employee_id = $1", employee_id)
    return found


_DESTRUCTION = (
    "select d.*, c.name as client_name, c.time_zone, k.id as certificate_id from destruction d"
    " join client c on c.tenant_id = d.tenant_id and c.id = d.client_id"
    " left join document k on k.tenant_id = d.tenant_id and k.subject_id = d.id and k.kind = 'destruction_certificate'"
)


async def list_destructions(client_id: UUID | None) -> list[Destruction]:
    """Newest first."""
    return await db.rows(
        Destruction,
        f"{_DESTRUCTION} where $1::uuid is null or d.client_id = $1 order by d.id desc limit $2",
        *(client_id, MOST),
    )


async def get_destruction(destruction_id: UUID, *, lock: bool = False) -> Destruction:
    """The destruction, or `NotFound`."""
    found = await db.row(
        Destruction, f"{_DESTRUCTION} where d.id = $1{' for update of d' if lock else ''}", destruction_id
    )
    if found is None:
        raise NotFound(text("This destruction does not exist."))
    return found
