"""The verbs of payroll. A run goes Draft → Calculated → Reviewed → Approved → Published → Closed.

Whoever made a run (created, entered, calculated) never reviews or releases it; the client's approval names the very
figures that were approved, by their hash.
"""

from typing import Literal
from uuid import UUID

from tatausaha.core import audit, changes, db, entitlements, letters, outbox
from tatausaha.core.actor import current_actor
from tatausaha.core.changes import Change
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, Forbidden, Invalid, NotFound
from tatausaha.core.four_eyes import Asks, may_decide
from tatausaha.core.i18n import text
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools
from tatausaha.identity import queries as members
from tatausaha.payroll import queries, release
from tatausaha.payroll.jobs import CalculateRun, MakeRunDocuments
from tatausaha.payroll.queries import RunView
from tatausaha.payroll.release import MAKING as MAKING
from tatausaha.payroll.tables import PayProblem, PayRun, PayStep, Slip

Action = Literal[
    "created", "entered", "calculated", "reopened", "reviewed", "approved", "returned", "voided", "published", "closed"
]


async def create_run(client_id: UUID, period: Period) -> UUID:
    """Begin a client's month. One regular run per month."""
    if await db.value("select 1 from client where id = $1 and archived_at is null", client_id) is None:
        raise NotFound(text("This client does not exist."))
    if await queries.find_regular_run(client_id, period):
        raise Conflict(text("Payroll of {month} has begun already; open it from the list.", month=str(period)))
    await entitlements.begin("run")
    run_id = uuid7()
    await PayRun.insert(PayRun(id=run_id, client_id=client_id, period=period.first))
    await _step(await queries.get_run(run_id), "created")
    return run_id


async def calculate(run_id: UUID) -> UUID:
    """Calculate a draft, or calculate again, in the workers. Gives the job's id."""
    await changes.overtake(release.RELEASE, run_id)
    run = await _in_state(run_id, "draft", "calculated", "calculating")
    if run.state == "calculating" and run.job_id and not (await outbox.get_job(run.job_id)).ended:
        raise Conflict(text("This run is being calculated already."))
    revision = run.revision + 1
    await PayRun.update(
        {
            PayRun.state: "calculating",
            PayRun.revision: revision,
            PayRun.slip_count: 0,
            PayRun.problem_count: 0,
            PayRun.totals: "{}",
            PayRun.figures_hash: "",
            PayRun.approved_hash: "",
        }
    ).where(PayRun.id == run_id)
    await Slip.delete().where(Slip.run_id == run_id)
    await PayProblem.delete().where(PayProblem.run_id == run_id)
    job_id = await enqueue(
        CalculateRun(run_id, revision),
        once_key=f"{run_id}:{revision}",
        client_id=run.client_id,
        link=f"/payroll/{run_id}",
    )
    assert job_id is not None
    await PayRun.update({PayRun.job_id: job_id}).where(PayRun.id == run_id)
    await _step(run, "calculated", revision=revision)
    return job_id


async def cancel_calculation(run_id: UUID) -> None:
    """Stop calculating; what is done stays, and the rest can be resumed."""
    run = await _in_state(run_id, "calculating")
    assert run.job_id is not None
    await outbox.cancel(run.job_id)


async def resume_calculation(run_id: UUID) -> None:
    """Go on where a cancelled or failed calculation stopped."""
    run = await _in_state(run_id, "calculating")
    assert run.job_id is not None
    await outbox.retry(run.job_id)


async def reopen(run_id: UUID) -> None:
    """Back to draft by its makers, to enter or mend something."""
    await changes.overtake(release.RELEASE, run_id)
    run = await _in_state(run_id, "calculated", "calculating")
    if run.state == "calculating" and run.job_id and not (await outbox.get_job(run.job_id)).ended:
        raise Conflict(text("Cancel the calculation first."))
    await _move(run, "draft", "reopened")


async def review(run_id: UUID, figures_hash: str) -> None:
    """The second pair of eyes: agrees to the request that the calculation made, for exactly these figures."""
    run = _as(
        await queries.get_run(run_id), "calculated"
    )  # not locked yet: who decides locks the request, then the run
    await _refuse_unfit(run, "colleague")
    _same_figures(run, figures_hash)
    _refuse_problems(run)
    request = await release.find(run_id)
    if request is None:
        raise Conflict(text("Nobody asked for the release of these figures. Calculate the run again."))
    await changes.approve(request.id)


async def _returned(change: Change, comment: str) -> None:
    """Who rejects the release of a run sends it back to its makers."""
    assert change.subject_id is not None
    await _move(await _in_state(change.subject_id, "calculated"), "draft", "returned", comment=comment)


@changes.applies(
    release.RELEASE,
    label=text("Payroll release, before the client's own approval"),
    choices=("colleague",),
    fields=release.FIELDS,
    page=release.page_of,
    show=release.show,
    makers=release.makers,
    refused=_returned,
    by_letter=False,
)
async def take_to_client(change: Change) -> None:
    """The figures that were agreed on go to the client, whose approvers are asked by e-mail."""
    assert change.subject_id is not None
    run = await _in_state(change.subject_id, "calculated")
    _same_figures(run, change.after["figures_hash"])
    _refuse_problems(run)
    await _move(run, "reviewed", "reviewed")
    await _tell_client(run, "approval_asked", f"/portal/approvals/{run.id}", approvers_only=True)


def _refuse_problems(run: RunView) -> None:
    if run.problem_count:
        raise Conflict(
            text(
                "{count} people could not be calculated. Mend what is named and calculate again.",
                count=run.problem_count,
            )
        )


async def approve(run_id: UUID, figures_hash: str) -> None:
    """The client agrees to exactly these figures."""
    run = await _in_state(run_id, "reviewed")
    await _refuse_unfit(run, "client")
    _same_figures(run, figures_hash)
    if await queries.hash_figures(run_id) != run.figures_hash:
        raise Conflict(text("The figures are no longer those that were reviewed. Ask for them to be calculated again."))
    await PayRun.update({PayRun.approved_hash: run.figures_hash}).where(PayRun.id == run_id)
    await _move(run, "approved", "approved")


async def send_back(run_id: UUID, comment: str) -> None:
    """Return a run to its makers with a comment that says what is wrong; its request for release is then rejected."""
    run = _as(await queries.get_run(run_id), "calculated", "reviewed", "approved")
    if current_actor().role == "approver" and run.state != "reviewed":
        raise Conflict(text("This run does not wait for your approval any more."))
    if not comment.strip():
        raise Invalid(text("Some fields need your attention."), {"comment": text("Say what needs to change.")})
    request = await release.find(run_id) if run.state == "calculated" else None
    if request and await changes.can_decide(request):
        await changes.reject(request.id, comment)
        return
    await changes.overtake(release.RELEASE, run_id)
    run = await _in_state(run_id, run.state)
    await _move(run, "draft", "returned", comment=comment.strip()[:2000])


async def publish(run_id: UUID) -> bool:
    """Release payslips and reports. False when the figures are not the approved ones: then the approval is void."""
    run = await _in_state(run_id, "approved")
    await _refuse_unfit(run, "colleague")
    if await queries.hash_figures(run_id) != run.approved_hash:
        await PayRun.update({PayRun.approved_hash: ""}).where(PayRun.id == run_id)
        await _move(run, "draft", "voided")
        return False
    await _move(run, "published", "published")
    if run.corrects_id is not None:
        await db.execute(
            "update slip set superseded = true where employee_id = $2 and period = $3 and client_id = $4 and run_id <> $1"
            " and run_id in (select id from pay_run where state in ('published', 'closed'))",
            *(run.id, run.employee_id, run.month, run.client_id),
        )
    await enqueue(MakeRunDocuments(run_id), once_key=str(run_id), client_id=run.client_id, link=f"/payroll/{run_id}")
    await _tell_client(run, "payslips_published", "/portal", approvers_only=False)
    return True


async def close(run_id: UUID) -> None:
    """End the month: from now on nothing in it changes, not even by our own hand."""
    run = await _in_state(run_id, "published")
    documents = await db.value(
        "select state from job where kind = $1 and once_key = $2", MakeRunDocuments.kind, str(run_id)
    )
    if documents != "done":
        raise Conflict(text("Payslips and reports are not all made yet; close the month when they are."))
    await _move(run, "closed", "closed")


async def correct(slip_id: UUID, reason: str) -> UUID:
    """Begin the correction of one published slip: a run of its own for that person, through the same steps."""
    if not reason.strip():
        raise Invalid(text("Some fields need your attention."), {"reason": text("Say why the slip is corrected.")})
    found = await db.records(
        "select run_id, employee_id, client_id, period, superseded from slip where id = $1", slip_id
    )
    if not found:
        raise NotFound(text("This payslip does not exist."))
    slip = found[0]
    origin = await queries.get_run(slip["run_id"], lock=True)
    if origin.state not in queries.SETTLED or slip["superseded"]:
        raise Conflict(text("Only the newest version of a published payslip can be corrected."))
    if await db.value(
        "select 1 from pay_run where corrects_id = $1 and employee_id = $2 and state not in ('published', 'closed')",
        origin.id,
        slip["employee_id"],
    ):
        raise Conflict(text("A correction of this payslip is under way already."))
    run_id = uuid7()
    await PayRun.insert(
        PayRun(
            id=run_id,
            client_id=slip["client_id"],
            period=slip["period"],
            kind="correction",
            corrects_id=origin.id,
            employee_id=slip["employee_id"],
        )
    )
    await db.execute(
        "insert into pay_input (client_id, run_id, employee_id, code, name, amount, days)"
        " select client_id, $1, employee_id, code, name, amount, days from pay_input where run_id = $2 and employee_id = $3",
        *(run_id, origin.id, slip["employee_id"]),
    )
    await _step(await queries.get_run(run_id), "created", comment=reason.strip()[:2000])
    return run_id


async def note_entry(run: RunView) -> None:
    """Remember who entered figures: that person is a maker. One line in the history per person and revision."""
    known = await db.value(
        "select 1 from pay_step where run_id = $1 and actor_id = $2 and action = 'entered' and revision = $3",
        *(run.id, current_actor().id, run.revision),
    )
    if not known:
        await _step(run, "entered")


async def made_by_me(run_id: UUID) -> bool:
    """True when the acting person worked on the run and so must not check it."""
    return current_actor().id in await release.makers_of(run_id)


async def _in_state(run_id: UUID, *states: str) -> RunView:
    return _as(await queries.get_run(run_id, lock=True), *states)


def _as(run: RunView, *states: str) -> RunView:
    if run.state not in states:
        raise Conflict(text("This step is not possible while the run is {state}.", state=run.state))
    return run


async def _move(run: RunView, state: str, action: Action, *, comment: str = "") -> None:
    await PayRun.update({PayRun.state: state}).where(PayRun.id == run.id)
    await _step(run, action, comment=comment)


async def _step(run: RunView, action: Action, *, comment: str = "", revision: int | None = None) -> None:
    actor = current_actor()
    await PayStep.insert(
        PayStep(
            client_id=run.client_id,
            run_id=run.id,
            action=action,
            revision=revision if revision is not None else run.revision,
            figures_hash=run.figures_hash,
            comment=comment,
            actor_id=actor.id,
            actor_name=actor.name,
            actor_role=actor.role,
        )
    )
    await audit.record(action, "pay_run", run.id, run.client_id, period=str(run.period))


async def _refuse_unfit(run: RunView, asks: Asks) -> None:
    """The rule of maker and checker, for every step that releases a run."""
    actor, makers = current_actor(), await release.makers_of(run.id)
    if may_decide(makers, actor.id, asks, actor.role):
        return
    if actor.id in makers:
        raise Forbidden(text("You worked on this run yourself. Somebody else must check and release it."))
    if asks == "client":
        raise Forbidden(text("Only the client's approver can approve."))
    raise Forbidden(text("Somebody of the payroll office must check and release this run."))


def _same_figures(run: RunView, figures_hash: str) -> None:
    if not run.figures_hash or figures_hash != run.figures_hash:
        raise Conflict(text("The figures changed while you looked at them. Reload the page and look again."))


async def _tell_client(run: RunView, template: str, path: str, *, approvers_only: bool) -> None:
    language = await db.value("select payslip_language from client where id = $1", run.client_id)
    for email, role in await members.list_approvers(run.client_id):
        if role == "approver" or not approvers_only:
            await letters.write(
                template,
                email,
                once_key=f"{template}:{run.id}:{run.revision}:{email}",
                language=language,
                client_id=run.client_id,
                client=run.client_name,
                month=run.month.isoformat(),
                provider=await db.value("select name from provider"),
                link=tools().settings.base_url + path,
            )
