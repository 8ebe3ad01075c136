"""Requests of people about their own data, as pages and letters read them."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.privacy.rules import clock, labels
from tatausaha.privacy.rules.clock import Urgency

PAGE = 50


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request, with everything that was done about it."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    time_zone: str
    subject_id: UUID
    subject_name: str
    kind: str
    channel: str
    received_at: datetime
    due_at: datetime
    wish: str
    asked_by: str
    identity_method: str
    identity_by: str
    identity_at: datetime | None
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    copy_key: str | None
    copy_size: int
    copy_until: datetime | None

    @property
    def urgency(self) -> Urgency:
        return clock.urgency(self.due_at, self.answered_at or datetime.now(UTC))

    @property
    def label(self) -> Text:
        return labels.REQUESTS[self.kind]

    @property
    def has_copy(self) -> bool:
        """Whether a copy was made and may still be fetched."""
        return self.copy_key is not None and self.copy_until is not None and datetime.now(UTC) < self.copy_until


class Subject(msgspec.Struct, frozen=True):
    """An employee as far as requests, holds and restriction need it."""

    id: UUID
    name: str
    number: str
    client_id: UUID
    client_name: str
    time_zone: str
    restricted_at: datetime | None
    restricted_reason: str


_REQUEST = (
    "select r.*, c.name as client_name, c.time_zone from privacy_request r"
    " join client c on c.tenant_id = r.tenant_id and c.id = r.client_id"
)


async def page_requests(
    *, client_id: UUID | None = None, state: str = "", kind: str = "", before: UUID | None = None, limit: int = PAGE + 1
) -> list[Request]:
    """Newest first, of all clients one may see or of one."""
    return await db.rows(
        Request,
        f"{_REQUEST} where ($1::uuid is null or r.client_id = $1) and ($2 = '' or r.state = $2)"
        " and ($3 = '' or r.kind = $3) and ($4::uuid is null or r.id < $4) order by r.id desc limit $5",
        *(client_id, state, kind, before, limit),
    )


async def list_open(limit: int = PAGE) -> list[Request]:
    """What still waits for an answer, the most urgent first."""
    return await db.rows(Request, f"{_REQUEST} where r.state = 'open' order by r.due_at limit $1", limit)


async def get_request(request_id: UUID, *, lock: bool = False) -> Request:
    """The request, or `NotFound`."""
    found = await db.row(Request, f"{_REQUEST} where r.id = $1{' for update of r' if lock else ''}", request_id)
    if found is None:
        raise NotFound(text("This request does not exist."))
    return found


async def get_subject(employee_id: UUID | None) -> Subject:
    """The person, or `NotFound`."""
    found = await db.row(
        Subject,
        "select e.id, e.name, e.number, e.client_id, c.name as client_name, c.time_zone, e.restricted_at,"
        " e.restricted_reason from employee e join client c on c.tenant_id = e.tenant_id and c.id = e.client_id"
        " where e.id = $1",
        employee_id,
    )
    if found is None:
        raise NotFound(text("This employee does not exist."))
    return found


async def find_subject(employee_id: UUID) -> Subject | None:
    """The person, unless their data are destroyed."""
    try:
        return await get_subject(employee_id)
    except NotFound:
        return None


async def find_by_number(client_id: UUID, number: str) -> UUID | None:
    """The employee of a client with this number."""
    found: UUID | None = await db.value(
        "select id from employee where client_id = $1 and number = $2", client_id, number.strip()
    )
    return found


async def list_recipients() -> list[str]:
    """The addresses of those who answer for deadlines: the office's owners and managers."""
    found = await db.records(
        "select email from member where role in ('owner', 'manager') and ended_at is null order by email"
    )
    return [record["email"] for record in found]


async def is_held(client_id: UUID, employee_id: UUID) -> bool:
    """Whether a legal hold forbids destroying this person's data."""
    held: bool = await db.value(
        "select exists (select from legal_hold where client_id = $1 and released_at is null"
        " and (subject_id is null or subject_id = $2))",
        *(client_id, employee_id),
    )
    return held
