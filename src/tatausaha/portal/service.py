"""The client's decision about a run: approve exactly what was shown, or send it back."""

from uuid import UUID

from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.payroll import queries as payroll
from tatausaha.payroll import service as runs
from tatausaha.payroll.queries import RunView, StepView
from tatausaha.portal.queries import DECIDED


async def approve(run_id: UUID, figures_hash: str) -> Text:
    """Agree to exactly these figures; gives the sentence to show. A second approval of the same figures changes nothing.

    Raises Conflict when the run was sent back meanwhile or its figures are others, NotFound while it is being made.
    """
    run = await payroll.get_run(run_id, lock=True)
    if run.state == "reviewed":
        await runs.approve(run_id, figures_hash)
        return text("Thank you, your approval is recorded.")
    taken = await _decision(run)
    if taken.action == "returned":
        raise Conflict(
            text("{name} has sent this payroll back. It returns here when it is corrected.", name=taken.actor_name)
        )
    if figures_hash != run.approved_hash:
        raise Conflict(
            text("{name} has approved other figures than those you looked at. Open them again.", name=taken.actor_name)
        )
    if taken.actor_id == current_actor().id:
        return text("You have approved this payroll already; once is enough.")
    return text("{name} has approved this payroll already.", name=taken.actor_name)


async def send_back(run_id: UUID, comment: str) -> Text:
    """Return the run to its makers with a comment; gives the sentence to show. Sending it back twice changes nothing.

    Raises Invalid without a comment, Conflict when it was approved meanwhile, NotFound while it is being made.
    """
    run = await payroll.get_run(run_id, lock=True)
    if run.state == "reviewed":
        await runs.send_back(run_id, comment)
        return text("Sent back with your comment. It returns here when it is corrected.")
    taken = await _decision(run)
    if taken.action == "returned":
        return text("{name} has sent this payroll back already.", name=taken.actor_name)
    raise Conflict(
        text(
            "{name} has approved this payroll, so it cannot be sent back here any more. Tell your payroll office.",
            name=taken.actor_name,
        )
    )


async def _decision(run: RunView) -> StepView:
    """What the client decided about these very figures; a run it knows nothing of does not exist."""
    action = "approved" if run.state in DECIDED else "returned"
    for step in reversed(await payroll.list_steps(run.id)):
        if (step.action, step.actor_role, step.revision) == (action, "approver", run.revision):
            return step
    raise NotFound(text("This payroll run does not exist."))
