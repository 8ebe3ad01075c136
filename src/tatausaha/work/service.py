"""Keeping the board of work tidy."""

from tatausaha.core import db

KEPT_DAYS = 90


async def forget_jobs() -> int:
    """Delete jobs, with their parts, of which nothing was alive in the last 90 days. Needs the provider's scope."""
    return await db.execute(
        "with old as (select id from job j where parent_id is null and done_at < now() - make_interval(days => $1)"
        " and not exists (select from job k where k.tenant_id = j.tenant_id and k.parent_id = j.id"
        "   and (k.done_at is null or k.done_at >= now() - make_interval(days => $1))))"
        " delete from job where id in (select id from old) or parent_id in (select id from old)",
        KEPT_DAYS,
    )
