"""A number of a change that waits, whole and with a reason: who agrees to an account compares it with a document."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Template

from tatausaha.core import audit
from tatausaha.core.change_kinds import Change, Line
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.web import reveal
from tatausaha.core.web.access import STAFF
from tatausaha.core.web.forms import typed_values
from tatausaha.core.web.pages import CurrentClient
from tatausaha.core.web.viewer import AppRequest
from tatausaha.work.change_views import load_change


class ChangeSecretController(Controller):
    """Showing what the page of a change masks."""

    path = "/changes/{change_id:uuid}/reveal"

    @get("/", name="work.ask_change_reveal", roles=STAFF, recent=True)
    async def ask(self, request: AppRequest, change_id: FromPath[UUID]) -> Template:
        """The question why."""
        async with request.user.scope():
            change = await load_change(request, change_id)
            await audit.saw("change", change_id, change.client_id, subject_id=change.subject_id)
        return reveal.ask(request, _question(change, _line(change, request.query_params.get("field", ""))))

    @post("/", name="work.reveal_change", roles=STAFF, recent=True)
    async def show(self, request: AppRequest, change_id: FromPath[UUID]) -> Template:
        """The number whole, and a line in the access log in the same transaction."""
        async with request.user.scope():
            change = await load_change(request, change_id)
        line = _line(change, (await typed_values(request)).get("field", ""))
        reason = await reveal.read_reason(request, _question(change, line))
        async with request.user.scope():
            change = await load_change(request, change_id)
            await audit.saw(
                *("change", change_id, change.client_id),
                action="revealed",
                subject_id=change.subject_id,
                reason=reason,
                field=line.secret,
            )
        return reveal.show(request, _question(change, line), change.secret(line.secret))


def _line(change: Change, field: str) -> Line:
    """The line with this number, or the first with any; NotFound where there is none."""
    for item in change.items:
        for line in item.lines:
            if line.secret and field in ("", line.secret):
                return line
    raise NotFound(text("This page does not exist."))


def _question(change: Change, line: Line) -> reveal.Question:
    if change.client_id is None or not isinstance(line.label, Text):
        raise NotFound(text("This page does not exist."))
    client = CurrentClient(change.client_id, change.client_name or "")
    return reveal.Question(line.secret, line.label, change.subject, f"/changes/{change.id}", client)
