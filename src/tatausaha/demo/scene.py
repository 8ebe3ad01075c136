"""Where the month end is played: the client, its people's browsers, and the eyes of the one who counts."""

import asyncio
import time
from pathlib import Path
from uuid import UUID

import msgspec

from tatausaha.core import db, outbox
from tatausaha.core.dates import Period
from tatausaha.core.i18n import render
from tatausaha.demo.browser import Browser
from tatausaha.demo.companies import Company
from tatausaha.demo.past import Team
from tatausaha.demo.telling import Telling
from tatausaha.local.child import LocalError
from tatausaha.payroll import queries
from tatausaha.payroll.queries import RunView

MAIL_SECONDS = 60.0


class Scene(msgspec.Struct, frozen=True):
    """One client's month end. The browsers act over HTTP; `number` and `run` look into the database beside them."""

    company: Company
    team: Team
    month: Period
    worker: Browser
    manager: Browser
    approver: Browser
    telling: Telling
    folder: Path
    mail: Path

    async def number(self, query: str, *arguments: object) -> int:
        """A count or sum, by SQL in a scope of its own."""
        async with self.team.scope():
            found = await db.value(query, *arguments)
        return int(found or 0)

    async def run(self) -> RunView | None:
        """The month's run as it stands."""
        async with self.team.scope():
            found = await queries.find_regular_run(self.team.client_id, self.month)
        return found  # noqa: RET504 - returned inside the block, mypy would miss a return after it

    async def watch(self, browser: Browser, kind: str, link: str) -> None:
        """Follow the newest job of a page to its end. LocalError when it did not succeed."""
        async with self.team.scope():
            job_id: UUID = await db.value(
                "select id from job where link = $1 and kind = $2 order by id desc limit 1", link, kind
            )
            title = render((await outbox.get_job(job_id)).title)
        async for done, total in browser.watch(job_id):
            self.telling.progress(title, done, total, ended=False)
        async with self.team.scope():
            job = await outbox.get_job(job_id)
        self.telling.progress(title, job.done, job.total, ended=True)
        if job.state != "done":
            raise LocalError(f"{title} ended as {job.state}: {render(job.error) if job.error else 'no reason known'}.")

    async def letters(self, template: str, run_id: UUID) -> tuple[int, int]:
        """Letters of a kind about this month: as many as were written and sent, and as many as lie in the mailbox."""
        deadline = time.monotonic() + MAIL_SECONDS
        while True:
            async with self.team.scope():
                written = await db.records(
                    "select message_id from mail where client_id = $1 and template = $2 and once_key like $3",
                    *(self.team.client_id, template, f"{template}:{run_id}:%"),
                )
            ids = [row["message_id"].encode() for row in written]
            arrived = await asyncio.to_thread(self._arrived, ids)
            if arrived >= len(ids) or time.monotonic() > deadline:
                return len(ids), arrived
            await asyncio.sleep(0.2)

    def _arrived(self, ids: list[bytes]) -> int:
        letters = [file.read_bytes() for file in (self.mail / "new").iterdir()]
        return sum(any(own in letter for letter in letters) for own in ids)
