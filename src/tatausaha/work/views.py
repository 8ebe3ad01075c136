"""Today's queue, and the jobs that the workers do."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent, Template

from tatausaha.clients import queries as clients
from tatausaha.core import audit, outbox
from tatausaha.core.change_requests import count_waiting
from tatausaha.core.i18n import text
from tatausaha.core.outbox import JobView
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.lists import id_of, list_query, split_page
from tatausaha.core.web.pages import CurrentClient, go_to, is_swap, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.invoicing.queries import receivables
from tatausaha.payroll import labels
from tatausaha.people import queries as people
from tatausaha.people.rules import today
from tatausaha.people.search import Sort, Wanted
from tatausaha.privacy.queries import breaches
from tatausaha.privacy.queries import desk as privacy
from tatausaha.privacy.rules.labels import URGENCY
from tatausaha.work import queries
from tatausaha.work.progress import follow

TABS = {
    "waiting": ("queued", "sent"),
    "running": ("running", "waiting"),
    "failed": ("failed", "partly"),
    "done": ("done", "cancelled"),
}
GOING = TABS["waiting"] + TABS["running"]
EVERY_STATE = tuple(state for states in TABS.values() for state in states)
PAGE = 50
IN_TOP_BAR = 8
FOUND = 8


class WorkController(Controller):
    """What is to be done, and what is being done."""

    @get("/work", name="work.home", roles=STAFF)
    async def home(self, request: AppRequest) -> Template:
        """What waits for this person, and what for others, over all clients that the person may see."""
        async with request.user.scope():
            runs = await queries.list_open_runs(request.user.member_id)
            contracts = await queries.list_ending_contracts()
            failed = await queries.list_failed_jobs()
            imports = await queries.list_open_imports()
            waiting = await count_waiting(request.user.member_id, request.user.role)
            asked = await privacy.list_open()
            untold = await breaches.list_untold() if request.user.manages else []
            invoices = await receivables.count_waiting(today()) if request.user.manages else None
            await audit.saw_list("work", None, len(runs) + len(contracts) + len(failed) + len(imports))
        return page(
            *(request, "work/home.html"),
            runs=runs,
            contracts=contracts,
            failed=failed,
            imports=imports,
            waiting=waiting,
            asked=asked,
            untold=untold,
            invoices=invoices,
            urgency=URGENCY,
            labels=labels,
        )

    @get("/search", name="work.search", roles=STAFF)
    async def search(self, request: AppRequest) -> Template:
        """What the palette finds: clients and people whose names begin as typed."""
        q = list_query(request, "q").get("q", "")
        async with request.user.scope():
            found = await clients.search_names(q) if q else []
            employees = await people.page_employees(Wanted(q=q), Sort(), today()) if q else None
            shown = [row.client_id for row in employees.rows[:FOUND]] if employees else []
            await audit.saw_list("employees", None, len(shown), q, shown)
        return page(
            request, "work/_found.html", clients=found[:FOUND], people=employees.rows[:FOUND] if employees else []
        )

    @get("/jobs", name="work.jobs", roles=STAFF)
    async def jobs(self, request: AppRequest) -> Template:
        """What the workers do and did, newest first."""
        query = list_query(request, "state", "client", "after")
        client_id = id_of(query, "client")
        async with request.user.scope():
            found = await outbox.list_jobs(
                TABS.get(query.get("state", ""), EVERY_STATE),
                client_id=client_id,
                before=id_of(query, "after"),
                limit=PAGE + 1,
            )
            name = await clients.find_name(client_id) if client_id else None
            await audit.saw_list("jobs", client_id, len(found[:PAGE]))
        jobs, more = split_page(found, PAGE)
        return page(
            request,
            "work/jobs.html",
            fragment="work/_jobs.html",
            client=CurrentClient(client_id, name) if client_id and name else None,
            jobs=jobs,
            params=query,
            following=jobs[-1].id if more else None,
        )

    @get("/jobs/running", name="work.running_jobs", roles=STAFF)
    async def running(self, request: AppRequest) -> Template:
        """The part of the top bar that shows what runs."""
        async with request.user.scope():
            jobs = await outbox.list_jobs(GOING, limit=IN_TOP_BAR)
        return page(request, "work/_running.html", jobs=jobs)

    @get("/jobs/{job_id:uuid}", name="work.job", roles=STAFF)
    async def job(self, request: AppRequest, job_id: FromPath[UUID]) -> Template:
        """The job's page; its box alone for a browser that asks again and again."""
        async with request.user.scope():
            job = await outbox.get_job(job_id)
            problems = await queries.list_problems(job_id)
            if not is_swap(request) or job.ended:  # not once more for each second of waiting
                await audit.saw("job", job_id, job.client_id)
        return page(
            request, "work/job.html", fragment="work/_job.html", client=_client_of(job), job=job, problems=problems
        )

    @get("/jobs/{job_id:uuid}/events", name="work.job_stream", roles=STAFF)
    async def job_stream(self, request: AppRequest, job_id: FromPath[UUID]) -> ServerSentEvent:
        async with request.user.scope():
            job = await outbox.get_job(job_id)
            await audit.saw("job", job_id, job.client_id, stream=True)
        return ServerSentEvent(follow(request, job_id))

    @post("/jobs/{job_id:uuid}/cancel", name="work.cancel_job", roles=STAFF)
    async def cancel(self, request: AppRequest, job_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            job = await outbox.get_job(job_id)
            await outbox.cancel(job_id)
            await audit.record("cancelled", "job", job_id, job.client_id)
        return go_to(f"/jobs/{job_id}", text("Cancelled: {job}. What was done already stays.", job=str(job.title)))

    @post("/jobs/{job_id:uuid}/retry", name="work.retry_job", roles=STAFF)
    async def retry(self, request: AppRequest, job_id: FromPath[UUID]) -> Redirect:
        async with request.user.scope():
            job = await outbox.get_job(job_id)
            await outbox.retry(job_id)
            await audit.record("retried", "job", job_id, job.client_id)
        return go_to(f"/jobs/{job_id}", text("Trying again: {job}.", job=str(job.title)))


def _client_of(job: JobView) -> CurrentClient | None:
    return CurrentClient(job.client_id, job.client_name) if job.client_id and job.client_name else None
