"""Every night each subscription is compared with Stripe: what was missed is mended, what nobody can mend is reported."""

from collections.abc import Sequence

from tatausaha.billing.queries import accounts, differences
from tatausaha.billing.rules.comparing import Difference, list_missed, list_wrong
from tatausaha.billing.service import catching_up
from tatausaha.core import audit, db
from tatausaha.core.claims import Claim


async def compare(claim: Claim) -> None:
    """Read the truth, keep it, and the differences with it."""
    heard = await catching_up.hear(claim, always=True)
    async with claim.finishing():
        known = await differences.list_known()
        # An event that came meanwhile brought a younger answer, which this one then says nothing about.
        if not await catching_up.keep(heard) or heard.truth is None:
            return
        truth = heard.truth
        stored = await accounts.find_subscription()
        counts = stored.stripe_id if stored is not None and stored.alive else None
        wrong = list_wrong(known, truth, await differences.list_compared_periods(), counts)
        await _keep([*list_missed(known, truth, counts), *wrong])
        await audit.record("compared", "subscription", stored.id if stored else None, differences=len(wrong))


async def _keep(found: Sequence[Difference]) -> None:
    """What was repaired is over; what was seen again stays open; what was not seen again is settled."""
    seen = [f"{each.kind} {each.stripe_id}" for each in found if not each.repaired]
    await db.execute(
        "update billing_difference set settled_at = now() where settled_at is null and kind || ' ' || stripe_id <> all($1)",
        seen,
    )
    await db.execute(
        "insert into billing_difference (kind, stripe_id, ours, theirs, repaired, settled_at)"
        " select kind, stripe_id, ours, theirs, repaired, case when repaired then now() end"
        " from jsonb_to_recordset($1) as r (kind text, stripe_id text, ours text, theirs text, repaired boolean)"
        " on conflict (tenant_id, kind, stripe_id) where settled_at is null do update set ours = excluded.ours,"
        " theirs = excluded.theirs, seen_at = now()",
        [_row(each) for each in {(each.kind, each.stripe_id): each for each in found}.values()],
    )


def _row(each: Difference) -> dict[str, object]:
    return {name: getattr(each, name) for name in each.__struct_fields__}
