"""Sub-processors and what each client said about them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text


class SubProcessor(msgspec.Struct, frozen=True):
    """Somebody to whom the office hands data."""

    id: UUID
    name: str
    service: str
    country: str
    host: str
    kinds: list[str]
    since: date
    ended_on: date | None


class Consent(msgspec.Struct, frozen=True):
    """A client's word about one of them."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    time_zone: str
    processor_id: UUID
    state: str
    reason: str
    decided_by: str
    decided_at: datetime | None
    name: str
    service: str
    country: str
    kinds: list[str]
    since: date


_CONSENT = (
    "select k.id, k.created_at, k.client_id, c.name as client_name, c.time_zone, k.processor_id, k.state, k.reason,"
    " k.decided_by, k.decided_at, p.name, p.service, p.country, p.kinds, p.since from processor_consent k"
    " join sub_processor p on p.tenant_id = k.tenant_id and p.id = k.processor_id"
    " join client c on c.tenant_id = k.tenant_id and c.id = k.client_id"
)


async def list_processors() -> list[SubProcessor]:
    """Those in use first."""
    return await db.rows(
        SubProcessor,
        "select id, name, service, country, host, kinds, since, ended_on from sub_processor"
        " order by ended_on is not null, name, service",
    )


async def get_processor(processor_id: UUID) -> SubProcessor:
    """The sub-processor, or `NotFound`."""
    found = await db.row(
        SubProcessor,
        "select id, name, service, country, host, kinds, since, ended_on from sub_processor where id = $1",
        processor_id,
    )
    if found is None:
        raise NotFound(text("This sub-processor does not exist."))
    return found


async def list_consents() -> list[Consent]:
    """What each client said, by sub-processor."""
    return await db.rows(Consent, f"{_CONSENT} where p.ended_on is null order by p.name, c.name, k.id")


async def list_consents_of(client_id: UUID) -> list[Consent]:
    """What a client was asked; what still waits comes first."""
    return await db.rows(
        Consent,
        f"{_CONSENT} where k.client_id = $1 and p.ended_on is null order by k.state <> 'asked', p.name, k.id",
        client_id,
    )


async def get_consent(consent_id: UUID) -> Consent:
    """The question, or `NotFound`; locked until the scope ends."""
    found = await db.row(Consent, f"{_CONSENT} where k.id = $1 for update of k", consent_id)
    if found is None:
        raise NotFound(text("This question does not exist."))
    return found
