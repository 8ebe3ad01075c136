"""What is counted each night is what is billed: it rises at once, falls with the period, and stays frozen after it."""

from datetime import timedelta
from typing import Any

import msgspec

from tatausaha.billing.queries import differences
from tatausaha.core import db
from tests.billing.steps import (
    add_clients,
    archive,
    begin_trial,
    compare,
    customer_of,
    held,
    night,
    restore,
    subscribe,
)
from tests.make import Office, make_employees
from tests.stripe_double import Double

DAY = timedelta(days=1)


class PeriodRow(msgspec.Struct, frozen=True):
    clients: int
    employees: int
    most_clients: int
    frozen: bool


async def periods(office: Office) -> list[PeriodRow]:
    async with office.scope():
        return await db.rows(
            PeriodRow,
            "select clients, employees, most_clients, frozen_at is not null as frozen from usage_period order by starts_at",
        )


async def found(office: Office) -> list[tuple[str, str, str]]:
    async with office.scope():
        return [(one.kind, one.ours, one.theirs) for one in await differences.list_differences(only_open=True)]


def regular(invoice: dict[str, Any]) -> dict[str, int]:
    """The quantities that an invoice bills a new period by."""
    lines = [line for line in invoice["lines"]["data"] if not prorated(line)]
    return {key_of(line): line["quantity"] for line in lines if line["quantity"]}


def prorated(line: dict[str, Any]) -> bool:
    details = line["parent"]["subscription_item_details"] or line["parent"]["invoice_item_details"]
    return bool(details["proration"])


KEYS: dict[str, str] = {}


def key_of(line: dict[str, Any]) -> str:
    return KEYS[line["pricing"]["price_details"]["price"]]


async def test_what_the_nights_count_is_billed_and_what_was_billed_stays(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    KEYS.update({one["id"]: one["lookup_key"].split("_")[2] for one in stripe.state.all("price")})
    await subscribe(office, stripe)
    customer = await customer_of(office)
    # A payment page takes no position of none.
    assert await held(office, stripe) == {"base": 1, "client": 1}

    # On trial two clients come with their people, and one goes again: quantities rise at once and do not fall yet.
    one, two = await add_clients(office, 2)
    async with office.scope():
        await make_employees(one, 7)
    await night(office, stripe)
    assert await held(office, stripe) == {"base": 1, "client": 3, "employee": 7}
    await archive(office, two)
    stripe.clock.advance(5 * DAY)
    await night(office, stripe)
    assert (await held(office, stripe))["client"] == 3

    # In the last night before the first payment they fall, and the first payment is for what is served.
    stripe.clock.go_to(_end(stripe, customer) - DAY)
    await night(office, stripe)
    stripe.clock.advance(2 * DAY)
    await night(office, stripe)
    first = stripe.invoices(customer)[0]
    assert regular(first) == {"base": 1, "client": 2, "employee": 7}
    assert first["amount_paid"] == (1_500_000 + 2 * 75_000 + 7 * 4_000) * 100
    assert await periods(office) == [PeriodRow(1, 0, 3, True), PeriodRow(2, 7, 2, False)]

    # A client more in the middle is charged for the rest of the month; one that leaves and comes back costs nothing more.
    stripe.clock.advance(13 * DAY)
    await restore(office, two)
    await night(office, stripe)
    stripe.clock.go_to(_end(stripe, customer) - 1.5 * DAY)
    await archive(office, one, two)
    await night(office, stripe)
    assert (await held(office, stripe))["client"] == 1
    await restore(office, two)
    stripe.clock.advance(DAY)
    await night(office, stripe)
    assert await held(office, stripe) == {"base": 1, "client": 2, "employee": 0}
    stripe.clock.advance(2 * DAY)
    await night(office, stripe)
    second = stripe.invoices(customer)[0]
    assert regular(second) == {"base": 1, "client": 2}
    shares = [line["amount"] for line in second["lines"]["data"] if prorated(line)]
    assert len(shares) == 2
    assert 0 < sum(shares) < 75_000 * 100
    assert await periods(office) == [PeriodRow(1, 0, 3, True), PeriodRow(2, 7, 3, True), PeriodRow(2, 0, 2, False)]

    await compare(office)
    assert await found(office) == []


async def test_a_worker_that_dies_after_stripes_answer_charges_once(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    await subscribe(office, stripe)
    stripe.clock.advance(40 * DAY)
    await night(office, stripe)
    _, two = await add_clients(office, 2)

    # Before the count is kept, before Stripe is asked again, before its answer is kept.
    await night(office, stripe, deaths=(2, 3, 3))
    await archive(office, two)
    await night(office, stripe, deaths=(3,))

    assert (await held(office, stripe))["client"] == 3
    assert (await periods(office))[-1] == PeriodRow(1, 0, 3, False)
    # One credit for the client that was paid for, one charge for the three.
    assert [item["quantity"] for item in stripe.state.all("invoiceitem")] == [3, 1]


def _end(stripe: Double, customer: str) -> Any:
    seconds = stripe.subscription(customer)["items"]["data"][0]["current_period_end"]
    return stripe.clock.now + timedelta(seconds=seconds - stripe.clock.now.timestamp())
