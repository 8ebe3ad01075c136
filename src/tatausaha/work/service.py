"""Keeping the board of work tidy, and telling those whom a change waits for."""

from tatausaha.core import changes, db, letters
from tatausaha.core.change_kinds import KINDS
from tatausaha.core.changes import Change
from tatausaha.core.i18n import Language, render, use_language
from tatausaha.core.process import tools
from tatausaha.identity.deciders import Decider, list_deciders

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


async def list_asked(change: Change) -> list[Decider]:
    """Everybody who can decide a change that waits; nobody once it is decided. Needs the provider's scope."""
    if change.state != "pending":
        return []
    makers = await changes.makers_of(change)
    found = await list_deciders(change.asks, change.client_id, change.maker_id)
    return [one for one in found if one.id not in makers]


async def tell_deciders(change: Change, deciders: list[Decider]) -> None:
    """One letter to each. It names no values: those are read after signing in."""
    provider = await db.value("select name from provider")
    language: Language = (
        await db.value("select payslip_language from client where id = $1", change.client_id) or "id"
        if change.asks == "client"
        else "id"
    )
    place = "/portal/changes" if change.asks == "client" else "/changes"
    with use_language(language):
        what = render(KINDS[change.kind].label)
    for one in deciders:
        await letters.write(
            "change_asked",
            one.email,
            once_key=f"change:{change.id}:{one.id}",
            language=language,
            client_id=change.client_id,
            name=one.name,
            maker=change.maker_name,
            what=what,
            client=change.client_name or provider,
            link=f"{tools().settings.base_url}{place}/{change.id}",
        )
