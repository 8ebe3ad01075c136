"""The access log, for programs: what a provider searches, and what a client reads of the looks at its data."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller
from litestar.params import FromQuery, QueryParameter

from tatausaha.core import audit, audit_queries
from tatausaha.core.audit_keep import Share, get_share
from tatausaha.core.audit_queries import PAGE, Event, Wanted
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS, PORTAL
from tatausaha.core.web.operations import Page, paged, read
from tatausaha.core.web.viewer import AppRequest, Viewer

DAYS = (date(2000, 1, 1), date(2200, 1, 1))


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what with which record. To a client `who` is the role where its contract names nobody."""

    id: UUID
    at: datetime
    client_id: UUID | None
    who: str
    role: str
    address: str | None
    action: str
    object_kind: str
    object_id: UUID | None
    subject_id: UUID | None
    count: int
    reason: str


class LogApi(Controller):
    """Reading the log is written into the log."""

    @read(
        "/api/v1/log",
        name="api.log",
        says=text("Search the access log"),
        group=text("Access log"),
        scope="log:read",
        roles=MANAGERS | PORTAL,
    )
    async def search(
        self,
        request: AppRequest,
        client: FromQuery[UUID | None] = None,
        person: FromQuery[UUID | None] = None,
        employee: FromQuery[UUID | None] = None,
        first: Annotated[date | None, QueryParameter(name="from")] = None,
        last: Annotated[date | None, QueryParameter(name="to")] = None,
        after: FromQuery[UUID | None] = None,
    ) -> Page[LogLine]:
        """Newest first. `person` is a member of the provider, `from` and `to` are days of western Indonesia, both included."""
        if not all(DAYS[0] <= day < DAYS[1] for day in (first, last) if day):
            raise Invalid(text("Write days between {first} and {last}.", first=DAYS[0].year, last=DAYS[1].year))
        wanted = Wanted(client_id=client, actor_id=person, subject_id=employee, first=first, last=last)
        async with request.user.scope():
            share = await _share(request.user)
            found = await audit_queries.page_events(_within(wanted, request.user, share), after)
            await audit.saw_list("access_log", wanted.client_id, len(found[:PAGE]))
        shown, following = paged(found, PAGE, lambda event: event.id)
        return Page([_told(event, share) for event in shown], following)


async def _share(viewer: Viewer) -> Share | None:
    """What the contract shows to a client; None for the provider's own people."""
    if not viewer.is_portal:
        return None
    if not viewer.client_ids:
        raise NotFound(text("This client does not exist."))
    return await get_share(viewer.client_ids[0])


def _within(wanted: Wanted, viewer: Viewer, share: Share | None) -> Wanted:
    """For a client its own company alone; people can be told apart only where they are named."""
    if share is None or viewer.client_ids is None:
        return wanted
    person = wanted.actor_id if share.shows_names else None
    return msgspec.structs.replace(wanted, client_id=viewer.client_ids[0], actor_id=person, outside=True)


def _told(event: Event, share: Share | None) -> LogLine:
    named = share is None or share.shows_names
    known = {name: getattr(event, name) for name in LogLine.__struct_fields__ if hasattr(event, name)}
    known["address"] = event.address if share is None else None
    return LogLine(
        **known, at=event.created_at, who=event.actor_name if named else event.actor_role, role=event.actor_role
    )
