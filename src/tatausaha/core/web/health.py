"""Whether this process can serve, for load balancers and monitors. Tells nobody anything else."""

from datetime import timedelta

from litestar import Response, get

from tatausaha.core import db
from tatausaha.core.db import jobs_scope
from tatausaha.core.web.access import PUBLIC

LAGGING = timedelta(minutes=10)


@get("/health", name="core.health", roles=PUBLIC)
async def health() -> Response[dict[str, str]]:
    """200 when the database answers; "lagging" when a due job, or what the payment service told, has waited for long.

    That needs a look at the workers.
    """
    async with jobs_scope():
        waited = await db.value(
            "select greatest((select max(now() - run_at) from job where state in ('queued', 'sent') and run_at < now()),"
            " (select max(now() - received_at) from stripe_event where handled_at is null))"
        )
    return Response({"status": "lagging" if waited is not None and waited > LAGGING else "ok"})
