"""Hours for programs: what a timer or a calendar enters for the person whose token it holds."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from tatausaha.core import audit
from tatausaha.core.i18n import text
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.operations import Done, IdempotencyKey, Page, change, cursor, once, paged, read
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.hour_forms import HourForm
from tatausaha.invoicing.queries import hours as queries
from tatausaha.invoicing.queries.hours import Hours, Wanted
from tatausaha.invoicing.rules.hours import format_minutes
from tatausaha.invoicing.service import hours as service

GROUP = text("Hours")
PAGE = 200

Minutes = Annotated[int, Meta(ge=1, le=1440)]
Word = Annotated[str, Meta(min_length=1, max_length=200)]
Label = Annotated[str, Meta(max_length=200)]


class HourEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Time that a person worked for a client. One that is `billed` does not change any more."""

    id: UUID
    client_id: UUID
    member_id: UUID
    member_name: str
    worked_on: date
    minutes: int
    task: str
    note: str
    billable: bool
    billed: bool


class NewHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Time that the token's person worked."""

    client_id: UUID
    worked_on: date
    minutes: Minutes
    task: Word
    note: Label = ""
    billable: bool = True


class HourApi(Controller):
    """Everybody reads and writes their own hours; managers' tokens read everybody's."""

    path = "/api/v1/hours"

    @read("/", name="api.hours", says=text("List hours"), group=GROUP, scope="hours:read", roles=STAFF)
    async def list_hours(
        self,
        request: AppRequest,
        client_id: Annotated[UUID | None, QueryParameter(name="client")] = None,
        member_id: Annotated[UUID | None, QueryParameter(name="member")] = None,
        first: Annotated[date | None, QueryParameter(name="from")] = None,
        last: Annotated[date | None, QueryParameter(name="to")] = None,
        after: FromQuery[str | None] = None,
    ) -> Page[HourEntry]:
        """The last day first. A worker's token gives the worker's own."""
        begin = cursor(tuple[date, UUID], after)
        whose = member_id if request.user.manages else request.user.member_id
        async with request.user.scope():
            found = await queries.page_hours(Wanted(client_id, whose, first, last), begin, PAGE + 1)
            shown, following = paged(found, PAGE, lambda one: (one.worked_on, one.id))
            await audit.saw_list("work_time", client_id, len(shown), clients=[one.client_id for one in shown])
        return Page([_told(one) for one in shown], following)

    @change(
        "/",
        name="api.enter_hours",
        says=text("Enter hours"),
        group=GROUP,
        scope="hours:write",
        roles=STAFF,
        status_code=201,
    )
    async def enter(
        self, request: AppRequest, data: JSONBody[NewHours], key: IdempotencyKey = None
    ) -> Response[HourEntry]:
        """Refused with 422 for a client that is not the person's, a day to come, and more than 24 hours of a day."""

        async def act() -> Done[HourEntry]:
            form = HourForm(
                client_id=str(data.client_id),
                worked_on=data.worked_on,
                time=format_minutes(data.minutes),
                task=data.task,
                note=data.note,
                billable=data.billable,
            )
            entered = await queries.get_own(await service.enter(form), request.user.member_id)
            return Done(_told(entered), entered.client_id, 201)

        return await once(request, key, act)


def _told(one: Hours) -> HourEntry:
    return HourEntry(**{name: getattr(one, name) for name in HourEntry.__struct_fields__})
