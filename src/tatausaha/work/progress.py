"""A job's progress as a stream of events, for as long as somebody watches."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar.response.sse import ServerSentEventMessage

from tatausaha.core import outbox
from tatausaha.core.i18n import use_language
from tatausaha.core.outbox import JobView
from tatausaha.core.web.pages import base_context
from tatausaha.core.web.viewer import AppRequest
from tatausaha.identity.queries import look_again

LOOK_SECONDS = 1.0
LONGEST_SECONDS = 600.0
QUIET_SECONDS = 15.0


async def follow(request: AppRequest, job_id: UUID) -> AsyncIterator[ServerSentEventMessage]:
    """The job's box whenever it changes, and "close" when the job has ended or was watched for ten minutes.

    Each look opens a scope of its own: a transaction does not stay open while somebody watches. Whoever may look no more
    (signed out, access ended, client taken away) is told nothing more; a browser that still may comes back by itself.
    """
    began = spoke = time.monotonic()
    shown: JobView | None = None
    while time.monotonic() - began < LONGEST_SECONDS:
        viewer = await look_again(request.user)
        if viewer is None:
            return
        async with viewer.scope():
            job = await outbox.find_job(job_id)
        if job is None:
            break
        if job != shown:
            shown, spoke = job, time.monotonic()
            yield ServerSentEventMessage(event="progress", data=_box(request, job))
        elif time.monotonic() - spoke > QUIET_SECONDS:
            # Something must cross the wire now and then, or a proxy takes the stream for dead.
            spoke = time.monotonic()
            yield ServerSentEventMessage(comment="still here", data=None)
        if job.ended:
            break
        await asyncio.sleep(LOOK_SECONDS)
    yield ServerSentEventMessage(event="close", data="")


def _box(request: AppRequest, job: JobView) -> str:
    template = _templates(request).get_template("work/_job.html")
    with use_language(request.user.language):
        box: str = template.render(base_context(request) | {"request": request, "job": job})
    return box


def _templates(request: AppRequest) -> Any:
    assert request.app.template_engine is not None
    return request.app.template_engine.engine
