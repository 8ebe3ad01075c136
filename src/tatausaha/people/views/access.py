"""Who saw an employee's data."""

from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.core import audit_queries, audit_words
from tatausaha.core.audit_queries import Wanted
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.people.views.employees import look_at


class PersonAccessController(Controller):
    """The access log of one person."""

    @get("/people/{employee_id:uuid}/access", name="people.access", roles=MANAGERS)
    async def show(self, request: AppRequest, employee_id: FromPath[UUID]) -> Template:
        """Who saw, took away or changed the data of this very person, newest first."""
        params = list_query(request, "after")
        async with request.user.scope():
            employee = await look_at(employee_id)
            found = await audit_queries.page_events(Wanted(subject_id=employee_id), id_of(params, "after"))
        events, more = split_page(found, audit_queries.PAGE)
        return page(
            request,
            "people/access.html",
            fragment="people/_access.html",
            client=CurrentClient(employee.client_id, employee.client_name),
            employee=employee,
            events=events,
            params=params,
            next=events[-1].id if more else None,
            words=audit_words,
        )
