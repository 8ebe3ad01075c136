"""Taking somebody's access away: first what the person leaves behind, then everything at once."""

import asyncio
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from tatausaha.core import audit, audit_words
from tatausaha.core.errors import NotFound
from tatausaha.core.exports import Column, write_csv, write_xlsx
from tatausaha.core.i18n import text
from tatausaha.core.web.access import MANAGERS
from tatausaha.core.web.forms import parse, typed_values
from tatausaha.core.web.imports import SPREADSHEETS
from tatausaha.core.web.pages import go_to, page
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity import queries as identity
from tatausaha.identity import service as people
from tatausaha.payroll import labels
from tatausaha.work import leaving

COLUMNS = (
    Column("client_name", text("Client")),
    Column("object_kind", text("Kind")),
    Column("record", text("Record")),
    Column("action", text("What was done")),
    Column("shown", text("Records shown"), "number"),
    Column("times", text("Times"), "number"),
    Column("first_at", text("First"), "moment"),
    Column("last_at", text("Last"), "moment"),
)


class Leave(msgspec.Struct, frozen=True):
    """Who takes over: `client:worker` for each client, parted by commas; nothing for clients that nobody takes over."""

    heir: str = ""


class LeavingController(Controller):
    """One page, one step."""

    @get("/team/{member_id:uuid}/end", name="work.leaving", roles=MANAGERS)
    async def show(self, request: AppRequest, member_id: FromPath[UUID]) -> Template:
        """Open work, and the secrets the person has seen; also afterwards."""
        async with request.user.scope():
            member = await identity.get_member(member_id)
            left = await leaving.open_work(member)
            heirs = await leaving.heirs_for(member)
            seen = await leaving.list_seen(member_id)
            await audit.saw("leaver", member_id, member.client_id, count=len(seen))
        return page(
            request,
            "work/leaving.html",
            member=member,
            left=left,
            heirs=heirs,
            seen=seen,
            labels=labels,
            words=audit_words,
        )

    @post("/team/{member_id:uuid}/end", name="identity.end_membership", roles=MANAGERS)
    async def end(self, request: AppRequest, member_id: FromPath[UUID]) -> Redirect:
        """Hand the clients over and end every way in, in one transaction."""
        async with request.user.scope():
            member = await identity.get_member(member_id)
            form = parse(Leave, await typed_values(request))
            await leaving.hand_over(member, _heirs(form.heir))
            invitations = [one.id for one in await leaving.list_open_invitations(member)]
            await people.end_membership(request.user, member_id, invitations)
        return go_to(f"/team/{member_id}/end", text("{name} has no access any more.", name=member.name))

    @get("/team/{member_id:uuid}/seen", name="work.leaving_file", roles=MANAGERS)
    async def export(self, request: AppRequest, member_id: FromPath[UUID]) -> Response[bytes]:
        """The secrets the person has seen, record by record, as XLSX or (`?format=csv`) CSV."""
        kind = "csv" if request.query_params.get("format") == "csv" else "xlsx"
        async with request.user.scope():
            member = await identity.get_member(member_id)
            seen = await leaving.list_seen_records(member_id)
            await audit.saw("leaver", member_id, member.client_id, action="exported", count=len(seen), format=kind)
        rows = [_in_words(one) for one in seen]
        with TemporaryDirectory(prefix="tata-seen-") as folder:
            target = Path(folder) / f"seen.{kind}"
            write = partial(write_csv if kind == "csv" else write_xlsx, target, COLUMNS, rows)
            await asyncio.to_thread(write)
            content = await asyncio.to_thread(target.read_bytes)
        attached = {"Content-Disposition": f'attachment; filename="seen.{kind}"', "Cache-Control": "no-store"}
        return Response(content, media_type=SPREADSHEETS[kind], headers=attached)


def _in_words(one: leaving.SeenRecord) -> dict[str, object]:
    words = {"action": audit_words.action_words(one.action), "object_kind": audit_words.kind_words(one.object_kind)}
    return msgspec.structs.asdict(one) | words


def _heirs(written: str) -> dict[UUID, UUID]:
    try:
        pairs = [one.split(":") for one in written.split(",") if one]
        return {UUID(client): UUID(worker) for client, worker in pairs}
    except ValueError:
        raise NotFound(text("This person does not exist.")) from None
