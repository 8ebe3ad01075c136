"""Each night: what was missed is mended, and what nobody can mend is reported until it is gone."""

from datetime import timedelta
from pathlib import Path

from tatausaha.billing.queries import accounts, differences
from tatausaha.core import entitlements
from tatausaha.core.exports import write_csv
from tests.billing.steps import add_clients, begin_trial, compare, customer_of, night, subscribe
from tests.make import Office
from tests.stripe_double import Double


async def reported(office: Office) -> list[tuple[str, str, str]]:
    async with office.scope():
        return [(one.kind, one.ours, one.theirs) for one in await differences.list_differences(only_open=True)]


async def mended(office: Office) -> set[str]:
    async with office.scope():
        return {one.kind for one in await differences.list_differences() if one.repaired}


async def test_what_no_event_told_is_read_and_kept(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    await subscribe(office, stripe)
    stripe.clock.advance(timedelta(days=31))
    await night(office, stripe)

    # Somebody ends it on Stripe's own pages, and every event is lost.
    stripe.cancel(stripe.subscription(await customer_of(office))["id"])
    await compare(office)

    async with office.scope():
        subscription, standing = await accounts.find_subscription(), await entitlements.find()
    assert subscription is not None
    assert standing is not None
    assert (subscription.status, standing.reason) == ("canceled", "ended")
    assert "subscription.status" in await mended(office)
    assert await reported(office) == []


async def test_what_was_billed_and_not_counted_is_reported_until_it_is_gone(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    await add_clients(office, 2)
    await subscribe(office, stripe)
    stripe.clock.advance(timedelta(days=31))
    await night(office, stripe)
    await compare(office)
    assert await reported(office) == []

    # Stripe's books say something else than was counted and sold.
    invoice = stripe.invoices(await customer_of(office))[0]
    line = next(one for one in invoice["lines"]["data"] if one["quantity"] == 3)
    line["quantity"] = 4
    await compare(office)
    assert await reported(office) == [("amount.client", "30000000", "22500000"), ("quantity.client", "3", "4")]
    await compare(office)
    assert len(await reported(office)) == 2

    line["quantity"], line["amount"] = 3, 22_500_000
    await compare(office)
    assert await reported(office) == []


async def test_a_second_subscription_and_a_price_of_nobodys_wait_for_a_person(
    office: Office, stripe: Double, tmp_path: Path
) -> None:
    await begin_trial(office, stripe)
    await subscribe(office, stripe)
    first = stripe.subscription(await customer_of(office))
    second = stripe.state.objects["subscription"]["sub_second"] = {
        **first,
        "id": "sub_second",
        "start_date": first["start_date"] + 60,
    }
    await compare(office)
    assert await reported(office) == [("subscription.twice", first["id"], "sub_second")]

    second["items"] = {
        **first["items"],
        "data": [{**first["items"]["data"][0], "price": {**first["items"]["data"][0]["price"], "lookup_key": None}}],
    }
    await compare(office)
    assert await reported(office) == [("subscription.unknown", "", "trialing")]

    async with office.scope():
        assert await differences.count_open() == 1
        rows = [row async for row in differences.stream_differences()]
    file = tmp_path / "report.csv"
    assert write_csv(file, differences.COLUMNS, rows) == 2
    assert "sub_second" in file.read_text()
